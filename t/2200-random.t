#!/bin/sh
# SPDX-License-Identifier: MIT
# What a day brings, by chance: programs, edits and moves by hand, commits of
# one's own, in any order.  Whatever it was, no program dies, and a watch that
# puts back what the rules refuse leaves a board without drift or doubles.
#
#	TASK_SEEDS="1 2 3" TASK_ROUNDS=300 make stress
. "${TASK_SRC:?}/t/lib.sh"
: "${TASK_SEEDS:=1}" "${TASK_ROUNDS:=75}"
tasks=.work/tasks

# SEED COUNT: lines of an operation and four numbers, the same for a seed.
plan() {
	awk -v seed="$1" -v n="$2" 'BEGIN {
		srand(seed)
		while (n-- > 0)
			print int(rand() * 16), int(rand() * 1e6), \
			    int(rand() * 1e6), int(rand() * 1e6), int(rand() * 1e6)
	}'
}

# NUMBER...: for each the line of standard input that it falls on.
pick() {
	awk -v chance="$*" '{ v[NR] = $0 } END {
		n = NR > 0 ? split(chance, c, " ") : 0
		for (i = 1; i <= n; i++)
			print v[c[i] % NR + 1]
	}'
}

refs() {
	task-ls -a --columns id | pick "$@" | LC_ALL=C sort -u
}

# The files of a name, one of them.
file() {
	find $tasks -path "*/TASK-*/$1" | LC_ALL=C sort | pick "$2"
}

# OPERATION NUMBER...: does it; the exit status is the program's.
operate() {
	op=$1
	shift
	case $op in
	0 | 1) full_task "T $1" '"priority":"P2","dri":"@alice","tags":["x"]' |
	    task-new - ;;
	2) for n in 1 2 3; do full_task "T $1.$n"; done | task-new --each - ;;
	3 | 4 | 5 | 6) refs "$@" | task-move -s -r why --concurrent-ok x \
	    --skip-learning x - ;;
	7) refs "$1" "$2" | task-move -r back - backlog ;;
	8) refs "$@" | task-ledger --add waiting_on -m x - ;;
	9) refs "$1" "$2" | task-sign - next ;;
	10)
		edited=$(file '*.task.md' "$1")
		[ -z "$edited" ] ||
		    sed -i "s/^priority:.*/priority: P$(($2 % 5))/" "$edited"
		;;
	11)
		edited=$(file '*.context.md' "$1")
		[ -z "$edited" ] || echo "by hand: $2" >>"$edited"
		;;
	12)
		edited=$(find $tasks -type d -name 'TASK-*' | LC_ALL=C sort |
		    pick "$1")
		to=$(printf '%s\n' inbox backlog next current integration |
		    pick "$2")
		[ -z "$edited" ] || [ -e "$tasks/$to/${edited##*/}" ] ||
		    mv "$edited" "$tasks/$to/"
		;;
	13) task-watch --once --enforce ;;
	14) task-index ;;
	15) echo "$1" >>mine.txt && git add mine.txt && git commit -qm mine ;;
	esac >>"$sandbox/log" 2>&1
}

# Two passes: the second takes in what the first put back.
settle() {
	task-watch --once --enforce >>"$sandbox/log" 2>&1
	task-watch --once --enforce >>"$sandbox/log" 2>&1
	sound
	is "$(find $tasks -type d -name 'TASK-*' | sed 's/.*TASK-//; s/-.*//' |
	    LC_ALL=C sort | uniq -d)" ""
}

for seed in $TASK_SEEDS; do
	it "leaves a sound board after $TASK_ROUNDS rounds of seed $seed"
	mkdir "seed-$seed" && cd "seed-$seed" && board
	round=0
	plan "$seed" "$TASK_ROUNDS" >"$sandbox/plan"
	while read -r op a b c d; do
		round=$((round + 1))
		echo "== $round: $op $a $b $c $d" >>"$sandbox/log"
		operate "$op" "$a" "$b" "$c" "$d"
		rc=$?
		case $rc in
		0 | 1 | 65) ;;
		*) fail "round $round, operation $op: exit status $rc:" \
		    "$(tail -n 20 "$sandbox/log")" ;;
		esac
		[ $((round % 25)) -ne 0 ] || settle
	done <"$sandbox/plan"
	settle
	is "$(grep -e AddressSanitizer -e 'runtime error' "$sandbox/log")" ""
	cd ..
done

finish
