#!/bin/sh
# SPDX-License-Identifier: MIT
# Gates: no move through one without a human's word, and which words count.
. "${TASK_SRC:?}/t/lib.sh"

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

# people YAML: who is human from now on.
people() {
	printf '%s\n' "$1" >.work/tasks/people.yaml &&
	    git add .work/tasks/people.yaml && git commit -qm "people"
}

newest() {
	printf '%04d' $(($(sed 's/^0*//' .work/tasks/ID_COUNTER.txt) - 1))
}

# in_stage STAGE [MEMBERS]: makes a complete task there; its number is $id.
in_stage() {
	make_task "In $1" "\"stage\":\"$1\",${2:-$ready}"
	id=$(newest)
}

last_events() {
	events "$1" | tail -n "$2" | paste -sd' ' -
}

event() {
	grep "\"event\":\"$2\"" "$(ledger "$1")" | tail -n 1
}

# The stage in whose folder a task lies.
lies() {
	basename "$(dirname "$(folder "$1")")"
}

# What a sign-off is bound to, as git gives it: the body, then the context.
content() {
	{
		awk 'n >= 2; /^---$/ { n++ }' "$(card "$1")"
		cat "$(folder "$1")/$1.context.md"
	} | git hash-object --stdin
}

# stopped ID [ARGUMENT]...: the gate, and nothing else, stops the move.
stopped() {
	before=$(lies "$1")
	exits 1 task-move "$@"
	is "$(lies "$1")" "$before"
	event "$1" validation_failed >"$sandbox/event"
	file_has "$sandbox/event" '"failed":["gate"]'
}

fresh_board gates
policy 'wip: {next: {limit: 50}, integration: {limit: 50}, learning: {limit: 50}}'

for pair in "backlog next" "current integration" "learning archived" \
    "integration archived"; do
	from=${pair% *}
	to=${pair#* }
	it "lets nothing from $from into $to without a sign-off, and says how to give it"
	in_stage "$from"
	tick "$id"
	stopped "$id" "$to" --skip-learning "x"
	err_has "entering '$to' needs a person's sign-off"
	err_has "task-sign $id $to"
	err_has "--sign"

	it "lets it from $from into $to when it was signed off with task-sign"
	exits 0 task-sign "$id" "$to"
	exits 0 task-move --skip-learning "x" "$id" "$to"
	is "$(lies "$id")" "$to"

	it "signs off along with the move from $from into $to with -s"
	in_stage "$from"
	tick "$id"
	before=$(git rev-parse HEAD)
	exits 0 task-move -s --skip-learning "x" "$id" "$to"
	event "$id" signed_off >"$out"
	out_has "\"gate\":\"$to\",\"content\":\"$(content "$id")\""
	is "$(git rev-list --count "$before..")" "1"
done

it "writes the sign-off before the events of the move"
in_stage backlog
exits 0 task-move --sign "$id"
is "$(last_events "$id" 3)" "signed_off validated prioritized"

it "signs off each of several tasks for what it says itself"
in_stage backlog
one=$id
make_task "Another" "\"stage\":\"backlog\",$ready,\"tags\":[\"x\"]"
id=$(newest)
echo "More." >>"$(folder "$id")/$id.context.md"
exits 0 task-move -s "$one" "$id"
event "$one" signed_off >"$out"
out_has "\"content\":\"$(content "$one")\""
event "$id" signed_off >"$out"
out_has "\"content\":\"$(content "$id")\""

it "needs no sign-off where there is no gate, and writes none with -s"
in_stage inbox
exits 0 task-move -s "$id"
exits 0 task-move -s "$id"
exits 0 task-move -s "$id"
is "$(events "$id" | grep -c signed_off)" "1"

it "needs none for a move back through a gate"
in_stage learning
exits 0 task-move -r "again" "$id" integration
exits 0 task-move -r "again" "$id" next
is "$(events "$id" | grep -c signed_off)" "0"

it "takes a sign-off for another gate for none"
in_stage integration
exits 0 task-sign "$id" archived
exits 0 task-move "$id"
stopped "$id" archived --skip-learning "x"

it "asks for the gates that the policy has, and for no others"
policy 'gates: [current, learning]'
in_stage backlog
exits 0 task-move "$id"
stopped "$id"
err_has "task-sign $id current"
exits 0 task-sign "$id" current
exits 0 task-move "$id"
tick "$id"
exits 0 task-move "$id"
stopped "$id"
exits 0 task-move -s "$id"
exits 0 task-move --skip-learning "x" "$id"

it "asks for none where the policy has none"
policy 'gates: []'
in_stage current
tick "$id"
exits 0 task-move "$id"
sound

fresh_board content

it "takes no sign-off for another content: the body changed"
in_stage backlog
exits 0 task-sign "$id" next
echo "One line more." >>"$(card "$id")"
stopped "$id"
err_has "@alice signed 'next' for another content"
err_has "task-sign $id next"

it "shows what changed since, and in which file"
err_has "+One line more."
err_has "$(basename "$(card "$id")")"

it "shows it again when it is tried again"
exits 1 task-move "$id"
err_has "+One line more."

it "takes no sign-off for another content: the context changed"
in_stage backlog
exits 0 task-sign "$id" next
sed 's/the context/another context/' "$(folder "$id")/$id.context.md" >x &&
    cat x >"$(folder "$id")/$id.context.md" && rm x
stopped "$id"
err_has "-the context"
err_has "+another context"
err_has "$id.context.md"

it "shows all that changed since, over several commits"
in_stage backlog
exits 0 task-sign "$id" next
echo "First." >>"$(card "$id")" && git commit -qam "first"
echo "Second." >>"$(card "$id")" && git commit -qam "second"
stopped "$id"
err_has "+First."
err_has "+Second."

it "prints no control character of what changed"
in_stage backlog
exits 0 task-sign "$id" next
printf 'a\033[31mb\n' >>"$(card "$id")"
stopped "$id"
err_lacks "$(printf '\033')"

it "takes a tick after the sign-off for a change"
in_stage current
exits 0 task-sign "$id" integration
tick "$id"
stopped "$id"
err_has "+- [x] first"

it "takes keys of the front matter for no change"
in_stage backlog
exits 0 task-sign "$id" next
sed 's/^priority: .*/priority: P2/;s/^tags: .*/tags: [x]/' "$(card "$id")" >x &&
    cat x >"$(card "$id")" && rm x
exits 0 task-move "$id"

it "takes a new sign-off for the new content"
in_stage backlog
exits 0 task-sign "$id" next
echo "More." >>"$(card "$id")"
exits 0 task-sign "$id" next
exits 0 task-move "$id"

it "takes the one of several sign-offs that is for what it says now"
in_stage backlog
exits 0 task-sign "$id" next
echo "More." >>"$(card "$id")"
exits 0 task-sign -u @bob "$id" next
exits 0 task-move "$id"

fresh_board again

it "takes no sign-off from before a move back: next"
in_stage backlog
exits 0 task-sign "$id" next
exits 0 task-move "$id"
exits 0 task-move -r "again" "$id" backlog
stopped "$id"

it "takes no sign-off from before a move back: integration"
in_stage current
tick "$id"
exits 0 task-sign "$id" integration
exits 0 task-move "$id"
exits 0 task-move -r "again" "$id" current
stopped "$id"

it "takes no sign-off from before a move back: archived"
in_stage integration
exits 0 task-sign "$id" archived
exits 0 task-move "$id"
exits 0 task-move -r "again" "$id" integration
stopped "$id" archived --skip-learning "x"

it "takes no sign-off from before a move back by two stages"
in_stage backlog
exits 0 task-move -s "$id"
exits 0 task-move "$id"
exits 0 task-move -r "again" "$id" backlog
stopped "$id"

it "takes no sign-off that was given and not used before a move back"
in_stage backlog
exits 0 task-sign "$id" next
exits 0 task-move -r "again" "$id" inbox
exits 0 task-move "$id"
stopped "$id"

it "takes a new sign-off after a move back"
exits 0 task-sign "$id" next
exits 0 task-move "$id"

it "takes a sign-off that is older than a refusal"
in_stage backlog '"priority":null'
exits 0 task-sign "$id" next
exits 1 task-move "$id"
sed 's/^priority: .*/priority: P1/;s/^effort_estimate: .*/effort_estimate: M/' \
    "$(card "$id")" >x && cat x >"$(card "$id")" && rm x
exits 0 task-move "$id"

it "takes no sign-off that was revoked, and says whose it was"
in_stage backlog
exits 0 task-sign "$id" next
exits 0 task-sign --revoke "$id" next
stopped "$id"
err_has "the sign-off of @alice for 'next' was revoked"

it "takes a sign-off after a revoked one"
exits 0 task-sign -u @bob "$id" next
exits 0 task-move "$id"
sound

fresh_board who

it "lets no agent sign along with a move, whoever it works for"
in_stage backlog
stopped "$id" >/dev/null
unchanged exits 1 env TASK_AGENT=bot TASK_USER=@alice task-move -s "$id"
err_has "a worker cannot sign off"
err_has "'bot'"

it "lets no registered worker sign along with a move"
mkdir -p .work/tasks/.workers
echo "id: robot" >.work/tasks/.workers/robot.manifest.yaml
unchanged exits 1 task-move -u robot -s "$id"
err_has "a worker cannot sign off"
unchanged exits 1 task-move -u @robot -s "$id"

it "lets an agent move what a person has signed"
exits 0 task-sign "$id" next
exits 0 env TASK_AGENT=bot task-move "$id"
event "$id" prioritized >"$out"
out_has '"metadata":{"worker_id":"bot"}'

# by_hand ID MEMBERS: a signed_off event that somebody wrote into the ledger.
by_hand() {
	printf '{"ts":"2025-10-18T10:30:00Z","event":"signed_off","desc":"by hand",%s}\n' \
	    "$2" >>"$(ledger "$1")"
	git commit -qam "by hand"
}

it "takes no sign-off that a worker wrote, however it came there"
in_stage backlog
by_hand "$id" '"user":"robot","gate":"next","content":"'"$(content "$id")"'"'
stopped "$id"
err_has "robot signed 'next' but may not"

it "takes no sign-off that an agent's process wrote"
in_stage backlog
by_hand "$id" '"user":"@alice","gate":"next","content":"'"$(content "$id")"'","metadata":{"worker_id":"bot"}'
stopped "$id"

it "takes no sign-off that does not say what was signed"
in_stage backlog
by_hand "$id" '"user":"@alice","gate":"next"'
stopped "$id"

it "takes no sign-off that names no gate"
in_stage backlog
by_hand "$id" '"user":"@alice","content":"'"$(content "$id")"'"'
stopped "$id"

fresh_board people
people 'people:
  "@alice": {name: Alice Example, email: alice@example.org, gates: [next, policy]}
  "@bob":   {name: Bob Example,   email: bob@example.org,   gates: [integration]}'

it "lets sign along with a move who may sign the gate"
in_stage backlog
exits 0 task-move -s "$id"

it "lets nobody sign a gate that people.yaml does not give them"
in_stage backlog
stopped "$id" -s -u @bob
err_has "people.yaml does not give @bob the gate 'next'"

it "lets nobody sign who is not in people.yaml"
in_stage backlog
stopped "$id" -s -u @carol
err_has "@carol is not in people.yaml"

it "takes no sign-off of one who may not sign the gate any more"
in_stage backlog
exits 0 task-sign "$id" next
people 'people:
  "@bob": {gates: [next]}'
stopped "$id"
err_has "@alice signed 'next' but may not"

it "names a malformed people.yaml with its line, and moves nothing"
people 'people:
  "@bob": [next]'
unchanged exits 78 task-move -s -u @bob "$id"
err_has ".work/tasks/people.yaml:2:"
unchanged exits 78 task-move "$id"

it "needs no people.yaml for a move through no gate"
git rm -qf .work/tasks/people.yaml && git commit -qm "nobody"
in_stage next
people 'people:
  "@bob": [next]'
exits 0 task-move "$id"

fresh_board of

it "says with --of which commit was looked at, by its full id"
in_stage current
tick "$id"
exits 0 task-move -s --of HEAD "$id"
event "$id" signed_off >"$out"
out_has "\"of\":\"$(git rev-parse HEAD~1)\""

it "signs no commit that there is not, and moves nothing"
in_stage backlog
unchanged exits 66 task-move -s --of nonsense "$id"
err_has "'nonsense'"

it "takes --of for nothing without --sign, and says so"
in_stage next
unchanged exits 64 task-move --of HEAD "$id"
err_has "--sign"

it "signs nothing with -n"
in_stage backlog
unchanged exits 0 task-move -n -s "$id"
out_is "TASK-$id"

it "signs nothing where the move is refused for something else"
in_stage backlog '"priority":null'
exits 1 task-move -s "$id"
is "$(events "$id" | grep -c signed_off)" "0"
sound

# append FILE EVENT [MEMBERS]: a line as no program wrote it.
append() {
	printf '{"ts":"2025-10-18T11:00:00Z","user":"@alice","event":"%s",' \
	    "$2" >>"$1"
	printf '"desc":"x"%s}\n' "${3:+,$3}" >>"$1"
}

it "no pause that is written by hand leads past a gate"
make_task "Paused past it"
id=$(newest)
ok task-move "$id" backlog
mv .work/tasks/backlog/TASK-"$id"-* .work/tasks/integration/
sed -i 's/^stage: .*/stage: "integration"/' "$(card "$id")"
append "$(ledger "$id")" paused
append "$(ledger "$id")" resumed '"resumed_to_stage":"integration"'
unchanged exits 1 task-watch --once
err_has "TASK-$id: its ledger tells of a move that is not allowed: there is no move from 'backlog' to 'integration'"
unchanged exits 1 env TASK_AGENT=bot task-note "$id" "a note"
git stash -q -u && git stash drop -q

it "a folder that gets another id along with another stage goes past none"
make_task "Another id"
id=$(newest)
ok task-move "$id" backlog
from=$(folder "$id")
to=.work/tasks/next/TASK-7777-another-id
mv "$from" $to
mv $to/"$id"-another-id.task.md $to/7777-another-id.task.md
mv $to/"$id".context.md $to/7777.context.md
mv $to/"$id".ledger.jsonl $to/7777.ledger.jsonl
sed -i 's/^stage: .*/stage: "next"/;s/^task_id: .*/task_id: "7777"/' \
    $to/7777-another-id.task.md
unchanged exits 1 env TASK_AGENT=bot task-note 7777 "a note"
err_has "TASK-7777: it is new, and its ledger does not say how it came to 'next'"
append $to/7777.ledger.jsonl prioritized
unchanged exits 1 env TASK_AGENT=bot task-note 7777 "a note"
err_has "TASK-7777: its ledger tells of a move that is not allowed: it went from 'backlog' to 'next', and there is no 'validated' in its ledger"

it "but for whoever may sign them, who may bring in what was made by hand"
rm -r $to && git checkout -q .
cp -r .work/tasks/backlog/TASK-*-another-id "$sandbox/made"
to=.work/tasks/current/TASK-8888-made
mkdir $to
cp "$sandbox"/made/*.context.md $to/8888.context.md
sed 's/^stage: .*/stage: "current"/;s/^task_id: .*/task_id: "8888"/' \
    "$sandbox"/made/*.task.md >$to/8888-made.task.md
append $to/8888.ledger.jsonl note_added
unchanged exits 1 env TASK_AGENT=bot task-note 8888 "a note"
err_has "TASK-8888: it is new, and its ledger does not say how it came to 'current'"
ok task-note 8888 "a note"

finish
