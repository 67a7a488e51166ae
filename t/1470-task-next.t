#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"

# queue NAME...: tasks that lie in next, made one after the other.
queue() {
	minute=0
	for name; do
		minute=$((minute + 1))
		TASK_NOW=2025-10-17T10:$(printf %02d $minute):00Z
		export TASK_NOW
		make_task "$name" '"priority":"P2","effort":"M"'
		id=$(task-ls inbox --columns id)
		task-move -s "$id" backlog >/dev/null 2>&1 &&
		    task-move -s "$id" next >/dev/null 2>&1 || fail "no queue"
	done
	TASK_NOW=2025-10-18T10:30:00Z
	export TASK_NOW
}

board

it "says that there is nothing to pull on a board that is empty"
exits 1 task-next
out_is ""
err_is "task-next: nothing can be pulled: no task is in 'next'"
exits 1 task-next --claim
err_is "task-next: nothing can be pulled: no task is in 'next'"

queue One Two Three Four
head=$(git rev-parse HEAD)

it "prints the one that came first, and changes nothing"
exits 0 task-next
out_is "TASK-0001	P2	M	@alice	One"
err_is ""
is "$(git rev-parse HEAD)" "$head"
is "$(dirty)" ""

it "prints it as JSON, with where it comes from and goes to"
exits 0 task-next -j
out_is '{"id":"TASK-0001","priority":"P2","effort":"M","dri":"@alice","name":"One","from":"next","to":"current"}'

it "ends the record with a NUL under -z"
exits 0 task-next -z --columns id
is "$(tr '\0' '!' <"$out")" "TASK-0001!"

it "takes priority before age"
exits 0 task-set 3 priority=P1 -r "the users wait for it"
exits 0 task-next --columns id
out_is "TASK-0003"

it "takes what came back for rework before the others of its priority"
exits 0 task-move 1 current
exits 0 task-move 1 next -r "the tests fail"
exits 0 task-move 2 current
TASK_NOW=2025-10-18T10:31:00Z exits 0 task-move 2 next -r "so do these"
exits 0 task-set 3 priority=P2 -r "they wait no more"
exits 0 task-next --columns id
out_is "TASK-0002"

it "has the order of the index of next"
exits 0 task-ls next --columns id -N 1
out_is "TASK-0002"
sound

it "passes over what waits for something, and says with -v what for"
exits 0 task-link 2 --on 4
exits 0 task-next -v --columns id
out_is "TASK-0001"
err_has "TASK-0002: it waits for TASK-0004"

it "passes over what is blocked and what is paused"
exits 0 task-status 1 blocked --by external:keys
exits 0 task-status 3 paused -r "later"
exits 0 task-next --columns id
out_is "TASK-0004"

it "says what stops the first where no task may be pulled"
exits 0 task-status 4 paused -r "later, too"
exits 1 task-next
out_is ""
err_is "task-next: nothing can be pulled: TASK-0002: it waits for TASK-0004, which is in next (--concurrent-ok REASON starts it all the same); nor can the others (-v says why)"
exits 1 task-next --claim
out_is ""
exits 0 task-status 1 3 4 active -r "now"
sound

it "looks only at the tasks of one person with -D"
exits 1 task-next -D @bob
err_is "task-next: nothing can be pulled: no task of @bob is in 'next'"
exits 0 task-next -D @alice --columns id
out_is "TASK-0001"

it "takes no operand"
exits 64 task-next 1
err_has "no operands are taken"

it "claims nothing with -n"
head=$(git rev-parse HEAD)
exits 0 task-next -n --claim --columns id
out_is "TASK-0001"
is "$(git rev-parse HEAD)" "$head"
is "$(dirty)" ""

it "moves what is claimed to current, as one commit that says who"
exits 0 task-next --claim -u @zoe
out_is "TASK-0001	P2	M	@alice	One"
is "$(git rev-list --count "$head..HEAD")" 1
is "$(git log -1 --format=%s)" "TASK-0001: next to current: claimed by @zoe"
is "$(grep assigned_worker "$(card 0001)")" 'assigned_worker: "@zoe"'
is "$(grep current_dri "$(card 0001)")" 'current_dri: "@alice"'
is "$(tail -n 3 "$(ledger 0001)" | jq -r '.user + " " + .event')" \
    "@zoe content_updated
@zoe validated
@zoe started"
sound

it "claims for the worker that TASK_AGENT names"
exits 0 env TASK_AGENT=builder-1 task-next --claim --columns id
out_is "TASK-0003"
is "$(grep assigned_worker "$(card 0003)")" 'assigned_worker: "builder-1"'
is "$(tail -n 1 "$(ledger 0003)" | jq -r .metadata.worker_id)" builder-1
sound

it "stops at the hard limit of current"
cat >.work/tasks/policy.yaml <<'YAML'
version: 1
wip:
  current: {limit: 2, scope: system, enforce: hard}
YAML
git add -A && git commit -qm policy
exits 0 task-link 2 --off 4
exits 1 task-next --claim
err_has "TASK-0002: 'current' is full: 2 of 2"
git rm -q .work/tasks/policy.yaml && git commit -qm "no policy"

it "gives each of twenty who claim at once another task"
board_of_their_own=$sandbox/work/many
mkdir "$board_of_their_own" && cd "$board_of_their_own" || exit 1
board
printf 'version: 1\nwip:\n  current: {limit: 30, scope: system, enforce: hard}\n' \
    >.work/tasks/policy.yaml
git add -A && git commit -qm "room for all"
i=0
while [ $i -lt 16 ]; do
	i=$((i + 1))
	full_task "Task $i" '"priority":"P2","effort":"S"'
done | task-new - >/dev/null
task-ls inbox | task-move -s - backlog >/dev/null 2>&1
task-ls backlog | task-move -s - next >/dev/null 2>&1
i=0
while [ $i -lt 20 ]; do
	i=$((i + 1))
	TASK_LOCK_TIMEOUT=60s task-next --claim --columns id -u "@u$i" \
	    >"claimed.$i" 2>"said.$i" &
done
wait
is "$(cat claimed.* | sort -u | wc -l)" 16
is "$(cat claimed.* | wc -l)" 16
is "$(grep -l "no task is in 'next'" said.* | wc -l)" 4
rm claimed.* said.*
is "$(task-ls current | wc -l)" 16
sound

it "passes over a card that cannot be read, and says so"
make_task "Whole" '"priority":"P2","effort":"M"'
make_task "Broken" '"priority":"P1","effort":"M"'
task-move -s 17 18 backlog >/dev/null 2>&1
task-move -s 17 18 next >/dev/null 2>&1
sed 's/^task_name: .*/task_name: "/' "$(card 0018)" >"$sandbox/broken"
cat "$sandbox/broken" >"$(card 0018)"
exits 65 task-next --columns id
out_is "TASK-0017"
err_has "$(card 0018):"
exits 65 task-next --claim --columns id
out_is "TASK-0017"
git checkout -q .work

it "waits for the lock only to claim"
task-move 17 next -r "again" >/dev/null 2>&1
exec 7<>.git/task/lock
flock 7
exits 0 env TASK_LOCK_TIMEOUT=0 task-next --columns id
exits 75 env TASK_LOCK_TIMEOUT=0 task-next --claim
exec 7>&-

it "fails where its output cannot be written"
task-next >/dev/full 2>"$err"
is $? 74
err_is "task-next: cannot write to standard output: No space left on device"

it "needs a board"
cd "$sandbox/home" || exit 1
exits 66 task-next

finish
