#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"

for target in card id ledger listing merge policy splice sshkey; do
	it "keeps its promises for every input of the corpus: $target"
	exits 0 "$TASK_BUILD/t/fuzz/fuzz-$target" \
	    "$TASK_SRC/t/fuzz/corpus/$target"
	out_lacks ": 0 inputs"
done

finish
