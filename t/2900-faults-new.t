#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"
# The transaction itself: at each call, unless somebody is in a hurry.
: "${TASK_FAULT_STEP:=1}"
. "${TASK_SRC:?}/t/fault/loop.sh"

fixture() {
	board
	make_task "There already"
}

fault_loop task-new "A new one"

finish
