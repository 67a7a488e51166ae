#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/fault/loop.sh"

# A task becomes three, and what depends on it depends on the third of them.
fixture() {
	board
	make_task "To be split"
	task-new -d 1 "Waits"
	echo "by hand" >>"$(folder 0002)/0002.context.md"
}

fault_loop task-split --into A --into B --criteria 1=1 --criteria 2=2 \
    --dependents aggregate 1

finish
