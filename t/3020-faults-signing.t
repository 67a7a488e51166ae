#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/fault/loop.sh"
. "${TASK_SRC:?}/t/signing.sh"

fixture() {
	signing_board
	due "To be signed"
}

# A signature is over the same bytes each time, and the same each time.
fault_loop task-sign 1 next

it "leaves nothing of a signature behind"
exits 0 sh -c 'cd w && task-move -s 1'
is "$(ls w/.git/task | grep '^signing')" ""

finish
