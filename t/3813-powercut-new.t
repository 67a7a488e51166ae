#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/fault/powercut.sh"

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
power_cut

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
power_cut

finish
