#!/bin/sh
# SPDX-License-Identifier: MIT
# Attacks on who checks a board out: names, links and trees that git's porcelain
# would not make.
. "${TASK_SRC:?}/t/attack.sh"

four=$TASKS/current/TASK-0004-number-four

# A tree with that one file in it.
tree_of() {
	printf '100644 blob %s\t%s\n' "$(blob "$2")" "$1" | git mktree
}

# raw_tree FORMAT ARGUMENT...: a tree of entries as they are given: each MODE,
# NAME and OID.
raw_tree() {
	perl -e 'binmode STDOUT;
		while (my ($mode, $name, $oid) = splice @ARGV, 0, 3) {
			print "$mode $name\0", pack "H*", $oid;
		}' "$@" | git hash-object -t tree -w --literally --stdin
}

# entries PATH: of the tree there, in its order, for raw_tree.
entries() {
	git ls-tree "HEAD:$1" |
	    sed 's/^0*\([0-7]*\) [a-z]* \([0-9a-f]*\)	\(.*\)$/\1 \3 \2/'
}

for name in .. . .git .GIT .git. ".git " git~1 'a\b' ; do
	attack "refuses the name '$name' in a package"
	put "$four/$name" 100644 "$(blob evil)"
	refused path-unsafe TASK-0004-number-four
done

attack "refuses the name '.git' with a character that nobody sees"
put "$four/$(printf '.g\342\200\214it')" 100644 "$(blob evil)"
refused path-unsafe TASK-0004-number-four

for name in ..a .gitkeep git a~1 "a b" .hidden; do
	attack "lets the name '$name' pass"
	put "$four/$name" 100644 "$(blob good)"
	passes
done

attack "refuses a folder .git beside the stages"
put $TASKS/.git 40000 "$(tree_of config evil)"
refused path-unsafe $TASKS

attack "refuses a folder .. below the board"
put .work/.. 40000 "$(tree_of Makefile evil)"
refused path-unsafe .work

attack "lets another folder pass there"
put .work/docs 40000 "$(tree_of Makefile good)"
passes

# A branch whose top is the board.
on_a_branch() {
	top=$(git commit-tree -m "apart" "$(git rev-parse HEAD:.work)")
	git checkout -q -b work "$top"
	base=$(git rev-parse HEAD)
	TASKS=tasks
}

attack "refuses a second board that draws the eye from the first"
on_a_branch
git mv tasks/next/TASK-0003-number-three tasks/current/
commit
put .work 40000 "$(printf '040000 tree %s\ttasks\n' \
    "$(git rev-parse "$base:tasks")" | git mktree)"
git update-ref HEAD "$(git commit-tree -p "$base" -m "two boards" \
    "HEAD^{tree}")"
is "$(git ls-tree --name-only HEAD .work/ tasks/current/ | wc -l)" 5
refused 'move-unlogged|path-unsafe card-stage? index-stale?' tasks
TASKS=.work/tasks

attack "lets the board of a branch pass"
on_a_branch
edit tasks/current/INDEX.md 's/^# .*/&\n\nAsk @bob before you start./'
commit
passes
TASKS=.work/tasks

attack "refuses a symbolic link in the place of a card"
put "$four/0004-number-four.task.md" 120000 "$(blob /etc/passwd)"
refused 'path-unsafe card-invalid?' 0004-number-four.task.md

attack "refuses a symbolic link in the place of a ledger"
put "$four/0004.ledger.jsonl" 120000 "$(blob ../0003.ledger.jsonl)"
refused 'path-unsafe ledger-dropped?' 0004.ledger.jsonl

attack "refuses a symbolic link beside a card"
put "$four/plan.txt" 120000 "$(blob ../../../../../.ssh/config)"
refused path-unsafe plan.txt

attack "lets a file pass there"
put "$four/plan.txt" 100644 "$(blob ../../../../../.ssh/config)"
passes

attack "lets a symbolic link pass that is none of the board's"
put plan.txt 120000 "$(blob .work/tasks/INDEX.md)"
passes

attack "refuses a symbolic link in the place of a package"
put $TASKS/inbox/TASK-0009-link 120000 "$(blob ../current)"
refused path-unsafe TASK-0009-link

attack "refuses a symbolic link in the place of a stage"
put $TASKS/learning 120000 "$(blob archived)"
refused 'path-unsafe package-gone? index-stale?' learning

attack "refuses a symbolic link in the place of the board"
put .work 120000 "$(blob /srv/work)"
refused 'package-gone|path-unsafe policy-changed?' .work

attack "refuses a submodule below the board"
put $TASKS/inbox/TASK-0009-sub 160000 "$(git rev-parse HEAD)"
refused path-unsafe TASK-0009-sub

attack "lets a submodule pass that is none of the board's"
put lib 160000 "$(git rev-parse HEAD)"
passes

attack "refuses a package whose name differs in case only"
put $TASKS/current/task-0004-number-four 40000 "$(git rev-parse HEAD:"$four")"
refused path-unsafe task-0004-number-four

attack "refuses a file whose name differs in case only"
put "$four/0004.LEDGER.jsonl" 100644 "$(git rev-parse \
    HEAD:"$four/0004.ledger.jsonl")"
refused path-unsafe 0004.LEDGER.jsonl

attack "lets a folder of the owner's pass"
put $TASKS/current/drafts 40000 "$(tree_of draft.md good)"
passes

attack "refuses a tree that has a name twice"
# shellcheck disable=SC2046
put "$four" 40000 "$(raw_tree $(entries "$four") \
    100644 0004.ledger.jsonl "$(blob evil)")"
refused path-unsafe .work

attack "refuses a tree that is not in order"
# shellcheck disable=SC2046
put "$four" 40000 "$(raw_tree 100644 zzz "$(blob evil)" $(entries "$four"))"
refused path-unsafe .work

attack "lets the same tree in order pass"
# shellcheck disable=SC2046
put "$four" 40000 "$(raw_tree $(entries "$four") 100644 zzz "$(blob good)")"
passes

attack "refuses a name with a slash in it"
# shellcheck disable=SC2046
put "$four" 40000 "$(raw_tree $(entries "$four") \
    100644 ../../evil "$(blob evil)")"
refused path-unsafe .work

attack "refuses a tree in the place of a file, and a file of a tree"
# shellcheck disable=SC2046
put "$four" 40000 "$(raw_tree $(entries "$four") \
    40000 zzz "$(blob evil)")"
refused path-unsafe zzz

finish
