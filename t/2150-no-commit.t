#!/bin/sh
# SPDX-License-Identifier: MIT
# What a program changed with --no-commit, and told of in the ledger, is not taken
# for an edit by hand by whoever commits it.
. "${TASK_SRC:?}/t/lib.sh"

board
for name in One Two Three; do
	make_task "$name" '"priority":"P1","effort":"M"'
done

# All lines of all ledgers.
lines() {
	find .work/tasks -name '*.jsonl' -exec cat {} + | wc -l
}

# told_once COMMAND...: it does not commit; task-watch does, and adds nothing.
told_once() {
	it "is told of once: $*"
	head=$(git rev-parse HEAD)
	exits 0 "$@"
	is "$(git rev-parse HEAD)" "$head"
	before=$(lines)
	exits 0 task-watch --once
	is "$(lines)" "$before"
	is "$(git rev-parse HEAD^)" "$head"
	[ ! -e .git/task/left ] || fail "something is remembered still"
	sound
}

told_once task-link --no-commit 1 --on 2
told_once task-link --no-commit 1 --off 2
told_once task-set --no-commit 1 tags=x
told_once task-set --no-commit -r x 1 priority=P2
told_once task-set --no-commit 1 name="Another name"
told_once task-set --no-commit 1 expected_resume_date=2027-01-01
told_once task-set --no-commit --extra 1 mine=yes
told_once task-note --no-commit 1 "a note"
told_once task-note --no-commit --context 1 "more to know"
told_once task-handoff --no-commit --to @bob -r x 1
told_once task-handoff --no-commit -u @bob --accept 1
told_once task-status --no-commit --by info:x 1 blocked
told_once task-status --no-commit 1 active
told_once task-done --no-commit --tick 1 1 "half of it"
told_once task-move --no-commit -s 1
told_once task-note --no-commit --context 1 "and even more"
told_once env EDITOR="sed -i s/even/much/" task-edit --no-commit 1 context
told_once task-split --no-commit --into A --into B --criteria 1=1,2 3
told_once task-merge --no-commit 1 2
told_once task-status --no-commit -r x --followup Later 1 canceled

it "holds for several changes, and for a package that moved since"
make_task "Four" '"priority":"P1","effort":"M"'
exits 0 task-note --no-commit 7 "one"
exits 0 task-move --no-commit 7
exits 0 task-note --no-commit --context 7 "two"
before=$(lines)
exits 0 task-watch --once
is "$(lines)" "$before"
sound

it "does not hide what a person edits afterwards"
exits 0 task-note --no-commit --context 7 "three"
echo "By hand." >>"$(folder 0007)/0007.context.md"
exits 0 task-watch --once
is "$(events 0007 | tail -n 2 | paste -sd' ' -)" \
    "content_updated content_updated"
file_has "$(ledger 0007)" "context edited by hand"
sound

it "is told of twice at worst, where what is remembered is lost or rubbish"
exits 0 task-note --no-commit --context 7 "four"
printf 'rubbish\n\n x\n\377 y z' >.git/task/left
exits 0 task-watch --once
sound
exits 0 task-note --no-commit 7 "five"
rm .git/task/left
exits 0 task-watch --once
sound

finish
