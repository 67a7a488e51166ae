#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"
# It is quickly done.
: "${TASK_FAULT_STEP:=1}"
. "${TASK_SRC:?}/t/fault/loop.sh"

fixture() {
	board
	make_task "There already"
}

fault_loop task-new --no-commit "A new one"
fault_loop task-note --no-commit 1 "a note"

finish
