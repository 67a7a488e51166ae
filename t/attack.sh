# SPDX-License-Identifier: MIT
# What the attacks begin with, in the place of t/lib.sh:
#
#	. "${TASK_SRC:?}/t/attack.sh"
#
#	attack "refuses an edited line of a ledger"	a fresh copy of the board
#	edit "$(ledger 0004)" '2s/task/thing/'
#	commit
#	refused ledger-changed 0004.ledger.jsonl:2
#
#	attack "lets a new line at its end pass"	its honest twin
#	task-note 4 "thing" >/dev/null
#	passes
#
# The board, made by the programs, all of it at 10:30 on the 18th of October:
# 0001 is in inbox, 0002 in backlog, 0003 in next, 0004 in current, 0005 in
# integration, 0006 in learning, 0007 archived, 0008 in current and ticked.
# @alice may sign all gates and the policy, @bob may sign next, bot is a worker,
# and nobody has heard of @mallory.  The attacks happen a day later, and who
# attacks is bob unless it says otherwise.

. "${TASK_SRC:?}/t/lib.sh"

TASKS=.work/tasks

# as NAME: who commits, and who the programs think it is.
as() {
	case $1 in
	alice) git config user.name "Alice Example" ;;
	bob) git config user.name "Bob Example" ;;
	*) git config user.name "$1" ;;
	esac
	git config user.email "$1@example.org"
}

# at TIME: when it is, for the programs and for git.
at() {
	TASK_NOW=$1
	GIT_AUTHOR_DATE=$1
	GIT_COMMITTER_DATE=$1
}

# Commits the whole worktree, as git does it for somebody who knows no task-*.
commit() {
	git add -A . && git commit -q --allow-empty -m "${1:-by hand}" ||
	    fail "no commit"
}

# The same, as a part of the last commit: what a program made is falsified.
amend() {
	git add -A . && git commit -q --amend --no-edit --allow-empty ||
	    fail "no commit"
}

# edit FILE SED-ARGUMENT...
edit() {
	edited=$1
	shift
	sed "$@" "$edited" >"$sandbox/edited" &&
	    cat "$sandbox/edited" >"$edited" || fail "no edit"
}

people() {
	cat <<-'END'
	people:
	  "@alice": {name: Alice Example, email: alice@example.org,
	             gates: [next, integration, archived, policy]}
	  "@bob":   {name: Bob Example, email: bob@example.org, gates: [next]}
	END
}

# The board of all attacks.
make_board() {
	git init -q "$sandbox/board" && cd "$sandbox/board" &&
	    task-init -q >/dev/null && mkdir "$TASKS/.workers" || exit 1
	people >$TASKS/people.yaml
	echo "name: bot" >$TASKS/.workers/bot.manifest.yaml
	edit $TASKS/policy.yaml 's/limit: \(.\),/limit: 1\1,/'
	commit "people, a worker, limits"
	for name in one two three four five six seven eight; do
		full_task "Number $name" '"priority":"P1","effort":"M"'
	done | task-new -q - >/dev/null || exit 1
	move 2 3 4 5 6 7 8 backlog
	move 3 4 5 6 7 8 next
	move 4 5 6 7 8 current
	for id in 0005 0006 0007 0008; do
		tick $id
	done
	move 5 6 7 integration
	move 6 7 learning
	move --skip-learning "nothing new" 7 archived
	task-note -q 8 "ready to be looked at" >/dev/null
	git gc -q --prune=now
	cd "$sandbox/work" || exit 1
}

# task-move with a sign-off, quiet.
move() {
	task-move -qs "$@" >/dev/null 2>"$err" || fail "task-move: $(cat "$err")"
}

# attack TITLE: begins a case on a copy of the board; $base is its head.
attack() {
	it "$1"
	cases=$((cases + 1))
	at 2025-10-19T09:00:00Z
	cp -a "$sandbox/board" "$sandbox/work/$cases" &&
	    cd "$sandbox/work/$cases" || exit 1
	as bob
	base=$(git rev-parse HEAD)
}

# event ID USER WORD [MEMBERS]: adds a line to the ledger, as a program would.
event() {
	stamp=$((stamp + 1))
	printf '{"id":"HACK%06d","ts":"%s","user":"%s","event":"%s",' \
	    "$stamp" "$TASK_NOW" "$2" "$3" >>"$(ledger "$1")"
	printf '"desc":"by hand"%s,"version":"1.0"}\n' "${4:+,$4}" \
	    >>"$(ledger "$1")"
}

# The id of what would be signed of a task.
content() {
	{
		awk 'fence >= 2; /^---$/ { fence++ }' "$(card "$1")"
		cat "$(folder "$1")/$1.context.md"
	} | git hash-object --stdin
}

# sign_off ID USER GATE: the line of a sign-off of what is there now.
sign_off() {
	event "$1" "$2" signed_off \
	    "\"gate\":\"$3\",\"content\":\"$(content "$1")\""
}

# by_hand ID STAGE: all that a move does but its events.
by_hand() {
	old=$(folder "$1")
	from=${old%/*}
	from=${from##*/}
	row=$(grep "^| $1 " "$TASKS/$from/INDEX.md")
	mv "$old" "$TASKS/$2/"
	edit "$(card "$1")" "s/^stage: .*/stage: \"$2\"/"
	edit "$TASKS/$from/INDEX.md" "/^| $1 /d"
	edit $TASKS/INDEX.md "/^| $1 /s/ | $from | / | $2 | /"
	echo "$row" >>"$TASKS/$2/INDEX.md"
	[ "$2" = next ] || in_order "$TASKS/$2/INDEX.md"
}

# in_order FILE: puts the rows of an index in the order of their ids.
in_order() {
	{
		grep -v '^| [0-9]' "$1"
		grep '^| [0-9]' "$1" | sort
	} >"$sandbox/edited"
	cat "$sandbox/edited" >"$1"
}

# The events of a move from next to current.
started() {
	event "$1" "$2" validated
	event "$1" "$2" started
}

# refused RULES [AT [ARGUMENT...]]: task-verify says no.  Each of the rules is
# named, and no other; the first of them AT that place: a part of the path, or
# its end and :LINE.  "a|b" is a rule that may go by either word, "a?" one that
# may be named, too.
refused() {
	rules=$1
	place=${2-}
	[ $# -lt 2 ] && shift || shift 2
	[ $# -gt 0 ] || set -- "$base..HEAD"
	exits 1 task-verify "$@"
	named "$rules" "$place"
}

# What the last command printed are findings as they should be.
named() {
	judgement=$(awk -F '\t' -v rules="$1" -v place="$2" '
	function ends(text, end) {
		return substr(text, length(text) - length(end) + 1) == end
	}
	BEGIN {
		n = split(rules, rule, " ")
		for (i = 1; i <= n; i++) {
			optional[i] = sub(/\?$/, "", rule[i])
			words = split(rule[i], word, "|")
			for (j = 1; j <= words; j++)
				wanted[word[j]] = i
		}
	}
	NF != 5 || $5 == "" { print "not five fields: " $0; next }
	$1 !~ /^[0-9a-f]*$/ { print "no commit: " $0 }
	$3 !~ /^[0-9]*$/ { print "no line: " $0 }
	!($4 in wanted) { print "also names " $4 " at " $2 ":" $3 }
	{ seen[wanted[$4]] = 1 }
	wanted[$4] == 1 && (index($2, place) || ends($2 ":" $3, place)) {
		found = 1
	}
	END {
		for (i = 1; i <= n; i++)
			if (!seen[i] && !optional[i])
				print "does not name " rule[i]
		if (!found)
			print "nothing at " place
	}' "$out")
	[ -z "$judgement" ] && return 0
	fail "$(echo "$judgement" | paste -sd ';' -)"
	show_last
}

# passes [ARGUMENT...]: task-verify has nothing to say.
passes() {
	[ $# -gt 0 ] || set -- "$base..HEAD"
	[ "$(git rev-parse HEAD)" != "$base" ] || fail "nothing was done"
	exits 0 task-verify "$@"
	out_is ""
}

# put PATH MODE OID: an entry in the tree of a new commit, whatever git's
# porcelain would say to its name.  The folder of PATH has to be there.
put() {
	put=$(entry "$1" "$2" "$3") &&
	    put=$(git commit-tree -p HEAD -m "by plumbing" "$put") &&
	    git update-ref HEAD "$put" || fail "no commit"
}

# entry PATH MODE OID [TREE]: a tree with that entry in the place of any other
# of its name; MODE 0 takes it out.
entry() {
	tree=${4:-$(git rev-parse "HEAD^{tree}")}
	case $1 in
	*/*)
		sub=$(git rev-parse "$tree:${1%%/*}") &&
		    sub=$(entry "${1#*/}" "$2" "$3" "$sub") &&
		    entry "${1%%/*}" 40000 "$sub" "$tree"
		;;
	*)
		{
			git ls-tree "$tree" | awk -F '\t' -v name="$1" \
			    '$2 != name'
			case $2 in
			0) ;;
			40000) printf '040000 tree %s\t%s\n' "$3" "$1" ;;
			160000) printf '160000 commit %s\t%s\n' "$3" "$1" ;;
			*) printf '%s blob %s\t%s\n' "$2" "$3" "$1" ;;
			esac
		} | git mktree --missing
		;;
	esac
}

blob() {
	printf '%s' "$1" | git hash-object -w --stdin
}

cases=0
stamp=0
export TASK_NOW GIT_AUTHOR_DATE GIT_COMMITTER_DATE
make_board
