#!/bin/sh
# SPDX-License-Identifier: MIT
# Three clones, commands by chance on each, merges by chance between them:
# whoever merges, and in which order, the boards are sound and the judge has
# nothing to say; at last all three are the same, and each line that anybody
# wrote is there once.
#
# TASK_SEEDS="7 8" TASK_ROUNDS=30 t/3610-merge-random.t tries other days.
. "${TASK_SRC:?}/t/lib.sh"

merge=$TASK_BUILD/t/merge/merge
seeds=${TASK_SEEDS-1 2}
rounds=${TASK_ROUNDS-12}
ready='"priority":"P1","effort":"M"'

# chance N: 1 to N, the same for each seed.
chance() {
	state=$(((state * 1103515245 + 12345) % 2147483648))
	picked=$((state / 65536 % $1 + 1))
}

some_task() {
	chance "$(ls -d .work/tasks/*/TASK-* | wc -l)"
	task=$(ls -d .work/tasks/*/TASK-* | sed -n "${picked}p")
	task=$(basename "$task" | cut -d- -f2)
}

# One command; it may be refused.
work() {
	minute=$((minute + 1))
	TASK_NOW=$(printf '2025-10-18T%02d:%02d:00Z' \
	    $((minute / 60 + 11)) $((minute % 60)))
	export TASK_NOW
	some_task
	chance 14
	case $picked in
	1) full_task "New $minute" "$ready" | task-new - ;;
	2 | 3) task-note "$task" "note $minute" ;;
	4 | 5) task-move -s --waive x --skip-learning x "$task" ;;
	6) task-move "$task" backlog --reason "back $minute" ;;
	7) other=$task && some_task && task-link "$task" --on "$other" ;;
	8) task-set "$task" name="Name $minute" ;;
	9) chance 4 && task-set "$task" "priority=P$picked" -r so ;;
	10) task-status -r "why $minute" "$task" paused ;;
	11) task-status "$task" active -r so ;;
	12) task-status --by "external:x $minute" "$task" blocked ;;
	13) chance 4 && [ "$picked" -eq 1 ] &&
	    task-status --dependents block -r "no $minute" "$task" canceled ;;
	14) tick "$task" && task-note "$task" "ticked $minute" ;;
	esac >"$out" 2>&1
	git checkout -q . # what was refused may be changed by hand
}

# take FROM: the clone that we are in merges the other's work.
take() {
	git fetch -q "../$1" main
	before=$(git rev-parse HEAD)
	exits 0 "$merge" FETCH_HEAD
	[ "$(git rev-parse HEAD)" = "$before" ] && return
	exits 0 task-fsck
	exits 0 task-verify "$before..HEAD"
	is "$(dirty)" ""
}

# Every line of a ledger that a command wrote; what merges write is in none.
lines() {
	git log --all --format= -p --no-renames -- '*.ledger.jsonl' |
	    sed -n 's/^+{/{/p' | sort -u
}

for seed in $seeds; do
	it "three clones come together: seed $seed"
	state=$seed
	minute=0
	cd "$sandbox/work" && rm -rf one a b c && mkdir one && cd one || exit 1
	board
	for stage in inbox backlog next current integration; do
		make_task "In $stage" "\"stage\":\"$stage\",$ready"
	done
	cd .. && git clone -q one a && git clone -q one b &&
	    git clone -q one c || exit 1
	round=0
	while [ "$round" -lt "$rounds" ]; do
		round=$((round + 1))
		for clone in a b c; do
			cd "$sandbox/work/$clone" || exit 1
			chance 3
			for i in $(seq "$picked"); do
				work
			done
		done
		chance 3
		to=$(echo abc | cut -c"$picked")
		chance 2
		from=$(echo abcabc | cut -c"$(($(expr index abc $to) + picked))")
		cd "$sandbox/work/$to" && take "$from"
	done
	cd ../a && take b && take c && cd ../b && take a && cd ../c && take a
	is "$(git rev-parse HEAD)" "$(git -C ../a rev-parse HEAD)"
	is "$(git rev-parse HEAD)" "$(git -C ../b rev-parse HEAD)"
	sound
	lines >"$sandbox/written"
	find .work -name '*.ledger.jsonl' -exec cat {} + | sort >"$sandbox/there"
	is "$(uniq -d "$sandbox/there")" ""
	is "$(comm -23 "$sandbox/written" "$sandbox/there")" ""
done

it "two clones that merge apart from each other get the same"
cd "$sandbox/work" && rm -rf one a b c && mkdir one && cd one || exit 1
board
for stage in inbox backlog next current integration; do
	make_task "In $stage" "\"stage\":\"$stage\",$ready"
done
cd .. && git clone -q one a && git clone -q one b || exit 1
state=5
for round in 1 2 3; do
	for clone in a b; do
		cd "$sandbox/work/$clone" || exit 1
		for i in 1 2 3 4 5 6; do
			work
		done
	done
	cd "$sandbox/work" || exit 1
	git -C a fetch -q ../b main:"b$round"
	git -C b fetch -q ../a main:"a$round"
	cd a && exits 0 "$merge" "b$round" && cd ../b &&
	    exits 0 "$merge" "a$round"
	is "$(git rev-parse HEAD:.work)" "$(git -C ../a rev-parse HEAD:.work)"
done

finish
