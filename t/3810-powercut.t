#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/fault/powercut.sh"

fixture() { two_tasks; }

session() {
	step task-note 1 "first"
	step task-new "Three"
	step task-move 1
	step task-move -s 1
	step task-note 2 "last"
}

it "keeps what was reported: notes, new tasks, moves, sign-offs"
power_cut

finish
