#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/fault/powercut.sh"

fixture() { two_tasks; }

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
# It is so already: the next program has nothing to change.
next_program="task-link --on 1 2"
power_cut

session() {
	step task-move --no-commit 1
	step task-new --no-commit "Three"
	step task-note --no-commit 2 "left for later"
}

it "keeps what was left for a person to commit"
next_program="task-link --on 1 2"
power_cut

finish
