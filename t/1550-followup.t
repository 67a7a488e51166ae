#!/bin/sh
# SPDX-License-Identifier: MIT
# Tasks that follow up others: task-new --followup, task-status --followup.
. "${TASK_SRC:?}/t/lib.sh"

tmp=$sandbox/tmp
mkdir "$tmp" || exit 1
ready='"priority":"P1","effort":"M"'

# key ID NAME: the line of that key in the card, its value only.
key() {
	sed -n "s/^$2: //p" "$(card "$1")"
}

# last ID [N]: the last N lines of its ledger, without their random ids.
last() {
	tail -n "${2:-1}" "$(ledger "$1")" | sed 's/"id":"[^"]*",//'
}

# again: the board as it was when save was called.
save() {
	cp -a . "$tmp/$1"
}
again() {
	find . -mindepth 1 -delete && cp -a "$tmp/$1/." .
}

board
make_task "Open" "\"stage\":\"current\",$ready"
make_task "Closed" "\"stage\":\"archived\",$ready"
make_task "Bob's" "\"stage\":\"backlog\",\"dri\":\"@bob\",\"tags\":[\"x\"],$ready"
task-new -d 3 "Waits" >/dev/null
save all

# With the new task.

it "makes a task that follows up another, and says so in both"
exits 0 task-new --followup 1 "Clean up"
out_is "TASK-0005"
err_is ""
is "$(key 0005 related_to)" '["TASK-0001"]'
is "$(last 0001)" '{"ts":"2025-10-18T10:30:00Z","user":"@alice","event":"followup_created","desc":"followed up by TASK-0005: Clean up","followup_task":"TASK-0005","version":"1.0"}'
is "$(events 0005 | paste -sd' ' -)" "id_reserved created"
sound

it "is one commit"
is "$(git log -1 --format=%s)" "TASK-0005: new: Clean up"
is "$(git show --format= --name-only HEAD | grep 0001)" "$(ledger 0001)"

it "follows up a task that is closed, canceled or split"
exits 0 task-new --followup 2 "After all"
is "$(events 0002 | tail -n 1)" followup_created
task-status -r no 1 canceled >/dev/null
exits 0 task-new --followup TASK-0001 "Once more"
is "$(events 0001 | tail -n 1)" followup_created
task-split --into A --into B --criteria 1=1,2 --dependents all 3 >/dev/null
exits 0 task-new --followup 3 "On the whole"
is "$(events 0003 | tail -n 1)" followup_created
sound

it "makes several, and says each"
again all
exits 0 task-new --followup 2 -t tag -D @carol "One" "Two"
is "$(tail -n 2 "$(ledger 0002)" | jq -r .followup_task | paste -sd' ' -)" \
    "TASK-0005 TASK-0006"
is "$(key 0006 related_to) $(key 0006 tags) $(key 0006 current_dri)" \
    '["TASK-0002"] ["tag"] "@carol"'
is "$(git rev-list --count "$(git -C "$tmp/all" rev-parse HEAD)..")" 1
sound

it "makes a commit of each with --each, with its event"
exits 0 task-new --each --followup 2 "Three" "Four"
for commit in HEAD HEAD^; do
	is "$(git show $commit | grep -c '^+.*followup_created')" 1
done
sound

it "makes them from JSON lines, too, and says nothing of one left out"
again all
exits_with '{"name":"One"}
{"name":3}
{"name":"Two"}
' 65 task-new --lenient --followup 2 -
is "$(events 0002 | grep -c followup_created)" 2
sound
again all
unchanged exits_with '{"name":"One"}
{"name":3}
' 65 task-new --followup 2 -
exits_with '' 0 task-new --followup 2 -
is "$(events 0002 | grep -c followup_created)" 0

it "follows up no task that there is not"
unchanged exits 66 task-new --followup 99 "x"
err_is "task-new: TASK-0099: no such task"
unchanged exits 64 task-new --followup nonsense "x"
err_has "'nonsense' is no task"

it "says where the one that is followed up is malformed"
f=$(card 0001)
sed 's/^tags:.*/tags: [/' "$f" >x && cat x >"$f" && rm x
unchanged exits 65 task-new --followup 1 "x"
err_has "$f:"
git checkout -q .
rm "$(ledger 0001)"
unchanged exits 65 task-new --followup 1 "x"
err_has "0001.ledger.jsonl: there is no such file"
git checkout -q .

it "puts on record what was edited there by hand"
echo "By hand." >>"$(folder 0001)/0001.context.md"
exits 0 task-new --followup 1 "x"
is "$(events 0001 | tail -n 2 | paste -sd' ' -)" \
    "content_updated followup_created"
sound

it "follows up nothing with -n"
unchanged exits 0 task-new -n --followup 2 "x"

it "takes a name that looks like something else"
again all
exits 0 task-new --followup 2 -- '-rf "x" ../../{id}'
is "$(tail -n 1 "$(ledger 0002)" | jq -r .desc)" \
    'followed up by TASK-0005: -rf "x" ../../{id}'
sound

# With the end of the other.

it "cancels a task and makes what follows it up, and prints that last"
again all
exits 0 task-status -r 'too slow' --followup 'Another way' 3 canceled
out_is "TASK-0003
TASK-0004
TASK-0005"
is "$(key 0005 task_name) $(key 0005 related_to)" \
    '"Another way" ["TASK-0003"]'
is "$(key 0005 current_dri) $(key 0005 stage) $(key 0005 status)" \
    '"@bob" "inbox" "active"'
is "$(events 0005 | paste -sd' ' -)" "id_reserved created"
is "$(events 0003 | tail -n 3 | paste -sd' ' -)" \
    "canceled cascade_cancel followup_created"
is "$(last 0003 | jq -r .followup_task)" TASK-0005
is "$(git rev-list --count "$(git -C "$tmp/all" rev-parse HEAD)..")" 1
sound

it "makes one for all that are canceled"
again all
exits 0 task-status -r no --followup 'Another way' 1 3 canceled
is "$(key 0005 related_to) $(key 0005 current_dri)" \
    '["TASK-0001", "TASK-0003"] "@alice"'
is "$(last 0001 | jq -r .followup_task) $(last 0003 | jq -r .followup_task)" \
    "TASK-0005 TASK-0005"
sound

it "names in it only what is canceled, and makes none where nothing is"
again all
exits 1 task-status -r no --followup 'Another way' 2 3 canceled
is "$(key 0005 related_to)" '["TASK-0003"]'
is "$(events 0002 | grep -c followup_created)" 0
sound
again all
unchanged exits 1 task-status -r no --followup 'Another way' 2 canceled
out_is ""

it "names a person who is responsible though a worker cancels"
exits 0 env TASK_AGENT=w task-status -u @w -r no --followup 'x' 3 \
    canceled
is "$(key 0005 current_dri) $(key 0005 created_by)" '"@bob" "@w"'

it "makes none with another status"
again all
unchanged exits 64 task-status -r no --followup x 3 paused
err_is "task-status: --followup says nothing about 'paused'"

it "refuses a name that is none"
for name in "" " " "$(printf 'a\tb')" "$(printf 'a\nb')" \
    "$(printf 'a\033b')" "$(printf 'a\377')"; do
	unchanged exits 64 task-status -r no --followup "$name" 3 canceled
	err_has "--followup: "
done

it "cancels nothing where the new task cannot be made"
sed 's/^tags:.*/tags: [/' .work/templates/card.md >x &&
    cat x >.work/templates/card.md && rm x
unchanged exits 65 task-status -r no --followup x 3 canceled
err_has ".work/templates/card.md, filled in"
git checkout -q .

it "sets a counter anew that is too low, and says so"
echo 0002 >.work/tasks/ID_COUNTER.txt
exits 0 task-status -r no --followup x 3 canceled
err_has "the id counter was set anew: it was too low"
is "$(events 0005 | paste -sd' ' -)" \
    "id_reserved id_counter_recovered created"
sound

it "changes nothing with -n, and prints the id that it would get"
again all
unchanged exits 0 task-status -n -r no --followup x 1 canceled
out_is "TASK-0001
TASK-0005"

it "leaves the commit to the person with --no-commit"
before=$(git rev-parse HEAD)
exits 0 task-status --no-commit -r no --followup x 1 canceled
exits 0 task-new --no-commit --followup 2 y
is "$(git rev-parse HEAD)" "$before"
git add .work && git commit -qm "by the person"
sound

finish
