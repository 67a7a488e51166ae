# SPDX-License-Identifier: MIT
# Completion of the task programs for fish, from each program's own table of
# options (its hidden option --complete) and from the board.

function __task_words
	switch $argv[1]
		case REF PRIMARY DUPLICATE
			task-ls -a --columns id,name 2>/dev/null
		case STAGE GATE
			printf '%s\n' inbox backlog next current integration learning archived
		case PRIORITY
			printf '%s\n' P0 P1 P2 P3 P4
		case EFFORT
			printf '%s\n' XS S M L XL
		case STATUS
			printf '%s\n' active blocked paused canceled split
		case USER
			task-ls -a --columns dri 2>/dev/null | sort -u
		case TAG
			task-ls -a --columns tags 2>/dev/null | string split , | sort -u
		case NAMESPACE
			set -l work (git rev-parse --show-cdup 2>/dev/null).work
			set -q TASK_WORK; and set work $TASK_WORK
			string replace -rf '^ *([A-Z][A-Z0-9]*):.*' '$1' <"$work/tasks/NAMESPACES.yaml" 2>/dev/null
		case SETTING
			printf '%s\n' priority= effort= tags= tags+= tags-= name= namespace= expected_resume_date= assigned_worker=
		case HOW
			printf '%s\n' block pause keep
		case WHO
			printf '%s\n' all aggregate
		case TEMPLATE
			task-new --templates --columns name 2>/dev/null
		case PART
			printf '%s\n' card context learning
		case KEY
			printf '%s\n' stage id name priority dri created pull
		case ACTION
			printf '%s\n' install status uninstall
		case POINT
			printf '%s\n' on_validate_pass on_move on_blocked on_slo_missed on_p0_created on_completion on_rollback on_dependency_updated
		case ID
			task-ledger --proposals --columns id,desc 2>/dev/null
		case WHEN
			printf '%s\n' auto always never today yesterday
		case DIR
			__fish_complete_directories
	end
end

# fish reads this once a program, by that program's name; once is enough.
set -q __task_completed; and return
set -g __task_completed

for program in task-init task-new task-next task-move task-sign task-set task-status task-link task-split task-merge task-note task-edit task-done task-handoff task-ledger task-log task-verify task-sync task-index task-fsck task-hook task-ls task-graph task-show task-watch
	command -q $program; or continue
	set -l table ($program --complete 2>/dev/null)
	complete -c $program -f
	for kind in (string match -ra '[A-Z]+' -- (string replace KEY=VALUE SETTING -- (string split -f 1 \t -- $table[1])))
		complete -c $program -a "(__task_words $kind)"
	end
	for line in $table[2..-1]
		set -l field (string split \t -- $line)
		set -l option -l $field[2] -d $field[4]
		test -n "$field[1]"; and set -a option -s $field[1]
		test -n "$field[3]"; and set -a option -x -a "(__task_words $field[3])"
		complete -c $program $option
	end
end
