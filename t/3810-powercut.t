#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/fault/powercut.sh"
ways="0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15"

fixture() {
	board
	make_task "One" '"priority":"P1","effort":"M"'
	make_task "Two" '"priority":"P1","effort":"M","depends_on":["TASK-0001"]'
	echo code >code && git add code && git commit -qm code
}

session() {
	step task-note 1 "first"
	step task-new "Three"
	step task-move 1
	step task-move -s 1
	step task-note 2 "last"
}

it "keeps what was reported: notes, new tasks, moves, sign-offs"
# shellcheck disable=SC2086
power_cut $ways

# Forty at once are one pack.
batch() {
	i=0
	while [ $i -lt 40 ]; do
		i=$((i + 1))
		full_task "Of many $i"
	done
}

session() {
	batch >"$top/batch"
	step sh -c 'task-new - <"$0"' "$top/batch"
	step sh -c 'seq 1 20 | task-ledger --add waiting_on -m "for all" -'
	step task-set -r why 1 "task_name=Another name"
	step task-status -r "of no use" 2 canceled
}

it "keeps many tasks at once, another name, and what was canceled"
# shellcheck disable=SC2086
power_cut $ways

session() {
	hand_flushed sh -c 'echo "by hand" >>.work/tasks/inbox/TASK-0001-one/0001.context.md'
	step task-note 1 "that goes along"
	hand sh -c 'echo "by hand, too" >>.work/tasks/inbox/TASK-0001-one/0001.context.md'
	step task-watch --once
	hand_flushed mv .work/tasks/inbox/TASK-0001-one .work/tasks/backlog/
	step task-watch --once
	step env EDITOR='sed -i s/hand/heart/' task-edit -r why 1 context
	step task-index
}

it "keeps what a person did by hand and a program put on record"
# It is like that already.
next_program="task-link --on 1 2"
# shellcheck disable=SC2086
power_cut $ways

session() {
	step task-move --no-commit 1
	step task-new --no-commit "Three"
	step task-note --no-commit 2 "left for later"
}

it "keeps what was left for a person to commit"
next_program="task-link --on 1 2"
# shellcheck disable=SC2086
power_cut $ways

# The first commit of all: there is no index, and no branch.
fixture() {
	git init -q
}

session() {
	step task-init
	step task-new "One"
	step task-new "Two"
}

it "keeps a board that is new, in a repository that is"
next_program=task-init
# shellcheck disable=SC2086
power_cut $ways

fixture() {
	board
	make_task "One"
	git checkout -q --detach
}

session() {
	step task-note 1 "on no branch"
	step task-note 1 "nor this"
}

it "keeps what was done on no branch"
next_program=task-index
# shellcheck disable=SC2086
power_cut $ways

finish
