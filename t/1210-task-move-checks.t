#!/bin/sh
# SPDX-License-Identifier: MIT
# What a move requires: each check failing alone, what it says, and what goes
# on record; limits; and files that cannot be trusted.
. "${TASK_SRC:?}/t/lib.sh"

ready='"priority":"P1","effort":"M"'

# A board of its own for what follows.  No gates, unless a case sets them.
fresh_board() {
	cd "$sandbox/work" && mkdir "$1" && cd "$1" || exit 1
	board
	policy "${2:-gates: []}"
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

# in_stage STAGE [MEMBERS]: makes a complete task there; its number is $id.
in_stage() {
	make_task "In $1" "\"stage\":\"$1\",${2:-$ready}"
	id=$(newest)
}

# change ID SED: a person changes the card by hand, and commits it.
change() {
	for f in $(card "$1"); do
		sed -e "$2" "$f" >"$sandbox/changed" &&
		    cat "$sandbox/changed" >"$f"
	done
	git commit -qam "by hand"
	task-index >/dev/null 2>&1
}

# Runs a program to which the permissions of files apply, root or not.
bound() {
	if [ "$(id -u)" -eq 0 ]; then
		setpriv --bounding-set -dac_override,-dac_read_search \
		    --inh-caps -all "$@"
	else
		"$@"
	fi
}

last_events() {
	events "$1" | tail -n "$2" | paste -sd' ' -
}

event() {
	grep "\"event\":\"$2\"" "$(ledger "$1")" | tail -n 1
}

# refused CHECKS ID [ARGUMENT]...: the move is refused for exactly these
# checks (as they stand in JSON), is on record so, and changes nothing else.
refused() {
	checks=$1
	shift
	of=$(folder "$1")
	find .work -type f ! -name '*.ledger.jsonl' -print0 | sort -z |
	    xargs -0 sha1sum >"$sandbox/before"
	exits 1 task-move "$@"
	find .work -type f ! -name '*.ledger.jsonl' -print0 | sort -z |
	    xargs -0 sha1sum >"$sandbox/after"
	cmp -s "$sandbox/before" "$sandbox/after" ||
	    fail "more than the ledger changed"
	is "$(tail -n 1 "$of/$1.ledger.jsonl" |
	    sed -n 's/.*"event":"validation_failed".*"failed":\[\(.*\)\]}}$/\1/p')" \
	    "$checks"
}

fresh_board record

it "logs a refusal with the stages and the checks that failed"
in_stage backlog '"priority":null'
exits 1 task-move "$id"
out_is ""
event "$id" validation_failed >"$out"
out_has '"payload":{"from":"backlog","to":"next","failed":["priority","effort"]}}'

it "says each reason on a line of its own, with what to do"
is "$(grep -c "^task-move: TASK-$id: " "$err")" "2"
err_has "priority is not set"
err_has "effort is not set"

it "commits a refusal by itself"
is "$(git log -1 --format=%s)" "TASK-$id: refused: backlog to next"
is "$(git log -1 --format= --name-only)" "$(ledger "$id")"
is "$(dirty)" ""

it "logs it once, however often it is tried"
unchanged exits 1 task-move "$id"
err_has "priority is not set"
unchanged exits 1 task-move "$id" next

it "logs it again when other checks fail"
change "$id" 's/^priority: .*/priority: "P2"/'
exits 1 task-move "$id"
event "$id" validation_failed >"$out"
out_has '"failed":["effort"]'
unchanged exits 1 task-move "$id"

it "logs it again when another stage was meant"
exits 1 task-move "$id" archived
event "$id" validation_failed >"$out"
out_has '"to":"archived","failed":["transition"]'

it "logs it again after something else has happened"
task-ledger --add late_log -m "something else" "$id" >/dev/null
before=$(events "$id" | grep -c validation_failed)
exits 1 task-move "$id" archived
is "$(events "$id" | grep -c validation_failed)" "$((before + 1))"

it "logs a refusal of each of several, each by itself"
in_stage backlog '"priority":null'
exits 1 task-move "$id" 1
is "$(git log -2 --format=%s | sort)" "TASK-0001: refused: backlog to next
TASK-$id: refused: backlog to next"

it "keeps what the others of several did apart from it"
make_task "Good"
good=$(newest)
in_stage inbox
change "$id" '/^## Goal/,/^## Inputs/s/the goal//'
exits 1 task-move "$id" "$good" backlog
is "$(git log -2 --format=%s)" "TASK-$id: refused: inbox to backlog
TASK-$good: inbox to backlog: Good"
sound

it "keeps with a refusal what was changed by hand as it was changed"
in_stage inbox
echo "By hand." >>"$(card "$id")"
rm "$(folder "$id")/$id.context.md"
exits 1 task-move "$id"
file_has "$(card "$id")" "By hand."

fresh_board inbox

it "lets a complete task into the backlog"
in_stage inbox
exits 0 task-move "$id"

it "requires the context file"
in_stage inbox
git rm -q "$(folder "$id")/$id.context.md" && git commit -qm "no context"
refused '"package"' "$id"
err_has "$id.context.md is missing"

for section in "Goal" "Inputs Required" "Implementation Details" \
    "Expected Outputs"; do
	it "requires that the section $section says something"
	in_stage inbox
	change "$id" "/^## $section/,/^## /s/^the .*//"
	refused '"sections"' "$id"
	err_has "sections are still empty: $section ("
	err_has "$(card "$id")"

	it "requires that there is a section $section"
	in_stage inbox
	change "$id" "s/^## $section/## Something else/"
	refused '"sections"' "$id"
	err_has "sections are missing: $section ("

	it "takes the template's text in $section for none"
	in_stage inbox
	change "$id" "/^## $section/,/^## /s/^the .*/<!-- What is true? -->/"
	refused '"sections"' "$id"
	err_has "sections are still empty: $section ("
done

it "takes a placeholder in brackets for no text"
in_stage inbox
change "$id" 's/^the goal/[What is true when this is done?]/'
refused '"sections"' "$id"
err_has "sections are still empty: Goal ("

it "names all sections that are missing or empty at once"
task-new "Empty" >/dev/null
refused '"sections","criteria"' "$(newest)"
err_has "Goal, Inputs Required, Implementation Details, Expected Outputs, Acceptance Criteria"

it "takes no heading in a fence for a section"
in_stage inbox
change "$id" 's/^## Goal/```\n## Goal\n```/'
refused '"sections"' "$id"
err_has "sections are missing: Goal ("

it "takes no heading of another level for a section"
in_stage inbox
change "$id" 's/^## Expected Outputs/### Expected Outputs/'
refused '"sections"' "$id"
err_has "sections are missing: Expected Outputs ("

it "takes what stands below a heading of level three for a section's own"
in_stage inbox
change "$id" 's/^the details/### How\n\nthe details/'
exits 0 task-move "$id"

it "requires an acceptance criterion"
in_stage inbox
change "$id" 's/^- \[ \].*/some day/'
refused '"criteria"' "$id"
err_has "there is no acceptance criterion"
err_has "- [ ]"

it "takes a list without boxes for no criteria"
in_stage inbox
change "$id" 's/^- \[ \]/-/'
refused '"criteria"' "$id"

it "takes a task list in another section for no criteria"
in_stage inbox
change "$id" 's/^- \[ \].*/some day/;s/^the goal/- [ ] the goal/'
refused '"criteria"' "$id"

it "takes criteria that are ticked, and lists of any bullet, for criteria"
in_stage inbox
change "$id" 's/^- \[ \] first/* [x] first/;/second/d'
exits 0 task-move "$id"

it "requires a created event"
in_stage inbox
f=$(ledger "$id")
sed '/"event":"created"/d' "$f" >x && cat x >"$f" && rm x
echo '{"ts":"2025-10-18T10:30:00Z","user":"@bob","event":"rollback","desc":"by hand","from_stage":"next","to_stage":"inbox"}' >>"$f"
git commit -qam "by hand"
refused '"created"' "$id"
err_has "'created'"

it "requires somebody who is responsible"
in_stage inbox
change "$id" 's/^current_dri: .*/current_dri: null/'
refused '"dri"' "$id"
err_has "nobody is responsible"
err_has "current_dri"

fresh_board next

it "requires a priority"
in_stage backlog '"effort":"M"'
refused '"priority"' "$id"
err_has "priority is not set"

it "lets no P4 out of the backlog"
in_stage backlog '"priority":"P4","effort":"M"'
refused '"priority"' "$id"
err_has "P4"
err_has "P0 to P3"

it "requires an effort"
in_stage backlog '"priority":"P1"'
refused '"effort"' "$id"
err_has "effort is not set"
err_has "XS S M L XL"

it "reads an effort that is a number"
in_stage backlog
change "$id" 's/^effort_estimate: .*/effort_estimate: 8/'
exits 0 task-move "$id"

it "requires that every dependency exists"
in_stage backlog
change "$id" 's/^depends_on: .*/depends_on: ["TASK-4711"]/'
refused '"dependencies"' "$id"
err_has "it depends on TASK-4711, which does not exist"

it "requires that somebody is responsible for every dependency"
in_stage backlog
other=$id
change "$other" 's/^current_dri: .*/current_dri: null/'
in_stage backlog "$ready,\"depends_on\":[\"$other\"]"
refused '"dependencies"' "$id"
err_has "it depends on TASK-$other, for which nobody is responsible"

it "requires that no dependency is canceled"
make_task "Canceled" '"created":"2025-01-01","events":[{"ts":"2025-01-02T00:00:00Z","event":"canceled","from_stage":"inbox"}]'
other=$(newest)
in_stage backlog "$ready,\"depends_on\":[\"$other\"]"
refused '"dependencies"' "$id"
err_has "it depends on TASK-$other, which is canceled"

it "names every dependency that fails"
in_stage backlog
change "$id" 's/^depends_on: .*/depends_on: ["TASK-4711", "TASK-4712"]/'
refused '"dependencies"' "$id"
err_has "TASK-4711"
err_has "TASK-4712"

it "requires that the dependencies do not go round in a circle, and shows it"
in_stage backlog
first=$id
in_stage backlog "$ready,\"depends_on\":[\"$first\"]"
second=$id
in_stage backlog "$ready,\"depends_on\":[\"$second\"]"
change "$first" "s/^depends_on: .*/depends_on: [TASK-$id]/"
refused '"cycle"' "$first"
err_has "TASK-$first -> TASK-$id -> TASK-$second -> TASK-$first"

it "lets no task wait for itself"
in_stage backlog
change "$id" "s/^depends_on: .*/depends_on: [TASK-$id]/"
refused '"cycle"' "$id"
err_has "TASK-$id -> TASK-$id"

it "does not require that a dependency is done"
in_stage backlog
other=$id
in_stage backlog "$ready,\"depends_on\":[\"$other\"]"
exits 0 task-move "$id"

fresh_board current 'gates: []
wip: {current: {limit: 50}, integration: {limit: 50}, learning: {limit: 50}}'

for stage in inbox backlog next current; do
	it "starts no task that waits for one in $stage"
	in_stage "$stage"
	other=$id
	in_stage next "$ready,\"depends_on\":[\"$other\"]"
	refused '"done-before"' "$id"
	err_has "it waits for TASK-$other, which is in $stage"
	err_has "--concurrent-ok"
done
for stage in integration learning archived; do
	it "starts a task that waits for one in $stage"
	in_stage "$stage"
	other=$id
	in_stage next "$ready,\"depends_on\":[\"$other\"]"
	exits 0 task-move "$id"
done

it "starts no task that waits for a canceled one"
make_task "Canceled" '"created":"2025-01-01","events":[{"ts":"2025-01-02T00:00:00Z","event":"canceled","from_stage":"inbox"}]'
other=$(newest)
in_stage next "$ready,\"depends_on\":[\"$other\"]"
refused '"done-before"' "$id"
err_has "it waits for TASK-$other, which is canceled"

it "starts one all the same with --concurrent-ok, and logs the reason"
in_stage next
other=$id
in_stage next "$ready,\"depends_on\":[\"$other\"]"
exits 0 task-move --concurrent-ok "the interface is agreed" "$id"
is "$(events "$id" | tail -n 3 | sort | paste -sd' ' -)" \
    "concurrent_ok started validated"
event "$id" concurrent_ok >"$out"
out_has '"desc":"the interface is agreed"'

it "logs no concurrent_ok where nothing was waited for"
in_stage next
exits 0 task-move --concurrent-ok "in case" "$id"
is "$(events "$id" | grep -c concurrent_ok)" "0"

it "starts with --concurrent-ok none that waits for a task that is not there"
in_stage next
change "$id" 's/^depends_on: .*/depends_on: ["TASK-4711"]/'
refused '"done-before"' "$id" --concurrent-ok "why not"
err_has "TASK-4711"

# held STATUS MEMBERS: sets the card of $id so, by hand.
held() {
	change "$id" "s/^status: .*/status: \"$1\"/;s/^blocked_by: .*/$2/"
}

for pair in "inbox backlog" "backlog next" "next current" \
    "current integration" "integration learning" "learning archived"; do
	from=${pair% *}
	to=${pair#* }
	it "moves no blocked task from $from to $to"
	in_stage "$from"
	tick "$id"
	held blocked 'blocked_by: "external:API access"'
	refused '"held"' "$id" --skip-learning "x"
	err_has "it is blocked (external:API access)"

	it "moves no paused task from $from to $to"
	in_stage "$from"
	tick "$id"
	held paused 'blocked_by: null'
	refused '"held"' "$id" --skip-learning "x"
	err_has "it is paused"
done

it "moves a blocked or paused task back"
in_stage current
held blocked 'blocked_by: "external:API access"'
exits 0 task-move -r "blocked" "$id" next
held paused 'blocked_by: null'
exits 0 task-move -r "paused" "$id" backlog

it "requires that every criterion is ticked, and names those that are not"
in_stage current
refused '"ticked"' "$id"
err_has "not ticked: 'first'"
err_has "not ticked: 'second'"
err_has "--waive"

it "names only those that are open"
in_stage current
change "$id" 's/^- \[ \] first/- [x] first/'
refused '"ticked"' "$id"
err_has "'second'"
err_lacks "'first'"

it "takes a tick with a capital X"
in_stage current
change "$id" 's/^- \[ \]/- [X]/'
exits 0 task-move "$id"

it "goes on with open criteria with --waive, and logs reason and criteria"
in_stage current
exits 0 task-move --waive "done by hand" "$id"
is "$(last_events "$id" 2)" "implemented verified"
event "$id" implemented >"$out"
out_has '"payload":{"waived":"done by hand","open":["first","second"]}'

it "logs no waiver where everything is ticked"
in_stage current
tick "$id"
exits 0 task-move --waive "in case" "$id"
file_lacks "$(ledger "$id")" "waived"

for from in learning integration; do
	it "archives from $from no task without a learning file, and names it"
	in_stage "$from"
	refused '"learning"' "$id" archived
	err_has "$id.learning.md"
	err_has "--skip-learning"
done

it "takes an empty learning file for none"
in_stage learning
: >"$(folder "$id")/$id.learning.md"
git add . && git commit -qm "empty"
refused '"learning"' "$id"

for from in backlog next current integration learning; do
	it "requires a reason for a move back from $from"
	in_stage "$from"
	refused '"reason"' "$id" inbox
	err_has "a move back from '$from' to 'inbox' needs a reason (--reason)"
done
sound

fresh_board limits 'gates: []
wip:
  next:        {limit: 2, scope: dri,    enforce: hard}
  current:     {limit: 5, scope: system, enforce: hard}
  integration: {limit: 2, scope: system, enforce: soft}
  learning:    {limit: 2, scope: dri,    enforce: soft}'

it "says nothing of a limit below 80 % of it"
for i in 1 2 3; do
	in_stage next
	exits 0 task-move "$id"
	is "$(last_events "$id" 1)" "started"
done
err_is ""

it "logs wip_limit_approached from 80 % of a limit on"
in_stage next
exits 0 task-move "$id"
is "$(last_events "$id" 2)" "started wip_limit_approached"
event "$id" wip_limit_approached >"$out"
out_has '"payload":{"count":4,"limit":5}'

it "moves into a stage until its hard limit is reached"
in_stage next
exits 0 task-move "$id"

it "moves nothing beyond a hard limit, and says what to do"
in_stage next
refused '"wip"' "$id"
err_has "'current' is full: 5 of 5"

it "logs wip_limit_blocked before the refusal, once"
is "$(last_events "$id" 2)" "wip_limit_blocked validation_failed"
unchanged exits 1 task-move "$id"

it "moves again when a task has left"
exits 0 task-move -r "make room" 1 backlog
exits 0 task-move "$id"

it "counts what moves along within one call"
exits 0 task-move -r "make room" 2 backlog
in_stage next '"priority":"P1","effort":"M","dri":"@bob"'
one=$id
in_stage next '"priority":"P1","effort":"M","dri":"@bob"'
exits 1 task-move "$one" "$id"
out_is "TASK-$one"
err_has "TASK-$id: 'current' is full: 5 of 5"

it "moves none with --atomic where the limit stops the last"
exits 0 task-move -r "make room" 3 backlog
exits 1 task-move --atomic "$id" 4 current
out_is ""
is "$(basename "$(dirname "$(folder "$id")")")" "next"

it "moves back into a full stage"
exits 0 task-move "$id"
in_stage integration
exits 0 task-move -r "does not build" "$id" current

it "counts the tasks of one person where the scope is dri"
for i in 1 2; do
	in_stage backlog '"priority":"P1","effort":"M","dri":"@carol"'
	exits 0 task-move "$id"
done
in_stage backlog '"priority":"P1","effort":"M","dri":"@carol"'
refused '"wip"' "$id"
err_has "'next' is full: 2 of 2 of @carol"
in_stage backlog '"priority":"P1","effort":"M","dri":"@dora"'
exits 0 task-move "$id"

it "warns beyond a soft limit, and moves all the same"
policy 'gates: []
wip: {integration: {limit: 2, scope: system, enforce: soft}}'
for i in 1 2; do
	in_stage integration
done
in_stage current
tick "$id"
exits 0 task-move "$id"
out_is "TASK-$id"
err_has "task-move: warning: TASK-$id: 'integration' holds 3 tasks, more than the 2"

it "warns of the limit of one person"
policy 'gates: []
wip: {learning: {limit: 1, scope: dri, enforce: soft}}'
in_stage integration
exits 0 task-move "$id"
err_is ""
in_stage integration
exits 0 task-move "$id"
err_has "'learning' holds 2 tasks of @alice, more than the 1"

it "says nothing with -q of what is only a warning"
in_stage integration
exits 0 task-move -q "$id"
err_is ""

it "stops everything at a hard limit of 0"
policy 'gates: []
wip: {learning: {limit: 0, enforce: hard}}'
in_stage integration
refused '"wip"' "$id"

it "knows no limit where the policy says null"
policy 'gates: []
wip: {learning: {limit: null}}'
exits 0 task-move "$id"
err_is ""

it "takes the values of formats.md where the policy says nothing"
fresh_board defaults
git rm -q .work/tasks/policy.yaml && git commit -qm "no policy"
for i in 1 2 3 4 5 6; do
	in_stage next
done
exits 1 task-move 1 2 3 4 5 6
out_is "TASK-0001
TASK-0002
TASK-0003
TASK-0004
TASK-0005"
in_stage backlog
refused '"gate"' "$id"
sound

fresh_board policies
in_stage next

# wrong_policy LINE:COL YAML: is named so, and nothing is moved.
wrong_policy() {
	policy "$2"
	unchanged exits 78 task-move 1
	err_has ".work/tasks/policy.yaml:$1"
}

it "names a wrong value in the policy with its line, and moves nothing"
wrong_policy 3:20: 'gates: []
wip:
  current: {limit: many}'
wrong_policy 1:26: 'wip: {current: {enforce: firmly}}'
wrong_policy 1:8: 'gates: [nxt]'
wrong_policy 1:10: 'version: 2'

it "names a policy that is no YAML with its line"
wrong_policy 3: 'gates: []
wip: ['

it "warns of a key in the policy that it does not know, and goes on"
policy 'gates: []
colour: red'
exits 0 task-move -n 1
err_has "warning: .work/tasks/policy.yaml:2:"
err_has "'colour'"

it "reads an empty policy as none"
policy ''
exits 0 task-move -n 1

it "never reads a policy that is a symbolic link"
rm .work/tasks/policy.yaml && echo "gates: []" >outside &&
    ln -s ../../outside .work/tasks/policy.yaml
unchanged exits 65 task-move 1
err_has ".work/tasks/policy.yaml: a symbolic link"

fresh_board cards
in_stage next
c=$(card "$id")

# bad_card WHERE TEXT: a card that cannot be read is named, and nothing done.
bad_card() {
	cp "$c" "$sandbox/card"
	printf '%b' "$2" >"$c"
	unchanged exits 65 task-move "$id"
	err_has "task-move: $c:$1"
	cat "$sandbox/card" >"$c"
}

it "names line and column of a card that is not valid YAML"
bad_card 3:11: '---\ntask_id: "0001"\npriority: @high\n---\n'
bad_card 3: '---\ntags: [a, b\nstage: next\n---\n'
bad_card 3:1: '---\nstage: next\n\tstatus: active\n---\n'

it "names a card without front matter"
bad_card 1:1: 'Just text.\n'
bad_card 1:1: ''

it "names a card whose front matter has no end"
bad_card 1:1: '---\ntask_id: "0001"\n'

it "names a key that is there twice"
bad_card 3:1: '---\nstage: next\nstage: current\n---\n'

it "names a front matter that is no list of keys"
bad_card 2:1: '---\n- a\n- b\n---\n'

it "names a card that is not UTF-8"
bad_card 2: '---\ntask_name: "a\0377b"\n---\n'

it "moves the other tasks where one card cannot be read"
in_stage next
printf 'Just text.\n' >"$c"
exits 65 task-move 1 "$id"
out_is "TASK-$id"
git checkout -q "$c"

# wrong_key SED KEY: the value is named with line and column; it is refused.
wrong_key() {
	in_stage next
	change "$id" "$1"
	refused '"sanity"' "$id"
	err_has "$(card "$id"):$2"
}

it "names a value of the card that is not as it has to be"
wrong_key 's/^priority: .*/priority: high/' "9:11: priority must be null or P0 to P4"
wrong_key 's/^effort_estimate: .*/effort_estimate: 4/' "10:18: effort_estimate must be"
wrong_key 's/^current_dri: .*/current_dri: bob/' "11:14: current_dri must be"
wrong_key 's/^depends_on: .*/depends_on: [nonsense]/' "13:13: depends_on must be"
wrong_key 's/^status: .*/status: actve/' "8:9: status must be one of"
wrong_key 's/^tags: .*/tags: {a: b}/' "12:7: tags must be"
wrong_key 's/^schema_version: .*/schema_version: "2.0"/' "6:17: schema_version must be"

it "names a card whose id is not that of its folder"
wrong_key 's/^task_id: .*/task_id: "4711"/' "2:10: task_id is not the id of the folder"

it "names a card whose stage is not that of its folder"
wrong_key 's/^stage: .*/stage: current/' "7:8: stage is not the stage of the folder"

it "says that a stage typed into the card moves nothing"
in_stage next
f=$(card "$id")
sed 's/^stage: .*/stage: "current"/' "$f" >x && cat x >"$f" && rm x
unchanged exits 1 task-move "$id"
err_has "TASK-$id: the card's stage was set to 'current', but the task lies in 'next'"
git checkout -q .

it "says which words a status has where one was mistyped by hand"
in_stage next
f=$(card "$id")
sed 's/^status: .*/status: "actve"/' "$f" >x && cat x >"$f" && rm x
unchanged exits 65 task-move "$id"
err_has "'actve'"
err_has "active, blocked, paused"
git checkout -q .

it "commits no card that was broken by hand"
in_stage next
f=$(card "$id")
sed 's/^task_id: .*/task_id: "4711"/' "$f" >x && cat x >"$f" && rm x
unchanged exits 65 task-move "$id"
err_has "$f:2:10: task_id is not the id of the folder"
git checkout -q .

it "says that a card is missing"
in_stage next
f=$(card "$id")
rm "$f"
unchanged exits 65 task-move "$id"
err_has "$f: there is no such file: a package has a card"
git checkout -q .

it "reads no card that is a directory, a FIFO or a symbolic link"
f=$(card "$id")
cp "$f" outside && rm "$f" && mkdir "$f"
unchanged exits 65 task-move "$id"
err_has "$f: is a directory"
rmdir "$f" && mkfifo "$f"
unchanged exits 65 task-move "$id"
err_has "$f: is a FIFO"
rm "$f" && ln -s ../../../../outside "$f"
unchanged exits 65 task-move "$id"
err_has "$f: a symbolic link"
rm "$f" && git checkout -q .

it "reads no card of more bytes than a card may have"
head -c 5000000 /dev/zero | tr '\0' a >>"$f"
unchanged exits 65 task-move "$id"
err_has "$f: "
git checkout -q .

it "follows no symbolic link to a package"
mv "$(folder "$id")" away && ln -s ../../../away ".work/tasks/next/$(basename "${f%/*}")"
unchanged exits 65 task-move "$id"
err_has "a symbolic link"
is "$(ls away | wc -l)" "3"
rm ".work/tasks/next/$(basename "${f%/*}")" && mv away "${f%/*}"

it "follows no symbolic link to a stage, and names it"
mv .work/tasks/current away && ln -s ../../away .work/tasks/current
unchanged exits 65 task-move "$id"
err_has ".work/tasks/current: a symbolic link"
rm .work/tasks/current && mv away .work/tasks/current

it "says that a card may not be read"
chmod 0 "$f"
exits 74 bound task-move "$id"
err_has "$f: Permission denied"
chmod 644 "$f"

it "moves nothing where it may not write"
picture >"$sandbox/before"
chmod -R a-w .git
exits 74 bound task-move "$id"
err_has "Permission denied"
chmod -R u+w .git
is "$(picture)" "$(cat "$sandbox/before")"

it "refuses a task that has two packages, and names both"
in_stage next
beside=$id
in_stage next
f=$(card "$id")
cp -r "$(folder "$id")" .work/tasks/backlog/
unchanged exits 65 task-move "$id"
err_has "TASK-$id: two packages have this id"
err_has "next/TASK-$id-in-next"
err_has "backlog/TASK-$id-in-next"
rm -r ".work/tasks/backlog/TASK-$id-in-next"

it "refuses a task that has two packages in one stage, too"
cp -r "$(folder "$id")" ".work/tasks/next/TASK-$id-other"
unchanged exits 65 task-move "$id"
err_has "next/TASK-$id-other"

it "moves other tasks beside two packages of one id"
exits 0 task-move "$beside"
rm -r ".work/tasks/next/TASK-$id-other"

it "refuses where a folder was moved by hand, and says what judges that"
fresh_board moved
in_stage next
mv "$(folder "$id")" .work/tasks/current/
exits 1 task-move "$id"
err_has "its folder was moved by hand from 'next' to 'current'"
err_has "task-watch --once"

it "leaves such a folder where it lies, and commits nothing of it"
is "$(basename "$(dirname "$(folder "$id")")")" "current"
is "$(git log -1 --format=%s)" "TASK-$id: new: In next"
is "$(git ls-files | grep -c "current/TASK-$id")" "0"

it "refuses where a folder was moved by hand and committed"
fresh_board moved-committed
in_stage next
git mv "$(folder "$id")" .work/tasks/current/ && git commit -qm "by hand"
exits 1 task-move "$id"
err_has "the ledger says 'next', the folder 'current'"

fresh_board ledgers 'gates: []
wip: {current: {limit: 50}}'

# ledger_task: a task in next, its ledger in $l.
ledger_task() {
	git checkout -q .work
	in_stage next
	l=$(ledger "$id")
}

it "names a torn last line of a ledger, keeps it, and goes on after it"
ledger_task
printf '{"ts":"2025-10-18T10:30:00Z","user":"@bob","ev' >>"$l"
exits 0 task-move "$id"
err_has "$l:3:"
is "$(sed -n 3p "$(ledger "$id")")" \
    '{"ts":"2025-10-18T10:30:00Z","user":"@bob","ev'
is "$(grep -c '^{.*}$' "$(ledger "$id")")" "4"

it "names a line that is no event"
ledger_task
echo '{"ts":"2025-10-18","user":"@bob","event":"started"}' >>"$l"
unchanged exits 65 task-move "$id"
err_has "$l:3:"
err_has '"ts"'

it "starts a line of its own where the last one has no end"
ledger_task
printf '%s' "$(cat "$l")" >x && cat x >"$l" && rm x
git commit -qam "no end"
exits 0 task-move "$id"
is "$(grep -c '^{.*}$' "$(ledger "$id")")" "4"
sound

it "takes the end of the last line for no change"
ledger_task
printf '%s' "$(cat "$l")" >x && cat x >"$l" && rm x
exits 0 task-move "$id"
is "$(grep -c '^{.*}$' "$(ledger "$id")")" "4"

it "says that the ledger is missing"
ledger_task
rm "$l"
unchanged exits 65 task-move "$id"
err_has "$l: there is no such file"

it "refuses where a committed line of the ledger was changed, and names it"
ledger_task
sed 's/imported":true/imported":false/' "$l" >x && cat x >"$l" && rm x
unchanged exits 1 task-move "$id"
err_has "$l:1: a line that was committed has changed or gone"

it "refuses where a committed line of the ledger is gone"
ledger_task
sed 2d "$l" >x && cat x >"$l" && rm x
unchanged exits 1 task-move "$id"
err_has "$l:2: a line that was committed has changed or gone"
: >"$l"
unchanged exits 1 task-move "$id"

it "keeps events that it does not know"
ledger_task
echo '{"ts":"2025-10-18T12:30:00.25+02:00","user":"@bob","event":"sang","reason":"joy","song":[1]}' >>"$l"
exits 0 task-move "$id"
file_has "$(ledger "$id")" '{"ts":"2025-10-18T12:30:00.25+02:00","user":"@bob","event":"sang","reason":"joy","song":[1]}'
sound

it "commits events that a person added by hand along with the move"
is "$(git show "HEAD:$(ledger "$id")" | grep -c sang)" "1"

it "reads events of a later minor version"
ledger_task
echo '{"ts":"2025-10-18T10:30:00Z","user":"@bob","event":"note_added","desc":"x","version":"1.9"}' >>"$l"
exits 0 task-move "$id"

it "refuses events of a later major version, and says so"
ledger_task
echo '{"ts":"2025-10-18T10:30:00Z","user":"@bob","event":"note_added","desc":"x","version":"2.0"}' >>"$l"
unchanged exits 65 task-move "$id"
err_has "$l:3:"
err_has "version"

it "counts a line once that is there twice"
ledger_task
tail -n 1 "$l" >x && cat x >>"$l" && rm x
git commit -qam "twice" && task-index >/dev/null
exits 0 task-move "$id"

it "warns where the times of a ledger run backwards"
ledger_task
echo '{"ts":"2024-01-01T00:00:00Z","user":"@bob","event":"note_added","desc":"long ago"}' >>"$l"
git commit -qam "backwards"
exits 0 task-move "$id"
err_has "$l:3: earlier than the line before it"

it "refuses where the ledger leads to another stage"
ledger_task
echo '{"ts":"2025-10-18T10:30:00Z","user":"@bob","event":"started","desc":"by hand"}' >>"$l"
git commit -qam "by hand"
refused '"sanity"' "$id"
err_has "the ledger says 'current', the folder 'next'"

it "follows no symbolic link to a ledger"
ledger_task
cp "$l" outside && rm "$l" && ln -s ../../../../outside "$l"
unchanged exits 65 task-move "$id"
err_has "$l: a symbolic link"
is "$(wc -l <outside)" "2"

# A tree by hand, to formats.md, with none of our own files.
it "works on a tree that was made by hand, without converting it"
cd "$sandbox/work" && mkdir hand && cd hand && git init -q . || exit 1
d=.work/tasks/backlog/TASK-0007-by-hand
mkdir -p "$d"
cat >"$d/0007-by-hand.task.md" <<'END'
---
# Made by hand.
task_id: '0007'        # the seventh
task_name: By hand     # a name
stage: backlog         # where it lies
status:   active
team: &team web
owner: *team
priority: P2   # not urgent

effort_estimate: 3     # medium
current_dri: '@bob'
depends_on: []         # nothing
---
Prose before the first section, *kept*.

## Goal
A tree by hand.
## Inputs Required
None.
## Implementation Details
	A tab, trailing blanks.   
## Expected Outputs
x
## Acceptance Criteria
* [x] one
END
echo "All of it." >"$d/0007.context.md"
cat >"$d/0007.ledger.jsonl" <<'END'
{"ts": "2025-10-01T09:00:00+02:00", "user": "@bob", "event": "created", "reason": "by hand"}
{"ts": "2025-10-02T09:00:00.123+02:00", "user": "@bob", "event": "verified", "reason": "by hand"}
END
git add . && git commit -qm "by hand"
cp "$d/0007-by-hand.task.md" "$sandbox/card"
cp "$d/0007.ledger.jsonl" "$sandbox/ledger"
exits 0 task-move -s 7
out_is "TASK-0007"

it "changes in its card the stage and nothing else"
diff "$sandbox/card" .work/tasks/next/TASK-0007-by-hand/0007-by-hand.task.md |
    grep '^[<>]' >"$out"
out_is "< stage: backlog         # where it lies
> stage: next         # where it lies"

it "keeps the lines of its ledger, and adds to them"
head -n 2 .work/tasks/next/TASK-0007-by-hand/0007.ledger.jsonl |
    diff "$sandbox/ledger" - >"$out"
out_is ""
is "$(last_events 0007 3)" "signed_off validated prioritized"

it "makes the indexes that it needs for it"
file_has .work/tasks/next/INDEX.md "| 0007 | By hand | @bob | active | - | - |"
file_has .work/tasks/INDEX.md "| 0007 | By hand | @bob | next | active | - | - |"
is "$(dirty)" ""

it "carries it to the archive like any other"
exits 0 task-move 7
exits 0 task-move -s 7
exits 0 task-move 7
exits 0 task-move -s --skip-learning "by hand" 7
diff "$sandbox/card" .work/tasks/archived/TASK-0007-by-hand/0007-by-hand.task.md |
    grep -c '^[<>]' >"$out"
out_is "2"

it "puts a refusal on record as it was said, whatever moves after it"
cd "$sandbox/work" && mkdir several && cd several || exit 1
board
printf 'wip: {current: {limit: 1, scope: system, enforce: hard}}\n' \
    >.work/tasks/policy.yaml
printf 'gates: []\n' >>.work/tasks/policy.yaml
git add -A && git commit -qm policy
make_task "In work" '"stage":"current","priority":"P1","effort":"S"'
make_task "Waits" '"stage":"next","priority":"P1","effort":"S"'
exits 1 task-move --waive w 2 1
out_is "TASK-0001"
err_has "TASK-0002: 'current' is full: 1 of 1"
is "$(events 0002 | tail -n 2 | paste -sd' ' -)" \
    "wip_limit_blocked validation_failed"
file_has "$(ledger 0002)" '"failed":["wip"]'
exits 0 task-move 2
exits 1 task-move --atomic 2 9
err_has "no such task"
sound

finish
