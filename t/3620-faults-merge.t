#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/fault/loop.sh"

PATH=$TASK_BUILD/t/merge:$PATH

at() {
	time=$1
	shift
	TASK_NOW=2025-10-18T$time:00Z "$@" >/dev/null
}

# Both sides moved a task, wrote to one, and made one with the same number.
apart() {
	board
	make_task One '"stage":"next","priority":"P1","effort":"M"'
	make_task Two
	git branch other
	at 11:00 task-move 1
	at 11:01 task-note 2 "from here"
	at 11:02 task-new Here
	git checkout -q other
	at 12:00 task-move 1 backlog --reason "not now"
	at 12:01 task-note 2 "from there"
	at 12:02 task-new There
	at 12:03 task-link 2 --on 3
}

fixture() {
	apart
	git checkout -q main
}

# Two commits that went apart.
fault_loop merge other

# One that the other side is ahead of.
fixture() {
	apart
	git checkout -q -B main other~4
}

fault_loop merge other

finish
