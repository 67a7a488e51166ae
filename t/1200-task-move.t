#!/bin/sh
# SPDX-License-Identifier: MIT
# What a move does: the rows of lifecycle.md, the record, the commit, the
# indexes, several tasks at once, and what a person changed by hand.
# 1210 has the checks, 1220 the gates.
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

# in_stage STAGE [MEMBERS]: makes a complete task there; its number is $id.
in_stage() {
	make_task "In $1" "\"stage\":\"$1\"${2:+,$2}"
	id=$(newest)
}

# The names of the last N events of a task, on one line.
last_events() {
	events "$1" | tail -n "$2" | paste -sd' ' -
}

# The last line of one kind of event in a task's ledger.
event() {
	grep "\"event\":\"$2\"" "$(ledger "$1")" | tail -n 1
}

# The value of a key in the card of a task, as it is written.
key() {
	sed -n "s/^$2: //p" "$(card "$1")" | head -n 1
}

# The stage in whose folder a task lies.
lies() {
	for stage in $stages; do
		ls ".work/tasks/$stage" | grep -q "^TASK-$1-" && echo "$stage"
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
exits 66 task-move 1
err_is "task-move: no .work/tasks here or above (task-init makes one)"

fresh_board forward

make_task "Walk" "$ready"

it "moves a complete task from inbox to backlog, and prints its id"
exits 0 task-move 1 backlog
out_is "TASK-0001"
err_is ""
is "$(lies 0001)" "backlog"
is "$(last_events 0001 1)" "verified"

it "writes the stage into the card"
is "$(key 0001 stage)" '"backlog"'

it "commits a move as one commit that names task and stages"
is "$(git log -1 --format=%s)" "TASK-0001: inbox to backlog: Walk"

it "touches the package and the three indexes, and nothing else"
is "$(git log -1 --format= --name-only --no-renames | sort)" \
    ".work/tasks/INDEX.md
.work/tasks/backlog/INDEX.md
.work/tasks/backlog/TASK-0001-walk/0001-walk.task.md
.work/tasks/backlog/TASK-0001-walk/0001.context.md
.work/tasks/backlog/TASK-0001-walk/0001.ledger.jsonl
.work/tasks/inbox/INDEX.md
.work/tasks/inbox/TASK-0001-walk/0001-walk.task.md
.work/tasks/inbox/TASK-0001-walk/0001.context.md
.work/tasks/inbox/TASK-0001-walk/0001.ledger.jsonl"
sound

it "takes its row from one index to the other, and mends the root's"
file_lacks .work/tasks/inbox/INDEX.md "| 0001 |"
file_has .work/tasks/backlog/INDEX.md "| 0001 | Walk | @alice | active | - | - |"
file_has .work/tasks/INDEX.md "| 0001 | Walk | @alice | backlog | active | - | - |"

it "moves to the next stage where none is named"
exits 0 task-move -s 1
is "$(lies 0001)" "next"

it "logs backlog to next as validated and prioritized"
is "$(last_events 0001 3)" "signed_off validated prioritized"

it "logs next to current as validated and started"
exits 0 task-move 1
is "$(lies 0001)" "current"
is "$(last_events 0001 2)" "validated started"

it "logs current to integration as implemented and verified"
tick 0001
exits 0 task-move -s 1
is "$(lies 0001)" "integration"
is "$(last_events 0001 3)" "signed_off implemented verified"

it "logs integration to learning as integrated and moved_to_learning"
exits 0 task-move 1
is "$(lies 0001)" "learning"
is "$(last_events 0001 2)" "integrated moved_to_learning"

it "logs learning to archived as learning_documented, moved_to_archived and closed"
echo "Learned." >"$(folder 0001)/0001.learning.md"
exits 0 task-move -s 1
is "$(lies 0001)" "archived"
is "$(last_events 0001 4)" \
    "signed_off learning_documented moved_to_archived closed"

it "commits the learning file with the move"
is "$(git ls-files "$(folder 0001)" | grep -c learning)" "1"
sound

it "has logged every step with time and user, in the order of formats.md"
grep -v -E '^\{"id":"[0-9A-HJKMNP-TV-Z]{10}","ts":"2025-10-18T10:30:00Z","user":"@alice","event":"[a-z_]+","desc":"[^"]*"(,"(gate|content|file)":"[^"]*")*,"version":"1.0"(,"metadata":\{.*\})?(,"payload":\{.*\})?\}$' \
    "$(ledger 0001)" >"$out"
out_is ""

it "has made one commit a step"
is "$(git log --format=%s -6)" "TASK-0001: learning to archived: Walk
TASK-0001: integration to learning: Walk
TASK-0001: current to integration: Walk
TASK-0001: next to current: Walk
TASK-0001: backlog to next: Walk
TASK-0001: inbox to backlog: Walk"

it "logs learning_skipped with its reason in place of learning_documented"
in_stage learning
exits 0 task-move -s --skip-learning "nothing new" "$id"
is "$(last_events "$id" 3)" "learning_skipped moved_to_archived closed"
event "$id" learning_skipped >"$out"
out_has '"desc":"nothing new"'

it "closes a task from integration, logging integrated and learning_skipped"
in_stage integration
exits 0 task-move -s --skip-learning "a typo" "$id" archived
is "$(lies "$id")" "archived"
is "$(last_events "$id" 4)" \
    "integrated learning_skipped moved_to_archived closed"

it "closes a task from integration with its learning file, too"
in_stage integration
echo "Learned." >"$(folder "$id")/$id.learning.md"
exits 0 task-move -s "$id" archived
is "$(last_events "$id" 4)" \
    "integrated learning_documented moved_to_archived closed"

it "logs no learning_skipped where there is a learning file all the same"
in_stage learning
echo "Learned." >"$(folder "$id")/$id.learning.md"
exits 0 task-move -s --skip-learning "in a hurry" "$id"
is "$(last_events "$id" 3)" "learning_documented moved_to_archived closed"
sound

fresh_board back
policy 'gates: []
wip: {current: {limit: 50}, next: {limit: 50}}'

for from in backlog next current integration learning; do
	for to in $stages; do
		[ "$to" != "$from" ] || break
		it "moves a task back from $from to $to, with a reason"
		in_stage "$from" "$ready"
		exits 0 task-move -r "not yet" "$id" "$to"
		is "$(lies "$id")" "$to"
		is "$(key "$id" stage)" "\"$to\""
		event "$id" rollback >"$out"
		out_has "\"desc\":\"not yet\",\"from_stage\":\"$from\",\"to_stage\":\"$to\""
	done
done

it "logs rework_required after rollback from current to next"
in_stage current "$ready"
exits 0 task-move --reason "does not build" "$id" next
is "$(last_events "$id" 2)" "rollback rework_required"
event "$id" rework_required >"$out"
out_has '"desc":"does not build"'

it "logs no rework_required on any other way back"
in_stage current "$ready"
exits 0 task-move -r "not yet" "$id" backlog
is "$(last_events "$id" 1)" "rollback"
in_stage integration "$ready"
exits 0 task-move -r "not yet" "$id" next
is "$(last_events "$id" 1)" "rollback"

it "goes forward again from where a task was moved back to"
in_stage integration "$ready"
exits 0 task-move -r "again" "$id" backlog
exits 0 task-move "$id"
is "$(lies "$id")" "next"
sound

# refused_way FROM TO: there is no such move; nothing changes but the ledger.
refused_way() {
	in_stage "$1" "$ready"
	exits 1 task-move -r "why not" "$id" "$2"
	is "$(lies "$id")" "$1"
	is "$(last_events "$id" 1)" "validation_failed"
}

fresh_board skips
policy 'gates: []
wip: {current: {limit: 50}, integration: {limit: 50}}'

for to in next current integration learning archived; do
	it "refuses to skip stages from inbox to $to, and names the next one"
	refused_way inbox "$to"
	err_has "TASK-$id: from 'inbox' the next stage is 'backlog'"
done
for to in current integration learning archived; do
	it "refuses to skip stages from backlog to $to"
	refused_way backlog "$to"
	err_has "the next stage is 'next'"
done
for to in integration learning archived; do
	it "refuses to skip stages from next to $to"
	refused_way next "$to"
	err_has "the next stage is 'current'"
done
for to in learning archived; do
	it "refuses to skip stages from current to $to"
	refused_way current "$to"
	err_has "the next stage is 'integration'"
done

it "refuses to move a task into the stage that it is in"
in_stage next "$ready"
exits 1 task-move -r x "$id" next
err_has "TASK-$id: it is in 'next' already"

it "brings no closed task back, and says what to do"
make_task "Closed" '"stage":"archived"'
id=$(newest)
for to in inbox backlog next current integration learning; do
	unchanged exits 1 task-move -r "again" "$id" "$to"
	err_has "TASK-$id: it is closed"
	err_has "task-new"
done

it "moves no closed task to a next stage, and says that it is closed"
unchanged exits 1 task-move "$id"
err_has "closed"

it "brings no canceled task back"
make_task "Canceled" '"created":"2025-01-01","events":[{"ts":"2025-01-02T00:00:00Z","event":"canceled","from_stage":"inbox"}]'
unchanged exits 1 task-move -r "again" "$(newest)" inbox
err_has "closed"
sound

fresh_board many
for i in 1 2 3 4 5 6; do
	make_task "Task $i" "$ready"
done
task-new "Not complete" >/dev/null

it "moves several tasks in one commit, and prints their ids"
before=$(git rev-parse HEAD)
exits 0 task-move 1 TASK-0002 0003 backlog
out_is "TASK-0001
TASK-0002
TASK-0003"
is "$(git rev-list --count "$before..")" "1"
is "$(git log -1 --format=%B)" "task-move: 3 tasks

TASK-0001: inbox to backlog: Task 1
TASK-0002: inbox to backlog: Task 2
TASK-0003: inbox to backlog: Task 3"
sound

it "moves each of several to its own next stage where none is named"
exits 0 task-move -s 3 4
is "$(lies 0003) $(lies 0004)" "next backlog"

it "takes the path of a package, or of a file in it, for a reference"
exits 0 task-move -s "$(folder 0001)" "$(card 0002)" next
out_is "TASK-0001
TASK-0002"

it "moves those that may, says why others may not, and exits 1"
exits 1 task-move 7 5 backlog
out_is "TASK-0005"
err_has "TASK-0007: "
is "$(lies 0005) $(lies 0007)" "backlog inbox"

it "goes on after a task that is not there, and exits with the first failure"
exits 66 task-move 4711 6 7 backlog
out_is "TASK-0006"
err_has "TASK-4711: no such task"
err_has "TASK-0007: "

it "moves none of them with --atomic where one may not"
before=$(git rev-parse HEAD)
exits 1 task-move --atomic -s 5 7 6
out_is ""
err_has "TASK-0007: "
err_has "none was moved"
is "$(lies 0005) $(lies 0006)" "backlog backlog"
is "$(git log --format=%s "$before.." | grep -v refused)" ""
is "$(dirty)" ""

it "moves none of them with --atomic where one is not there"
unchanged exits 66 task-move --atomic -s 5 4711
is "$(lies 0005)" "backlog"

it "moves all of them with --atomic where all may"
exits 0 task-move --atomic -s 5 6
out_is "TASK-0005
TASK-0006"

it "means a task that is named twice once"
make_task "Twice" "$ready"
id=$(newest)
exits 0 task-move "$id" "TASK-$id" backlog
out_is "TASK-$id"
is "$(last_events "$id" 2)" "created verified"

it "moves a task that is named twice by one stage"
make_task "Twice more" "$ready"
id=$(newest)
exits 0 task-move "$id" "$id"
is "$(lies "$id")" "backlog"
sound

fresh_board pipes
for i in 1 2 3 4 5 6 7 8 9; do
	make_task "Task $i" "$ready"
done

# reads STATUS ARGUMENT...: task-move with $sandbox/list for its input.
reads() {
	want=$1
	shift
	task-move "$@" <"$sandbox/list" >"$out" 2>"$err"
	got=$?
	[ "$got" -eq "$want" ] && return 0
	fail "exit status $got, not $want: task-move $*"
	show_last
}

it "reads references from standard input, the first field of each line"
task-ls inbox -N 3 >"$sandbox/list"
reads 0 - backlog
out_is "TASK-0001
TASK-0002
TASK-0003"

it "reads what other programs print with -z"
task-ls inbox -N 2 -z >"$sandbox/list"
reads 0 - backlog
out_is "TASK-0004
TASK-0005"

it "reads what other programs print with -j"
task-ls inbox -N 2 -j >"$sandbox/list"
reads 0 - backlog
out_is "TASK-0006
TASK-0007"

it "prints what the next program of a pipeline reads"
printf '8\n9\n' | task-move - backlog | task-move -s - | task-move - \
    >"$out" 2>"$err"
out_is "TASK-0008
TASK-0009"
is "$(lies 0008) $(lies 0009)" "current current"

it "makes one commit of all that it reads"
is "$(git log -1 --format=%s)" "task-move: 2 tasks"

it "takes operands beside '-', and empty lines for none"
printf '\nTASK-0002\n\n' >"$sandbox/list"
reads 0 -s 1 - next
out_is "TASK-0001
TASK-0002"

it "moves nothing where there is nothing to read"
unchanged exits 0 task-move - next
out_is ""

it "says which line is no reference, and moves the others"
printf 'nonsense\nTASK-0003\n' >"$sandbox/list"
reads 64 -s - next
out_is "TASK-0003"
err_has "'nonsense' is no task"

it "prints with -j what it moved, whence and where"
exits 0 task-move -j -s 4
out_is '{"id":"TASK-0004","from":"backlog","to":"next"}'

it "ends ids with a NUL with -z"
task-move -z -s 5 6 2>/dev/null | tr '\0' '+' >"$out"
out_is "TASK-0005+TASK-0006+"

it "prints the columns that are asked for, with their names"
in_stage backlog "$ready"
exits 0 task-move --header --columns id,to -s "$id"
out_is "id	to
TASK-$id	next"
sound

fresh_board dry
make_task "A" "$ready"

it "moves nothing with -n, and prints the id that it would move"
unchanged exits 0 task-move -n 1
out_is "TASK-0001"

it "says with -n whence and where it would move it"
unchanged exits 0 task-move -n 1
err_has "TASK-0001: inbox to backlog"

it "refuses with -n what it would refuse, and logs nothing"
unchanged exits 1 task-move -n 1 next
err_has "from 'inbox' the next stage is 'backlog'"

it "puts nothing on record with -n that was changed by hand"
echo "More." >>"$(card 0001)"
unchanged exits 0 task-move -n 1

it "says with -v whence and where it moves"
exits 0 task-move -v 1
err_has "TASK-0001: inbox to backlog"

it "moves the files and commits nothing with --no-commit"
before=$(git rev-parse HEAD)
exits 0 task-move --no-commit -s 1
is "$(lies 0001)" "next"
is "$(last_events 0001 2)" "validated prioritized"
is "$(git rev-parse HEAD)" "$before"
exits 0 task-index --check

it "moves nothing where a column is asked for that it has not"
git add . && git commit -qm "by hand"
unchanged exits 64 task-move --columns id,nothing 1

fresh_board hand

it "commits with the move what was changed by hand in inbox, and logs it"
make_task "A" "$ready"
echo "By hand." >>"$(card 0001)"
exits 0 task-move 1
is "$(last_events 0001 2)" "content_updated verified"
is "$(git show "HEAD:$(card 0001)" | tail -n 1)" "By hand."
sound

it "says in the log which file it was, and that it was by hand"
event 0001 content_updated >"$out"
out_has '"file":"0001-a.task.md"'
out_has '"metadata":{"by":"hand"}'

it "keeps no earlier version of what was changed in inbox"
is "$(ls "$(folder 0001)" | grep -c 'v1')" "0"

it "keeps the earlier card as v1 where the task has left inbox"
cp "$(card 0001)" "$sandbox/card"
echo "Past inbox." >>"$(card 0001)"
exits 0 task-move -s 1
is "$(cat "$(folder 0001)/0001-a.task.v1.md")" "$(cat "$sandbox/card")"
event 0001 content_updated >"$out"
out_has '"file":"0001-a.task.md","new_version":2'

it "keeps the next one as v2"
echo "And again." >>"$(card 0001)"
exits 0 task-move 1
file_has "$(folder 0001)/0001-a.task.v2.md" "Past inbox."
event 0001 content_updated >"$out"
out_has '"new_version":3'

it "keeps the earlier context as v1"
cp "$(folder 0001)/0001.context.md" "$sandbox/context"
echo "More context." >>"$(folder 0001)/0001.context.md"
tick 0001
exits 0 task-move -s 1
is "$(cat "$(folder 0001)/0001.context.v1.md")" "$(cat "$sandbox/context")"
event 0001 content_updated >"$out"
out_has '"file":"0001.context.md","new_version":2'

it "makes no version of ticks, but logs them"
is "$(ls "$(folder 0001)" | grep -c 'task.v3')" "0"
grep -c "criteria ticked" "$(ledger 0001)" >"$out"
out_is "1"
sound

it "makes no version of a learning file"
make_task "B" "\"stage\":\"learning\""
id=$(newest)
echo "One." >"$(folder "$id")/$id.learning.md"
git add . && git commit -qm "learning"
echo "Two." >>"$(folder "$id")/$id.learning.md"
exits 0 task-move -s "$id"
is "$(ls "$(folder "$id")" | grep -c 'v1')" "0"
grep -c '"file":"'"$id"'.learning.md"' "$(ledger "$id")" >"$out"
out_is "1"

it "logs a priority and an effort that were set by hand by their own names"
full_task "C" | task-new - >/dev/null
id=$(newest)
change "$id" 's/^priority: .*/priority: P2/;s/^effort_estimate: .*/effort_estimate: 5/'
exits 0 task-move "$id"
is "$(last_events "$id" 3)" "priority_set effort_estimated verified"
event "$id" priority_set >"$out"
out_has '"value":"P2"'

it "logs a priority that was changed by hand, from what to what"
change "$id" 's/^priority: .*/priority: "P1"/'
exits 0 task-move -s "$id"
event "$id" priority_changed >"$out"
out_has '"from":"P2","to":"P1"'

it "makes no version of keys that were changed"
is "$(ls "$(folder "$id")" | grep -c 'v1')" "0"

it "logs tags and dependencies that were changed by hand"
change "$id" 's/^tags: .*/tags: [x, y]/;s/^depends_on: .*/depends_on: ["TASK-0002"]/'
exits 0 task-move --concurrent-ok "soon" "$id"
event "$id" tags_updated >"$out"
out_has '"tags":["x","y"]'
event "$id" dependency_updated >"$out"
out_has '"action":"added","task_id":"TASK-0002"'

it "keeps every other byte of a card that it moves"
git show "HEAD:$(card "$id")" | diff - "$(card "$id")" >"$out"
out_is ""
git show "HEAD~1:.work/tasks/next/$(basename "$(folder "$id")")/$(basename "$(card "$id")")" |
    diff - "$(card "$id")" | grep '^[<>]' | sort >"$out"
out_is '< depends_on: []
< stage: "next"
< tags: []
> depends_on: ["TASK-0002"]
> stage: "current"
> tags: [x, y]'
sound

it "writes who edited by hand as whoever runs the move"
make_task "D" "$ready"
id=$(newest)
echo "By Bob." >>"$(card "$id")"
exits 0 task-move -u @bob "$id"
event "$id" content_updated >"$out"
out_has '"user":"@bob"'

it "leaves files of other packages, and any others, as they are"
make_task "E" "$ready"
id=$(newest)
echo "Not this one." >>"$(card 0001)"
echo one >main.c && git add main.c && git commit -qm "main"
echo two >main.c && git add main.c && echo three >main.c
echo loose >loose.c
git rm -q --cached .work/README.md
dirty >"$sandbox/before"
exits 0 task-move "$id"
is "$(dirty)" "$(cat "$sandbox/before")"
is "$(git show :main.c)" "two"
is "$(git log -1 --format= --name-only | grep -c -e main.c -e TASK-0001 -e README)" "0"

it "leaves files in the package that are not the toolkit's to their owner"
fresh_board notes
make_task "A" "$ready"
echo "mine" >"$(folder 0001)/notes.txt"
exits 0 task-move 1
is "$(cat "$(folder 0001)/notes.txt")" "mine"
is "$(dirty)" "?? .work/tasks/backlog/TASK-0001-a/notes.txt"

it "moves such files along where they are committed"
git add . && git commit -qm "notes"
exits 0 task-move -s 1
is "$(git ls-files | grep notes.txt)" ".work/tasks/next/TASK-0001-a/notes.txt"
sound

it "keeps prose that was written into an index but not committed"
echo "Ask Bob first." >>.work/tasks/current/INDEX.md
exits 0 task-move 1
file_has .work/tasks/current/INDEX.md "Ask Bob first."
file_has .work/tasks/current/INDEX.md "| 0001 | A |"

it "keeps a byte order mark and CRLF"
fresh_board crlf
make_task "A" "$ready"
f=$(card 0001)
{ printf '\357\273\277'; sed 's/$/\r/' "$f"; } >x && cat x >"$f" && rm x
git add . && git commit -qm "CRLF"
exits 0 task-move 1
is "$(head -c 3 "$(card 0001)" | od -An -tx1)" " ef bb bf"
is "$(grep -c -v "$(printf '\r')\$" "$(card 0001)")" "0"
sound

it "keeps CRLF in indexes and ledger"
for f in .work/tasks/next/INDEX.md "$(ledger 0001)"; do
	sed 's/$/\r/' "$f" >x && cat x >"$f" && rm x
done
git add . && git commit -qm "CRLF"
exits 0 task-move -s 1
is "$(grep -c -v "$(printf '\r')\$" .work/tasks/next/INDEX.md)" "0"
is "$(grep -c -v "$(printf '\r')\$" "$(ledger 0001)")" "0"

it "leaves git status clean with core.autocrlf"
fresh_board autocrlf
git config core.autocrlf true
make_task "A" "$ready"
f=$(card 0001)
sed 's/$/\r/' "$f" >x && cat x >"$f" && rm x
exits 0 task-move 1
is "$(dirty)" ""
is "$(grep -c -v "$(printf '\r')\$" "$(card 0001)")" "0"

# Rows of an index, in their order.
rows() {
	sed -n 's/^| \([0-9][0-9]*\) |.*/\1/p' ".work/tasks/$1/INDEX.md" |
	    paste -sd' ' -
}

# at TIME COMMAND...: at that time of the day.
at() {
	env TASK_NOW="2025-10-18T$1:00Z" sh -c 'shift; exec "$@"' at "$@"
}

fresh_board queue
policy 'gates: []
wip: {next: {limit: 50}, current: {limit: 50}}'
for p in P2 P1 P3 P1 P2; do
	make_task "Queue $p" "\"priority\":\"$p\",\"effort\":\"M\",\"stage\":\"backlog\""
done

it "orders next by priority, then first in, first out"
at 11:00 task-move 5 >/dev/null
at 11:01 task-move 4 >/dev/null
at 11:02 task-move 3 >/dev/null
at 11:03 task-move 2 >/dev/null
at 11:04 task-move 1 >/dev/null
is "$(rows next)" "0004 0002 0005 0001 0003"

it "puts what came back ahead of the others of its priority"
at 11:10 task-move 1 >/dev/null
at 11:11 task-move -r "rework" 1 next >/dev/null
is "$(rows next)" "0004 0002 0001 0005 0003"

it "puts what came back last ahead of what came back before"
at 11:12 task-move 5 >/dev/null
at 11:13 task-move -r "rework" 5 next >/dev/null
is "$(rows next)" "0004 0002 0005 0001 0003"

it "puts nothing that came back ahead of a higher priority"
at 11:14 task-move 3 >/dev/null
at 11:15 task-move -r "rework" 3 next >/dev/null
is "$(rows next)" "0004 0002 0005 0001 0003"

it "keeps every other index in the order of the ids"
at 11:20 task-move 4 2 5 >/dev/null
is "$(rows current)" "0002 0004 0005"
sound

fresh_board waiting
policy 'gates: []'
make_task "First" "$ready,\"stage\":\"current\""
make_task "Second" "$ready,\"depends_on\":[\"1\"]"
make_task "Third" "$ready,\"stage\":\"backlog\",\"depends_on\":[\"1\"]"
make_task "Fourth" "$ready,\"stage\":\"next\",\"depends_on\":[\"1\",\"2\"]"

it "flags those who wait dep_ready when what they wait for is done"
tick 0001
exits 0 task-move 1
file_has .work/tasks/inbox/INDEX.md "| 0002 | Second | @alice | active | dep_ready | TASK-0001 |"
file_has .work/tasks/backlog/INDEX.md "| 0003 | Third | @alice | active | dep_ready | TASK-0001 |"
file_has .work/tasks/INDEX.md "| 0003 | Third | @alice | backlog | active | dep_ready | TASK-0001 |"

it "flags none that waits for others, too"
file_has .work/tasks/next/INDEX.md "| 0004 | Fourth | @alice | active | - | TASK-0001, TASK-0002 |"

it "does so in the commit of the move"
is "$(git log -1 --format= --name-only | grep -c "backlog/INDEX.md")" "1"
sound

it "takes the flag back when what they wait for goes back"
exits 0 task-move -r "again" 1 current
file_has .work/tasks/inbox/INDEX.md "| 0002 | Second | @alice | active | - | TASK-0001 |"
file_has .work/tasks/backlog/INDEX.md "| 0003 | Third | @alice | active | - | TASK-0001 |"
sound

it "mends a row that was missing"
fresh_board rows
make_task "A" "$ready"
for f in .work/tasks/INDEX.md .work/tasks/inbox/INDEX.md; do
	grep -v "^| 0001" "$f" >x && cat x >"$f" && rm x
done
git commit -qam "rows gone"
exits 0 task-move 1
sound

it "makes an index that was missing"
rm .work/tasks/next/INDEX.md && git commit -qam "index gone"
exits 0 task-move -s 1
file_has .work/tasks/next/INDEX.md "| 0001 | A |"
sound

it "moves into a stage whose folder is missing"
rm -r .work/tasks/current && git commit -qam "stage gone"
exits 0 task-move 1
is "$(lies 0001)" "current"
sound

fresh_board git

it "leaves an index file with which git goes on: a move can be undone by git"
make_task "A" "$ready"
git commit -q --allow-empty -m "git writes its index"
task-move 1 >/dev/null
exits 0 git reset -q --hard HEAD~1
is "$(lies 0001)" "inbox"
is "$(dirty)" ""
rm -f .git/index.lock

it "leaves git able to switch to what was before, and back"
git reset -q --hard && git commit -q --allow-empty -m "git writes its index"
task-move 1 >/dev/null
exits 0 git checkout -q --detach HEAD~1
exits 0 git checkout -q main
is "$(dirty)" ""
rm -f .git/index.lock

it "leaves git able to stash, merge and commit"
fresh_board git-more
make_task "A" "$ready"
git checkout -q -b other
echo other >other.c && git add other.c && git commit -qm "other"
git checkout -q main
task-move 1 >/dev/null
exits 0 git merge -q -m "merge" other
echo more >>other.c
exits 0 git stash -q
exits 0 git stash pop -q
exits 0 git commit -qam "more"
sound
rm -f .git/index.lock

it "works in a linked worktree, on the branch that is checked out there"
fresh_board linked
make_task "A" "$ready"
git worktree add -q -b topic ../linked-topic
before=$(git rev-parse main)
cd ../linked-topic || exit 1
exits 0 task-move 1
sound
is "$(git rev-parse main)" "$before"
is "$(git -C ../linked status --porcelain)" ""

it "works from a folder below, with a path from there"
fresh_board sub
make_task "A" "$ready"
mkdir src && cd src || exit 1
exits 0 task-move ../"$(cd .. && card 0001)"
out_is "TASK-0001"
cd ..
sound

it "does not wait for the lock with TASK_LOCK_TIMEOUT=0, and says who holds it"
exec 9>.git/task/lock && flock 9 && echo "task-new (pid 4711)" >&9
unchanged exits 75 env TASK_LOCK_TIMEOUT=0 task-move -s 1
err_has "task-new (pid 4711)"
exec 9>&-

it "fails when its output cannot be written, and leaves a sound tree"
task-move -s 1 >/dev/full 2>"$err"
is $? 74
err_has "cannot write to standard output"
sound

it "fails when its output is closed, and leaves a sound tree"
task-move 1 >&- 2>"$err"
is $? 74
sound

it "says how to say who one is where nothing says it"
mv "$HOME/.gitconfig" "$HOME/away"
unchanged exits 78 task-move -r "back" 1 inbox
err_has "who are you?"
mv "$HOME/away" "$HOME/.gitconfig"

it "marks what an agent's process moves with the worker's id"
exits 0 env TASK_AGENT=bot-1 TASK_USER=@bob task-move -r "back" 1 next
event 0001 rollback >"$out"
out_has '"user":"@bob"'
out_has '"metadata":{"worker_id":"bot-1"}'

it "refuses no operand at all, and shows what it takes"
unchanged exits 64 task-move
err_has "task-move REF... [STAGE]"

it "says that a stage alone names no task"
unchanged exits 64 task-move next
err_is "task-move: no task is named before the stage 'next'"

it "names the stage that was probably meant"
unchanged exits 64 task-move 1 curent
err_is "task-move: 'curent' is neither a task nor a stage; did you mean 'current'?"
unchanged exits 64 task-move 1 Current
err_has "did you mean 'current'?"

it "says of a word that is nothing at all that it is nothing"
unchanged exits 64 task-move 1 done
err_has "'done' is neither a task nor a stage"

it "refuses two stages, and moves nothing"
unchanged exits 64 task-move 1 current next
err_has "'current'"

it "says that there is no such task"
unchanged exits 66 task-move 4711
err_is "task-move: TASK-4711: no such task"
unchanged exits 66 task-move FW-0001
err_is "task-move: TASK-FW-0001: no such task"

it "takes no number for a task that cannot be one"
unchanged exits 64 task-move 0 next
unchanged exits 64 task-move -- -1 next
unchanged exits 64 task-move 99999999999999999999 next
unchanged exits 64 task-move 1x next

it "takes no path for a task that leads to none"
unchanged exits 64 task-move ../../etc/passwd next
err_has "../../etc/passwd"

it "prints no control character of what was typed"
unchanged exits 64 task-move "$(printf 'a\033[31m')" next
err_lacks "$(printf '\033')"

it "names the option that was probably meant"
unchanged exits 64 task-move --skip-lerning x 1
err_has "did you mean '--skip-learning'?"

it "refuses an option without its value"
unchanged exits 64 task-move 1 next -r
err_has "'-r' needs a value"

it "takes no empty text for a reason"
unchanged exits 64 task-move -r "" 1 backlog
err_has "reason"

it "tells what it is for and what it takes"
exits 0 task-move -h
out_has "task-move: move tasks along the stages, by the rules"
out_has "--concurrent-ok REASON"

it "moves on what was moved with --no-commit, as a whole"
mkdir "$sandbox/work/no-commit" && cd "$sandbox/work/no-commit" || exit 1
board
make_task "One" '"priority":"P2","effort":"M"'
exits 0 task-move -s --no-commit 1
exits 0 task-move -s --no-commit 1
is "$(ls -d .work/tasks/*/TASK-0001-*)" ".work/tasks/next/TASK-0001-one"
exits 0 task-move 1
is "$(ls -d .work/tasks/*/TASK-0001-*)" ".work/tasks/current/TASK-0001-one"
is "$(dirty)" ""
is "$(git log -1 --format=%s)" "TASK-0001: next to current: One"
sound

finish
