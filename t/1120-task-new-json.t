#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"

# A board of its own for what follows.
fresh_board() {
	cd "$sandbox/work" && mkdir "$1" && cd "$1" || exit 1
	board
}

# lines LINE...: the input of the next reads or bad.
lines() {
	printf '%s\n' "$@" >"$sandbox/input"
}

# reads STATUS [OPTION]...: task-new with that input.
reads() {
	want=$1
	shift
	task-new "$@" - <"$sandbox/input" >"$out" 2>"$err"
	got=$?
	[ "$got" -eq "$want" ] && return 0
	fail "exit status $got, not $want: task-new $* -"
	show_last
}

# bad [OPTION]...: the input is refused with 65, and nothing is made.  Where
# something is, that is undone, so that only this case fails.
bad() {
	picture >"$sandbox/before"
	head=$(git rev-parse HEAD)
	reads 65 "$@"
	picture >"$sandbox/after"
	cmp -s "$sandbox/before" "$sandbox/after" && return 0
	fail "something was made$(diff "$sandbox/before" "$sandbox/after" |
	    sed -n 's/^[<>] [0-9a-f]* */ /p' | sort -u | tr -d '\n')"
	git reset -q --hard "$head" && git clean -qfd .work
}

# The number of the task that was made last, by what was printed.
made() {
	sed -n 's/^TASK-//p' "$out" | tail -n 1
}

# The value of a key in the card of a task, as it is written.
key() {
	sed -n "s/^$2: //p" "$(card "$1")" | head -n 1
}

# What a section of a card holds, without blank lines at its ends.
section() {
	sed -n "/^## $2\$/,/^## /p" "$(card "$1")" | grep -v "^## " |
	    sed -e '/./,$!d' | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}'
}

# The ledger's lines of one kind of event.
event() {
	grep "\"event\":\"$2\"" "$(ledger "$1")"
}

fresh_board keys

it "makes a task of each line, in one commit, and prints the ids in order"
lines '{"name":"First"}' '{"name":"Second"}'
reads 0
out_is "TASK-0001
TASK-0002"
is "$(git log -1 --format=%B)" "task-new: 2 tasks

TASK-0001: new: First
TASK-0002: new: Second"
sound

it "takes no input at all for no task"
before=$(git rev-parse HEAD)
exits 0 task-new -
out_is ""
is "$(git rev-parse HEAD)" "$before"

it "takes blank lines, CRLF and a last line without an end"
printf '\n   \n{"name":"Third"}\r\n\r\n\t\n{"name":"Fourth"}' \
    >"$sandbox/input"
reads 0
out_is "TASK-0003
TASK-0004"
is "$(key 0003 task_name)" '"Third"'

it "counts blank lines where it names a line"
lines '' '{"name":"Not made"}' '' '{"name":"Not made","tags":1}'
bad
err_has "-:4: tags: "

it "takes a byte order mark before the first line"
printf '\357\273\277{"name":"Fifth"}\n' >"$sandbox/input"
reads 0
out_is "TASK-0005"

fresh_board every

it "puts the texts into the sections of the card, and the context into its file"
lines '{"name":"N","goal":"the goal","inputs":"the inputs","details":"the details","outputs":"the outputs","context":"the context"}'
reads 0
is "$(section 0001 Goal)" "the goal"
is "$(section 0001 "Inputs Required")" "the inputs"
is "$(section 0001 "Implementation Details")" "the details"
is "$(section 0001 "Expected Outputs")" "the outputs"
file_has "$(folder 0001)/0001.context.md" "the context"

it "makes acceptance criteria of strings, and of objects with text and done"
lines '{"name":"N","acceptance":["one",{"text":"two"},{"done":true,"text":"three"},{"done":false,"text":"four"}]}'
reads 0
is "$(section "$(made)" "Acceptance Criteria")" "- [ ] one
- [ ] two
- [x] three
- [ ] four"

it "puts a criterion of several lines onto one"
lines '{"name":"N","acceptance":["  one\n\n  and more\t. "]}'
reads 0
is "$(section "$(made)" "Acceptance Criteria")" "- [ ] one and more ."

it "takes tags, priority, effort, dri and created_by"
lines '{"name":"N","tags":["a","b c"],"priority":"P3","effort":"S","dri":"@bob","created_by":"@carol"}'
reads 0
is "$(key "$(made)" tags)" '["a", "b c"]'
is "$(key "$(made)" priority)" '"P3"'
is "$(key "$(made)" effort_estimate)" '"S"'
is "$(key "$(made)" current_dri)" '"@bob"'
is "$(key "$(made)" created_by)" '"@carol"'

it "takes null for a key that is not given"
lines '{"name":"N","key":null,"goal":null,"inputs":null,"details":null,"outputs":null,"context":null,"acceptance":null,"tags":null,"priority":null,"effort":null,"dri":null,"created_by":null,"created":null,"depends_on":null,"stage":null,"events":null}'
reads 0
is "$(key "$(made)" current_dri)" '"@alice"'
is "$(key "$(made)" stage)" '"inbox"'
file_lacks "$(card "$(made)")" external_key
file_lacks "$(ledger "$(made)")" imported

it "keeps the outside key in the card"
lines '{"name":"N","key":"a\"b: #1"}'
reads 0
is "$(key "$(made)" external_key)" '"a\"b: #1"'

it "takes a date for created, which card and ledger then have"
lines '{"name":"N","created":"2025-01-02"}'
reads 0
is "$(key "$(made)" created_date)" '"2025-01-02"'
is "$(grep -c '"ts":"2025-01-02T00:00:00Z"' "$(ledger "$(made)")")" "2"

it "takes a moment with any offset for created"
lines '{"name":"N","created":"2025-01-02T01:00:00.5+02:00"}'
reads 0
is "$(key "$(made)" created_date)" '"2025-01-01"'
is "$(grep -c '"ts":"2025-01-01T23:00:00Z"' "$(ledger "$(made)")")" "2"

it "says in the ledger of an import that it is one, and when it was made"
is "$(grep -c '"metadata":{"imported":true,"imported_at":"2025-10-18T10:30:00Z"}' \
    "$(ledger "$(made)")")" "2"

it "keeps hostile names as task-new does with those of its operands"
lines '{"name":"../../etc/passwd"}' '{"name":"-rf"}' '{"name":"🚀"}' \
    '{"name":"a|b \"c\" \\ #d: e"}'
reads 0
is "$(ls .work/tasks/inbox | tail -n 4 | sed 's/TASK-[0-9]*-//')" \
    "etc-passwd
rf
task
a-b-c-d-e"
is "$(key "$(made)" task_name)" '"a|b \"c\" \\ #d: e"'
sound

it "prints the paths of what it made as JSON with -j"
lines '{"name":"Path","stage":"next"}'
reads 0 -j
sed 's/[0-9]\{4\}/N/g' "$out" >"$sandbox/n" && cat "$sandbox/n" >"$out"
out_is '{"id":"TASK-N","name":"Path","stage":"next","path":".work/tasks/next/TASK-N-path/N-path.task.md"}'

it "does not drop options silently that it cannot apply to lines"
lines '{"name":"N"}'
task-new -p P1 - <"$sandbox/input" >"$out" 2>"$err"
case $? in
0) is "$(key "$(made)" priority)" '"P1"' ;;
64) err_has "priority" ;;
*) fail "exit status $?" ;;
esac

fresh_board texts

it "keeps headings in a text within its section"
lines '{"name":"N","goal":"# One\n## Inputs Required\n### Three\n## Four ##\nx","inputs":"i"}'
reads 0
is "$(grep "^## " "$(card 0001)")" "## Goal
## Inputs Required
## Implementation Details
## Expected Outputs
## Acceptance Criteria"
is "$(section 0001 "Inputs Required")" "i"

it "keeps code, links and emphasis in such a heading"
lines '{"name":"N","goal":"## Use `x` of [page](https://example.org) *now* <b>"}'
reads 0
file_has "$(card "$(made)")" \
    '### Use `x` of [page](https://example.org) *now* <b>'

it "keeps underlined headings in a text within its section"
lines '{"name":"N","goal":"Inputs Required\n----","inputs":"i"}'
reads 0
is "$(section "$(made)" "Inputs Required")" "i"
is "$(grep -c "^----" "$(card "$(made)")")" "0"

it "keeps the line that follows an underlined heading"
lines '{"name":"N","goal":"One\n====\nafter one\n\nTwo\n---\nafter two"}'
reads 0
file_has "$(card "$(made)")" "after one"
file_has "$(card "$(made)")" "after two"

it "takes two underlined headings without a line between them"
lines '{"name":"N","goal":"One\n====\nTwo\n---\nafter two"}'
reads 0
file_has "$(card "$(made)")" "after two"

it "closes a fence that a text leaves open"
lines '{"name":"N","goal":"```sh\n## not a heading","inputs":"~~~~\nx\n~~~","details":"d","outputs":"o","context":"c","acceptance":["a"]}'
reads 0
exits 0 task-move "$(made)" backlog

it "closes a comment that a text leaves open"
lines '{"name":"N","goal":"g <!-- open\n## not a heading","inputs":"<!-- x","details":"d","outputs":"o","context":"c","acceptance":["a"]}'
reads 0
exits 1 task-move "$(made)" backlog
err_has "sections are still empty: Inputs Required "

it "closes other HTML that a text leaves open"
lines '{"name":"N","goal":"<script>\nx","inputs":"<pre>\n\nx","details":"<![CDATA[ x","outputs":"<?php","context":"c","acceptance":["a"]}'
reads 0
exits 0 task-move "$(made)" backlog

it "counts no task list outside of the acceptance criteria as criteria"
lines '{"name":"N","goal":"- [ ] g","inputs":"i","details":"- [x] d","outputs":"o","context":"c"}'
reads 0
exits 1 task-move "$(made)" backlog
err_has "there is no acceptance criterion"

it "keeps a fence in a fence, and what is indented, as it is"
lines '{"name":"N","goal":"````\n```\n## x\n```\n````\n\n    ## y","inputs":"i"}'
reads 0
file_has "$(card "$(made)")" "## x"
file_has "$(card "$(made)")" "    ## y"
is "$(grep -c "^### " "$(card "$(made)")")" "0"

it "keeps '---' in a text out of the front matter's way"
lines '{"name":"N","goal":"---\ntask_id: \"0009\"\nstage: next\n\n---\n"}'
reads 0
is "$(key "$(made)" stage)" '"inbox"'
exits 0 task-ls inbox --columns id
sound

it "keeps tabs, and the line ends that a text has"
lines '{"name":"N","goal":"one\r\n\n\ttwo\r\nthree"}'
reads 0
file_has "$(card "$(made)")" "	two"
file_has "$(card "$(made)")" "one$(printf '\r')"

it "keeps blanks of a template that stand in a text as they are"
lines '{"name":"N {id}","goal":"{name} {inputs:x} {","inputs":"i"}'
reads 0
is "$(section "$(made)" Goal)" "{name} {inputs:x} {"
is "$(key "$(made)" task_name)" '"N {id}"'

it "fills the blanks of the board's own templates"
cat >.work/templates/card.md <<'END'
---
task_id: "{id}"
task_name: "{name}"
team: "web" # ours
tags: {tags}
stage: "{stage}"
status: "{status}"
---
Preface of {id}.
## Goal
{goal:why?}
## Inputs Required
{inputs:what first?}
## Implementation Details
{details}
## Expected Outputs
{outputs}
## Acceptance Criteria
{acceptance}
END
echo "About {id}: {context:all of it}" >.work/templates/context.md
lines '{"name":"N","goal":"g","tags":["t"],"context":"c"}'
reads 0
id=$(made)
is "$(key "$id" team)" '"web" # ours'
is "$(key "$id" tags)" '["t"]'
file_has "$(card "$id")" "Preface of $id."
is "$(section "$id" Goal)" "g"
is "$(section "$id" "Inputs Required")" "<!-- what first? -->"
is "$(cat "$(folder "$id")/$id.context.md")" "About $id: c"
git checkout -q .work/templates

it "makes a task of a line of one megabyte"
printf '{"name":"Large","goal":"%s"}\n' \
    "$(head -c 1000000 /dev/zero | tr '\0' a)" >"$sandbox/input"
reads 0
exits 0 task-ls inbox --text large --columns name
out_is "Large"

it "makes no card that is too large to be read again"
printf '{"name":"Too large","goal":"%s"}\n' \
    "$(head -c 5000000 /dev/zero | tr '\0' a)" >"$sandbox/input"
bad
err_has "-:1: "
exits 0 task-ls inbox

it "makes no context that is too large to be read again"
{
	printf '{"name":"Too large","context":"'
	head -c 17000000 /dev/zero | tr '\0' a
	echo '"}'
} >"$sandbox/input"
bad
err_has "-:1: "

fresh_board links

it "takes references that exist, in every form, and writes the long one"
lines '{"name":"A"}' '{"name":"B"}'
reads 0
lines '{"name":"C","depends_on":["TASK-0001","2"]}'
reads 0
is "$(key 0003 depends_on)" '["TASK-0001", "TASK-0002"]'
sound

it "writes a dependency once, however often it is named"
lines '{"name":"D","depends_on":["1","0001","TASK-0001"]}'
reads 0
is "$(key "$(made)" depends_on)" '["TASK-0001"]'

it "takes keys of lines before"
lines '{"name":"E","key":"e"}' '{"name":"F","key":"f","depends_on":["e"]}'
reads 0
is "$(key 0006 depends_on)" '["TASK-0005"]'

it "takes keys of lines after"
lines '{"name":"G","key":"g","depends_on":["h"]}' '{"name":"H","key":"h"}'
reads 0
is "$(key 0007 depends_on)" '["TASK-0008"]'

it "takes keys of tasks that are on the board"
lines '{"name":"I","key":"i","depends_on":["e"]}'
reads 0
is "$(key 0009 depends_on)" '["TASK-0005"]'

it "takes them also where no line has a key itself"
lines '{"name":"J","depends_on":["e"]}'
reads 0
is "$(key "$(made)" depends_on)" '["TASK-0005"]'

it "shows the dependencies in the indexes"
file_has .work/tasks/inbox/INDEX.md "| 0007 | G | @alice | active | - | TASK-0008 |"

it "names a key that no line has"
lines '{"name":"K"}' '{"name":"L","depends_on":["BACK-9999"]}'
bad
err_has "-:2: depends_on: no line has key 'BACK-9999'"

it "names a task that is not there"
lines '{"name":"K","depends_on":["TASK-4711"]}'
bad
err_has "-:1: depends_on: there is no task 'TASK-4711'"

it "refuses a task that waits for itself"
lines '{"name":"K","key":"k","depends_on":["k"]}'
bad
err_has "-:1: depends_on: "
err_has "itself"

it "refuses dependencies that go round in a circle, and shows it"
lines '{"name":"K","key":"k","depends_on":["l"]}' \
    '{"name":"L","key":"l","depends_on":["m"]}' \
    '{"name":"M","key":"m","depends_on":["k"]}'
bad
err_has "k -> l -> m -> k"

it "takes dependencies that meet again, which are no circle"
lines '{"name":"N","key":"n"}' '{"name":"O","key":"o","depends_on":["n"]}' \
    '{"name":"P","key":"p","depends_on":["n","o"]}'
reads 0

fresh_board stages

it "puts a task into any stage"
lines '{"name":"A","stage":"inbox"}' '{"name":"B","stage":"backlog"}' \
    '{"name":"C","stage":"next"}' '{"name":"D","stage":"current"}' \
    '{"name":"E","stage":"integration"}' '{"name":"F","stage":"learning"}' \
    '{"name":"G","stage":"archived"}'
reads 0
exits 0 task-ls -a --columns id,stage
out_is "TASK-0001	inbox
TASK-0002	backlog
TASK-0003	next
TASK-0004	current
TASK-0005	integration
TASK-0006	learning
TASK-0007	archived"
sound

it "writes the stage into the card"
is "$(key 0004 stage)" '"current"'

it "says in the ledger which stage an import put the task into"
is "$(event 0004 created | grep -c '"stage":"current".*"metadata":{"imported":true')" "1"

it "does not call a new task in inbox an import"
lines '{"name":"H"}'
reads 0
file_lacks "$(ledger "$(made)")" '"imported"'

it "lets an imported task go on from its stage"
lines '{"name":"I","stage":"next"}'
reads 0
exits 0 task-move "$(made)"
file_has "$(card "$(made)")" 'stage: "current"'

it "moves no task that an import put into archived"
exits 1 task-move 7 backlog
err_has "closed"

it "keeps earlier events in their order, marked as imported"
lines '{"name":"J","created":"2025-01-01","stage":"next","events":[
  {"ts":"2025-01-02T00:00:00Z","user":"@bob","event":"verified","desc":"was good"},
  {"ts":"2025-01-03T00:00:00+01:00","event":"prioritized","desc":"came next"}]}'
tr -d '\n' <"$sandbox/input" >x && mv x "$sandbox/input"
reads 0
id=$(made)
is "$(events "$id")" "id_reserved
created
verified
prioritized"
is "$(event "$id" verified | sed 's/"id":"[^"]*"/"id":""/')" \
    '{"id":"","ts":"2025-01-02T00:00:00Z","user":"@bob","event":"verified","desc":"was good","version":"1.0","metadata":{"imported":true}}'
is "$(event "$id" prioritized | cut -d, -f2)" '"ts":"2025-01-02T23:00:00Z"'

it "takes the stage that the events lead to where none is given"
lines '{"name":"K","created":"2025-01-01","events":[{"ts":"2025-01-02T00:00:00Z","event":"verified"}]}'
reads 0
is "$(key "$(made)" stage)" '"backlog"'
is "$(basename "$(dirname "$(folder "$(made)")")")" "backlog"

it "makes a canceled task of events that cancel it"
lines '{"name":"L","created":"2025-01-01","stage":"archived","events":[{"ts":"2025-01-02T00:00:00Z","event":"canceled","from_stage":"backlog","desc":"given up"}]}'
reads 0
is "$(key "$(made)" status)" '"canceled"'
file_has .work/tasks/archived/INDEX.md "| $(made) | L | @alice | canceled |"

it "makes a blocked task of events that block it, with what blocks it"
lines '{"name":"M","created":"2025-01-01","events":[{"ts":"2025-01-02T00:00:00Z","event":"blocked","blocked_by":"external:keys"}]}'
reads 0
is "$(key "$(made)" status)" '"blocked"'
is "$(key "$(made)" blocked_by)" '"external:keys"'

it "makes an active task of events that block it and unblock it"
lines '{"name":"N","created":"2025-01-01","events":[{"ts":"2025-01-02T00:00:00Z","event":"blocked","blocked_by":"external:keys"},{"ts":"2025-01-03T00:00:00Z","event":"unblocked"}]}'
reads 0
is "$(key "$(made)" status)" '"active"'

it "keeps the fields of an event's own before version, and payload at the end"
lines '{"name":"O","created":"2025-01-01","events":[{"ts":"2025-01-02T00:00:00Z","event":"note_added","payload":{"a":[1,2]},"desc":"d","word":"w"}]}'
reads 0
is "$(event "$(made)" note_added | sed 's/.*"desc"/"desc"/')" \
    '"desc":"d","word":"w","version":"1.0","metadata":{"imported":true},"payload":{"a":[1,2]}}'

it "keeps the metadata of an event beside its own mark"
lines '{"name":"P","created":"2025-01-01","events":[{"ts":"2025-01-02T00:00:00Z","event":"note_added","desc":"d","metadata":{"tool":"x"}}]}'
reads 0
event "$(made)" note_added >"$out"
out_has '"tool":"x"'
out_has '"imported":true'

it "keeps the id of an event"
lines '{"name":"Q","created":"2025-01-01","events":[{"id":"AAAAAAAAAA","ts":"2025-01-02T00:00:00Z","event":"note_added","desc":"d"}]}'
reads 0
event "$(made)" note_added >"$out"
out_has '{"id":"AAAAAAAAAA",'

it "refuses an id of an event that is there already"
lines '{"name":"R","created":"2025-01-01","events":[{"id":"AAAAAAAAAA","ts":"2025-01-02T00:00:00Z","event":"note_added","desc":"d"},{"id":"AAAAAAAAAA","ts":"2025-01-02T00:00:00Z","event":"note_added","desc":"e"}]}'
bad
err_has "-:1: events: event 2 "

# bad_event TEXT: one such event is refused, and named.
bad_event() {
	lines "{\"name\":\"R\",\"created\":\"2025-01-01\",\"events\":[$1]}"
	bad
	err_has "-:1: events: event 1 "
}

it "refuses an event that is no object"
bad_event '5'

it "refuses an event that is not of the vocabulary"
bad_event '{"ts":"2025-01-02T00:00:00Z","event":"nonesuch"}'
bad_event '{"ts":"2025-01-02T00:00:00Z"}'

it "refuses an event without a moment, or with one without a zone"
bad_event '{"event":"note_added"}'
bad_event '{"ts":"2025-01-02T00:00:00","event":"note_added"}'

it "refuses an event that lies in the future"
bad_event '{"ts":"2025-10-18T10:30:01Z","event":"note_added"}'

it "refuses an event whose user is no text"
bad_event '{"ts":"2025-01-02T00:00:00Z","event":"note_added","user":5}'

it "refuses events that run backwards"
lines '{"name":"R","created":"2025-01-01","events":[{"ts":"2025-01-03T00:00:00Z","event":"note_added"},{"ts":"2025-01-02T00:00:00Z","event":"note_added"}]}'
bad
err_has "-:1: events: event 2 is earlier than the one before it"

it "says that created is missing where an event is older than the task"
lines '{"name":"R","events":[{"ts":"2025-01-03T00:00:00Z","event":"note_added"}]}'
bad
err_has "created"

it "refuses events that lead to another stage than the one that is given"
lines '{"name":"R","created":"2025-01-01","stage":"next","events":[{"ts":"2025-01-02T00:00:00Z","event":"closed"}]}'
bad
err_has "-:1: events: "
err_has "'archived'"
err_has "'next'"

it "refuses events that are no list"
lines '{"name":"R","events":{}}'
bad
err_has "-:1: events: must be a list"

it "refuses created in the future"
lines '{"name":"R","created":"2099-01-01"}'
bad
err_has "-:1: created: "

fresh_board wrong

# wrong FIELD MEMBERS: a line with them is refused, and the field is named.
wrong() {
	lines '{"name":"Good"}' "{\"name\":\"Bad\",$2}"
	bad
	err_has "-:2: $1: "
}

it "refuses texts that are none"
wrong goal '"goal":5'
wrong inputs '"inputs":["x"]'
wrong details '"details":{}'
wrong outputs '"outputs":true'
wrong context '"context":1.5'
wrong key '"key":5'

it "refuses an empty key"
wrong key '"key":""'

it "refuses criteria that are none"
wrong acceptance '"acceptance":"x"'
wrong acceptance '"acceptance":[1]'
wrong acceptance '"acceptance":[""]'
wrong acceptance '"acceptance":[{"done":true}]'

it "refuses done that is neither true nor false"
wrong acceptance '"acceptance":[{"done":"yes","text":"x"}]'

it "refuses tags that are none"
wrong tags '"tags":"x"'
wrong tags '"tags":[1]'

it "refuses an empty tag"
wrong tags '"tags":["a",""]'

it "refuses a priority that there is not, and names those that there are"
wrong priority '"priority":"P9"'
err_has "P0 to P4"

it "refuses an effort that there is not, and names those that there are"
wrong effort '"effort":"huge"'
err_has "XS"

it "refuses users that are none"
wrong dri '"dri":"bob"'
wrong dri '"dri":"@b ob"'
wrong created_by '"created_by":"@"'

it "refuses a date that does not exist"
wrong created '"created":"2025-02-30"'
wrong created '"created":"yesterday"'

it "refuses a stage that there is not, and names the one that was probably meant"
wrong stage '"stage":"bakclog"'
err_has "did you mean 'backlog'?"

it "refuses dependencies that are no texts"
wrong depends_on '"depends_on":"TASK-0001"'
wrong depends_on '"depends_on":[1]'

it "refuses a key that it does not know"
wrong colour '"colour":"red"'

it "names every bad line and field, not just the first"
lines '{"name":"a","tags":1}' '{"name":"b"}' \
    '{"name":"c","priority":"P9","effort":"Z"}' \
    '{"name":"d","depends_on":["BACK-1"]}' '{"name":"e","events":[5]}'
bad
is "$(sed 's/^task-new: \(-:[0-9]*: [a-z_]*\): .*/\1/' "$err" | head -n 5)" \
    "-:1: tags
-:3: priority
-:3: effort
-:4: depends_on
-:5: events"

it "says at the end how many things were wrong, and that nothing is made"
is "$(tail -n 1 "$err")" "task-new: 5 things are wrong; nothing is made"

it "names a line without a name, once"
lines '{"name":"Good"}' '{"goal":"g"}'
bad
is "$(grep -c "^task-new: -:2: name: is missing" "$err")" "1"

it "names a line with a name that is no text, once"
lines '{"name":5}'
bad
is "$(grep -c "^task-new: -:1: name: " "$err")" "1"

it "names lines with names that cannot be"
lines '{"name":""}' '{"name":"a\nb"}' '{"name":"a\u001b[31m"}' \
    "{\"name\":\"$(printf 'a%.0s' $(seq 300))\"}"
bad
err_has "-:1: name: the name is empty"
err_has "-:2: name: "
err_has "-:3: name: "
err_has "-:4: name: "

it "names line and column of what is no JSON"
lines '{"name":"Good"}' '{"name":"Bad"'
bad
err_has "-:2:13: "

it "names a line that is no object"
lines '["name"]' '"name"' '{"name":"Good"}'
bad
err_has "-:1: "
err_has "-:2:"

it "names a line with a key that is there twice"
lines '{"name":"a","name":"b"}'
bad
err_has "-:1:"

it "names a line that is not UTF-8"
printf '{"name":"a\377"}\n' >"$sandbox/input"
bad
err_has "-:1:"

it "says nothing of the parser's insides where a text holds a NUL"
lines '{"name":"a\u0000b"}'
bad
err_has "-:1:"
err_lacks "JSON_"

it "names a line that was cut off at its end"
printf '{"name":"Good"}\n{"name":"Ba' >"$sandbox/input"
bad
err_has "-:2:"

it "makes nothing with --each either where a line is bad"
lines '{"name":"Good"}' '{"name":"Bad","stage":"nowhere"}' '{"name":"Good"}'
bad --each
err_has "nothing is made"

fresh_board again

lines '{"name":"A","key":"K-1"}' '{"name":"B","key":"K-2","depends_on":["K-1"]}'
reads 0

it "refuses keys that are on the board already, and says whose they are"
lines '{"name":"New","key":"K-3"}' '{"name":"A","key":"K-1"}'
bad
err_has "-:2: key: 'K-1' is there already: TASK-0001"

it "finds them in every stage"
lines '{"name":"Old","key":"K-old","stage":"archived"}'
reads 0
lines '{"name":"Old","key":"K-old"}'
bad
err_has "TASK-0003"

it "says with --lenient that keys are there already, and changes nothing"
lines '{"name":"A","key":"K-1"}' '{"name":"B","key":"K-2"}'
picture >"$sandbox/before"
reads 0 --lenient
err_has "2 of 2 keys are there already"
out_is ""
is "$(picture)" "$(cat "$sandbox/before")"

it "makes with --lenient what is new beside them"
lines '{"name":"A","key":"K-1"}' '{"name":"C","key":"K-4","depends_on":["K-1","K-2"]}'
reads 0 --lenient
out_is "TASK-0004"
is "$(key 0004 depends_on)" '["TASK-0001", "TASK-0002"]'

it "refuses a key that two lines have, and names both lines"
lines '{"name":"D","key":"D"}' '{"name":"E"}' '{"name":"D","key":"D"}'
bad
err_has "-:3: key: 'D'"
err_has "line 1"

it "gives with --lenient a second line with a key a suffix, and says so"
lines '{"name":"D","key":"D"}' '{"name":"D two","key":"D"}' '{"name":"D three","key":"D"}'
reads 0 --lenient
err_has "-:2: key: "
is "$(key 0005 external_key)" '"D"'
is "$(key 0006 external_key)" '"D-2"'
is "$(key 0007 external_key)" '"D-3"'

it "logs the key that the line had"
is "$(event 0006 created | grep -c '"key":"D"')" "1"

it "means the first of them where others depend on that key"
lines '{"name":"F","key":"F"}' '{"name":"F two","key":"F"}' '{"name":"G","depends_on":["F"]}'
reads 0 --lenient
is "$(key "$(made)" depends_on)" '["TASK-0008"]'

it "knows lines with a suffix again in a second run"
lines '{"name":"D","key":"D"}' '{"name":"D two","key":"D"}' '{"name":"D three","key":"D"}'
picture >"$sandbox/before"
reads 0 --lenient
err_has "3 of 3 keys are there already"
is "$(picture)" "$(cat "$sandbox/before")"

it "gives no suffix that another line has for its key"
lines '{"name":"H","key":"H"}' '{"name":"H two","key":"H"}' '{"name":"H-2","key":"H-2"}'
reads 0 --lenient
is "$(grep -h "^external_key: \"H" .work/tasks/inbox/*/*.task.md | sort -u |
    wc -l)" "3"
is "$(grep -l '^task_name: "H-2"' .work/tasks/inbox/*/*.task.md |
    xargs grep -h ^external_key)" 'external_key: "H-2"'

fresh_board lenient

it "drops with --lenient a dependency that is not there, and says so"
lines '{"name":"A","key":"a","depends_on":["gone","b"]}' '{"name":"B","key":"b"}'
reads 0 --lenient
err_has "-:1: depends_on: no line has key 'gone'"
is "$(key 0001 depends_on)" '["TASK-0002"]'

it "logs what it dropped"
is "$(event 0001 created | grep -c '"dropped":\["gone"\]')" "1"

it "opens with --lenient a circle of dependencies, and says where"
lines '{"name":"C","key":"c","depends_on":["d"]}' '{"name":"D","key":"d","depends_on":["c"]}'
reads 0 --lenient
err_has "c -> d -> c"
is "$(key 0003 depends_on) $(key 0004 depends_on)" '["TASK-0004"] []'
is "$(event 0004 created | grep -c '"dropped":\["c"\]')" "1"

it "leaves with --lenient a task not waiting for itself"
lines '{"name":"E","key":"e","depends_on":["e"]}'
reads 0 --lenient
is "$(key "$(made)" depends_on)" "[]"

it "leaves out with --lenient what is wrong with a field, and says so"
lines '{"name":"F","goal":5,"priority":"P9","effort":"huge","dri":"bob","created":"yesterday","tags":[1,"t"],"acceptance":[1,"a"],"colour":"red"}'
reads 0 --lenient
for field in goal priority effort dri created tags acceptance colour; do
	err_has "-:1: $field: "
done
is "$(key "$(made)" priority)" "null"
is "$(key "$(made)" current_dri)" '"@alice"'
is "$(key "$(made)" tags)" '["t"]'
is "$(section "$(made)" "Acceptance Criteria")" "- [ ] a"

it "logs what it left out"
file_has "$(ledger "$(made)")" "P9"

it "leaves out with --lenient an event that is wrong, and keeps the others"
lines '{"name":"G","created":"2025-01-01","events":[{"ts":"2025-01-02T00:00:00Z","event":"nonesuch"},{"ts":"2025-01-03T00:00:00Z","event":"verified"}]}'
reads 0 --lenient
err_has "-:1: events: event 1 "
is "$(events "$(made)" | tail -n 2)" "created
verified"

it "says once what it leaves out"
is "$(grep -c ": events: " "$err")" "1"

it "makes nothing with --lenient of a line that cannot be kept, and names it"
lines '{"name":"Bad","stage":"nowhere"}'
bad --lenient
err_has "-:1: stage: "
lines '{"goal":"no name"}'
bad --lenient
err_has "-:1: name: "

it "calls what it keeps a warning"
lines '{"name":"H","depends_on":["gone"]}'
reads 0 --lenient
err_has "task-new: warning: -:1: depends_on: "

it "says nothing of it with -q"
lines '{"name":"I","depends_on":["gone"]}'
reads 0 --lenient -q
err_is ""

fresh_board each

it "makes a commit of each task with --each, in their order"
lines '{"name":"A","key":"a","depends_on":["b"]}' '{"name":"B","key":"b","stage":"next"}' '{"name":"C"}'
reads 0 --each
out_is "TASK-0001
TASK-0002
TASK-0003"
is "$(git log -3 --format=%s)" "TASK-0003: new: C
TASK-0002: new: B
TASK-0001: new: A"
sound

it "touches in each commit the files of one task, indexes and counter"
is "$(git log -1 --format= --name-only HEAD~1 | grep -v TASK-0002)" \
    ".work/tasks/INDEX.md
.work/tasks/next/INDEX.md"
is "$(git log -1 --format= --name-only HEAD~1 | grep -c TASK-0002)" "3"

it "changes nothing with -n, and prints the ids that it would give"
picture >"$sandbox/before"
lines '{"name":"D"}' '{"name":"E"}'
reads 0 -n
out_is "TASK-0004
TASK-0005"
is "$(picture)" "$(cat "$sandbox/before")"

it "names bad lines with -n, too"
lines '{"name":"D","stage":"nowhere"}'
bad -n
err_has "-:1: stage: "

it "reads '-' only where it stands alone"
lines '{"name":"D"}'
task-new - "E" <"$sandbox/input" >"$out" 2>"$err"
is $? 64

it "makes hundreds with --each, each from what the one before it made"
before=$(git rev-list --count HEAD)
seq 300 | sed 's/.*/{"name":"Many &"}/' >"$sandbox/input"
reads 0 --each
is "$(wc -l <"$out")" 300
is "$(git rev-list --count HEAD)" "$((before + 300))"
is "$(git show HEAD~150:.work/tasks/INDEX.md | grep -c Many)" "150"
sound

finish
