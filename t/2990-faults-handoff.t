#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/fault/loop.sh"

# A context with a new section, and the old one as a version.
fixture() {
	board
	make_task "To be handed off" '"priority":"P1","effort":"M"'
	advance 0001 backlog
}

fault_loop task-handoff --to @bob -r "on leave" 1

finish
