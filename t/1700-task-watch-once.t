#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"

tmp=$sandbox/tmp
mkdir "$tmp" || exit 1
tasks=.work/tasks

# fresh: a new board with three complete tasks.
fresh() {
	rm -rf ./* .work .git
	board
	for name in "Log in" "Log out" "Third"; do
		make_task "$name" '"priority":"P1","effort":"M"'
	done
	mark
}

# mark, then unchanged or commits N: what was committed since.
mark() {
	git rev-parse HEAD >"$tmp/mark"
	dirty >"$tmp/dirty"
}

unchanged() {
	is "$(git rev-parse HEAD)" "$(cat "$tmp/mark")"
}

commits() {
	is "$(git rev-list --count "$(cat "$tmp/mark")..HEAD")" "$1"
}

# edit ID SED: changes the card by hand.
edit() {
	sed "$2" "$(card "$1")" >"$tmp/edited" &&
	    cat "$tmp/edited" >"$(card "$1")"
}

# logged ID N: its last N lines without their ids.
logged() {
	tail -n "$2" "$(ledger "$1")" | sed 's/"id":"[^"]*",//'
}

# event NAME OWN: such a line, as a hand edit is logged.
event() {
	echo "{\"ts\":\"2025-10-18T10:30:00Z\",\"user\":\"@alice\",\"event\":\"$1\",\"desc\":\"$2\",$3,\"version\":\"1.0\",\"metadata\":{\"by\":\"hand\"}}"
}

# restore: the files as they are committed; undo: all as it was at mark.
# Git's index is made anew, so that a case does not depend on the last one's.
restore() {
	rm -f .git/index
	git reset -q --hard
	git clean -fdq .work
}

undo() {
	rm -f .git/index
	git reset -q --hard "$(cat "$tmp/mark")"
	git clean -fdq .work
}

# package NUMBER NAME [STAGE]: one as a person would write it.
package() {
	dir=$tasks/${3-inbox}/TASK-$1-$2
	mkdir -p "$dir"
	cat >"$dir/$1-$2.task.md" <<-END
	---
	task_id: "$1"
	task_name: "$2"
	stage: ${3-inbox}
	status: active
	current_dri: "@bob"
	---
	END
	echo "what is needed" >"$dir/$1.context.md"
	echo '{"ts":"2025-10-17T10:00:00Z","user":"@bob","event":"created","reason":"by hand"}' \
	    >"$dir/$1.ledger.jsonl"
}

it "says that there is no board, and how to make one"
exits 66 task-watch --once
err_is "task-watch: no .work/tasks here or above (task-init makes one)"

it "has nothing to do on an empty board"
board
mark
exits 0 task-watch --once
out_is ""
err_is ""
unchanged

it "has nothing to do where nothing was changed by hand"
fresh
exits 0 task-watch --once
out_is ""
err_is ""
unchanged

it "refuses what it does not know"
exits 64 task-watch --once 1
err_is "task-watch: no operands are taken"
exits 64 task-watch --onec
err_has "unknown option '--onec'; did you mean '--once'?"
exits 64 task-watch --once --debounce soon
err_is "task-watch: --debounce: 'soon' is not a number"

# What is edited.

it "logs an edited card for the person, and commits card and ledger"
echo "More to say." >>"$(card 0001)"
exits 0 task-watch --once
out_is "TASK-0001	edited"
err_is ""
is "$(logged 0001 1)" "$(event content_updated "card edited by hand" '"file":"0001-log-in.task.md"')"
commits 1
is "$(git log -1 --format=%s)" "TASK-0001: edited by hand"
is "$(git show --format= --name-only HEAD | sort)" "$(card 0001)
$(ledger 0001)"
file_has "$(card 0001)" "More to say."
sound

it "has nothing to do then"
mark
exits 0 task-watch --once
out_is ""
unchanged

it "logs it for whoever TASK_USER or -u names"
echo "More." >>"$(card 0001)"
exits 0 env TASK_USER=@carol task-watch --once
is "$(logged 0001 1 | jq -r .user)" "@carol"
echo "More." >>"$(card 0001)"
exits 0 task-watch --once -u @dave
is "$(logged 0001 1 | jq -r .user)" "@dave"

it "keeps no version of a card that is edited in inbox"
is "$(ls "$(folder 0001)")" "0001-log-in.task.md
0001.context.md
0001.ledger.jsonl"

it "logs ticked criteria, how many and how many before"
edit 0001 's/- \[ \] first/- [x] first/'
exits 0 task-watch --once
is "$(logged 0001 1)" "$(event content_updated "criteria ticked: 1, before 0" '"file":"0001-log-in.task.md"')"
tick 0001
exits 0 task-watch --once
is "$(logged 0001 1 | jq -r .desc)" "criteria ticked: 2, before 1"
edit 0001 's/- \[x\] first/- [ ] first/'
exits 0 task-watch --once
is "$(logged 0001 1 | jq -r .desc)" "criteria ticked: 1, before 2"

it "logs a priority that is set, changed, taken away"
edit 0002 's/^priority: .*/priority: P2/'
exits 0 task-watch --once
is "$(logged 0002 1)" "$(event priority_changed "priority changed by hand" '"from":"P1","to":"P2"')"
edit 0002 's/^priority: .*/priority: null/'
exits 0 task-watch --once
is "$(logged 0002 1)" "$(event priority_changed "priority changed by hand" '"from":"P2","to":null')"
edit 0002 's/^priority: .*/priority: "P3"/'
exits 0 task-watch --once
is "$(logged 0002 1)" "$(event priority_set "priority set by hand" '"value":"P3"')"

it "logs an effort"
edit 0002 's/^effort_estimate: .*/effort_estimate: XL/'
exits 0 task-watch --once
is "$(logged 0002 1)" "$(event effort_estimated "effort set by hand" '"value":"XL"')"

it "logs tags"
edit 0002 's/^tags: .*/tags: [web, "a b"]/'
exits 0 task-watch --once
is "$(logged 0002 1)" "$(event tags_updated "tags changed by hand" '"tags":["web","a b"]')"

it "logs each dependency that is added or removed, and mends the rows"
edit 0002 's/^depends_on: .*/depends_on: [TASK-0001, TASK-0003]/'
exits 0 task-watch --once
is "$(logged 0002 2)" "$(event dependency_updated "dependency added by hand: TASK-0001" '"action":"added","task_id":"TASK-0001"')
$(event dependency_updated "dependency added by hand: TASK-0003" '"action":"added","task_id":"TASK-0003"')"
file_has $tasks/INDEX.md "| 0002 | Log out | @alice | inbox | active | - | TASK-0001, TASK-0003 |"
edit 0002 's/^depends_on: .*/depends_on: ["TASK-0003"]/'
exits 0 task-watch --once
is "$(logged 0002 1)" "$(event dependency_updated "dependency removed by hand: TASK-0001" '"action":"removed","task_id":"TASK-0001"')"
sound

it "logs that a task is blocked, by what, and that it is not any more"
edit 0002 's/^status: .*/status: blocked/; s/^blocked_by: .*/blocked_by: "external:a key"/'
exits 0 task-watch --once
is "$(logged 0002 1)" "$(event blocked "blocked by hand" '"blocked_by":"external:a key"')"
file_has $tasks/inbox/INDEX.md "| blocked | blocked(external:a key) |"
edit 0002 's/^status: .*/status: active/; s/^blocked_by: .*/blocked_by: null/'
exits 0 task-watch --once
is "$(logged 0002 1)" "$(event unblocked "unblocked by hand" '"previously_blocked_by":"external:a key"')"
sound

it "logs that a task is blocked by something else"
edit 0002 's/^status: .*/status: blocked/; s/^blocked_by: .*/blocked_by: "external:a key"/'
task-watch --once >"$out"
wc -l <"$(ledger 0002)" >"$tmp/lines"
edit 0002 's/^blocked_by: .*/blocked_by: "info:a word"/'
exits 0 task-watch --once
is "$(wc -l <"$(ledger 0002)")" "$(($(cat "$tmp/lines") + 1))"
logged 0002 1 >"$out"
out_has "blocked_by"
sound

it "refuses a block that does not say by what"
edit 0003 's/^status: .*/status: blocked/'
mark
exits 1 task-watch --once
out_is ""
err_is "task-watch: TASK-0003: the card's status is blocked, but blocked_by does not say by what"
unchanged
restore

it "refuses to unblock what waits for a task that is not done"
mark
edit 0003 's/^status: .*/status: blocked/; s/^blocked_by: .*/blocked_by: "task:TASK-0001"/'
exits 0 task-watch --once
mark
edit 0003 's/^status: .*/status: active/; s/^blocked_by: .*/blocked_by: null/'
exits 1 task-watch --once
err_has "TASK-0003: "
err_has "TASK-0001"
unchanged
fresh

it "logs that a task is paused, from where and until when, and resumed"
task-move 1 backlog >"$out"
edit 0001 's/^status: .*/status: paused/; s/^tags:/expected_resume_date: 2025-11-01\ntags:/'
exits 0 task-watch --once
logged 0001 2 >"$out"
out_has "$(event paused "paused by hand" '"paused_from_stage":"backlog","expected_resume":"2025-11-01"')"
edit 0001 's/^status: .*/status: active/'
exits 0 task-watch --once
logged 0001 1 >"$out"
out_has "$(event resumed "resumed by hand" '"resumed_to_stage":"backlog"')"
sound

it "refuses a pause in inbox: backlog, next and current only"
mark
edit 0002 's/^status: .*/status: paused/'
exits 1 task-watch --once
err_has "task-watch: TASK-0002: "
unchanged
restore

it "refuses what is not a person's to set by hand: canceled, split, the stage"
edit 0003 's/^status: .*/status: canceled/'
mark
exits 1 task-watch --once
err_has "task-watch: TASK-0003: the card's status went from "
unchanged
restore
edit 0001 's/^stage: .*/stage: next/'
exits 1 task-watch --once
err_is "task-watch: TASK-0001: the card's stage was set to 'next', but the task lies in 'backlog': move its folder, not the word"
unchanged
restore

fresh

it "names the place of a value that is wrong, and commits nothing"
for wrong in 8:status:activ 9:priority:P9 10:effort_estimate:huge; do
	place=${wrong%%:*}
	key=${wrong#*:}
	edit 0001 "s/^${key%:*}: .*/${key%:*}: ${key#*:}/"
	exits 65 task-watch --once
	out_is ""
	err_has "task-watch: $(card 0001):$place:"
	err_has "${key%:*} must be "
	restore
done
unchanged

it "refuses an id that is another's"
edit 0001 's/^task_id: .*/task_id: "0002"/'
exits 65 task-watch --once
err_is "task-watch: $(card 0001):2:10: task_id is not the id of the folder"
restore

it "names in one line the keys that have no event of their own"
edit 0001 's/^task_name: .*/task_name: "Sign in"\nteam: {lead: "@x", size: 3}/; s/^related_to: .*/related_to: [TASK-0002]/'
exits 0 task-watch --once
is "$(logged 0001 1)" "$(event content_updated "card's keys set by hand" '"file":"0001-log-in.task.md","keys":["task_name","team","related_to"]')"
file_has $tasks/INDEX.md "| 0001 | Sign in |"
file_has "$(card 0001)" 'team: {lead: "@x", size: 3}'
edit 0001 '/^team:/d'
exits 0 task-watch --once
is "$(logged 0001 1 | jq -c .keys)" '["team"]'
sound

it "logs nothing where only quotes, comments or the layout changed, and commits"
mark
wc -l <"$(ledger 0001)" >"$tmp/lines"
edit 0001 's/^priority: .*/priority: P1   # soon/; s/^tags: \[\]/tags:  [ ]/'
exits 0 task-watch --once
is "$(wc -l <"$(ledger 0001)")" "$(cat "$tmp/lines")"
commits 1
sound

it "logs all that was edited at once, in the order of the card"
edit 0001 's/^priority: .*/priority: P2/; s/^tags: .*/tags: [x]/'
echo "More." >>"$(card 0001)"
echo "And more." >>"$(folder 0001)/0001.context.md"
exits 0 task-watch --once
is "$(events 0001 | tail -n 4)" "content_updated
priority_changed
tags_updated
content_updated"
is "$(logged 0001 1 | jq -r .desc)" "context edited by hand"
sound

it "handles several tasks in one commit, and prints each"
mark
for id in 0003 0001 0002; do
	echo "More." >>"$(card $id)"
done
exits 0 task-watch --once
out_is "TASK-0001	edited
TASK-0002	edited
TASK-0003	edited"
commits 1
is "$(git log -1 --format=%B | sed '/^$/d')" "task-watch: 3 tasks changed by hand
TASK-0001: edited by hand
TASK-0002: edited by hand
TASK-0003: edited by hand"
sound

it "prints what it did as JSON with -j, with columns, with -z"
echo "More." >>"$(card 0001)"
exits 0 task-watch --once -j
out_is '{"id":"TASK-0001","change":"edited","from":null,"to":null}'
mv "$(folder 0002)" $tasks/backlog/
exits 0 task-watch --once --header --columns id,change,from,to
out_is "id	change	from	to
TASK-0002	moved	inbox	backlog"
echo "More." >>"$(card 0001)"
task-watch --once -z | tr '\0' '+' >"$out"
out_is "TASK-0001	edited+"

it "logs an edited context and an edited learning"
fresh
echo "More." >>"$(folder 0001)/0001.context.md"
exits 0 task-watch --once
is "$(logged 0001 1)" "$(event content_updated "context edited by hand" '"file":"0001.context.md"')"
echo "One" >"$(folder 0001)/0001.learning.md"
exits 0 task-watch --once
is "$(dirty)" ""
echo "Two" >>"$(folder 0001)/0001.learning.md"
exits 0 task-watch --once
is "$(logged 0001 1)" "$(event content_updated "learning edited by hand" '"file":"0001.learning.md"')"
sound

it "logs that a learning was written"
echo "One" >"$(folder 0002)/0002.learning.md"
exits 0 task-watch --once
is "$(logged 0002 1 | jq -r '"\(.event) \(.file)"')" "content_updated 0002.learning.md"

it "leaves files in a package that are not the toolkit's to the person"
mark
echo x >"$(folder 0001)/notes.txt"
exits 0 task-watch --once
unchanged
is "$(dirty)" "?? $(folder 0001)/notes.txt"

it "ignores editors' temporary files"
for file in .0001-log-in.task.md.swp .0001-log-in.task.md.swx 4913 \
    0001-log-in.task.md~ '#0001-log-in.task.md#' .#0001-log-in.task.md \
    0001-log-in.task.md.orig .goutputstream-ABC123 sedAbCdEf \
    0001-log-in.task.md.tmp; do
	echo x >"$(folder 0001)/$file"
done
echo x >$tasks/inbox/.swp
exits 0 task-watch --once
out_is ""
unchanged
rm -rf "$(folder 0001)"/.[!.]*
restore

# Versions.

it "keeps the earlier version of a card that has left inbox"
fresh
task-move 1 2 3 >"$out"
cp "$(card 0001)" "$tmp/v1"
echo "More." >>"$(card 0001)"
exits 0 task-watch --once
is "$(logged 0001 1)" "$(event content_updated "card edited by hand" '"file":"0001-log-in.task.md","new_version":2')"
cmp "$tmp/v1" "$(folder 0001)/0001-log-in.task.v1.md" >"$out" ||
    fail "$(cat "$out")"
cp "$(card 0001)" "$tmp/v2"
echo "Still more." >>"$(card 0001)"
exits 0 task-watch --once
is "$(logged 0001 1 | jq .new_version)" 3
cmp "$tmp/v2" "$(folder 0001)/0001-log-in.task.v2.md" >"$out" ||
    fail "$(cat "$out")"
cmp "$tmp/v1" "$(folder 0001)/0001-log-in.task.v1.md" >"$out" ||
    fail "$(cat "$out")"
sound

it "keeps the earlier version of a context that has left inbox"
cp "$(folder 0001)/0001.context.md" "$tmp/v1"
echo "More." >>"$(folder 0001)/0001.context.md"
exits 0 task-watch --once
is "$(logged 0001 1)" "$(event content_updated "context edited by hand" '"file":"0001.context.md","new_version":2')"
cmp "$tmp/v1" "$(folder 0001)/0001.context.v1.md" >"$out" ||
    fail "$(cat "$out")"
sound

it "keeps what was in a context that is taken away, and says so in the ledger"
rm "$(folder 0002)/0002.context.md"
exits 0 task-watch --once
is "$(logged 0002 1 | jq -r '"\(.event) \(.file)"')" "content_updated 0002.context.md"
file_has "$(folder 0002)/0002.context.v1.md" "the context"

it "keeps no version for a tick, for keys, or for a learning"
ls "$(folder 0003)" >"$tmp/files"
tick 0003
edit 0003 's/^priority: .*/priority: P2/'
exits 0 task-watch --once
ls "$(folder 0003)" | cmp - "$tmp/files" >"$out" || fail "$(ls "$(folder 0003)")"
echo One >"$(folder 0003)/0003.learning.md"
task-watch --once >"$out"
echo Two >"$(folder 0003)/0003.learning.md"
exits 0 task-watch --once
is "$(ls "$(folder 0003)")" "0003-third.task.md
0003.context.md
0003.learning.md
0003.ledger.jsonl"

it "keeps a version where a criterion was ticked and another rewritten"
edit 0003 's/- \[x\] first/- [ ] first/; s/second/SECOND/'
exits 0 task-watch --once
is "$(logged 0003 1 | jq .new_version)" 2
file_has "$(folder 0003)/0003-third.task.v1.md" "- [x] first"

it "counts on from the versions that a person kept"
echo "old" >"$(folder 0003)/0003-third.task.v7.md"
echo "More." >>"$(card 0003)"
exits 0 task-watch --once
is "$(logged 0003 1 | jq .new_version)" 9
is "$(dirty)" ""

# New packages.

it "takes in a package that was dropped in, and raises the counter"
fresh
package 0042 dropped
exits 0 task-watch --once
out_is "TASK-0042	new"
is "$(cat $tasks/ID_COUNTER.txt)" 0043
file_has $tasks/inbox/INDEX.md "| 0042 | dropped | @bob | active | - | - |"
is "$(wc -l <"$(ledger 0042)")" 1
commits 1
is "$(git log -1 --format=%s)" "TASK-0042: new by hand"
sound

it "gives the next task the number above it"
exits 0 task-new "The next one"
out_is "TASK-0043"

it "leaves a counter alone that is above it"
package 0017 between
exits 0 task-watch --once
is "$(cat $tasks/ID_COUNTER.txt)" 0044
sound

it "takes in a package of a namespace, with a counter of its own"
package FW-0007 frame
exits 0 task-watch --once
out_is "TASK-FW-0007	new"
is "$(cat $tasks/ID_COUNTER.FW.txt)" 0008
is "$(cat $tasks/ID_COUNTER.txt)" 0044
sound

it "mends the flags of those that wait for a new package"
edit 0001 's/^depends_on: .*/depends_on: [TASK-0050]/'
task-watch --once >"$out"
package 0050 wanted archived
sed -i 's/"created"/"moved_to_archived"/' "$(ledger 0050)"
exits 0 task-watch --once
out_is "TASK-0050	new"
file_has $tasks/INDEX.md "| 0001 | Log in | @alice | inbox | active | dep_ready | TASK-0050 |"
sound

it "takes in a package in the stage that its ledger says"
package 0060 further backlog
echo '{"ts":"2025-10-17T11:00:00Z","user":"@bob","event":"verified","reason":"by hand"}' \
    >>"$(ledger 0060)"
exits 0 task-watch --once
out_is "TASK-0060	new"
sound

it "leaves a package alone whose ledger says another stage"
mark
package 0061 jumped next
exits 1 task-watch --once
out_is ""
err_is "task-watch: $tasks/next/TASK-0061-jumped: the ledger says 'inbox', but the folder lies in 'next'"
unchanged
is "$(cat $tasks/ID_COUNTER.txt)" 0061
rm -r $tasks/next/TASK-0061-jumped

it "leaves a package alone that has no ledger, or no card"
package 0061 lacking
rm "$(ledger 0061)"
exits 65 task-watch --once
err_is "task-watch: $tasks/inbox/TASK-0061-lacking/0061.ledger.jsonl: there is no such file: a package has a ledger"
package 0061 lacking
rm "$(card 0061)"
exits 65 task-watch --once
err_has "task-watch: $tasks/inbox/TASK-0061-lacking/0061-lacking.task.md: "
err_lacks "No such file or directory"
unchanged
rm -r $tasks/inbox/TASK-0061-lacking

it "passes over a folder whose name is no package's"
mkdir $tasks/inbox/TASK-61-short $tasks/inbox/notes $tasks/inbox/TASK-0061
echo x >$tasks/inbox/notes/0061-x.task.md
exits 0 task-watch --once
out_is ""
unchanged
rm -r $tasks/inbox/TASK-61-short $tasks/inbox/notes $tasks/inbox/TASK-0061

it "leaves files of a new package that are not the toolkit's to the person"
package 0062 withmore
echo x >"$(folder 0062)/notes.txt"
exits 0 task-watch --once
is "$(dirty)" "?? $(folder 0062)/notes.txt"

it "takes in 200 packages at once, as one commit"
fresh
n=100
while [ $n -lt 300 ]; do
	package 0$n "bulk-$n"
	n=$((n + 1))
done
exits 0 task-watch --once
is "$(grep -c '	new$' "$out")" 200
commits 1
is "$(git log -1 --format=%s)" "task-watch: 200 tasks changed by hand"
is "$(cat $tasks/ID_COUNTER.txt)" 0300
is "$(grep -c '^| 0[12]' $tasks/INDEX.md)" 200
sound

# What is moved.

it "writes the events of a move by hand that the rules allow, and commits it"
fresh
mv "$(folder 0001)" $tasks/backlog/
exits 0 task-watch --once
out_is "TASK-0001	moved"
is "$(logged 0001 1)" '{"ts":"2025-10-18T10:30:00Z","user":"@alice","event":"verified","desc":"package complete, moved to backlog","version":"1.0","metadata":{"by":"hand"}}'
file_has "$(card 0001)" 'stage: "backlog"'
is "$(git log -1 --format=%s)" "TASK-0001: moved by hand: inbox to backlog"
commits 1
sound

it "takes along what was edited with the move"
edit 0002 's/^priority: .*/priority: P3/; s/^stage: .*/stage: backlog/'
mv "$(folder 0002)" $tasks/backlog/
exits 0 task-watch --once
is "$(events 0002 | tail -n 2)" "priority_changed
verified"
sound

it "accepts a move by git mv as one by mv"
git mv "$(folder 0003)" $tasks/backlog/
exits 0 task-watch --once
out_is "TASK-0003	moved"
sound

it "accepts a move that was signed before"
task-sign 1 next >"$out"
mv "$(folder 0001)" $tasks/next/
exits 0 task-watch --once
out_is "TASK-0001	moved"
is "$(events 0001 | tail -n 3)" "signed_off
validated
prioritized"
sound

it "refuses a move without a sign-off, leaves the files, commits nothing"
mark
mv "$(folder 0002)" $tasks/next/
cp -r $tasks/next "$tmp/next"
dirty >"$tmp/dirty"
exits 1 task-watch --once
out_is ""
err_has "task-watch: TASK-0002: moved by hand from 'backlog' to 'next': entering 'next' needs a person's sign-off"
unchanged
diff -r $tasks/next "$tmp/next" >"$tmp/diff" || fail "$(cat "$tmp/diff")"
dirty | diff "$tmp/dirty" - >"$tmp/diff" || fail "$(cat "$tmp/diff")"

it "names a way out that leads out"
err_has "TASK-0002: put its folder back, and give task-move what it asks for"
mv "$(folder 0002)" $tasks/backlog/
exits 0 task-move -s 2 next
undo

it "takes a move by hand through a gate that was signed before"
exits 0 task-sign 2 next
mv "$(folder 0002)" $tasks/next/
exits 0 task-watch --once
out_is "TASK-0002	moved"
undo

it "lets no other program commit a package that was moved by hand"
mv "$(folder 0002)" $tasks/next/
exits 1 task-ledger --add late_log -m x 2
unchanged
exits 1 task-move -s 2 next
unchanged
exits 1 task-move 2 current
unchanged
undo

it "refuses a move by hand that skips a stage"
mv "$(folder 0002)" $tasks/current/
exits 1 task-watch --once
err_is "task-watch: TASK-0002: moved by hand from 'backlog' to 'current': from 'backlog' the next stage is 'next'; 'current' comes later (only a P0 goes there at once)"
unchanged

it "refuses a move back, which needs a reason, and says where one can be given"
git checkout -q .work
rm -r $tasks/current/TASK-0002-log-out
mv "$(folder 0001)" $tasks/backlog/
exits 1 task-watch --once
err_has "TASK-0001: moved by hand from 'next' to 'backlog': "
err_has "task-move"
unchanged

it "puts back with --enforce what may not be moved, and says so"
exits 1 task-watch --once --enforce
out_is "TASK-0001	put back"
err_has "TASK-0001: moved by hand from 'next' to 'backlog': "
unchanged
is "$(dirty)" ""
is "$(folder 0001)" "$tasks/next/TASK-0001-log-in"

undo

it "mends the indexes of what it puts back where they were made meanwhile"
mv "$(folder 0001)" $tasks/integration/
exits 0 task-index
exits 1 task-watch --once --enforce
is "$(folder 0001)" "$tasks/next/TASK-0001-log-in"
exits 0 task-index --check
is "$(dirty)" ""
undo

it "puts back under the name that it has been given"
mv "$(folder 0001)" $tasks/integration/TASK-0001-renamed
mv $tasks/integration/TASK-0001-renamed/0001-log-in.task.md \
    $tasks/integration/TASK-0001-renamed/0001-renamed.task.md
exits 1 task-watch --once --enforce
is "$(folder 0001)" "$tasks/next/TASK-0001-renamed"
exits 0 task-watch --once --enforce
out_is "TASK-0001	renamed"
exits 0 task-index --check
is "$(dirty)" ""
undo

it "keeps the edits of what it puts back"
echo "Not lost." >>"$(card 0001)"
echo x >"$(folder 0001)/notes.txt"
mv "$(folder 0001)" $tasks/integration/
exits 1 task-watch --once --enforce
is "$(folder 0001)" "$tasks/next/TASK-0001-log-in"
file_has "$(card 0001)" "Not lost."
file_has "$(folder 0001)/notes.txt" x
rm "$(folder 0001)/notes.txt"
restore

it "leaves a move that is allowed with --enforce, too"
task-move 1 current >"$out"
task-sign 2 next >"$out"
mark
mv "$(folder 0002)" $tasks/next/
exits 0 task-watch --once --enforce
out_is "TASK-0002	moved"
commits 1
sound

it "judges one by one: what may stand is committed, what may not is left"
mark
mv "$(folder 0002)" $tasks/current/
mv "$(folder 0003)" $tasks/next/
exits 1 task-watch --once
out_is "TASK-0002	moved"
err_has "TASK-0003: moved by hand from 'backlog' to 'next'"
commits 1
is "$(dirty | cut -c 1-2 | sort | uniq -c | tr -s ' ')" " 3 D
 3 ??"
mv "$(folder 0003)" $tasks/backlog/
sound

it "refuses a move of what was edited after it was signed"
task-sign 3 next >"$out"
mark
echo "Afterwards." >>"$(card 0003)"
mv "$(folder 0003)" $tasks/next/
exits 1 task-watch --once
err_has "@alice signed 'next' for another content"
unchanged
mv "$(folder 0003)" $tasks/backlog/
restore

it "refuses a move of what is blocked"
edit 0003 's/^status: .*/status: blocked/; s/^blocked_by: .*/blocked_by: "external:x"/'
mv "$(folder 0003)" $tasks/next/
exits 1 task-watch --once
err_has "it is blocked (external:x)"
unchanged
mv "$(folder 0003)" $tasks/backlog/
restore

it "refuses a move into a stage that is full"
fresh
for n in 4 5 6; do
	make_task "Task $n" '"priority":"P1","effort":"M"'
done
for id in 1 2 3 4 5 6; do
	task-move $id backlog && task-move -s $id next
done >"$out" 2>"$err"
task-move 1 2 3 4 5 current >"$out" 2>"$err"
mark
mv "$(folder 0006)" $tasks/current/
exits 1 task-watch --once
err_has "TASK-0006: moved by hand from 'next' to 'current': 'current' is full: 5 of 5"
unchanged
restore

it "takes no place for free that a move by hand left which is refused"
mv "$(folder 0006)" $tasks/current/
mv "$(folder 0001)" $tasks/integration/
exits 1 task-watch --once
err_has "TASK-0001: moved by hand from 'current' to 'integration'"
err_has "TASK-0006: moved by hand from 'next' to 'current': 'current' is full: 5 of 5"
unchanged
undo

it "refuses a move of a closed task"
advance 0001 archived 2>"$err"
mark
mv "$(folder 0001)" $tasks/learning/
exits 1 task-watch --once
err_is "task-watch: TASK-0001: moved by hand from 'archived' to 'learning': it is closed and does not come back: new work is a new task (task-new)"
unchanged
exits 1 task-watch --once --enforce
out_is "TASK-0001	put back"
is "$(dirty)" ""
undo

it "takes in a folder that was given another name, with the card's"
from=$(folder 0006)
mv "$from/0006-task-6.task.md" "$from/0006-renamed.task.md"
mv "$from" $tasks/next/TASK-0006-renamed
exits 0 task-watch --once
is "$(dirty)" ""
sound
undo

# Ledgers.

it "commits a line that was added to a ledger by hand"
fresh
echo '{"ts":"2025-10-18T09:00:00Z","user":"@bob","event":"late_log","desc":"by hand"}' \
    >>"$(ledger 0001)"
exits 0 task-watch --once
out_is "TASK-0001	edited"
is "$(tail -n 1 "$(ledger 0001)")" '{"ts":"2025-10-18T09:00:00Z","user":"@bob","event":"late_log","desc":"by hand"}'
commits 1
sound

it "refuses a line by hand that says another stage"
mark
echo '{"ts":"2025-10-18T09:00:00Z","user":"@bob","event":"closed","desc":"by hand"}' \
    >>"$(ledger 0001)"
exits 1 task-watch --once
err_is "task-watch: $tasks/inbox/TASK-0001-log-in: the ledger says 'archived', but the folder lies in 'inbox'"
unchanged
restore

it "refuses a changed line, a missing one, an emptied ledger, and names the line"
for change in 's/task package/package/' 2d 1d '1,$d'; do
	sed "$change" "$(ledger 0001)" >"$tmp/changed"
	cat "$tmp/changed" >"$(ledger 0001)"
	exits 1 task-watch --once
	out_is ""
	grep -q "^task-watch: $(ledger 0001):[12]: a line that was committed has changed or gone; a ledger only grows: put it back as it was" "$err" ||
	    fail "$(cat "$err")"
	restore
done
unchanged

it "refuses a malformed line, and names it"
echo hello >>"$(ledger 0001)"
exits 65 task-watch --once
grep -q "^task-watch: $(ledger 0001):4:[0-9]*: " "$err" || fail "$(cat "$err")"
unchanged
restore

it "goes on with a ledger whose last line was cut off, and reports it"
printf '{"ts":"2025-10' >>"$(ledger 0001)"
echo "More." >>"$(card 0001)"
task-watch --once >"$out" 2>"$err"
out_is "TASK-0001	edited"
err_has "$(ledger 0001):4:"
is "$(tail -n 1 "$(ledger 0001)" | jq -r .event)" content_updated
undo

it "says that the ledger of a task is gone"
path=$(ledger 0002)
rm "$path"
exits 65 task-watch --once
err_is "task-watch: $path: there is no such file: a package has a ledger"
unchanged
restore

# What is closed.

fresh
advance 0001 archived 2>"$err"
mark

# closed_stays: what was done to the closed task is refused.
closed_stays() {
	exits 1 task-watch --once
	out_is ""
	err_is "task-watch: TASK-0001: it is closed, and was edited by hand: what was closed stays as it was"
	unchanged
	undo
}

it "refuses an edit of a closed card: its body"
echo "More." >>"$(card 0001)"
closed_stays

it "refuses an edit of a closed card: a key"
edit 0001 's/^priority: .*/priority: P3/'
closed_stays

it "refuses an edit of a closed card: a comment"
edit 0001 's/^priority: .*/priority: "P1"  # it was/'
closed_stays

it "refuses an edit of a closed task's context"
echo "More." >>"$(folder 0001)/0001.context.md"
closed_stays

it "refuses to take a closed task's context away"
rm "$(folder 0001)/0001.context.md"
closed_stays

it "refuses a learning that comes after a task was closed"
echo "One" >"$(folder 0001)/0001.learning.md"
closed_stays

it "refuses a line by hand in a closed ledger that is not late_log"
echo '{"ts":"2025-10-18T12:00:00Z","user":"@bob","event":"waiting_on","desc":"x"}' \
    >>"$(ledger 0001)"
exits 1 task-watch --once
out_is ""
unchanged
undo

it "commits a late_log by hand in a closed ledger"
echo '{"ts":"2025-10-18T12:00:00Z","user":"@bob","event":"late_log","desc":"x"}' \
    >>"$(ledger 0001)"
exits 0 task-watch --once
out_is "TASK-0001	edited"
sound

# What is wrong.

it "says that a package is gone, and what one does instead"
mark
rm -r "$(folder 0003)"
exits 1 task-watch --once
out_is ""
err_is "task-watch: TASK-0003: its folder inbox/TASK-0003-third is gone; a task is canceled, not removed: put the folder back"
unchanged

it "handles the others all the same"
echo "More." >>"$(card 0002)"
exits 1 task-watch --once
out_is "TASK-0002	edited"
err_has "TASK-0003: its folder inbox/TASK-0003-third is gone"
is "$(git show --format= --name-only HEAD | grep -c 0003)" 0
git checkout -q .work

it "says once that two packages have one id, and touches neither"
mark
cp -r "$(folder 0003)" $tasks/backlog/
exits 65 task-watch --once
out_is ""
err_is "task-watch: TASK-0003: two packages have this id: inbox/TASK-0003-third and backlog/TASK-0003-third (give one of them another number)"
unchanged
rm -r $tasks/backlog/TASK-0003-third

it "names a malformed card, leaves it, and handles the others"
edit 0003 's/^priority: .*/priority: @high/'
echo "More." >>"$(card 0002)"
exits 65 task-watch --once
out_is "TASK-0002	edited"
err_is "task-watch: $(card 0003):9:11: a value may not begin with '@': put it in quotes"
commits 1
is "$(dirty)" " M $(card 0003)"

it "takes it in when it is mended"
edit 0003 's/^priority: .*/priority: P2/'
exits 0 task-watch --once
out_is "TASK-0003	edited"
sound

# place NAME...: what lies in the place of a card is named, and nothing done.
place() {
	exits 65 timeout 20 task-watch --once
	err_is "task-watch: $path: $1"
	unchanged
}

it "says what lies in the place of a card"
mark
path=$(card 0003)
cp "$path" "$tmp/card"
rm "$path"
mkdir "$path"
place "is a directory, not a file"
rmdir "$path"
mkfifo "$path"
place "is a FIFO, not a file"
rm "$path"
ln -s "$tmp/card" "$path"
place "a symbolic link, which is never followed"
rm "$path"
truncate -s 100M "$path"
place "104857600 bytes, more than the 4194304 that such a file may have"
git checkout -q .work
unchanged

# What is not ours.

it "leaves alone what else is staged and dirty"
echo a >staged && echo b >dirty && git add staged dirty
git commit -qm files
echo c >>staged && git add staged && echo c2 >>staged
echo d >>dirty
echo e >new
echo "More." >>"$(card 0002)"
exits 0 task-watch --once
is "$(dirty)" " M dirty
MM staged
?? new"
is "$(git show --format= --name-only HEAD | sort)" "$(card 0002)
$(ledger 0002)"

it "takes in a card that was staged half as it is"
echo "Staged." >>"$(card 0002)"
git add "$(card 0002)"
echo "Not staged." >>"$(card 0002)"
exits 0 task-watch --once
is "$(git show "HEAD:$(card 0002)" | tail -n 2)" "Staged.
Not staged."
is "$(dirty)" " M dirty
MM staged
?? new"
git reset -q --hard
rm new

it "puts on record no index, policy or template that was edited by hand"
mark
echo "Prose." >>$tasks/INDEX.md
echo "# mine" >>$tasks/policy.yaml
echo "mine" >>.work/templates/card.md
exits 0 task-watch --once
unchanged
is "$(dirty)" " M $tasks/INDEX.md
 M $tasks/policy.yaml
 M .work/templates/card.md"
restore

it "says with -n what it would do, and does nothing"
echo "More." >>"$(card 0002)"
mv "$(folder 0003)" $tasks/backlog/
package 0042 dropped
dirty >"$tmp/dirty"
exits 0 task-watch --once -n
out_is "TASK-0002	edited
TASK-0003	moved
TASK-0042	new"
unchanged
dirty | diff "$tmp/dirty" - >"$tmp/diff" || fail "$(cat "$tmp/diff")"

it "puts nothing back with -n"
mv "$(folder 0003)" $tasks/current/
exits 1 task-watch --once -n --enforce
is "$(folder 0003)" "$tasks/current/TASK-0003-third"
mv "$(folder 0003)" $tasks/inbox/
rm -r "$(folder 0042)"
restore

it "writes the events and leaves the commit to the person with --no-commit"
mv "$(folder 0003)" $tasks/backlog/
exits 0 task-watch --once --no-commit
out_is "TASK-0003	moved"
unchanged
is "$(events 0003 | tail -n 1)" verified
file_has $tasks/backlog/INDEX.md "| 0003 |"

it "does not do it again with --no-commit"
exits 0 task-watch --once --no-commit
is "$(events 0003 | grep -c verified)" 1

undo

it "commits what was done with --no-commit before"
task-move --no-commit 3 backlog >"$out"
unchanged
exits 0 task-watch --once
is "$(events 0003 | grep -c verified)" 1
commits 1
sound
undo

it "leaves the commit to the person where git config task.commit is false"
git config task.commit false
mark
echo "More." >>"$(card 0002)"
exits 0 task-watch --once
unchanged
is "$(dirty)" " M $(card 0002)
 M $(ledger 0002)"
git config --unset task.commit
restore

it "fails when what it printed cannot be written, with the change on record"
echo "More." >>"$(card 0002)"
task-watch --once >/dev/full 2>"$err"
is $? 74
err_is "task-watch: cannot write to standard output: No space left on device"
commits 1
sound

it "waits for the lock, but not for ever, and says who holds it"
mark
echo "More." >>"$(card 0002)"
exec 9<>.git/task/lock
flock -n 9
echo "somebody (pid 1)" >.git/task/lock
exits 75 env TASK_LOCK_TIMEOUT=0 task-watch --once
err_is "task-watch: the board is locked by somebody (pid 1); waited 0 ms; try again"
exec 9>&-
unchanged

it "says how to say who one is where nothing tells"
cp "$HOME/.gitconfig" "$tmp/gitconfig"
git config --global --unset user.email
exits 78 task-watch --once
err_has "task-watch: who are you?"
cp "$tmp/gitconfig" "$HOME/.gitconfig"
unchanged

it "says that the board is in no git repository"
mv .git "$tmp/git"
exits 66 task-watch --once
err_has "is not in a git repository"
mv "$tmp/git" .git

it "commits while another git process holds the index, which is put right later"
: >.git/index.lock
exits 0 task-watch --once
out_is "TASK-0002	edited"
commits 1
rm .git/index.lock
echo "More." >>"$(card 0001)"
task-ledger --add late_log -m x 2 >"$out"
git checkout -q .work
sound

it "works from a folder below"
mkdir src && cd src || exit 1
echo "More." >>../"$(cd .. && card 0002)"
exits 0 task-watch --once
out_is "TASK-0002	edited"
cd ..

it "works on the board of another folder with -C"
echo "More." >>"$(card 0002)"
cd src || exit 1
exits 0 task-watch --once -C ..
out_is "TASK-0002	edited"
cd ..
sound

finish
