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
}

# key ID NAME: the line of that key in the card, its value only.
key() {
	sed -n "s/^$2: //p" "$(card "$1")"
}

# set_key ID KEY VALUE: by hand, and committed.
set_key() {
	sed "s/^$2:.*/$2: $3/" "$(card "$1")" >"$tmp/card" &&
	    cat "$tmp/card" >"$(card "$1")" && git add .work &&
	    git commit -qm "by hand"
}

# last ID [N]: the last N lines of its ledger, without their random ids.
last() {
	tail -n "${2:-1}" "$(ledger "$1")" | sed 's/"id":"[^"]*",//'
}

# criteria ID: its acceptance criteria.
criteria() {
	sed -n '/^## Acceptance/,$p' "$(card "$1")" | tail -n +3
}

# has_criteria ID TEXT: by hand, that section has that text.
has_criteria() {
	f=$(card "$1")
	{ sed '/^## Acceptance/q' "$f"; printf '%s' "$2"; } >x &&
	    cat x >"$f" && rm x && git commit -qam "criteria"
}

context() {
	echo "$(folder "$1")/$1.context.md"
}

# again: the board as it was when save was called.
save() {
	cp -a . "$tmp/$1"
}
again() {
	find . -mindepth 1 -delete && cp -a "$tmp/$1/." .
}

it "says that there is no board, and how to make one"
exits 66 task-merge 1 2
err_is "task-merge: no .work/tasks here or above (task-init makes one)"

fresh_board merge

it "says on an empty board that there is no such task"
unchanged exits 66 task-merge 1 2
err_is "task-merge: TASK-0001: no such task"

make_task "Base" "\"stage\":\"integration\",$ready"
make_task "Log in" "\"stage\":\"backlog\",\"tags\":[\"web\"],$ready"
make_task "Sign in" '"tags":["web","login"],"depends_on":["1"],"priority":"P3"'
has_criteria 0003 '

- [x] first
- [ ] `third`  of <all>
- [ ] second
- [x] fourth
'
echo "More of it." >>"$(context 0003)"
task-new -d 3 "Waits" >/dev/null
task-new "Blocked" >/dev/null
task-status --by 3 5 blocked >/dev/null
make_task "Closed" "\"stage\":\"archived\",\"depends_on\":[\"3\"],$ready"
task-new -d 3 -d 2 "Waits for both" >/dev/null
git add .work && git commit -qm more
save merge

it "makes one task of two, and prints the id of the one that stays"
exits 0 task-merge 2 3
out_is "TASK-0002"
err_is ""

it "unites the criteria, and what is ticked in either is ticked"
is "$(criteria 0002)" '- [x] first
- [ ] second
- [ ] `third`  of <all>
- [x] fourth'

it "adds the context as a section"
is "$(cat "$(context 0002)")" "# Context: Log in

the context

## Merged from TASK-0003: Sign in

### Context: Sign in

the context
More of it."

it "unites tags and dependencies, and leaves the rest of the card"
is "$(diff "$tmp/merge/$(card 0002)" "$(card 0002)" | grep '^[<>]')" \
    '< tags: ["web"]
< depends_on: []
> tags: ["web", "login"]
> depends_on: ["TASK-0001"]
< - [ ] first
> - [x] first
> - [ ] `third`  of <all>
> - [x] fourth'

it "keeps card and context as they were, as versions"
cmp "$tmp/merge/$(card 0002)" "$(folder 0002)/0002-log-in.task.v1.md" \
    >"$out" 2>&1 || fail "$(cat "$out")"
cmp "$tmp/merge/$(context 0002)" "$(folder 0002)/0002.context.v1.md" \
    >"$out" 2>&1 || fail "$(cat "$out")"

it "puts on record what was merged, and what that changed"
is "$(last 0002 5)" '{"ts":"2025-10-18T10:30:00Z","user":"@alice","event":"merged_from","desc":"the same as TASK-0003: Sign in","source_task":"TASK-0003","version":"1.0"}
{"ts":"2025-10-18T10:30:00Z","user":"@alice","event":"content_updated","desc":"criteria of TASK-0003: added 2, ticked 1","file":"0002-log-in.task.md","new_version":2,"version":"1.0"}
{"ts":"2025-10-18T10:30:00Z","user":"@alice","event":"content_updated","desc":"context of TASK-0003 added","file":"0002.context.md","new_version":2,"version":"1.0"}
{"ts":"2025-10-18T10:30:00Z","user":"@alice","event":"tags_updated","desc":"tags united","tags":["web","login"],"version":"1.0"}
{"ts":"2025-10-18T10:30:00Z","user":"@alice","event":"deps_updated","desc":"TASK-0003 was merged into it: it depends on TASK-0001","version":"1.0","payload":{"from":"TASK-0003","added":["TASK-0001"],"keys":["depends_on"]}}'

it "cancels the duplicate as that, and archives it"
is "$(folder 0003)" .work/tasks/archived/TASK-0003-sign-in
is "$(key 0003 status) $(key 0003 canceled_reason)" \
    '"canceled" "duplicate: merged into TASK-0002"'
is "$(last 0003)" '{"ts":"2025-10-18T10:30:00Z","user":"@alice","event":"canceled","desc":"duplicate: merged into TASK-0002","from_stage":"inbox","version":"1.0"}'

it "puts the one that stays wherever the duplicate was named"
is "$(key 0004 depends_on)" '["TASK-0002"]'
is "$(key 0005 blocked_by)" '"task:TASK-0002"'
is "$(key 0007 depends_on)" '["TASK-0002"]'
is "$(last 0004)" '{"ts":"2025-10-18T10:30:00Z","user":"@alice","event":"deps_updated","desc":"TASK-0003 was merged into TASK-0002: it names TASK-0002 instead","version":"1.0","payload":{"from":"TASK-0003","to":["TASK-0002"],"keys":["depends_on"]}}'

it "also in what is closed, of which nothing else changes"
is "$(diff "$tmp/merge/$(card 0006)" "$(card 0006)" | grep '^[<>]')" \
    '< depends_on: ["TASK-0003"]
> depends_on: ["TASK-0002"]'
is "$(events 0006 | tail -n 1)" deps_updated

it "blocks nothing because of the cancel"
is "$(key 0004 status)" '"active"'
is "$(cat .work/tasks/*/*/*.ledger.jsonl | grep -c cascade)" 0

it "is one commit"
is "$(git log -1 --format=%B)" "TASK-0002: merged with TASK-0003

and along with it: 4 tasks

TASK-0004
TASK-0005
TASK-0007
TASK-0006"
is "$(git rev-parse HEAD^)" "$(git -C "$tmp/merge" rev-parse HEAD)"
sound

it "closes no circle"
exits 0 task-graph --cycles
out_is ""

it "merges nothing into what was a duplicate, and that into nothing"
unchanged exits 1 task-merge 3 5
err_is "task-merge: TASK-0003: it is canceled"
unchanged exits 1 task-merge 5 3
err_is "task-merge: TASK-0003: it is canceled"

it "changes every key that names the duplicate"
again merge
set_key 0001 related_to '[3, TASK-0005, "0003"]'
set_key 0004 blocks '["TASK-0003", "TASK-0002"]'
set_key 0006 blocks '[TASK-0003]'
sed 's/^blocks:.*/&\nsplit_into: ["TASK-0003", "TASK-0004"]\nsplit_from: TASK-0003/' \
    "$(card 0006)" >x && cat x >"$(card 0006)" && rm x && git commit -qam more
exits 0 task-merge 2 3
is "$(key 0001 related_to)" '["TASK-0002", "TASK-0005"]'
is "$(key 0004 blocks)" '["TASK-0002"]'
is "$(key 0006 blocks) $(key 0006 split_into) $(key 0006 split_from)" \
    '["TASK-0002"] ["TASK-0002", "TASK-0004"] TASK-0002'
is "$(last 0006 | jq -c .payload.keys)" \
    '["depends_on","blocks","split_into","split_from"]'
is "$(grep -l 'TASK-0003' .work/tasks/*/*/*.task.md | wc -l)" 0
sound

it "unites the references of both, without those to each other"
again merge
set_key 0002 related_to '[3, TASK-0005]'
set_key 0003 related_to '[TASK-0002, "5", TASK-0006, x]'
set_key 0003 blocks '[TASK-0004]'
exits 0 task-merge 2 3
is "$(key 0002 related_to) $(key 0002 blocks)" \
    '["TASK-0005", "TASK-0006"] ["TASK-0004"]'
is "$(last 0002 | jq -c '[.event, .desc, .keys]')" \
    '["content_updated","references of TASK-0003",["blocks","related_to"]]'

it "takes the reason for why they are the same"
again merge
exits 0 task-merge -r 'two words for it' 2 3
is "$(grep -c '"event":"merged_from","desc":"two words for it"' \
    "$(ledger 0002)")" 1
is "$(key 0003 canceled_reason)" '"duplicate: merged into TASK-0002"'

it "keeps no versions in inbox"
again merge
task-status -r x 5 active >/dev/null
exits 0 task-merge 5 3
is "$(ls "$(folder 0005)" | paste -sd' ' -)" \
    "0005-blocked.task.md 0005.context.md 0005.ledger.jsonl"
is "$(grep -c new_version "$(ledger 0005)")" 0
sound

it "does not merge a task that its duplicate blocks"
again merge
unchanged exits 1 task-merge 5 3
err_is "task-merge: TASK-0005: it is blocked by TASK-0003, and cannot be blocked by itself (task-status)"

# Criteria.

it "makes no version where only criteria are ticked"
again merge
has_criteria 0003 '

- [x]  second
'
exits 0 task-merge 2 3
is "$(criteria 0002)" '- [ ] first
- [x] second'
is "$(events 0002 | grep -c content_updated)" 2
is "$(grep -c 'ticked 1","file":"0002-log-in.task.md","version"' \
    "$(ledger 0002)")" 1

it "leaves the card where both have the same criteria"
again merge
has_criteria 0003 '

* [ ]   second
* [ ] first
'
exits 0 task-merge 2 3
is "$(criteria 0002)" '- [ ] first
- [ ] second'
is "$(grep -c '"file":"0002-log-in.task.md"' "$(ledger 0002)")" 0

it "puts a criterion of several lines on one"
again merge
has_criteria 0003 '

- [ ] second
  [and so on]
'
exits 0 task-merge 2 3
is "$(criteria 0002)" '- [ ] first
- [ ] second
- [ ] second   [and so on]'

it "adds one of two that are the same, ticked if one of them is"
again merge
has_criteria 0003 '

- [ ] third
- [X] third
- [ ] third
'
exits 0 task-merge 2 3
is "$(criteria 0002)" '- [ ] first
- [ ] second
- [x] third'

it "adds them wherever the section is, and whatever it ends with"
again merge
f=$(card 0002)
{ sed '/^## Goal/,$d' "$f"; cat <<'END'
## acceptance criteria
- [ ] first
  - [ ] nested

  a paragraph of it

Prose.


## Goal

The goal.
END
} >x && cat x >"$f" && rm x && git commit -qam order
exits 0 task-merge 2 3
is "$(sed -n '/^## acc/,$p' "$(card 0002)")" '## acceptance criteria
- [x] first
  - [ ] nested

  a paragraph of it

Prose.

- [ ] `third`  of <all>
- [ ] second
- [x] fourth


## Goal

The goal.'
sound

it "adds them after the comment that a template left"
again merge
has_criteria 0002 '
<!-- What can be tested? -->'
exits 0 task-merge 2 3
is "$(criteria 0002)" '<!-- What can be tested? -->

- [x] first
- [ ] `third`  of <all>
- [ ] second
- [x] fourth'

it "makes the section where there is none"
again merge
f=$(card 0002)
sed '/^## Acceptance/,$d' "$f" >x && cat x >"$f" && rm x &&
    git commit -qam none
exits 0 task-merge 2 3
is "$(tail -n 8 "$(card 0002)")" 'the outputs

## Acceptance Criteria

- [x] first
- [ ] `third`  of <all>
- [ ] second
- [x] fourth'

it "keeps CRLF"
again merge
for f in "$(card 0002)" "$(context 0002)"; do
	sed 's/$/\r/' "$f" >x && cat x >"$f" && rm x
done
git commit -qam crlf
exits 0 task-merge 2 3
is "$(grep -vc "$(printf '\r')\$" "$(card 0002)")" 0
is "$(grep -vc "$(printf '\r')\$" "$(context 0002)")" 0

it "does not hide what it adds in a fence or a comment that is left open"
for open in '```' '<!-- '; do
	again merge
	has_criteria 0002 "

- [ ] first

$open
"
	unchanged exits 1 task-merge 2 3
	err_has "TASK-0002: its card leaves a code fence or a comment open"
	again merge
	echo "$open" >>"$(context 0002)" && git commit -qam open
	unchanged exits 1 task-merge 2 3
	err_has "TASK-0002: its context leaves a code fence or a comment open"
done

it "wants a reason for criteria that are not ticked in a task that is done"
again merge
advance 0002 integration
unchanged exits 1 task-merge 2 3
err_is "task-merge: TASK-0002: it is in 'integration', and would get a criterion that is not ticked: '\`third\`  of <all>' (-r REASON merges all the same)"
exits 0 task-merge -r 'it does that, too' 2 3
sound

it "wants none where all that is new is ticked"
again merge
advance 0002 integration
has_criteria 0003 '

- [x] third
'
exits 0 task-merge 2 3

it "voids a sign-off, for the task says more than what was signed"
again merge
task-sign 2 next >/dev/null
exits 0 task-merge 2 3
exits 1 task-move 2
err_has "changed since"

# Contexts.

it "adds no context that says nothing, or the same"
again merge
for text in "" '# Context: Sign in

<!-- what? -->
' "$(cat "$(context 0002)")
"; do
	again merge
	printf '%s' "$text" >"$(context 0003)" && git commit -qam context
	exits 0 task-merge 2 3
	cmp "$tmp/merge/$(context 0002)" "$(context 0002)" >"$out" 2>&1 ||
	    fail "$(cat "$out")"
done

it "adds a context to a task that has none"
again merge
git rm -q "$(context 0002)" && git commit -qm none
exits 0 task-merge 2 3
is "$(head -n 1 "$(context 0002)")" "## Merged from TASK-0003: Sign in"

it "closes what the other context leaves open, and lowers its headings"
again merge
printf 'Title\n=====\n\n## Two\n\n```\n' >"$(context 0003)" &&
    git commit -qam open
exits 0 task-merge 2 3
is "$(tail -n +5 "$(context 0002)")" '## Merged from TASK-0003: Sign in

### Title

#### Two

```

```'

# Stages and states.

it "blocks a task in current by a new dependency that is not done, and says so"
again merge
advance 0002 current
set_key 0003 depends_on '[TASK-0001, TASK-0005]'
task-status -r x 5 active >/dev/null
exits 0 task-merge 2 3
err_is "task-merge: TASK-0002: blocked until TASK-0005 is done"
is "$(key 0002 status) $(key 0002 blocked_by)" '"blocked" "task:TASK-0005"'
is "$(events 0002 | tail -n 1)" blocked
sound

it "blocks none by one that is done"
again merge
advance 0002 current
exits 0 task-merge 2 3
err_is ""
is "$(key 0002 status)" '"active"'

it "warns where the duplicate was further on"
again merge
task-link --off 3 4 >/dev/null
exits 0 task-merge 4 2
err_is "task-merge: warning: TASK-0002, which is canceled, was further on ('backlog') than TASK-0004 ('inbox')"
sound

it "merges what is blocked or paused"
for how in blocked paused; do
	again merge
	make_task "Twin" "\"stage\":\"backlog\",$ready"
	case $how in
	blocked) task-status --by info:x 8 blocked >/dev/null ;;
	paused) task-status -r x 8 paused >/dev/null ;;
	esac
	exits 0 task-merge 2 8
	is "$(key 0008 status)" '"canceled"'
	again merge
	make_task "Twin" "\"stage\":\"backlog\",$ready"
	task-status --by info:x 8 blocked >/dev/null
	exits 0 task-merge 8 2
	is "$(key 0008 status)" '"blocked"'
	sound
done

# What is refused.

it "does not merge a task with itself, however it is written"
again merge
for ref in 2 0002 TASK-0002 "$(card 0002)"; do
	unchanged exits 1 task-merge 2 "$ref"
	err_is "task-merge: TASK-0002: it cannot be merged with itself"
done

it "does not merge two of which one waits for the other, and shows the way"
unchanged exits 1 task-merge 3 1
err_is "task-merge: TASK-0003: one of the two waits for the other: TASK-0003 -> TASK-0001"
unchanged exits 1 task-merge 1 3
err_is "task-merge: TASK-0001: one of the two waits for the other: TASK-0003 -> TASK-0001"
unchanged exits 1 task-merge 1 4
err_is "task-merge: TASK-0001: one of the two waits for the other: TASK-0004 -> TASK-0003 -> TASK-0001"
unchanged exits 1 task-merge 4 1

it "does not merge what is closed or split"
unchanged exits 1 task-merge 2 6
err_is "task-merge: TASK-0006: it is closed"
unchanged exits 1 task-merge 6 2
err_is "task-merge: TASK-0006: it is closed"
task-split --into A --into B --criteria 1=1,2 2 --dependents all >/dev/null
unchanged exits 1 task-merge 2 3
err_is "task-merge: TASK-0002: it is split"
unchanged exits 1 task-merge 3 2
err_is "task-merge: TASK-0002: it is split"

it "puts the one that stays into the parts of a task of which one is merged"
exits 0 task-merge 8 9
is "$(key 0002 split_into)" '["TASK-0008"]'
sound

it "says which task is missing"
again merge
unchanged exits 66 task-merge 2 99
err_is "task-merge: TASK-0099: no such task"
unchanged exits 66 task-merge 99 2
unchanged exits 64 task-merge 2 nonsense

it "wants two tasks"
for refs in "" "2" "2 3 4"; do
	# shellcheck disable=SC2086
	unchanged exits 64 task-merge $refs
done
err_is "task-merge: two tasks are merged: the one that stays, and its duplicate"

it "refuses a reason that is none"
unchanged exits 64 task-merge -r ' ' 2 3
err_is "task-merge: --reason: the reason is empty"

it "says where a card is malformed, also that of one that names the duplicate"
for id in 0002 0003 0004 0006; do
	f=$(card $id)
	sed 's/^tags:.*/tags: [/' "$f" >x && cat x >"$f" && rm x
	unchanged exits 65 task-merge 2 3
	err_has "$f:"
	git checkout -q .
done

it "says which list is none"
for list in tags depends_on related_to; do
	set_key 0003 $list '{a: b}'
	unchanged exits 65 task-merge 2 3
	err_has "$list must be a list of texts"
	git reset -q --hard HEAD^
done

it "says that a ledger is missing"
for id in 0002 0003 0006; do
	rm "$(ledger $id)"
	unchanged exits 65 task-merge 2 3
	err_has "$id.ledger.jsonl: there is no such file"
	git checkout -q .
done

it "refuses where a committed line of a ledger was changed"
l=$(ledger 0006)
sed 's/created/CREATED/' "$l" >x && cat x >"$l" && rm x
unchanged exits 1 task-merge 2 3
err_has "a line that was committed has changed"
git checkout -q .

it "makes no heading of what a name holds"
set_key 0003 task_name '"a\\n# b\\tc"'
exits 0 task-merge 2 3
file_has "$(context 0002)" '## Merged from TASK-0003: a\n# b\tc'

# Hand edits, dry runs, commits, output, locks.

it "puts on record, before its own, what was edited by hand"
again merge
echo "By hand." >>"$(context 0002)"
echo "By hand." >>"$(context 0004)"
exits 0 task-merge 2 3
is "$(events 0002 | tail -n 6 | head -n 2 | paste -sd' ' -)" \
    "content_updated merged_from"
is "$(events 0004 | tail -n 2 | paste -sd' ' -)" \
    "content_updated deps_updated"
is "$(ls "$(folder 0002)" | grep -c 'context\.v')" 2
sound

it "merges nothing where a folder was moved by hand"
again merge
d=$(folder 0004)
mv "$d" .work/tasks/backlog/
unchanged exits 1 task-merge 2 3
err_has "task-watch --once"

it "leaves alone what else is staged and dirty"
again merge
echo a >staged && echo b >dirty && git add staged dirty && git commit -qm files
echo c >>staged && git add staged
echo d >>dirty
echo e >>"$(card 0001)"
exits 0 task-merge 2 3
is "$(dirty)" " M $(card 0001)
 M dirty
M  staged"

it "reads the references from standard input"
again merge
exits_with "TASK-0002
TASK-0003
" 0 task-merge -
out_is "TASK-0002"

it "prints the id with -j, with a NUL with -z, its name with --header"
again merge
exits 0 task-merge -n -j 2 3
out_is '{"id":"TASK-0002"}'
task-merge -n -z 2 3 | tr '\0' '+' >"$out"
out_is "TASK-0002+"
exits 0 task-merge -n --header --columns id 2 3
out_is "id
TASK-0002"
unchanged exits 64 task-merge --columns id,nothing 2 3

it "changes nothing with -n"
unchanged exits 0 task-merge -n 2 3
unchanged exits 1 task-merge -n 2 2

it "writes who it was, and which worker"
exits 0 env TASK_AGENT=worker-7 task-merge -u @carol 2 3
for id in 0002 0003 0004; do
	is "$(last $id | jq -c '[.user, .metadata]')" \
	    '["@carol",{"worker_id":"worker-7"}]'
done

it "leaves the commit to the person with --no-commit"
again merge
before=$(git rev-parse HEAD)
exits 0 task-merge --no-commit 2 3
is "$(git rev-parse HEAD)" "$before"
is "$(key 0004 depends_on)" '["TASK-0002"]'
git add .work && git commit -qm "by the person"
sound

it "takes none of that for an edit by hand, also in what is closed"
again merge
exits 0 task-merge --no-commit 2 3
exits 0 task-ledger --no-commit --add late_log -m "by the way" 6
exits 0 task-note --no-commit 4 "a note"
is "$(events 0004 | tail -n 2 | paste -sd' ' -)" "deps_updated note_added"
exits 0 task-watch --once
is "$(cat "$(ledger 0002)" "$(ledger 0004)" "$(ledger 0006)" |
    grep -c 'dependency_updated')" 0
sound

it "fails when its output cannot be written, with the merge on record"
again merge
task-merge 2 3 >/dev/full 2>"$err"
is $? 74
err_is "task-merge: cannot write to standard output: No space left on device"
is "$(key 0003 status)" '"canceled"'
sound

it "does not wait for the lock with TASK_LOCK_TIMEOUT=0, and says who holds it"
again merge
exec 9>.git/task/lock && flock 9 && echo "task-new (pid 4711)" >&9
unchanged exits 75 env TASK_LOCK_TIMEOUT=0 task-merge 2 3
err_has "task-new (pid 4711)"

it "needs no lock for -n"
unchanged exits 0 env TASK_LOCK_TIMEOUT=0 task-merge -n 2 3
exec 9>&-

it "lets one of two programs merge that run at the same time"
task-link --off 3 7 >/dev/null
task-link --off 2 7 >/dev/null
task-merge 2 3 >"$tmp/out.1" 2>&1 &
task-merge 7 3 >"$tmp/out.2" 2>&1 &
wait
is "$(cat "$tmp"/out.* | grep -c '^TASK-')" 1
is "$(cat "$tmp"/out.* | grep -c 'TASK-0003: it is canceled')" 1
sound

it "finds what names the duplicate in the shards of the archive, too"
again merge
printf 'version: 1\nscale:\n  archive_shard: 10\n' >.work/tasks/policy.yaml
mkdir .work/tasks/archived/0000-0009 &&
    git mv "$(folder 0006)" .work/tasks/archived/0000-0009/ &&
    git add .work && git commit -qm policy && task-index >/dev/null
exits 0 task-merge 2 3
is "$(key 0006 depends_on)" '["TASK-0002"]'
is "$(folder 0003)" .work/tasks/archived/0000-0009/TASK-0003-sign-in
sound

it "says how to say who one is where nothing says it"
again merge
mv "$HOME/.gitconfig" "$HOME/away"
unchanged exits 78 task-merge 2 3
err_has "who are you?"
mv "$HOME/away" "$HOME/.gitconfig"

it "tells what it is for and what it takes"
exits 0 task-merge -h
out_has "task-merge: make one task of two that are the same"
out_has "--reason REASON"

# Many.

fresh_board many

it "merges two tasks of many criteria quickly"
for name in One Two; do
	printf '{"name":"%s","acceptance":[' $name
	i=0
	while [ $i -lt 20000 ]; do
		i=$((i + 1))
		printf '%s"%s %d"' "$([ $i -gt 1 ] && echo ,)" $name $i
	done
	printf ']}\n'
done | task-new - >/dev/null
exits 0 timeout 20 task-merge 1 2
is "$(grep -c '^- \[' "$(card 0001)")" 40000
sound

finish
