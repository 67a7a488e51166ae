#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/fault/loop.sh"

fixture() {
	board
	make_task "To be noted"
}

fault_loop task-ledger --add waiting_on -m "an answer" 1

finish
