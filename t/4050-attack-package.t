#!/bin/sh
# SPDX-License-Identifier: MIT
# Attacks on the packages: closed ones, gone ones, doubled ones, and what stands
# in a card and in an index.
. "${TASK_SRC:?}/t/attack.sh"

attack "refuses another text in a closed card"
edit "$(card 0007)" 's/the details/other details/'
commit
refused closed-changed 0007-number-seven.task.md

attack "lets another text pass in an open one"
edit "$(card 0004)" 's/the details/other details/'
commit
passes

attack "refuses another priority in a closed card"
edit "$(card 0007)" 's/^priority: .*/priority: "P0"/'
commit
refused closed-changed 0007-number-seven.task.md

attack "refuses another context of a closed task"
echo "more" >>"$(folder 0007)/0007.context.md"
commit
refused closed-changed 0007.context.md

attack "lets the context of an open one grow"
echo "more" >>"$(folder 0004)/0004.context.md"
commit
passes

attack "refuses a learning file for a closed task"
echo "We learned it late." >"$(folder 0007)/0007.learning.md"
commit
refused closed-changed 0007.learning.md

attack "lets one pass for a task in learning"
echo "We learned it." >"$(folder 0006)/0006.learning.md"
commit
passes

attack "refuses a file more in the package of a closed task"
echo "a plan" >"$(folder 0007)/plan.txt"
commit
refused closed-changed plan.txt

attack "refuses another earlier version of a closed card"
as alice
edit "$(card 0006)" 's/the details/other details/'
task-watch -q --once >/dev/null
move --skip-learning "nothing new" 6 archived
base=$(git rev-parse HEAD)
edit "$(folder 0006)/0006-number-six.task.v1.md" 's/the details/no details/'
commit
refused closed-changed 0006-number-six.task.v1.md

attack "lets a file more pass in the package of an open one"
echo "a plan" >"$(folder 0006)/plan.txt"
commit
passes

attack "refuses that a closed task goes on"
event 0007 @bob note_added
commit
refused closed-changed 0007.ledger.jsonl:19

attack "lets a late line pass"
event 0007 @bob late_log
commit
passes

attack "lets a task pass that follows it up"
task-new -q --followup 7 "More of it" >/dev/null
passes

attack "refuses another text in a canceled card"
task-status -q -r "nobody wants it" 4 canceled >/dev/null
base=$(git rev-parse HEAD)
edit "$(card 0004)" 's/the details/other details/'
commit
refused closed-changed 0004-number-four.task.md

attack "refuses that a canceled task lives again"
task-status -q -r "nobody wants it" 4 canceled >/dev/null
base=$(git rev-parse HEAD)
by_hand 0004 current
edit "$(card 0004)" 's/^status: .*/status: "active"/'
event 0004 @alice resumed '"resumed_to_stage":"current"'
commit
refused 'closed-changed move-forbidden?' 0004

attack "refuses a package that is gone"
git rm -qr "$(folder 0004)"
edit $TASKS/INDEX.md '/^| 0004 /d'
edit $TASKS/current/INDEX.md '/^| 0004 /d'
commit
refused package-gone TASK-0004-number-four

attack "lets one be canceled"
task-status -q -r "nobody wants it" 4 canceled >/dev/null
passes

attack "refuses a package that lies outside of the stages"
mkdir .work/attic
git mv "$(folder 0004)" .work/attic/
edit $TASKS/INDEX.md '/^| 0004 /d'
edit $TASKS/current/INDEX.md '/^| 0004 /d'
commit
refused package-gone TASK-0004-number-four

attack "refuses a package whose folder is none any more"
git mv "$(folder 0004)" $TASKS/current/X-TASK-0004-number-four
edit $TASKS/INDEX.md '/^| 0004 /d'
edit $TASKS/current/INDEX.md '/^| 0004 /d'
commit
refused package-gone TASK-0004-number-four

attack "lets a task get another name"
task-set -q 4 name="Number four and a half" >/dev/null
passes

attack "refuses a board that is gone"
git rm -qr .work
commit
refused 'package-gone policy-changed?' .work/tasks

attack "refuses a file in the place of the board"
git rm -qr .work
echo "nothing" >.work
commit
refused 'package-gone|path-unsafe policy-changed?' .work

# copy STAGE ID: of 0004, as a task of its own, in that stage.
copy() {
	four=$(folder 0004)
	new=$TASKS/$1/TASK-$2-number-four
	mkdir "$new"
	sed "s/^stage: .*/stage: \"$1\"/; s/^task_id: .*/task_id: \"$2\"/" \
	    "$four/0004-number-four.task.md" >"$new/$2-number-four.task.md"
	cp "$four/0004.context.md" "$new/$2.context.md"
	cp "$four/0004.ledger.jsonl" "$new/$2.ledger.jsonl"
	grep '^| 0004 ' $TASKS/current/INDEX.md | sed "s/ 0004 / $2 /" \
	    >>"$TASKS/$1/INDEX.md"
	row=$(sed -n "/^| 0004 /{s/ 0004 / $2 /;s/ current / $1 /;p;}" \
	    $TASKS/INDEX.md)
	echo "$row" >>$TASKS/INDEX.md
}

attack "refuses a package that lies in two stages"
copy integration 0004
commit
refused 'id-twice move-unlogged?' TASK-0004-number-four

attack "refuses another task under the number of one"
task-new -q --no-commit "Second" >/dev/null
new=$TASKS/inbox/TASK-0003-second
mv $TASKS/inbox/TASK-0009-second $new
for file in "$new"/*; do
	mv "$file" "$(echo "$file" | sed 's/0009/0003/')"
done
edit $new/0003-second.task.md 's/0009/0003/'
edit $TASKS/INDEX.md 's/^| 0009 /| 0003 /'
edit $TASKS/inbox/INDEX.md 's/^| 0009 /| 0003 /'
commit
refused id-twice TASK-0003-second

attack "lets another task under its own number pass"
task-new -q --no-commit "Second" >/dev/null
commit
passes

attack "refuses two tasks that have one identity"
task-new -q --no-commit "Second" "Third" >/dev/null
cp "$(ledger 0009)" "$(ledger 0010)"
commit
refused id-twice 0010

attack "refuses a board with a task that has another's identity"
task-new -q --no-commit "Second" >/dev/null
cp "$(ledger 0001)" "$(ledger 0009)"
commit
refused id-twice TASK-0009-second --tree HEAD

attack "refuses a closed task that comes back under another number"
copy current 0009
edit $TASKS/ID_COUNTER.txt 's/.*/0010/'
cp "$(ledger 0007)" "$(ledger 0009)"
git rm -qr "$(folder 0007)"
edit $TASKS/archived/INDEX.md '/^| 0007 /d'
edit $TASKS/INDEX.md '/^| 0007 /d'
commit
refused 'closed-changed|move-forbidden|move-unlogged|package-gone|id-mismatch' \
    ''

attack "refuses files that have another number than their folder"
git mv "$(card 0004)" "$(folder 0004)/0014-number-four.task.md"
commit
refused 'id-mismatch|card-invalid' TASK-0004-number-four

attack "refuses a card that has another number than its folder"
edit "$(card 0004)" 's/^task_id: .*/task_id: "0014"/'
commit
refused id-mismatch 0004-number-four.task.md

attack "lets another number pass in its text"
edit "$(card 0004)" 's/the details/as in TASK-0014/'
commit
passes

attack "refuses a card that is no YAML"
edit "$(card 0004)" 's/^task_name: .*/task_name: "Number/'
commit
refused card-invalid 0004-number-four.task.md

attack "lets a card with other quotes pass"
edit "$(card 0004)" "s/^task_name: .*/task_name: 'Number four'/"
commit
passes

attack "refuses a card without front matter"
edit "$(card 0004)" 1d
commit
refused card-invalid 0004-number-four.task.md

attack "lets a second front matter pass, which is text"
edit "$(card 0004)" '$a---\nstage: "archived"\nstatus: "canceled"\n---'
commit
passes

attack "refuses a key that is there twice"
edit "$(card 0004)" 's/^stage: .*/&\nstage: "archived"/'
commit
refused card-invalid 0004-number-four.task.md

attack "lets a key of the owner's pass"
edit "$(card 0004)" 's/^stage: .*/&\nphase: "archived"/'
commit
passes

attack "refuses a word that is no status"
edit "$(card 0004)" 's/^status: .*/status: "done"/'
commit
refused 'card-status|card-invalid' 0004-number-four.task.md

attack "refuses a card that depends on what is not there"
edit "$(card 0004)" 's/^depends_on: .*/depends_on: ["TASK-0099"]/'
commit
refused 'card-invalid|index-stale' ''

attack "refuses an index that names another person"
edit $TASKS/current/INDEX.md '/^| 0004 /s/@alice/@bob/'
commit
refused index-stale current/INDEX.md

attack "lets prose in an index pass"
edit $TASKS/current/INDEX.md 's/^# .*/&\n\nAsk @bob before you start./'
commit
passes

attack "refuses an index without the row of a task"
edit $TASKS/INDEX.md '/^| 0004 /d'
commit
refused index-stale tasks/INDEX.md

attack "refuses an index with the row of no task"
edit $TASKS/current/INDEX.md '/^| 0004 /{p;s/0004/0014/}'
commit
refused index-stale current/INDEX.md

attack "refuses that an index is gone"
git rm -q $TASKS/current/INDEX.md
commit
refused index-stale current/INDEX.md

attack "refuses a name that no index shows"
edit "$(card 0004)" 's/^task_name: .*/task_name: "Another name"/'
commit
refused index-stale INDEX.md

attack "lets a name pass that the indexes show"
edit "$(card 0004)" 's/^task_name: .*/task_name: "Another name"/'
edit $TASKS/current/INDEX.md 's/Number four/Another name/'
edit $TASKS/INDEX.md 's/Number four/Another name/'
commit
passes

attack "refuses a commit with an old date"
GIT_COMMITTER_DATE=2024-01-01T00:00:00Z
event 0004 @bob note_added
commit
refused 'commit-date ledger-time?' ''

attack "lets a clock pass that is slow by an hour"
GIT_COMMITTER_DATE=2025-10-18T09:45:00Z
event 0004 @bob note_added
commit
passes

attack "refuses a commit with a date to come"
GIT_COMMITTER_DATE=2026-10-19T09:00:00Z
event 0004 @bob note_added
commit
refused commit-date ''

attack "lets an old date of the author's pass, as git rebase leaves it"
GIT_AUTHOR_DATE=2024-01-01T00:00:00Z
event 0004 @bob note_added
commit
passes

finish
