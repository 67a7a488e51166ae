#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"
: "${TASK_FAULT_STEP:=9}"
. "${TASK_SRC:?}/t/fault/loop.sh"

# Two branches that git merged: each side moved one task, and both changed a
# third, of which git knows no later one.  The indexes are right, so that the
# program that comes after a fault has nothing to do of its own.
fixture() {
	board
	for name in One Two Three; do
		make_task "$name" '"priority":"P1","effort":"M"'
	done
	task-move 1 2 3
	for n in 1 2 3 4 5 6; do
		task-ledger --add waiting_on -m "for the day $n" 1 2 3
	done
	git config merge.task-card.driver \
	    "task-fsck --merge-file card %O %A %B %P"
	git config merge.task-index.driver true
	git switch -q -c side
	TASK_NOW=2025-10-18T10:40:00Z task-move -s 1
	TASK_NOW=2025-10-18T10:41:00Z task-set -r "it is late" 3 priority=P2
	git switch -q main
	task-move -s 2
	task-set -r "it is not" 3 priority=P3
	git merge -q --no-edit side
	task-index --no-commit
	git commit -qa --amend --no-edit
	merged=$(git rev-parse HEAD)
	git update-ref HEAD HEAD^
	git update-ref -m "merge side: Merge made by the test" HEAD "$merged"
}

fault_loop task-fsck --reconcile

finish
