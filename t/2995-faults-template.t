#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/fault/loop.sh"

# A new task from a template, with a line in the ledger of another.
fixture() {
	board
	make_task "Followed up"
	echo "by hand" >>"$(folder 0001)/0001.context.md"
}

fault_loop task-new --template bug --followup 1 "Clean up"

finish
