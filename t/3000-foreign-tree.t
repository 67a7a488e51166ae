#!/bin/sh
# SPDX-License-Identifier: MIT
# A tree that people made by hand to formats.md, with nothing of ours in it: it
# is read, checked and worked on as it is, and nothing is converted.
. "${TASK_SRC:?}/t/lib.sh"

command -v jq >/dev/null || skip_all "there is no jq"

tasks=.work/tasks

# body: what a card says, with prose that is the owner's.
body() {
	cat <<-'END'

	Some prose before the first section, by hand.

	# Goal

	Reach *it*.  Trailing blanks:   
	A tab:	here.

	## Inputs Required
	- a decision
	## Implementation Details

	```sh
	---
	stage: "inbox"
	- [ ] no criterion
	```

	## Expected Outputs

	<!-- a comment --> A report.

	## Acceptance criteria

	* [x] the first
	+ [X] the second
	1. [x] the third

	## Notes of our own

	| a | table |
	|---|-------|
	| b | c     |
	END
}

# task NUMBER SLUG STAGE: a package; its front matter comes on standard input.
task() {
	d=$tasks/$3/TASK-$1-$2
	mkdir -p "$d" || exit 1
	{
		echo "---"
		cat
		echo "---"
		body
	} >"$d/$1-$2.task.md"
	printf 'Context of %s.\nNo newline at the end.' "$1" >"$d/$1.context.md"
	echo "of the owner" >"$d/sketch.txt"
}

# said STAGE FILE: its card, with what this file says for the stage and the
# values taken away.
without() {
	sed "/^ *\"\\{0,1\\}$1\"\\{0,1\\} *:/d" "$2"
}

# The bytes of every file that no program has a reason to touch.
owners() {
	find .work \( -name '*.context.md' -o -name 'sketch.txt' \
	    -o -name 'notes*' -o -name '*.learning.md' \) -type f |
	    sed 's/.*/"&"/' | xargs sha1sum | awk '{ print $1 }' | sort
}

git init -q .

task 0007 first-task inbox <<'END'
# A comment before everything.
task_id:   '0007'              # the seventh
task_name: First task of ours  # plain, with a comment
stage: inbox     # where it lies
status: active   # or not

owner_team: &team {name: Platform, room: 4.17}   # unknown, with an anchor
watchers: *team
current_dri: "@bob"   # who else
created_by: '@bob'
priority: P1       # as always
effort_estimate: 3 # as a number
tags:
  - one     # the first
  - "two"
depends_on:   # none yet
  []
long: >-
  Folded
  text.
# A comment at the end.
END
cat >$tasks/inbox/TASK-0007-first-task/0007.ledger.jsonl <<'END'
{"event": "created", "ts": "2025-10-01T09:00:00+02:00", "user": "@bob", "reason": "typed by hand", "extra": [1, 2.50, null]}
{ "ts":"2025-10-01T10:00:00.000+02:00",  "user":"@carol","event":"coffee_break","reason":"a word of our own" }
END

task 0012 größe-任务 backlog <<'END'
"task_id": "0012"
"task_name": "Größe | 任务"
"stage": "backlog"
"status": "active"
"current_dri": "@carol"
"priority": "P0"
"effort_estimate": "XL"
"depends_on": ["TASK-0007", 'TASK-0003']
END
cat >$tasks/backlog/TASK-0012-größe-任务/0012.ledger.jsonl <<'END'
{"ts":"2025-10-01T09:00:00Z","user":"@carol","event":"created","reason":"by hand"}
{"ts":"2025-10-02T09:00:00Z","user":"@carol","event":"verified","reason":"by hand"}
END

task 10007 large-number current <<'END'
{task_id: "10007", task_name: In braces, stage: current, status: active,
 current_dri: "@bob", priority: P2, effort_estimate: S,
 blocked_by: null}
END
printf '%s\n%s\n%s\n%s' \
    '{"ts":"2025-10-01T09:00:00Z","user":"@bob","event":"created"}' \
    '{"ts":"2025-10-02T09:00:00Z","user":"@bob","event":"verified"}' \
    '{"ts":"2025-10-03T09:00:00Z","user":"@bob","event":"prioritized"}' \
    '{"ts":"2025-10-04T09:00:00Z","user":"@bob","event":"started"}' \
    >$tasks/current/TASK-10007-large-number/10007.ledger.jsonl

task 0003 old archived/0000-0999 <<'END'
task_id: "0003"
task_name: Long done
stage: archived
status: active
current_dri: "@bob"
END
cat >$tasks/archived/0000-0999/TASK-0003-old/0003.ledger.jsonl <<'END'
{"ts":"2024-10-01T09:00:00Z","user":"@bob","event":"created","reason":"by hand"}
{"ts":"2024-10-02T09:00:00Z","user":"@bob","event":"moved_to_archived","reason":"by hand"}
{"ts":"2024-10-02T09:00:01Z","user":"@bob","event":"closed","reason":"by hand"}
END

task FW-0042 framework next <<'END'
task_id: FW-0042
task_name: In a namespace
stage: next
status: active
current_dri: "@bob"
priority: P3
effort_estimate: M
END
cat >$tasks/next/TASK-FW-0042-framework/FW-0042.ledger.jsonl <<'END'
{"ts":"2025-10-01T09:00:00Z","user":"@bob","event":"created","reason":"by hand"}
{"ts":"2025-10-02T09:00:00Z","user":"@bob","event":"verified","reason":"by hand"}
{"ts":"2025-10-03T09:00:00Z","user":"@bob","event":"prioritized","reason":"by hand"}
END

cat >$tasks/INDEX.md <<'END'
---
title: Our board       # not a key of yours
type: "root"
---

# What we do

Some prose that we wrote.

| Who | Does   |
|-----|--------|
| Bob | dishes |

|ID  | Title            |Owner|
|:---|:----------------:|-----|
|0007| First task of us | bob |
|9999| Long gone        |     |

Prose below, with a | in it.

## Rules of the house

1. Be kind.
END
cat >$tasks/inbox/INDEX.md <<'END'
# Inbox

Nothing but prose here, and no table.
END
printf 'notes of the owner' >.work/notes
printf 'more notes' >$tasks/notes.md
git add . && git commit -qm "by hand"
owners >"$sandbox/owners"
find .work -type f | sort >"$sandbox/files"
find .work -type f -print0 | sort -z | xargs -0 sha1sum >"$sandbox/picture"

it "lists it"
exits 0 task-ls -a --columns id,stage,priority,effort,dri,name
err_is ""
is "$(sort "$out")" "TASK-0003	archived			@bob	Long done
TASK-0007	inbox	P1	M	@bob	First task of ours
TASK-0012	backlog	P0	XL	@carol	Größe | 任务
TASK-10007	current	P2	S	@bob	In braces
TASK-FW-0042	next	P3	M	@bob	In a namespace"

it "shows each task of it, and its ledger"
for ref in 7 12 10007 3 FW-42; do
	exits 0 task-show $ref
	err_is ""
	exits 0 task-show -j $ref
	exits 0 task-ledger $ref
	err_is ""
done
exits 0 task-ledger 7 --columns ts,event,desc
out_is "2025-10-01T07:00:00Z	created	typed by hand
2025-10-01T08:00:00Z	coffee_break	a word of our own"

it "changes nothing by looking"
find .work -type f -print0 | sort -z | xargs -0 sha1sum |
    cmp -s - "$sandbox/picture" || fail "something is changed"
is "$(dirty)" ""

it "says that its indexes are not as they would be made"
exits 1 task-index --check
err_is ""

it "makes the indexes, and keeps their prose and keys"
exits 0 task-index
err_is ""
exits 0 task-index --check
for line in "title: Our board       # not a key of yours" "# What we do" \
    "Some prose that we wrote." "Prose below, with a | in it." \
    "## Rules of the house" "1. Be kind." "| Who | Does   |" \
    "| Bob | dishes |"; do
	grep -qxF "$line" $tasks/INDEX.md || fail "INDEX.md lacks: $line"
done
grep -qxF "Nothing but prose here, and no table." $tasks/inbox/INDEX.md ||
    fail "inbox/INDEX.md lacks its prose"
is "$(grep -c '^| 0007 |' $tasks/INDEX.md)" 1
file_lacks $tasks/INDEX.md "First task of us"
file_lacks $tasks/INDEX.md "Long gone"
file_has $tasks/INDEX.md 'Größe \| 任务'

it "keeps every other byte, and adds nothing but indexes"
find .work -type f | sort | grep -v INDEX.md >"$sandbox/now"
grep -v INDEX.md "$sandbox/files" | sed 's|archived/0000-0999/|archived/|' |
    sort >"$sandbox/want"
sed 's|archived/0000-0999/|archived/|' "$sandbox/now" | sort |
    diff "$sandbox/want" - >"$sandbox/diff" || fail "$(cat "$sandbox/diff")"
find .work -type f -print0 | xargs -0 sha1sum | grep -v INDEX.md |
    cut -c1-40 | sort >"$sandbox/now"
grep -v INDEX.md "$sandbox/picture" | cut -c1-40 | sort |
    diff - "$sandbox/now" >"$sandbox/diff" || fail "$(cat "$sandbox/diff")"
is "$(dirty)" ""

it "finds nothing that was changed by hand in it"
exits 0 task-watch --once
out_is ""
err_is ""

# changes FROM-FILE CARD LINES: so many lines of it are others now, and they
# are these keys'.
only_changed() {
	diff "$1" "$2" | grep '^[<>]' >"$sandbox/lines"
	is "$(grep -c '^<' "$sandbox/lines") $(grep -c '^>' "$sandbox/lines")" \
	    "$3 $3"
	shift 3
	for key; do
		sed -i "/^[<>] *\"\\{0,1\\}$key\"\\{0,1\\} *:/d" "$sandbox/lines"
	done
	is "$(cat "$sandbox/lines")" ""
}

it "moves a task of it through all stages, with the stage as the only change"
cp "$(card 0007)" "$sandbox/card"
cp "$(ledger 0007)" "$sandbox/ledger"
for stage in backlog next current integration learning archived; do
	exits 0 task-move -s --skip-learning "none" 7 $stage
	err_is ""
	is "$(folder 0007)" "$tasks/$stage/TASK-0007-first-task"
	only_changed "$sandbox/card" "$(card 0007)" 1 stage
	grep -q "^stage: $stage *# where it lies\$" "$(card 0007)" ||
	    fail "the comment behind the stage is not as it was"
	head -c "$(wc -c <"$sandbox/ledger")" "$(ledger 0007)" |
	    cmp -s - "$sandbox/ledger" || fail "ledger lines have changed"
	exits 0 task-index --check
	is "$(dirty)" ""
done

it "moves one whose keys and values are quoted, with what it depends on done"
cp card "$sandbox/none" 2>/dev/null
cp "$(card 0012)" "$sandbox/card"
sed 's/"priority": "P0"/"priority": "P2"/' "$sandbox/card" >"$(card 0012)"
cp "$(card 0012)" "$sandbox/card"
for stage in next current integration; do
	exits 0 task-move -s 12 $stage
	only_changed "$sandbox/card" "$(card 0012)" 1 stage
	grep -q "^\"stage\": \"$stage\"\$" "$(card 0012)" ||
	    fail "the quotes are not as they were"
done

it "moves one whose front matter is in braces, back and forth"
cp "$(card 10007)" "$sandbox/card"
exits 0 task-move -s 10007 integration
sed 's/stage: current/stage: integration/' "$sandbox/card" |
    cmp -s - "$(card 10007)" || fail "more than the stage is changed"
exits 0 task-move -r "not yet" 10007 current
cmp -s "$sandbox/card" "$(card 10007)" || fail "the card is not as it was"

it "starts a line of its own where the last of a ledger had no end"
is "$(sed -n 5p "$(ledger 10007)" | cut -c1-6)" '{"id":'
is "$(jq -c .event "$(ledger 10007)" | wc -l)" "$(wc -l <"$(ledger 10007)")"

it "moves one of a namespace"
cp "$(card FW-0042)" "$sandbox/card"
exits 0 task-move FW-42 current
only_changed "$sandbox/card" "$(card FW-0042)" 1 stage

it "adds to ledgers without ids, and rewrites none of their lines"
cp "$(ledger 0012)" "$sandbox/ledger"
exits 0 task-ledger --add waiting_on -m "somebody" 12
exits 0 task-sign 12 archived
head -c "$(wc -c <"$sandbox/ledger")" "$(ledger 0012)" |
    cmp -s - "$sandbox/ledger" || fail "ledger lines have changed"
is "$(events 0012 | tail -n 2 | paste -sd' ' -)" "waiting_on signed_off"

it "takes edits by hand into the record there"
echo "An edit." >>"$(card 0012)"
exits 0 task-watch --once
out_is "TASK-0012	edited"
is "$(tail -n 1 "$(card 0012)")" "An edit."

it "leaves a closed task of it as it is, and lets a late_log be added"
exits 1 task-move -r "again" 3 inbox
exits 1 task-ledger --add waiting_on -m x 3
exits 0 task-ledger --add late_log -m "said later" 3
is "$(events 0003 | tail -n 1)" late_log

it "makes a new task above all numbers, and a counter along"
exits 0 task-new "A new one"
out_is "TASK-10008"
is "$(cat $tasks/ID_COUNTER.txt)" "10009"

it "has kept every file of the owner's to the byte"
owners | grep -Fxvf "$sandbox/owners" >"$sandbox/new"
# The context of the new task, and earlier texts that were kept.
is "$(wc -l <"$sandbox/new")" 1
for f in "$sandbox/owners"; do
	owners | grep -Fxf - "$f" | wc -l >"$out"
	out_is "$(wc -l <"$sandbox/owners")"
done

it "has made no file that nobody asked for"
for f in policy.yaml people.yaml NAMESPACES.yaml; do
	[ ! -e $tasks/$f ] || fail "$f is there"
done
[ ! -e .work/templates ] || fail "templates are there"
sound

# Other forms of the same.

it "works on a tree with no index and no stage but one"
cd "$sandbox" && mkdir small && cd small && git init -q . || exit 1
task 0001 only backlog <<'END'
task_id: "0001"
task_name: The only one
stage: backlog
status: active
current_dri: "@bob"
priority: P1
effort_estimate: M
END
printf '%s\n%s\n' \
    '{"ts":"2025-10-01T09:00:00Z","user":"@bob","event":"created"}' \
    '{"ts":"2025-10-02T09:00:00Z","user":"@bob","event":"verified"}' \
    >$tasks/backlog/TASK-0001-only/0001.ledger.jsonl
git add . && git commit -qm "by hand"
exits 0 task-ls
out_has "The only one"
exits 0 task-move -s 1
is "$(folder 0001)" "$tasks/next/TASK-0001-only"
exits 0 task-move 1
exits 0 task-new "Another"
out_is "TASK-0002"
task-index
sound

it "works on a tree with CRLF at the end of all lines, and keeps it so"
cd "$sandbox" && cp -r small crlf && cd crlf || exit 1
git config core.autocrlf false
find .work -type f ! -name '*.txt' | while read -r f; do
	sed -i 's/\r*$/\r/' "$f"
done
rm -rf .git && git init -q . && git add . && git commit -qm "by hand"
exits 0 task-move -s 1
exits 0 task-ledger --add waiting_on -m x 1
exits 0 task-new "Third"
for f in "$(card 0001)" "$(ledger 0001)" $tasks/INDEX.md \
    $tasks/integration/INDEX.md; do
	is "$(grep -c -v "$(printf '\r')\$" "$f")" 0
done
sound

it "works on a tree that is not committed at all, and commits what it changes"
cd "$sandbox" && cp -r small loose && cd loose || exit 1
rm -rf .git && git init -q . && echo x >x && git add x && git commit -qm "x"
exits 0 task-move -s 1
is "$(git log -1 --format= --name-only | grep -c TASK-0002)" 0
git status --porcelain --untracked-files=all -- "$(folder 0001)" >"$out"
out_is "?? $(folder 0001)/sketch.txt"
exits 0 task-watch --once
out_has "TASK-0002	new"

finish
