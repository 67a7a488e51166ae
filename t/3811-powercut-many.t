#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/fault/powercut.sh"

fixture() { two_tasks; }

# Forty at once are one pack.
batch() {
	i=0
	while [ $i -lt 40 ]; do
		i=$((i + 1))
		full_task "Of many $i"
	done
}

session() {
	batch >"$top/batch"
	step sh -c 'task-new - <"$0"' "$top/batch"
	step sh -c 'seq 1 20 | task-ledger --add waiting_on -m "for all" -'
	step task-set -r why 1 "task_name=Another name"
	step task-status -r "of no use" 2 canceled
}

it "keeps many tasks at once, another name, and what was canceled"
power_cut

finish
