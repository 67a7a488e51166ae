#!/bin/sh
# SPDX-License-Identifier: MIT
# The rows of lifecycle.md on the state of a task: what each change requires,
# does and logs, and what it does to those that depend on the task.
. "${TASK_SRC:?}/t/lib.sh"

stages="inbox backlog next current integration learning archived"
ready='"priority":"P1","effort":"M"'

# A board of its own for what follows.
fresh_board() {
	cd "$sandbox/work" && mkdir "$1" && cd "$1" || exit 1
	board
}

# policy YAML: the board's policy from now on.
policy() {
	printf '%s\n' "$1" >.work/tasks/policy.yaml &&
	    git add .work/tasks/policy.yaml && git commit -qm "policy"
}

# The number of the task that was made last.
newest() {
	printf '%04d' $(($(sed 's/^0*//' .work/tasks/ID_COUNTER.txt) - 1))
}

# in_stage STAGE [ID...]: makes a complete task there, which depends on these;
# its number is $id.
in_stage() {
	stage=$1
	shift
	deps=$(printf ',"%s"' "$@")
	[ $# -gt 0 ] || deps=
	make_task "In $stage" \
	    "\"stage\":\"$stage\",$ready,\"depends_on\":[${deps#,}]"
	id=$(newest)
}

# The names of the last N events of a task, on one line.
last_events() {
	events "$1" | tail -n "$2" | paste -sd' ' -
}

# is_event ID EVENT MEMBERS: what the last event of that kind says, from its
# name to its version.
is_event() {
	is "$(grep "\"event\":\"$2\"" "$(ledger "$1")" | tail -n 1 |
	    sed 's/.*"event":"\([^"]*\)",//; s/,"version".*//')" "$3"
}

# The value of a key in the card of a task, as it is written.
key() {
	sed -n "s/^$2: //p" "$(card "$1")" | head -n 1
}

# The stage in whose folder a task lies, and the status in its card.
state() {
	for stage in $stages; do
		ls ".work/tasks/$stage" | grep -q "^TASK-$1-" &&
		    echo "$stage $(key "$1" status | tr -d '"')"
	done
}

# states ID...: the same of several, with commas between.
states() {
	for one in "$@"; do
		state "$one"
	done | paste -sd, -
}

# A flag in the index of a task's stage, and in the root's.
flagged() {
	stage=$(state "$1")
	for index in "${stage% *}/INDEX.md" INDEX.md; do
		grep "^| $1 |" ".work/tasks/$index" | grep -qF "| $2 |" ||
		    fail "$index has no flag $2 for $1"
	done
}

# change ID SED: a person changes the card by hand.
change() {
	for f in $(card "$1"); do
		sed -e "$2" "$f" >"$sandbox/changed" &&
		    cat "$sandbox/changed" >"$f"
	done
}

it "says that there is no board, and how to make one"
exits 66 task-status --by 2 1 blocked
err_is "task-status: no .work/tasks here or above (task-init makes one)"

fresh_board block
in_stage next
in_stage current

it "blocks a task by another, and prints its id"
cp "$(card 0001)" "$sandbox/card"
exits 0 task-status --by 2 1 blocked
out_is "TASK-0001"
err_is ""
is "$(state 0001)" "next blocked"

it "writes into the card what blocks it, and keeps every other byte"
diff "$sandbox/card" "$(card 0001)" | grep '^[<>]' | sort >"$out"
out_is '< blocked_by: null
< status: "active"
> blocked_by: "task:TASK-0002"
> status: "blocked"'

it "logs what blocks it, with time and user"
is "$(tail -n 1 "$(ledger 0001)" | sed 's/"id":"[^"]*"/"id":""/')" \
    '{"id":"","ts":"2025-10-18T10:30:00Z","user":"@alice","event":"blocked","desc":"blocked by task:TASK-0002","blocked_by":"task:TASK-0002","version":"1.0"}'

it "makes one commit, of the task and its rows"
is "$(git log -1 --format=%s)" "TASK-0001: blocked"
is "$(git log -1 --format= --name-only | sort)" ".work/tasks/INDEX.md
.work/tasks/next/INDEX.md
.work/tasks/next/TASK-0001-in-next/0001-in-next.task.md
.work/tasks/next/TASK-0001-in-next/0001.ledger.jsonl"

it "shows in the indexes what blocks it"
flagged 0001 "blocked(TASK-0002)"
sound

for by in 0002 TASK-0002 TASK-2 task:2 task:TASK-0002 "$(card 0002)"; do
	it "takes ${by##*/} for the task that blocks it"
	in_stage inbox
	exits 0 task-status --by "$by" "$id" blocked
	is "$(key "$id" blocked_by)" '"task:TASK-0002"'
done

for by in "external:API access" "decision:which of the two?" \
    "info:Zoë knows" 'external:a "b" | c: #d' "external:a\\b"; do
	it "blocks a task by $by"
	in_stage backlog
	exits 0 task-status --by "$by" "$id" blocked
	is "$(state "$id")" "backlog blocked"
	exits 0 task-ls --columns id,flags -s blocked backlog
	out_has "TASK-$id	blocked($(printf %s "$by" | sed 's/\\/\\\\/g'))"
	exits 0 task-ledger --columns id,desc "$id"
	out_has "blocked by $(printf %s "$by" | sed 's/\\/\\\\/g')"
done

for stage in inbox backlog next current integration learning; do
	it "blocks a task in $stage, where it stays"
	in_stage "$stage"
	exits 0 task-status --by info:x "$id" blocked
	is "$(state "$id")" "$stage blocked"
done

it "takes a reason for what the log says"
exits 0 task-status --by info:y -r "nobody knows how" "$id" blocked
is_event "$id" blocked \
    '"desc":"nobody knows how","blocked_by":"info:y"'

it "blocks what is blocked by something else"
exits 0 task-status --by external:z "$id" blocked
is "$(key "$id" blocked_by)" '"external:z"'
is "$(last_events "$id" 3)" "blocked blocked blocked"

it "blocks nothing twice by the same"
unchanged exits 1 task-status --by external:z "$id" blocked
err_is "task-status: TASK-$id: it is blocked by that already"

it "lets a blocked task move forward nowhere"
in_stage next
exits 0 task-status --by 2 "$id" blocked
exits 1 task-move "$id"
err_has "TASK-$id: "
err_has "blocked"

it "blocks no task by itself"
in_stage next
unchanged exits 1 task-status --by "$id" "$id" blocked
err_is "task-status: TASK-$id: it cannot be blocked by itself"

it "blocks no task by one that there is not"
unchanged exits 66 task-status --by 4711 "$id" blocked
err_is "task-status: TASK-4711: no such task"

it "says that what blocks it is missing, and what that may be"
unchanged exits 64 task-status "$id" blocked
err_has "--by WHAT is missing"
err_has "external:…"

for by in "" nothing external: "decision: " info external "task:x" 0; do
	it "takes '$by' for nothing that could block a task"
	unchanged exits 64 task-status --by "$by" "$id" blocked
	err_has "--by: '$by' does not say what blocks it"
done

it "takes only one line of UTF-8 for what blocks a task"
unchanged exits 64 task-status --by "$(printf 'info:a\nb')" "$id" blocked
err_has "one line of UTF-8"
unchanged exits 64 task-status --by "$(printf 'info:a\tb')" "$id" blocked
unchanged exits 64 task-status --by "$(printf 'info:\377')" "$id" blocked
unchanged exits 64 task-status \
    --by "info:$(head -c 1020 /dev/zero | tr '\0' x)" "$id" blocked

it "keeps a control character in what blocks a task from the terminal"
exits 0 task-status --by "$(printf 'info:\033[31mred')" "$id" blocked
exits 0 task-ls
out_lacks "$(printf '\033')"
file_lacks .work/tasks/next/INDEX.md "$(printf '\033')"
sound

fresh_board unblock
in_stage next
in_stage current
cp "$(card 0001)" "$sandbox/card"

it "refuses to unblock a task while the other is not done, and says where it is"
exits 0 task-status --by 2 1 blocked
unchanged exits 1 task-status 1 active
err_is "task-status: TASK-0001: it is blocked by TASK-0002, which is in 'current' and not done (-r REASON unblocks it all the same)"

it "unblocks it with a reason all the same"
exits 0 task-status -r "the old one will do" 1 active
out_is "TASK-0001"
is "$(state 0001)" "next active"
is "$(key 0001 blocked_by)" "null"
is_event 0001 unblocked \
    '"desc":"the old one will do","previously_blocked_by":"task:TASK-0002"'
is "$(git log -1 --format=%s)" "TASK-0001: active"

it "unblocks it without a reason when the other is done"
exits 0 task-status --by 2 1 blocked
advance 0002 integration
exits 0 task-status 1 active
is_event 0001 unblocked \
    '"desc":"what blocked it is over","previously_blocked_by":"task:TASK-0002"'

it "leaves the card as it was before it was blocked"
diff "$sandbox/card" "$(card 0001)" >"$out"
out_is ""

it "unblocks what no task blocks when a person says so"
exits 0 task-status --by external:x 1 blocked
exits 0 task-status 1 active
is_event 0001 unblocked \
    '"desc":"what blocked it is over","previously_blocked_by":"external:x"'

it "shows dep_ready when all that it depends on is done"
in_stage next 2
exits 0 task-status --by info:x "$id" blocked
flagged "$id" "blocked(info:x) dep_ready"
exits 0 task-status "$id" active
flagged "$id" dep_ready

it "makes nothing active that is active"
unchanged exits 1 task-status 1 active
err_is "task-status: TASK-0001: it is active already"
sound

fresh_board pause
policy 'gates: []
wip: {next: {limit: 50}, current: {limit: 50}}'

for stage in backlog next; do
	it "pauses a task in $stage, where it stays"
	in_stage "$stage"
	exits 0 task-status -r "no time" "$id" paused
	out_is "TASK-$id"
	is "$(state "$id")" "$stage paused"
	is_event "$id" paused \
	    "\"desc\":\"no time\",\"paused_from_stage\":\"$stage\",\"expected_resume\":null"
done

it "pauses a task in current, which then lies in next"
in_stage current
cp "$(card "$id")" "$sandbox/card"
exits 0 task-status -r "no time" "$id" paused
is "$(state "$id")" "next paused"
is_event "$id" paused '"desc":"no time","paused_from_stage":"current","expected_resume":null'
is "$(git log -1 --format=%s)" "TASK-$id: paused"

it "keeps every other byte of the card"
grep -v -e '^status' -e '^stage' -e '^paused_' "$(card "$id")" >"$out"
grep -v -e '^status' -e '^stage' "$sandbox/card" | diff - "$out" ||
    fail "the card has changed"
is "$(key "$id" stage)" '"next"'
is "$(key "$id" paused_reason)" '"no time"'
is "$(key "$id" paused_date)" '"2025-10-18"'

it "takes its row to the index of next"
file_lacks .work/tasks/current/INDEX.md "| $id |"
file_has .work/tasks/next/INDEX.md \
    "| $id | In current | @alice | paused | paused | - |"
sound

it "says with --until when it should go on"
in_stage next
exits 0 task-status -r "holidays" --until 2025-11-01 "$id" paused
is "$(key "$id" expected_resume_date)" '"2025-11-01"'
is_event "$id" paused '"desc":"holidays","paused_from_stage":"next","expected_resume":"2025-11-01"'
flagged "$id" "paused(2025-11-01)"

for until in 2025-02-30 2025-13-01 tomorrow "" 2025-11-1 \
    2025-11-01T00:00:00Z "2025-11-01 " 7d; do
	it "takes '$until' for no date"
	in_stage next
	unchanged exits 64 task-status -r x --until "$until" "$id" paused
	err_is "task-status: --until: '$until' is no date as 2025-11-01"
done

for stage in inbox integration learning; do
	it "pauses no task in $stage"
	in_stage "$stage"
	unchanged exits 1 task-status -r x "$id" paused
	err_is "task-status: TASK-$id: in '$stage' no task is paused"
done

it "pauses nothing without a reason"
in_stage next
unchanged exits 64 task-status "$id" paused
err_is "task-status: -r REASON is missing: why it is paused"

for reason in "" "  " "$(printf '\n')"; do
	it "takes '$reason' for no reason"
	unchanged exits 64 task-status -r "$reason" "$id" paused
	err_is "task-status: --reason: the reason is empty"
done

it "keeps a reason of two lines, quotes and a tab as it is"
exits 0 task-status -r "$(printf 'a "b"\n- c:\t#d')" "$id" paused
is "$(key "$id" paused_reason)" '"a \"b\"\n- c:\t#d"'
exits 0 task-show "$id"
sound

it "pauses nothing that is paused"
unchanged exits 1 task-status -r x "$id" paused
err_is "task-status: TASK-$id: it is paused already"

it "pauses nothing that is blocked, and blocks nothing that is paused"
unchanged exits 1 task-status --by info:x "$id" blocked
err_is "task-status: TASK-$id: it is paused, and cannot become blocked from that; make it active first"
in_stage next
task-status --by info:x "$id" blocked >/dev/null
unchanged exits 1 task-status -r x "$id" paused
err_is "task-status: TASK-$id: it is blocked, and cannot become paused from that; make it active first"
sound

fresh_board resume
policy 'gates: []
wip: {next: {limit: 50}, current: {limit: 1, enforce: hard}}'

it "resumes a task where it lies, and clears what the pause had set"
in_stage next
task-status -r x --until 2025-11-01 "$id" paused >/dev/null
exits 0 env TASK_NOW=2025-10-21T10:29:59Z task-status "$id" active
out_is "TASK-$id"
is "$(state "$id")" "next active"
is "$(key "$id" paused_reason) $(key "$id" paused_date)" "null null"
is "$(key "$id" expected_resume_date)" "null"

it "logs where it is resumed, and how many whole days it was paused"
is_event "$id" resumed '"desc":"resumed","resumed_to_stage":"next","paused_duration_days":2'
is "$(last_events "$id" 1)" resumed
sound

it "resumes one that was paused in current in next"
in_stage current
task-status -r x "$id" paused >/dev/null
exits 0 task-status -r "the printer is there" "$id" active
is "$(state "$id")" "next active"
is_event "$id" resumed '"desc":"the printer is there","resumed_to_stage":"next","paused_duration_days":0'

it "can be moved on from there"
exits 0 task-move "$id"
is "$(state "$id")" "current active"
sound

it "starts nothing with --start where the limit of current is reached"
in_stage next
task-status -r x "$id" paused >/dev/null
unchanged exits 1 task-status --start "$id" active
err_has "TASK-$id: it cannot be started: "
err_has "current"

it "starts it with --start where there is a place"
policy 'gates: []
wip: {next: {limit: 50}, current: {limit: 2, enforce: hard}}'
exits 0 task-status --start "$id" active
out_is "TASK-$id"
is "$(state "$id")" "current active"
is "$(key "$id" stage)" '"current"'
is "$(events "$id" | grep -e resumed -e validated -e started |
    paste -sd' ' -)" "resumed validated started"
is "$(git log -1 --format=%s)" "TASK-$id: active"
sound

it "counts those that it starts along with it"
policy 'gates: []
wip: {next: {limit: 50}, current: {limit: 3, enforce: hard}}'
in_stage next
first=$id
in_stage next
task-status -r x "$first" "$id" paused >/dev/null
exits 1 task-status --start "$first" "$id" active
out_is "TASK-$first"
err_has "TASK-$id: it cannot be started: "
is "$(states "$first" "$id")" "current active,next paused"
sound

it "starts nothing with --start whose dependency is not done"
policy 'gates: []
wip: {next: {limit: 50}, current: {limit: 50}}'
in_stage next 1
task-status -r x "$id" paused >/dev/null
unchanged exits 1 task-status --start "$id" active
err_has "TASK-$id: it cannot be started: "
err_has "TASK-0001"

it "starts nothing with --start from backlog, which is not next"
in_stage backlog
task-status -r x "$id" paused >/dev/null
unchanged exits 1 task-status --start "$id" active
err_has "from 'backlog' the next stage is 'next'"

it "starts nothing with --start past a gate that nobody signed"
policy 'gates: [current]'
in_stage next
task-status -r x "$id" paused >/dev/null
unchanged exits 1 task-status --start "$id" active
err_has "sign-off"
sound

fresh_board cancel
policy 'gates: []'

for stage in inbox backlog next current integration learning; do
	it "cancels a task in $stage, which then lies in archived"
	in_stage "$stage"
	exits 0 task-status -r "nobody asks" --completed 40 "$id" canceled
	out_is "TASK-$id"
	is "$(state "$id")" "archived canceled"
	is "$(key "$id" canceled_reason)" '"nobody asks"'
	is "$(key "$id" stage)" '"archived"'
	is_event "$id" canceled "\"desc\":\"nobody asks\",\"from_stage\":\"$stage\",\"completed_percentage\":40"
	is "$(last_events "$id" 1)" canceled
done
sound

it "cancels what is blocked or paused"
in_stage next
task-status -r x "$id" paused >/dev/null
exits 0 task-status -r "nobody asks" "$id" canceled
is_event "$id" canceled '"desc":"nobody asks","from_stage":"next"'
in_stage inbox
task-status --by info:x "$id" blocked >/dev/null
exits 0 task-status -r "nobody asks" "$id" canceled
is "$(state "$id")" "archived canceled"

it "cancels in one commit that says so"
is "$(git log -1 --format=%s)" "TASK-$id: canceled"

it "shows no flags for it"
flagged "$id" -

for word in active blocked paused canceled; do
	it "makes nothing $word that was canceled"
	option=-q
	[ $word != blocked ] || option=--by=info:x
	unchanged exits 1 task-status -r "again" $option "$id" $word
	err_is "task-status: TASK-$id: it is closed"
done

it "lets what was canceled move nowhere"
unchanged exits 1 task-move -r "again" "$id" inbox
err_has "closed"

it "changes nothing that was closed by a move"
in_stage archived
unchanged exits 1 task-status -r x "$id" canceled
err_is "task-status: TASK-$id: it is closed"

it "cancels nothing without a reason"
in_stage next
unchanged exits 64 task-status "$id" canceled
err_is "task-status: -r REASON is missing: why it is canceled"

for percent in -1 101 x "" 1.5 "5 %" 99999999999999999999; do
	it "takes '$percent' for no percentage"
	unchanged exits 64 task-status -r x --completed="$percent" "$id" canceled
	err_is "task-status: --completed: '$percent' is no number from 0 to 100"
done

it "takes 0, 100 and a percent sign"
exits 0 task-status -r x --completed 100% "$id" canceled
is_event "$id" canceled '"desc":"x","from_stage":"next","completed_percentage":100'
in_stage next
exits 0 task-status -r x --completed 0 "$id" canceled
is_event "$id" canceled '"desc":"x","from_stage":"next","completed_percentage":0'
sound

it "puts a canceled task into the archive's sub-folder by policy"
fresh_board shards
policy 'scale: {archive_shard: 10}'
in_stage inbox
exits 0 task-status -r x "$id" canceled
case $(folder "$id") in
.work/tasks/archived/*/TASK-*) ;;
*) fail "it lies in $(folder "$id")" ;;
esac
sound

fresh_board cancel-cascade
policy 'gates: []'

# A task in next, and one of each open stage that depends on it: 2 to 7.
with_dependents() {
	fresh_board "$1"
	policy 'gates: []'
	in_stage next
	for stage in inbox backlog next current integration learning; do
		in_stage "$stage" 1
	done
}

it "blocks those that wait for what is canceled, and prints their ids after it"
in_stage next
for stage in inbox backlog next learning archived; do
	in_stage "$stage" 1
done
in_stage inbox
exits 0 task-status -r "nobody asks" 1 canceled
out_is "TASK-0001
TASK-0002
TASK-0003
TASK-0004"
is "$(states 0002 0003 0004)" "inbox blocked,backlog blocked,next blocked"
is "$(key 0002 blocked_by)" '"task:TASK-0001"'

it "logs for each of them what blocks it, and why"
is "$(last_events 0002 1)" cascade_blocked_by_cancel
is_event 0002 cascade_blocked_by_cancel '"desc":"TASK-0001, which it depends on, was canceled","blocker":"TASK-0001"'

it "shows that what blocks them was canceled"
flagged 0002 "blocked(TASK-0001:canceled)"
flagged 0003 "blocked(TASK-0001:canceled)"
flagged 0004 "blocked(TASK-0001:canceled)"

it "lists in its ledger all that depend on it and are open"
is "$(last_events 0001 2)" "canceled cascade_cancel"
is_event 0001 cascade_cancel '"desc":"dependents: TASK-0002, TASK-0003, TASK-0004, TASK-0005","dependents":["TASK-0002","TASK-0003","TASK-0004","TASK-0005"]'

it "leaves all others as they are"
is "$(states 0005 0006 0007)" \
    "learning active,archived active,inbox active"
is "$(last_events 0005 1)" created

it "does all that in one commit, which names them"
is "$(git log -1 --format=%B)" "TASK-0001: canceled

and along with it: TASK-0002, TASK-0003, TASK-0004"
sound

it "leaves those alone that are blocked or paused already"
fresh_board cancel-held
in_stage next
in_stage next 1
in_stage next 1
task-status -r x 2 paused >/dev/null
task-status --by info:x 3 blocked >/dev/null
exits 0 task-status -r x 1 canceled
out_is "TASK-0001"
is "$(key 0003 blocked_by)" '"info:x"'
is "$(states 0002 0003)" "next paused,next blocked"
sound

it "stops at those that depend on it, and not at those that depend on them"
fresh_board cancel-chain
in_stage next
in_stage next 1
in_stage next 2
exits 0 task-status -r x 1 canceled
is "$(states 0002 0003)" "next blocked,next active"

it "logs no cascade where nothing depends on it"
exits 0 task-status -r x 3 canceled
is "$(last_events 0003 1)" canceled

it "does not take TASK-0010 for what depends on TASK-0001"
fresh_board cancel-prefix
for i in 1 2 3 4 5 6 7 8 9 10; do
	in_stage inbox
done
in_stage inbox 10
exits 0 task-status -r x 1 canceled
out_is "TASK-0001"
exits 0 task-status -r x 10 canceled
out_is "TASK-0010
TASK-0011"
sound

it "shows that it was canceled for what it blocks without a dependency"
fresh_board cancel-blocker
in_stage next
in_stage inbox
task-status --by 1 2 blocked >/dev/null
exits 0 task-status -r x 1 canceled
flagged 0002 "blocked(TASK-0001:canceled)"
sound

with_dependents cancel-asks

it "cancels nothing that work depends on before it is said what becomes of that"
unchanged exits 1 task-status -r x 1 canceled
err_is "task-status: TASK-0001: work that depends on it goes on (TASK-0005 in 'current', TASK-0006 in 'integration'): say with --dependents block, pause or keep what becomes of that"
out_is ""

it "blocks them with --dependents block"
exits 0 task-status -r x --dependents block 1 canceled
is "$(states 0002 0003 0004 0005 0006 0007)" \
    "inbox blocked,backlog blocked,next blocked,current blocked,integration blocked,learning active"
is "$(last_events 0005 1) $(last_events 0006 1)" \
    "cascade_blocked_by_cancel cascade_blocked_by_cancel"
flagged 0005 "blocked(TASK-0001:canceled)"
sound

with_dependents cancel-keep

it "leaves them at work with --dependents keep, and blocks those that wait"
exits 0 task-status -r x --dependents keep 1 canceled
is "$(states 0002 0003 0004 0005 0006 0007)" \
    "inbox blocked,backlog blocked,next blocked,current active,integration active,learning active"
is "$(last_events 0005 1) $(last_events 0006 1)" "created created"
sound

it "pauses them with --dependents pause, so that they lie in next"
fresh_board cancel-pause
in_stage next
in_stage inbox 1
in_stage current 1
exits 0 task-status -r "nobody asks" --dependents pause 1 canceled
out_is "TASK-0001
TASK-0002
TASK-0003"
is "$(states 0002 0003)" "inbox blocked,next paused"
is_event 0003 paused '"desc":"TASK-0001, which it depends on, was canceled","paused_from_stage":"current","expected_resume":null'
is "$(key 0003 paused_reason)" \
    '"TASK-0001, which it depends on, was canceled"'
sound

it "refuses as a whole where one in integration would have to be paused"
with_dependents cancel-refuses
unchanged exits 1 task-status -r x --dependents pause 1 canceled
err_is "task-status: TASK-0001: TASK-0006, which depends on it: in 'integration' no task is paused"

with_dependents pause-silent

it "touches none that depends on what is paused where nothing is said"
exits 0 task-status -r "no time" 1 paused
out_is "TASK-0001"
is "$(states 0002 0003 0004 0005 0006 0007)" \
    "inbox active,backlog active,next active,current active,integration active,learning active"
git log -1 --format= --name-only | grep -v -e TASK-0001 -e INDEX.md >"$out"
out_is ""
sound

with_dependents pause-block

it "blocks all that depend on what is paused with --dependents block"
exits 0 task-status -r "no time" --dependents block 1 paused
out_is "TASK-0001
TASK-0002
TASK-0003
TASK-0004
TASK-0005
TASK-0006
TASK-0007"
is "$(states 0002 0003 0004 0005 0006 0007)" \
    "inbox blocked,backlog blocked,next blocked,current blocked,integration blocked,learning blocked"
is_event 0002 cascade_blocked_by_pause '"desc":"TASK-0001, which it depends on, was paused","blocker":"TASK-0001"'
is "$(key 0005 blocked_by)" '"task:TASK-0001"'
flagged 0005 "blocked(TASK-0001)"
is "$(last_events 0001 1)" paused
sound

it "unblocks them again when it is resumed"
exits 0 task-status 1 active
out_is "TASK-0001
TASK-0002
TASK-0003
TASK-0004
TASK-0005
TASK-0006
TASK-0007"
is "$(states 0002 0003 0004 0005 0006 0007)" \
    "inbox active,backlog active,next active,current active,integration active,learning active"
is_event 0002 unblocked '"desc":"TASK-0001, which it depends on, goes on","previously_blocked_by":"task:TASK-0001"'
is "$(git log -1 --format=%s)" "TASK-0001: active"
sound

it "unblocks them when it is resumed with --start, too"
exits 0 task-status -r "no time" --dependents block 1 paused
exits 0 task-status --start 1 active
is "$(states 0001 0002 0007)" \
    "current active,inbox active,learning active"
sound

it "unblocks none of them where --start is refused"
exits 0 task-status -r "no time" --dependents block 1 paused
policy 'gates: [current]'
unchanged exits 1 task-status --start 1 active

it "unblocks none that is blocked by something else since"
exits 0 task-status --by external:x 2 blocked
exits 0 task-status -r x 3 active
exits 0 task-status --by info:y 3 blocked
exits 0 task-status 1 active
out_is "TASK-0001
TASK-0004
TASK-0005
TASK-0006
TASK-0007"
is "$(states 0002 0003)" "inbox blocked,backlog blocked"
sound

fresh_board exactly
in_stage next
in_stage next 1
in_stage next 1
in_stage next
in_stage next 4

it "unblocks none that a person had blocked by it before its pause"
exits 0 task-status --by 1 2 blocked
exits 0 task-status -r x --dependents block 1 paused
out_is "TASK-0001
TASK-0003"
exits 0 task-status 1 active
out_is "TASK-0001
TASK-0003"
is "$(states 0002 0003)" "next blocked,next active"

it "unblocks none that was blocked by the pause of another"
exits 0 task-status -r x --dependents block 4 paused
exits 0 task-status -r x 1 paused
exits 0 task-status 1 active
out_is "TASK-0001"
is "$(states 0005)" "next blocked"
exits 0 task-status 4 active
is "$(states 0005)" "next active"

it "unblocks none that a person blocked by it after an earlier pause"
exits 0 task-status --by 1 3 blocked
exits 0 task-status -r x 1 paused
exits 0 task-status 1 active
out_is "TASK-0001"
is "$(states 0003)" "next blocked"

it "resumes none that was paused along with it"
exits 0 task-status -r x --dependents pause 4 paused
is "$(states 0004 0005)" "next paused,next paused"
exits 0 task-status 4 active
out_is "TASK-0004"
is "$(states 0005)" "next paused"
sound

it "pauses those that depend on it with --dependents pause"
fresh_board pause-pause
in_stage next
in_stage backlog 1
in_stage current 1
exits 0 task-status -r "no time" --until 2025-11-01 --dependents pause 1 paused
out_is "TASK-0001
TASK-0002
TASK-0003"
is "$(states 0002 0003)" "backlog paused,next paused"
is_event 0003 paused '"desc":"TASK-0001, which it depends on, was paused","paused_from_stage":"current","expected_resume":null'
is "$(git log -1 --format=%B)" "TASK-0001: paused

and along with it: TASK-0002, TASK-0003"
sound

it "pauses those that are in a stage where a task can be"
fresh_board pause-some
in_stage next
in_stage current 1
in_stage inbox 1
exits 0 task-status -r x --dependents pause 1 paused
out_is "TASK-0001
TASK-0002"
is "$(states 0002 0003)" "next paused,inbox active"
sound

with_dependents pause-keep

it "tells those that depend on it with --dependents keep that work can go on"
exits 0 task-status -r "no time" --dependents keep 1 paused
out_is "TASK-0001"
is "$(states 0002 0005 0006)" \
    "inbox active,current active,integration active"
for id in 0002 0003 0004 0005 0006 0007; do
	is "$(last_events $id 1)" dependency_paused
done
is_event 0005 dependency_paused '"desc":"TASK-0001 was paused; work can go on","task_id":"TASK-0001"'
sound

fresh_board many
policy 'gates: []'
for i in 1 2 3 4 5 6 7 8; do
	in_stage next
done

it "changes several tasks in one commit"
before=$(git rev-parse HEAD)
exits 0 task-status -r "no time" 1 TASK-0002 "$(card 0003)" paused
out_is "TASK-0001
TASK-0002
TASK-0003"
is "$(git rev-list --count "$before..")" 1
is "$(git log -1 --format=%s)" "TASK-0001, TASK-0002, TASK-0003: paused"
sound

it "reads references from standard input"
task-ls -s paused >"$sandbox/list"
task-status - active <"$sandbox/list" >"$out" 2>"$err"
is $? 0
out_is "TASK-0001
TASK-0002
TASK-0003"
is "$(git log -1 --format=%s)" "TASK-0001, TASK-0002, TASK-0003: active"

it "reads what other programs print with -z and -j"
task-ls -N 2 -z next >"$sandbox/list"
task-status --by info:x - blocked <"$sandbox/list" >"$out" 2>"$err"
out_is "TASK-0001
TASK-0002"
task-ls -s blocked -j >"$sandbox/list"
task-status - active <"$sandbox/list" >"$out" 2>"$err"
out_is "TASK-0001
TASK-0002"

it "prints what the next program of a pipeline reads"
printf '1\n2\n' | task-status -r x - paused | task-status - active |
    task-move - >"$out" 2>"$err"
out_is "TASK-0001
TASK-0002"
is "$(states 0001 0002)" "current active,current active"

it "changes nothing where there is nothing to read"
unchanged exits_with "" 0 task-status -r x - paused
out_is ""

it "changes those that it can, and exits with the first failure"
task-status -r x 4 paused >/dev/null
exits 66 task-status -r x 4711 4 5 paused
out_is "TASK-0005"
err_has "TASK-4711: no such task"
err_has "TASK-0004: it is paused already"
is "$(states 0004 0005)" "next paused,next paused"

it "changes a task that is named twice once"
exits 0 task-status -r x 6 TASK-0006 paused
out_is "TASK-0006"
is "$(events 0006 | grep -c paused)" 1
sound

for order in "1 2" "2 1"; do
	it "cancels $order, of which the second task depends on the first"
	fresh_board "order-${order% *}"
	in_stage next
	in_stage next 1
	in_stage next 2
	# shellcheck disable=SC2086
	exits 0 task-status -r "nobody asks" $order canceled
	sort "$out" >"$sandbox/sorted" && cp "$sandbox/sorted" "$out"
	out_is "TASK-0001
TASK-0002
TASK-0003"
	is "$(states 0001 0002 0003)" \
	    "archived canceled,archived canceled,next blocked"
	is "$(last_events 0002 1)" cascade_cancel
	is "$(events 0002 | grep -c '^canceled')" 1
	flagged 0003 "blocked(TASK-0002:canceled)"
	sound
done

it "pauses a task and one that depends on it"
fresh_board order-pause
in_stage next
in_stage current 1
exits 0 task-status -r x 1 2 paused
is "$(states 0001 0002)" "next paused,next paused"
is "$(events 0002 | grep -c '^paused')" 1
exits 0 task-status 2 1 active
exits 0 task-status -r x --dependents block 2 1 paused
is "$(states 0001 0002)" "next paused,next paused"
sound

it "unblocks one that does not depend on it any more, but was blocked by its pause"
fresh_board unlinked
in_stage next
in_stage next 1
exits 0 task-status -r x --dependents block 1 paused
exits 0 task-link --off 1 2
exits 0 task-status 1 active
out_is "TASK-0001
TASK-0002"
is "$(states 0002)" "next active"
sound

it "keeps one blocked until the last of two that are paused goes on"
fresh_board two-pauses
in_stage next
in_stage next
in_stage next 1 2
for first in 1 2; do
	exits 0 task-status -r x --dependents block 1 paused
	exits 0 task-status -r x --dependents block 2 paused
	is_event 0003 cascade_blocked_by_pause '"desc":"TASK-0002, which it depends on, was paused, too","blocker":"TASK-0002"'
	is "$(key 0003 blocked_by)" '"task:TASK-0001"'
	exits 0 task-status $first active
	is "$(states 0003) $(key 0003 blocked_by)" \
	    "next blocked \"task:TASK-000$((first == 1 ? 2 : 1))\""
	exits 0 task-status $((first == 1 ? 2 : 1)) active
	is "$(states 0003)" "next active"
	sound
done

it "blocks one that depends on two operands by the first of them"
fresh_board order-two
in_stage next
in_stage next
in_stage next 1 2
exits 0 task-status -r x 1 2 canceled
out_is "TASK-0001
TASK-0002
TASK-0003"
is "$(key 0003 blocked_by)" '"task:TASK-0001"'
is "$(events 0003 | grep -c cascade)" 1
sound

fresh_board forms
for _ in 1 2 3 4 5; do
	in_stage next
done
in_stage next 5

it "prints with -j the id of each, those of dependents last"
exits 0 task-status -j -r x 1 paused
out_is '{"id":"TASK-0001"}'
exits 0 task-status -j -r x --dependents block 5 paused
out_is '{"id":"TASK-0005"}
{"id":"TASK-0006"}'

it "ends ids with a NUL with -z"
task-status -z -r x 2 3 paused | tr '\0' '+' >"$out"
out_is "TASK-0002+TASK-0003+"

it "prints the names of the columns with --header"
exits 0 task-status --header 1 active
out_is "id
TASK-0001"

it "changes nothing where a column is asked for that it has not"
unchanged exits 64 task-status --columns id,nothing -r x 1 paused

it "changes nothing with -n, and prints the ids that it would change"
unchanged exits 0 task-status -n 5 active
out_is "TASK-0005
TASK-0006"
unchanged exits 0 task-status -n -r x 1 4 canceled
out_is "TASK-0001
TASK-0004"

it "refuses with -n what it would refuse"
unchanged exits 1 task-status -n -r x 2 paused
err_has "it is paused already"

it "changes the files and commits nothing with --no-commit"
before=$(git rev-parse HEAD)
exits 0 task-status --no-commit --by info:x 1 blocked
is "$(git rev-parse HEAD)" "$before"
is "$(states 0001)" "next blocked"
exits 0 task-index --check

it "has said then what happened: whoever commits it does not say it again"
for status in paused canceled; do
	git reset -q --hard "$before"
	exits 0 task-status --no-commit -r why 1 "$status"
	n=$(events 0001 | wc -l)
	exits 0 task-watch --once
	is "$(events 0001 | wc -l)" "$n"
	sound
done
git reset -q --hard "$before"

it "marks what an agent's process changes with the worker's id"
exits 0 env TASK_AGENT=bot-1 TASK_USER=@bob task-status 5 active
tail -n 1 "$(ledger 0005)" >"$out"
out_has '"user":"@bob"'
out_has '"metadata":{"worker_id":"bot-1"}'
tail -n 1 "$(ledger 0006)" >"$out"
out_has '"metadata":{"worker_id":"bot-1"}'

it "says who does it with -u"
exits 0 task-status -u @carol --by info:x 4 blocked
tail -n 1 "$(ledger 0004)" >"$out"
out_has '"user":"@carol"'
sound

# misfit STATUS OPTION...: the option says nothing about the status.
misfit() {
	to=$1
	shift
	unchanged exits 64 task-status -r why "$@" 1 "$to"
	name=${1%%=*}
	err_is "task-status: $name says nothing about '$to'"
}

for to in active paused canceled; do
	it "takes no --by to make a task $to"
	misfit $to --by=info:x
done
for to in active blocked canceled; do
	it "takes no --until to make a task $to"
	misfit $to --until=2025-11-01
done
for to in blocked paused canceled; do
	it "takes no --start to make a task $to"
	misfit $to --start
done
for to in active blocked paused; do
	it "takes no --completed to make a task $to"
	misfit $to --completed=10
done
for to in active blocked; do
	it "takes no --dependents to make a task $to"
	misfit $to --dependents=keep
done

it "takes nothing but block, pause and keep for --dependents"
unchanged exits 64 task-status -r x --dependents drop 1 paused
err_is "task-status: --dependents: 'drop' is none of block, pause, keep"
unchanged exits 64 task-status -r x --dependents "" 1 paused

it "names the status that was probably meant"
unchanged exits 64 task-status -r x 1 pausd
err_is "task-status: 'pausd' is no status; the last operand is active, blocked, paused or canceled (did you mean 'paused'?)"
unchanged exits 64 task-status -r x 1 cancelled
err_has "did you mean 'canceled'?"
unchanged exits 64 task-status --by info:x 1 Blocked
err_has "did you mean 'blocked'?"

it "says of a word that is near to none which there are"
unchanged exits 64 task-status -r x 1 nonsense
err_is "task-status: 'nonsense' is no status; the last operand is active, blocked, paused or canceled"
unchanged exits 64 task-status -r x 1 2
err_has "'2' is no status"

it "splits no task"
unchanged exits 64 task-status -r x 1 split
err_has "'split' is no status"

it "says that a status alone names no task"
unchanged exits 64 task-status -r x paused
err_is "task-status: no operand: usage: task-status REF... STATUS"

it "refuses no operand at all, and shows what it takes"
unchanged exits 64 task-status
err_has "task-status REF... STATUS"

it "names the option that was probably meant"
unchanged exits 64 task-status --dependants keep -r x 1 paused
err_has "did you mean '--dependents'?"

it "says that there is no such task"
unchanged exits 66 task-status -r x 4711 paused
err_is "task-status: TASK-4711: no such task"

it "says that a word is no task"
unchanged exits 64 task-status -r x nonsense paused
err_has "'nonsense' is no task"
unchanged exits 64 task-status -r x ../../etc/passwd paused

it "prints no control character of what was typed"
unchanged exits 64 task-status -r x 1 "$(printf 'a\033[31m')"
err_lacks "$(printf '\033')"
unchanged exits 64 task-status --by "$(printf 'a\033[31m')" 1 blocked
err_lacks "$(printf '\033')"

it "tells what it is for and what it takes"
exits 0 task-status -h
out_has "task-status: block, pause, cancel tasks, and make them active again"
out_has "--dependents HOW"

fresh_board files
in_stage next
in_stage inbox 1
in_stage inbox

it "names line and column of a card that is not valid YAML"
c=$(card 0001)
printf -- '---\npriority: @high\n---\n' >"$c"
unchanged exits 65 task-status -r x 1 canceled
err_has "$c:2:11: "
git checkout -q .

it "changes nothing where the card of a dependent is not valid YAML"
c=$(card 0002)
printf -- '---\npriority: @high\n---\n' >"$c"
unchanged exits 65 task-status -r x 1 canceled
err_has "$c:2:11: "
unchanged exits 65 task-status -r x --dependents block 1 paused
git checkout -q .

it "says that a card has no status"
change 0003 's/^status: .*/status: odd/'
git commit -qam "odd"
unchanged exits 65 task-status -r x 3 canceled
err_has "the card says no status"
git reset -q --hard HEAD~1

it "says that the ledger is missing, also of a dependent"
rm "$(ledger 0002)"
unchanged exits 65 task-status -r x 2 canceled
err_has "0002.ledger.jsonl: there is no such file"
unchanged exits 65 task-status -r x 1 canceled
err_has "0002.ledger.jsonl: there is no such file"
git checkout -q .

it "refuses where a committed line of the ledger was changed"
l=$(ledger 0001)
sed 's/imported":true/imported":false/' "$l" >x && cat x >"$l" && rm x
unchanged exits 1 task-status -r x 1 canceled
err_has "$l:1: a line that was committed has changed"
git checkout -q .

# In braces no key can be added.
{
	printf -- '---\n{task_id: "0002", task_name: "In inbox", '
	printf 'created_by: "@alice", created_date: "2025-10-18", '
	printf 'schema_version: "1.0", stage: inbox, status: active, '
	printf 'current_dri: "@alice", depends_on: ["TASK-0001"]}\n'
	awk 'n == 2; /^---$/ && ++n == 2' "$(card 0002)"
} >"$sandbox/braces"

it "changes nothing where the card of a dependent cannot be changed"
cat "$sandbox/braces" >"$(card 0002)" && task-index >/dev/null
git commit -qam "braces"
unchanged exits 65 task-status -r x 1 canceled
err_has "$(card 0002):2:1: "

it "changes no dependent of a task that it refuses, whatever others are changed"
in_stage inbox 1
first=$id
in_stage inbox 1
sed "s/0002/$id/" "$sandbox/braces" >"$(card "$id")"
change 0002 's/, depends_on: .*\]/, depends_on: []/'
task-index >/dev/null
git commit -qam "braces"
exits 65 task-status -r x 1 3 canceled
out_is "TASK-0003"
is "$(states 0001 "$first")" "next active,inbox active"
sound

fresh_board hand
in_stage next
in_stage inbox 1
in_stage inbox

it "puts on record and commits what was changed by hand in the task"
echo "By hand." >>"$(card 0001)"
exits 0 task-status --by info:x 1 blocked
is "$(last_events 0001 2)" "content_updated blocked"
is "$(tail -n 1 "$(card 0001)")" "By hand."
is "$(ls "$(folder 0001)" | grep -c 'task.v1')" 1
sound

it "does so in a dependent that it changes"
task-status 1 active >/dev/null
echo "By hand." >>"$(card 0002)"
exits 0 task-status -r x --dependents block 1 paused
is "$(last_events 0002 2)" "content_updated cascade_blocked_by_pause"
is "$(tail -n 1 "$(card 0002)")" "By hand."
sound

it "judges by the status that was set by hand"
change 0003 's/^status: .*/status: "blocked"/;s/^blocked_by: .*/blocked_by: "info:x"/'
exits 0 task-status 3 active
is "$(last_events 0003 2)" "blocked unblocked"
is "$(states 0003)" "inbox active"
sound

it "leaves a dependent that it does not change as it is"
exits 0 task-status -r x 2 active
exits 0 task-status --by info:y 2 blocked
echo "More." >>"$(card 0002)"
exits 0 task-status -r x 1 canceled
is "$(dirty)" " M $(card 0002)"
git checkout -q .

it "leaves what is dirty or staged elsewhere as it is"
in_stage backlog
echo one >main.c && git add main.c && git commit -qm "main"
echo two >main.c && git add main.c && echo three >main.c
echo "Not this one." >>"$(card 0003)"
dirty >"$sandbox/before"
exits 0 task-status -r x "$id" paused
is "$(dirty)" "$(cat "$sandbox/before")"
is "$(git show :main.c)" "two"
git reset -q --hard

it "changes nothing in a folder that was moved by hand, and says what judges that"
mv "$(folder 0003)" .work/tasks/backlog/
unchanged exits 1 task-status -r x 3 canceled
err_has "task-watch --once"
mv .work/tasks/backlog/TASK-0003-in-inbox .work/tasks/inbox/

it "refuses a task that has two packages"
cp -r "$(folder 0003)" .work/tasks/backlog/
unchanged exits 65 task-status -r x 3 canceled
err_has "two packages have this id"
rm -r .work/tasks/backlog/TASK-0003-in-inbox

it "keeps a byte order mark, CRLF, comments and unknown keys"
f=$(card 0003)
change 0003 's/^priority: .*/&	# so it is/;s/^tags: .*/&\nmine:  [ a,  b ]/'
{ printf '\357\273\277'; sed 's/$/\r/' "$f"; } >x && cat x >"$f" && rm x
git commit -qam "CRLF"
cp "$f" "$sandbox/card"
exits 0 task-status --by info:x 3 blocked
exits 0 task-status 3 active
is "$(head -c 3 "$f" | od -An -tx1)" " ef bb bf"
is "$(grep -c -v "$(printf '\r')\$" "$f")" 0
sed 's/status: "active"/status: active/' "$f" >"$sandbox/a"
sed 's/status: "active"/status: active/' "$sandbox/card" |
    diff - "$sandbox/a" >"$out"
out_is ""
sound

it "does not wait for the lock with TASK_LOCK_TIMEOUT=0, and says who holds it"
exec 9>.git/task/lock && flock 9 && echo "task-new (pid 4711)" >&9
unchanged exits 75 env TASK_LOCK_TIMEOUT=0 task-status --by info:x 3 blocked
err_has "task-new (pid 4711)"
exec 9>&-

it "fails when its output cannot be written, and leaves a sound tree"
task-status --by info:x 3 blocked >/dev/full 2>"$err"
is $? 74
err_has "cannot write to standard output"
sound

it "fails when its output is closed, and leaves a sound tree"
if under_valgrind; then
	skip "valgrind opens a file where the output was"
else
	task-status --by info:y 3 blocked >&- 2>"$err"
	is $? 74
	sound
fi

it "names a wrong value in the policy with its line"
policy 'wip: x'
unchanged exits 78 task-status -r x 3 canceled
err_has ".work/tasks/policy.yaml:1:"
policy ''

it "says how to say who one is where nothing says it"
mv "$HOME/.gitconfig" "$HOME/away"
unchanged exits 78 task-status -r x 3 canceled
err_has "who are you?"
mv "$HOME/away" "$HOME/.gitconfig"

# Several operands that hang together.

fresh_board together
in_stage next		# 1
in_stage next 1		# 2
in_stage current 1	# 3

it "pauses one and what depends on it, in whatever order they are named"
exits 0 task-status -r x --dependents pause 1 2 3 paused
out_is "TASK-0001
TASK-0002
TASK-0003"
is "$(git log -1 --format=%s)" "TASK-0001: paused"
exits 0 task-status -r x 2 3 1 active
is "$(states 0001 0002 0003)" "next active,next active,next active"
sound

it "resumes one and what its pause had blocked"
exits 0 task-status -r x --dependents block 1 paused
is "$(states 0002 0003)" "next blocked,next blocked"
exits 0 task-status 1 2 3 active
is "$(states 0001 0002 0003)" "next active,next active,next active"
is "$(events 0002 | tail -n 1)" unblocked
sound

it "takes the status from the command line only"
exits 64 sh -c "printf '1\npaused\n' | task-status -r x -"
err_has "'-' is no status"

it "starts only what is paused"
exits 0 task-status --by info:x 2 blocked
unchanged exits 1 task-status --start -r y 2 active
err_is "task-status: TASK-0002: it is blocked; --start goes with resuming what is paused"
exits 0 task-status 2 active

it "takes no reason that is not UTF-8"
unchanged exits 64 task-status -r "$(printf 'a\377')" 1 paused
err_is "task-status: --reason: the reason is not UTF-8"

it "tells who was blocked by a pause of the cancel"
exits 0 task-status -r x --dependents block 1 paused
exits 0 task-status -r "not needed" 1 canceled
is "$(last_events 0002 2)" \
    "cascade_blocked_by_pause cascade_blocked_by_cancel"
flagged 0002 "blocked(TASK-0001:canceled)"
sound

it "unblocks what a canceled task blocks only for a reason"
unchanged exits 1 task-status 2 active
err_is "task-status: TASK-0002: it is blocked by TASK-0001, which was canceled (-r REASON unblocks it all the same)"
exits 0 task-status -r "it can do without" 2 active
sound

it "cancels a task that depends on itself"
in_stage inbox
sed "s/^depends_on: .*/depends_on: [\"TASK-$id\"]/" "$(card "$id")" \
    >"$sandbox/round" && cat "$sandbox/round" >"$(card "$id")"
exits 0 task-status -r "nonsense" "$id" canceled
sound

finish
