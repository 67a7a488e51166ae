# SPDX-License-Identifier: MIT
# Completion of the task programs for bash, from each program's own table of
# options (its hidden option --complete) and from the board.

# What the board's file names, if that is laid out as usual.
__task_namespaces() {
	local work=${TASK_WORK:-$(git rev-parse --show-cdup 2>/dev/null).work}
	sed -n 's/^ *\([A-Z][A-Z0-9]*\):.*/\1/p' \
	    "$work/tasks/NAMESPACES.yaml" 2>/dev/null
}

# The words that an argument of that kind may be.
__task_words() {
	case $1 in
	REF | PRIMARY | DUPLICATE) task-ls -a --columns id 2>/dev/null ;;
	STAGE | GATE) echo inbox backlog next current integration learning archived ;;
	PRIORITY) echo P0 P1 P2 P3 P4 ;;
	EFFORT) echo XS S M L XL ;;
	STATUS) echo active blocked paused canceled split ;;
	USER) task-ls -a --columns dri 2>/dev/null | sort -u ;;
	TAG) task-ls -a --columns tags 2>/dev/null | tr , '\n' | sort -u ;;
	NAMESPACE) __task_namespaces ;;
	SETTING) echo priority= effort= tags= tags+= tags-= name= namespace= \
		expected_resume_date= assigned_worker= ;;
	HOW) echo block pause keep ;;
	WHO) echo all aggregate ;;
	TEMPLATE) task-new --templates --columns name 2>/dev/null ;;
	PART) echo card context learning ;;
	KEY) echo stage id name priority dri created pull ;;
	ACTION) echo install status uninstall ;;
	POINT) echo on_validate_pass on_move on_blocked on_slo_missed \
		on_p0_created on_completion on_rollback on_dependency_updated ;;
	ID) task-ledger --proposals --columns id 2>/dev/null ;;
	WHEN) echo auto always never today yesterday ;;
	PROGRAM) git task 2>/dev/null | sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p' ;;
	esac
}

# __task_table PROGRAM: its table, read once a shell.
declare -A __task_tables 2>/dev/null
__task_table() {
	if [ -z "${__task_tables[$1]-}" ]; then
		__task_tables[$1]=$("$1" --complete 2>/dev/null)
	fi
	printf '%s\n' "${__task_tables[$1]}"
}

_task() {
	local program=$1 cur=$2 prev=$3
	local table kind operands word
	table=$(__task_table "${program##*/}")
	COMPREPLY=()
	# What follows an option that takes a value.
	kind=$(printf '%s\n' "$table" | awk -F '\t' -v prev="$prev" '
	    NR > 1 && $3 != "" && (prev == "--" $2 ||
	    ($1 != "" && prev == "-" $1)) { print $3; exit }')
	if [ -n "$kind" ]; then
		case $kind in
		DIR) mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
		*) mapfile -t COMPREPLY < <(compgen -W "$(__task_words "$kind")" -- "$cur") ;;
		esac
		return
	fi
	if [[ $cur == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(printf '%s\n' "$table" |
		    awk -F '\t' 'NR > 1 { print "--" $2;
			if ($1 != "") print "-" $1 }')" -- "$cur")
		return
	fi
	operands=$(printf '%s\n' "$table" | head -n 1 | cut -f 1 |
	    sed 's/KEY=VALUE/SETTING/' | tr -c 'A-Z\n' ' ')
	local words=
	for word in $operands; do
		words+=" $(__task_words "$word")"
	done
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}

# git's own completion calls this for `git task`.
_git_task() {
	local i program=
	for ((i = 2; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-*) ;;
		*) program=task-${COMP_WORDS[i]}; break ;;
		esac
	done
	if [ -z "$program" ]; then
		mapfile -t COMPREPLY < <(compgen -W "$(__task_words PROGRAM)" -- \
		    "${COMP_WORDS[COMP_CWORD]}")
	else
		_task "$program" "${COMP_WORDS[COMP_CWORD]}" \
		    "${COMP_WORDS[COMP_CWORD - 1]}"
	fi
}

complete -F _task -o bashdefault task-init task-new task-next task-move \
	task-sign task-set task-status task-link task-split task-merge \
	task-note task-edit task-done task-handoff task-ledger task-log \
	task-verify task-sync task-index task-fsck task-hook task-ls \
	task-graph task-show task-watch
