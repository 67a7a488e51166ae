#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/fault/loop.sh"

# Indexes that were changed by hand and committed so.
fixture() {
	board
	make_task "One"
	make_task "Two"
	sed -i '/One/d' .work/tasks/INDEX.md .work/tasks/inbox/INDEX.md
	git commit -qam "drift"
}

fault_loop task-index

finish
