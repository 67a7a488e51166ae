#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/fault/loop.sh"

# The card and the rows of the indexes.
fixture() {
	board
	make_task "Offered"
	task-handoff --to @bob -r "on leave" 1
}

fault_loop task-handoff -u @bob --accept 1

finish
