#!/bin/sh
# SPDX-License-Identifier: MIT
# A P0: its way past a stage, who makes room for it, and what is said when it is
# closed.
. "${TASK_SRC:?}/t/lib.sh"

fresh_board() {
	cd "$sandbox/work" && mkdir "$1" && cd "$1" || exit 1
	board
	policy "$2"
}

policy() {
	printf '%s\n' "$1" >.work/tasks/policy.yaml &&
	    git add .work/tasks/policy.yaml && git commit -qm "policy"
}

# limit N SCOPE ENFORCE [GATES]: of current
limit() {
	printf 'wip: {current: {limit: %s, scope: %s, enforce: %s}}\n' \
	    "$1" "$2" "$3"
	printf 'gates: [%s]\n' "${4-}"
}

# make STAGE PRIORITY [DRI]: a complete task; TASK_NOW is when it started.
make() {
	make_task "Made $2 in $1" "$(printf '"stage":"%s",%s,"dri":"%s"' "$1" \
	    "\"effort\":\"M\",\"priority\":\"$2\"" "${3:-@alice}")"
	id=$(printf '%04d' $(($(sed 's/^0*//' .work/tasks/ID_COUNTER.txt) - 1)))
}

# start PRIORITY WHEN [DRI]: one that went into current then.
start() {
	make next "$1" "${3:-@alice}"
	TASK_NOW=2025-10-$2T00:00:00Z task-move "$id" current >/dev/null ||
	    fail "it does not start"
}

# The stage in whose folder a task lies, and its status.
state() {
	f=$(card "$1")
	f=${f#.work/tasks/}
	echo "${f%%/*} $(sed -n 's/^status: //p' "$(card "$1")" | tr -d '"')"
}

last_events() {
	events "$1" | tail -n "$2" | paste -sd' ' -
}

# field ID EVENT FIELD: of the last event of that kind
field() {
	grep "\"event\":\"$2\"" "$(ledger "$1")" | tail -n 1 |
	    sed -n "s/.*\"$3\":\"\([^\"]*\)\".*/\1/p"
}

fresh_board way "$(limit 9 system hard next)"
it "goes from the backlog past next, with its reason in the ledger"
make backlog P2
exits 0 task-set -r "nobody can log in" "$id" priority=P0
exits 0 task-move -s "$id"
out_is "TASK-$id"
is "$(state "$id")" "current active"
is "$(last_events "$id" 4)" "signed_off validated fast_tracked started"
is "$(field "$id" fast_tracked desc)" "nobody can log in"
is "$(field "$id" signed_off gate)" "next"
sound

it "says that reason, too, where another is given"
make backlog P0
exits 0 task-move -s -r "the shop is down" "$id"
is "$(field "$id" fast_tracked desc)" "the shop is down"

it "wants to know why, where the ledger does not say"
make backlog P0
exits 1 task-move -s "$id"
err_has "nobody said why it is P0 and goes past 'next' (--reason)"
is "$(state "$id")" "backlog active"
is "$(last_events "$id" 1)" "validation_failed"

it "needs the sign-off of the gate that it goes past"
exits 1 task-move -r why "$id"
err_has "going past 'next' needs a person's sign-off (task-sign $id next"
exits 0 task-sign "$id" next
exits 0 task-move -r why "$id"
is "$(state "$id")" "current active"

it "which may be given while it is in the inbox, but counts from the backlog"
make inbox P0
exits 1 task-sign "$id" next
err_has "no move leads to 'next'"

it "may go to next all the same"
make backlog P0
exits 0 task-move -s "$id" next
is "$(state "$id")" "next active"

it "goes from the inbox to current in two steps and one commit"
make inbox P0
head=$(git rev-parse HEAD)
exits 0 task-move -j -s -r why "$id" current
out_is "{\"id\":\"TASK-$id\",\"from\":\"inbox\",\"to\":\"current\"}"
is "$(git rev-parse HEAD^)" "$head"
is "$(last_events "$id" 5)" \
    "verified signed_off validated fast_tracked started"
sound

it "stays where the second step is refused, the first being done"
make inbox P0
exits 1 task-move -r why "$id" current
out_is "TASK-$id"
err_has "going past 'next'"
is "$(state "$id")" "backlog active"
is "$(last_events "$id" 2)" "verified validation_failed"
sound

it "goes no further than its way"
make inbox P0
unchanged exits 1 task-move -n -s -r why "$id" integration
err_has "from 'inbox' the next stage is 'backlog'; 'integration' comes later"

it "lets no other go past next"
make backlog P1
exits 1 task-move -s -r why "$id" current
err_has "'current' comes later (only a P0 goes there at once)"

it "holds for a folder that is moved by hand"
make backlog P0
exits 0 task-sign "$id" next
git mv ".work/tasks/backlog/TASK-$id-made-p0-in-backlog" .work/tasks/current/
exits 1 task-watch --once
err_has "nobody said why it is P0"
git mv ".work/tasks/current/TASK-$id-made-p0-in-backlog" .work/tasks/backlog/
exits 0 task-set -r "it burns" "$id" priority=P1
exits 0 task-set -r "it burns" "$id" priority=P0
git mv ".work/tasks/backlog/TASK-$id-made-p0-in-backlog" .work/tasks/current/
exits 0 task-watch --once
is "$(state "$id")" "current active"
is "$(last_events "$id" 3)" "validated fast_tracked started"
sound

fresh_board room "$(limit 3 system hard)"
it "displaces the least urgent task of a stage that is full"
start P1 01
first=$id
start P3 02
second=$id
start P3 03
third=$id
make backlog P0
head=$(git rev-parse HEAD)
exits 0 task-move --columns id,from,to -r "it burns" "$id"
out_is "TASK-$id	backlog	current
TASK-$third	current	next"
err_has "TASK-$id: TASK-$third (Made P3 in next) was paused to make room"
is "$(git rev-parse HEAD^)" "$head"
is "$(state "$id")" "current active"
is "$(state "$third")" "next paused"
is "$(state "$second") $(state "$first")" "current active current active"
is "$(last_events "$third" 1) $(field "$third" paused_by_p0 preempted_by)" \
    "paused_by_p0 TASK-$id"
is "$(field "$id" displaced displaced_task)" "TASK-$third"
is "$(last_events "$id" 3)" "started wip_limit_approached displaced"
file_has "$(card "$third")" "TASK-$id, which is P0, needs its place"
sound

it "says so even where it is asked to be quiet"
p0=$id
make backlog P0
exits 0 task-move -q -r "it burns, too" "$id"
err_has "TASK-$second (Made P3 in next) was paused to make room"
is "$(state "$second")" "next paused"

it "displaces no P0, and none that is blocked"
exits 0 task-status --by external:parts "$first" blocked
make backlog P0
unchanged exits 1 task-move -n -r "and this" "$id"
exits 1 task-move -r "and this" "$id"
err_has "'current' is full: 3 of 3"
is "$(last_events "$id" 2)" "wip_limit_blocked validation_failed"

it "shows it first, with -n"
exits 0 task-status "$first" active
unchanged exits 0 task-move -n -r "and this" "$id"
out_is "TASK-$id
TASK-$first"
exits 0 task-move --no-commit -r "and this" "$id"
is "$(state "$first")" "next paused"
exits 0 task-watch --once
sound

it "names what is still paused because of it, when it is closed"
tick "$p0"
exits 0 task-move "$p0" integration
err_lacks "paused"
exits 0 task-move --skip-learning "no time" "$p0" archived
err_has "TASK-$p0: TASK-$third is still paused because of it"
err_has "TASK-$p0: its retrospective is due within 72 hours"
exits 0 task-ledger --add p0_retrospective -m "we test it now" "$p0"

it "and does not where it goes on again"
exits 0 task-status "$third" active
is "$(state "$third")" "next active"
for d in .work/tasks/current/TASK-*; do
	p0=${d#.work/tasks/current/TASK-}
	p0=${p0%%-*}
	grep -q "displaced_task\":\"TASK-$second" "$d"/*.jsonl && break
done
exits 0 task-status "$second" active
tick "$p0"
exits 0 task-move "$p0" integration
exits 0 task-move --skip-learning "no time" "$p0" archived
err_lacks "still paused"

it "names them where it is canceled, too"
for d in .work/tasks/current/TASK-*; do
	p0=${d#.work/tasks/current/TASK-}
	p0=${p0%%-*}
	grep -q "displaced_task\":\"TASK-$first" "$d"/*.jsonl && break
done
exits 0 task-status -r "a false alarm" "$p0" canceled
err_has "TASK-$first is still paused because of it"
# Nothing was closed that there would be to look back at.
err_lacks "retrospective"
sound

fresh_board gone "$(limit 1 system hard)"
it "names them where it is merged into another, or split"
start P2 01
first=$id
make backlog P0
p0=$id
exits 0 task-move -r "it burns" "$p0"
make inbox P2
exits 0 task-merge "$id" "$p0"
err_has "TASK-$p0: TASK-$first is still paused because of it"
exits 0 task-status "$first" active
exits 0 task-move "$first" current
make backlog P0
p0=$id
exits 0 task-move -r "it burns again" "$p0"
exits 0 task-split --into one --into two --criteria 1=1 --criteria 2=2 "$p0"
err_has "TASK-$p0: TASK-$first is still paused because of it"
sound

fresh_board each "$(limit 1 dri hard)"
it "takes a task of the same person, where each has a limit"
start P3 01 @bob
bob=$id
start P1 02
alice=$id
make backlog P0
exits 0 task-move -r "it burns" "$id"
is "$(state "$bob"), $(state "$alice")" "current active, next paused"
sound

fresh_board soft "$(limit 1 system soft)"
it "pauses nobody where the limit only advises"
start P3 01
other=$id
make backlog P0
exits 0 task-move -r "it burns" "$id"
err_has "'current' holds 2 tasks, more than the 1"
is "$(state "$other")" "current active"

fresh_board none "$(limit 0 system hard)"
it "makes no room where there is none at all"
make backlog P0
exits 1 task-move -r "it burns" "$id"
err_has "'current' is full: 0 of 0"

fresh_board broken "$(limit 2 system hard)"
it "passes over a card that cannot be read"
start P3 02
bad=$id
start P1 03
good=$id
make backlog P0
printf -- '---\nstatus: [\n---\n' >"$(card "$bad")"
exits 0 task-move -r "it burns" "$id"
is "$(state "$good")" "next paused"

fresh_board claim "$(limit 1 system hard)"
it "displaces as well when it is pulled, and when it is resumed"
start P2 01
first=$id
make next P0
exits 0 task-next --claim
is "$(state "$id"), $(state "$first")" "current active, next paused"
exits 0 task-status -r "wait for parts" "$id" paused
exits 0 task-status --start "$first" active
exits 0 task-status --start "$id" active
out_is "TASK-$id
TASK-$first"
is "$(state "$id"), $(state "$first")" "current active, next paused"
sound

it "is not resumed halfway: from the inbox there are two steps"
make backlog P0
exits 0 task-status -r "wait for parts" "$id" paused
exits 0 task-move -r "not yet" "$id" inbox
unchanged exits 1 task-status --start -r "they came" "$id" active
err_has "it cannot be started from 'inbox'; make it active, and move it"
is "$(state "$id")" "inbox paused"

fresh_board set "$(limit 1 system hard next)"
it "is set and taken to current by one command"
start_gate() { task-move -s "$1" current >/dev/null; }
make next P2
start_gate "$id"
first=$id
make inbox P3
head=$(git rev-parse HEAD)
exits 0 task-set --fast-track -s -r "nobody can log in" "$id" priority=P0
out_is "TASK-$id
TASK-$first"
is "$(git rev-parse HEAD^)" "$head"
is "$(state "$id"), $(state "$first")" "current active, next paused"
is "$(last_events "$id" 8)" "priority_changed verified signed_off validated fast_tracked started wip_limit_approached displaced"
sound

it "keeps what was set where a step is refused, and puts that on record"
make inbox P3
exits 1 task-set --fast-track -r "it burns" "$id" priority=P0
err_has "going past 'next' needs a person's sign-off"
out_is "TASK-$id"
is "$(state "$id")" "backlog active"
is "$(last_events "$id" 3)" "verified wip_limit_blocked validation_failed"
sound

it "goes on from there without a key"
exits 1 task-set --fast-track -s "$id"
err_has "'current' is full"
out_is ""
policy "$(limit 2 system hard next)"
exits 0 task-set --fast-track -s "$id"
is "$(state "$id")" "current active"
exits 0 task-set --fast-track -s "$id"
err_has "TASK-$id: is in 'current' already"
out_is ""

it "is for a P0 alone"
make inbox P3
unchanged exits 1 task-set --fast-track -s -r why "$id" effort=L
err_has "--fast-track is for a P0 alone (priority=P0)"
unchanged exits 64 task-set -s -r why "$id" priority=P0
err_has "--sign goes with --fast-track"

it "lets no worker sign for it"
TASK_AGENT=bot
export TASK_AGENT
exits 1 task-set --fast-track -s -r why "$id" priority=P0
err_has "a worker"
unset TASK_AGENT
is "$(state "$id")" "backlog active"

finish
