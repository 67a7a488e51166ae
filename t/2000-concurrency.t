#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"

board
commits=$(git rev-list --count HEAD)

it "gives two hundred tasks from eight processes two hundred ids"
for p in 1 2 3 4 5 6 7 8; do
	(
		i=0
		while [ $i -lt 25 ]; do
			i=$((i + 1))
			task-new "From process $p, number $i" || echo "failed $p $i"
		done
	) >"ids.$p" 2>"err.$p" &
done
wait
is "$(cat ids.* | LC_ALL=C sort -u | wc -l | tr -d ' ')" 200
is "$(cat ids.* | LC_ALL=C sort | head -n 1)" TASK-0001
is "$(cat ids.* | LC_ALL=C sort | tail -n 1)" TASK-0200
is "$(cat err.*)" ""

it "makes two hundred commits in a line"
is "$(git rev-list --count HEAD)" $((commits + 200))
is "$(git rev-list --merges --count HEAD)" 0
rm -f ids.* err.*

it "leaves a sound board"
sound

it "loses nothing where many write to one task"
for p in 1 2 3 4; do
	(
		i=0
		while [ $i -lt 10 ]; do
			i=$((i + 1))
			task-ledger --add waiting_on -m "p$p n$i" 1
		done
	) >"ids.$p" 2>"err.$p" &
done
wait
is "$(cat err.*)" ""
is "$(grep -c waiting_on "$(ledger 0001)")" 40
is "$(sed 's/.*"desc":"\([^"]*\)".*/\1/' "$(ledger 0001)" | grep '^p' |
    LC_ALL=C sort -u | wc -l | tr -d ' ')" 40
rm -f ids.* err.*
sound

it "makes way for git's own commits in between"
for p in 1 2; do
	(
		i=0
		while [ $i -lt 15 ]; do
			i=$((i + 1))
			task-ledger --add waiting_on -m "q$p n$i" 2
		done
	) >"ids.$p" 2>"err.$p" &
done
i=0
while [ $i -lt 15 ]; do
	i=$((i + 1))
	echo "$i" >"file$i"
	git add "file$i" 2>/dev/null
	git commit -qm "code $i" -- "file$i" 2>/dev/null
done
wait
is "$(cat err.*)" ""
is "$(grep -c waiting_on "$(ledger 0002)")" 30
rm -f ids.* err.*
git add file* && { git diff --cached --quiet || git commit -qm "the rest"; }
sound

it "says who holds the lock when its time is up"
(
	exec 9<>.git/task/lock
	flock 9 && echo "a test (pid 1)" >.git/task/lock
	echo held >"$sandbox/held"
	exec sleep 60
) &
holder=$!
tries=0
until [ -s "$sandbox/held" ] || [ $tries -gt 200 ]; do
	tries=$((tries + 1))
	sleep 0.05
done
exits 75 env TASK_LOCK_TIMEOUT=0 task-new "Must wait"
err_is "task-new: the board is locked by a test (pid 1); waited 0 ms; try again"
kill $holder
wait $holder 2>/dev/null
exits 0 task-new "Goes on"

finish
