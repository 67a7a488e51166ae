#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"

tmp=$sandbox/tmp
mkdir "$tmp" || exit 1
ready='"priority":"P1","effort":"M"'

# A board of its own for what follows.
fresh_board() {
	cd "$sandbox/work" && mkdir "$1" && cd "$1" || exit 1
	board
	echo 'wip: {current: {limit: 50, scope: system, enforce: hard}}' \
	    >.work/tasks/policy.yaml && git commit -qam policy
}

# in_stage STAGE...: makes a complete task in each; $id is the last one's.
in_stage() {
	for stage in "$@"; do
		full_task "In $stage" "\"stage\":\"$stage\",$ready"
	done | task-new - >"$tmp/made"
	id=$(sed -n '$s/TASK-//p' "$tmp/made")
}

# last ID [N]: the last N lines of its ledger, without their random ids.
last() {
	tail -n "${2:-1}" "$(ledger "$1")" | sed 's/"id":"[^"]*",//'
}

context() {
	cat "$(folder "$1")/$1.context.md"
}

it "says that there is no board, and how to make one"
exits 66 task-done 1
err_is "task-done: no .work/tasks here or above (task-init makes one)"

fresh_board done

it "says on an empty board that there is no such task"
unchanged exits 66 task-done 1
err_is "task-done: TASK-0001: no such task"

it "does nothing for an empty list"
unchanged exits_with "" 0 task-done -m "a note" -
out_is ""

in_stage current

it "ticks, notes, signs and moves on by one stage, and prints the id"
cp "$(card 0001)" "$tmp/old"
exits 0 task-done --tick all -s 1 "the tests pass"
out_is "TASK-0001"
err_is ""
is "$(folder 0001)" ".work/tasks/integration/TASK-0001-in-current"
is "$(diff "$tmp/old" "$(card 0001)" | grep '^[<>]')" '< stage: "current"
> stage: "integration"
< - [ ] first
< - [ ] second
> - [x] first
> - [x] second'
is "$(context 0001 | tail -n 3)" "## Notes

- 2025-10-18 @alice: the tests pass"

it "puts each of it on record, before the move"
is "$(last 0001 5 | sed 's/"content":"[^"]*",//')" '{"ts":"2025-10-18T10:30:00Z","user":"@alice","event":"content_updated","desc":"criteria ticked: 2, before 0","file":"0001-in-current.task.md","version":"1.0"}
{"ts":"2025-10-18T10:30:00Z","user":"@alice","event":"note_added","desc":"the tests pass","version":"1.0"}
{"ts":"2025-10-18T10:30:00Z","user":"@alice","event":"signed_off","desc":"signed off for integration","gate":"integration","version":"1.0"}
{"ts":"2025-10-18T10:30:00Z","user":"@alice","event":"implemented","desc":"implementation complete","version":"1.0"}
{"ts":"2025-10-18T10:30:00Z","user":"@alice","event":"verified","desc":"verified, moved to integration","version":"1.0"}'

it "does all of it in one commit"
is "$(git log -1 --format=%s)" "TASK-0001: current to integration: In current"
is "$(git show --format= --name-only --no-renames HEAD | wc -l)" 9
sound

it "keeps no version of a card whose criteria were ticked, nor for a note"
is "$(ls "$(folder 0001)" | grep -c '\.v[0-9]')" 0

it "moves on without a note or a tick, too"
exits 0 task-done 1
is "$(folder 0001)" ".work/tasks/learning/TASK-0001-in-current"
exits 0 task-done -s --skip-learning "nothing new" 1
is "$(folder 0001)" ".work/tasks/archived/TASK-0001-in-current"
sound

it "goes from the inbox to the archive a stage at a time"
in_stage inbox
for note in one two three; do
	exits 0 task-done -s "$id" "$note"
done
exits 0 task-done -s --tick 1,2 "$id" four
exits 0 task-done "$id" five
exits 0 task-done -s --skip-learning why "$id" six
is "$(folder "$id")" ".work/tasks/archived/TASK-$id-in-inbox"
is "$(context "$id" | grep -c '^- 2025-10-18 @alice: ')" 6
sound

it "takes several tasks, and makes one commit of them"
in_stage next next backlog
exits 0 task-done -s 0003 4 TASK-0005 "all of them"
out_is "TASK-0003
TASK-0004
TASK-0005"
is "$(git log -1 --format=%B | sed '/^$/d')" "task-done: 3 tasks
TASK-0003: next to current: In next
TASK-0004: next to current: In next
TASK-0005: backlog to next: In backlog"
for i in 3 4 5; do
	is "$(context 000$i | tail -n 1)" "- 2025-10-18 @alice: all of them"
done
sound

it "reads references from standard input, and takes the text from -m"
task-ls next | task-done -m 42 - >"$out" 2>"$err"
is $? 0
out_is "TASK-0005"
is "$(context 0005 | tail -n 1)" "- 2025-10-18 @alice: 42"

it "prints objects with -j, with a NUL with -z, names with --header"
in_stage backlog
exits 0 task-done -sj "$id"
out_is "{\"id\":\"TASK-$id\",\"from\":\"backlog\",\"to\":\"next\"}"
task-done -z "$id" | tr '\0' '+' >"$out"
out_is "TASK-$id+"
in_stage next
exits 0 task-done --header --columns id,to "$id"
out_is "id	to
TASK-$id	current"
in_stage next
unchanged exits 64 task-done --columns nothing "$id"

it "writes who it was, and which worker; which cannot sign"
exits 0 env TASK_AGENT=worker-7 task-done -u @carol "$id" "done by me"
last "$id" 3 | grep note_added >"$out"
out_has '"user":"@carol"'
out_has '"worker_id":"worker-7"'
unchanged exits 1 env TASK_AGENT=worker-7 task-done -n --tick all -s "$id"

it "takes along what was changed by hand"
in_stage next
echo "By hand." >>"$(card "$id")"
exits 0 task-done "$id" "a note"
is "$(events "$id" | tail -n 4 | paste -sd' ' -)" \
    "content_updated note_added validated started"
sound

# Ticking.

it "ticks criteria by their numbers, and leaves the others"
in_stage current
unchanged exits 1 task-done -n --tick 2 "$id"
err_has "not ticked: 'first'"
err_lacks "not ticked: 'second'"
exits 0 task-done --tick 2 --waive "later" -s "$id"
file_has "$(card "$id")" "- [ ] first"
file_has "$(card "$id")" "- [x] second"

it "ticks only in the section of the criteria, and what is not ticked yet"
in_stage current
sed -i 's/^the goal/- [ ] a goal/; s/- \[ \] first/- [X] first/' "$(card "$id")"
git commit -qam "by hand"
exits 0 task-done --tick 1,2 -s "$id"
file_has "$(card "$id")" "- [ ] a goal"
file_has "$(card "$id")" "- [X] first"
file_has "$(card "$id")" "- [x] second"
events "$id" | grep -c content_updated >"$out"
out_is 1

it "says nothing of ticks where all are there already"
in_stage current
tick "$id" && git commit -qam "by hand"
exits 0 task-done --tick all -s "$id"
is "$(events "$id" | grep -c content_updated)" 0

it "refuses a criterion that there is not, and changes nothing"
in_stage current
unchanged exits 1 task-done --tick 3 -s "$id"
err_is "task-done: TASK-$id: it has no acceptance criterion 3, but 2 of them"
unchanged exits 1 task-done --tick 1,99999999999999999999 -s "$id"
for wrong in "" 0 x 1,x 1x -1 " 1" "1;2" All; do
	unchanged exits 64 task-done --tick "$wrong" -s "$id"
	err_has "--tick: '$wrong' is neither 'all' nor numbers"
done

it "keeps CRLF"
sed -i 's/$/\r/' "$(card "$id")" "$(folder "$id")/$id.context.md"
exits 0 task-done --tick all -s "$id" "a note"
is "$(grep -vc "$(printf '\r')$" "$(card "$id")")" 0
is "$(grep -vc "$(printf '\r')$" "$(folder "$id")/$id.context.md")" 0
sound

# Gates.

fresh_board gates

it "refuses what the gates refuse: nothing is ticked, noted or moved"
in_stage current
for f in card context; do
	$f "$id" >/dev/null
done
cp "$(card "$id")" "$tmp/card"
context "$id" >"$tmp/context"
exits 1 task-done --tick 1 "$id" "it is done"
out_is ""
err_has "TASK-$id: not ticked: 'second'"
err_has "TASK-$id: entering 'integration' needs a person's sign-off"
cmp -s "$tmp/card" "$(card "$id")" || fail "the card changed"
is "$(context "$id")" "$(cat "$tmp/context")"
is "$(folder "$id")" ".work/tasks/current/TASK-$id-in-current"

it "puts the refusal on record, once, in a commit of its own"
last "$id" >"$out"
out_has '"event":"validation_failed"'
out_has '"payload":{"from":"current","to":"integration","failed":["ticked","gate"]}'
is "$(git log -1 --format=%s)" "TASK-$id: refused: current to integration"
is "$(git show --format= --name-only HEAD)" "$(ledger "$id")"
unchanged exits 1 task-done --tick 1 "$id" "it is done"
sound

it "records what would have been refused, ticks and all"
exits 1 task-done --tick all "$id" "it is done"
last "$id" >"$out"
out_has '"failed":["gate"]'

it "records nothing with -n"
unchanged exits 1 task-done -n "$id"
unchanged exits 0 task-done -n --tick all -s "$id" "a note"
out_is "TASK-$id"
err_is "task-done: TASK-$id: current to integration"

it "holds that a note voids a sign-off from before, and shows why"
tick "$id" && task-sign "$id" integration >/dev/null
exits 1 task-done "$id" "one thing more"
err_has "+- 2025-10-18 @alice: one thing more"
last "$id" >"$out"
out_has '"failed":["gate"]'
exits 0 task-done "$id"
sound

it "moves those that may, and refuses the others"
in_stage next current
before=$(git rev-parse HEAD)
exits 1 task-done 2 3 "a note"
out_is "TASK-0002"
is "$(git log --format=%s "$before..")" \
    "TASK-0003: refused: current to integration
TASK-0002: next to current: In next"
is "$(context 0003 | grep -c Notes)" 0
sound

it "refuses a blocked task, and waits for what a task waits for"
in_stage backlog next
task-status 4 blocked --by info:which >/dev/null
exits 1 task-done -s 4
err_has "it is blocked"
task-link --no-block --on 4 5 >/dev/null
exits 1 task-done 5 "early"
exits 0 task-done --concurrent-ok "it is soon" 5 "early"
sound

it "does nothing to a closed task"
in_stage archived
unchanged exits 1 task-done "$id" "a note"
err_is "task-done: TASK-$id: it is closed"

it "takes a P0 past next"
full_task "Fire" '"stage":"backlog","priority":"P0","effort":"S"' |
    task-new - >"$tmp/made"
id=$(sed 's/TASK-//' "$tmp/made")
exits 0 task-done -s -r "it burns" "$id" "all hands"
is "$(folder "$id")" ".work/tasks/current/TASK-$id-fire"
is "$(context "$id" | tail -n 1)" "- 2025-10-18 @alice: all hands"
sound

# Usage and hostile texts.

it "says what is wrong with the command line"
unchanged exits 64 task-done
unchanged exits 64 task-done ""
unchanged exits 64 task-done "only a text"
unchanged exits 64 task-done 1 two words
err_is "task-done: 'two' is no task; a text is one operand, the last"
unchanged exits 64 task-done --of HEAD 1
err_has "--of says what a sign-off is for"
unchanged exits 66 task-done -s --of nonsense 1
unchanged exits 64 task-done -m "" 1
unchanged exits 64 task-done --waive " " 1
unchanged exits 66 task-done 4711 "a note"

it "notes hostile texts as they are, or refuses them"
in_stage inbox
bad=$(printf 'a\033[31mb')
unchanged exits 65 task-done -m "$bad" "$id"
unchanged exits 65 task-done -m "$(printf '\377')" "$id"
exits 0 task-done -m '-rf ../../x `touch pwned` $(touch pwned) <!-- ' "$id"
is "$(find . -name pwned)" ""
file_has "$(folder "$id")/$id.context.md" 'touch pwned'
sound

it "names line and column of a card that is malformed"
in_stage inbox
c=$(card "$id")
printf -- '---\npriority: @high\n---\n' >"$c"
unchanged exits 65 task-done "$id" "a note"
err_has "$c:2:11: "
git checkout -q .

it "leaves the commit to the person with --no-commit"
before=$(git rev-parse HEAD)
exits 0 task-done --no-commit "$id" "a note"
is "$(git rev-parse HEAD)" "$before"
is "$(folder "$id")" ".work/tasks/backlog/TASK-$id-in-inbox"
git add -A && git commit -qm "mine"
sound

it "changes nothing where another program holds the lock"
lock=$(git rev-parse --git-common-dir)/task/lock
unchanged exits 75 env TASK_LOCK_TIMEOUT=0 flock "$lock" task-done -s "$id"

it "says that its output is lost, and has done it"
task-done -s "$id" >/dev/full 2>"$err"
is $? 74
is "$(folder "$id")" ".work/tasks/next/TASK-$id-in-inbox"
sound

finish
