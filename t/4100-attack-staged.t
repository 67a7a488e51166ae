#!/bin/sh
# SPDX-License-Identifier: MIT
# Attacks that are not committed yet, and what a tree holds however it came to
# that.
. "${TASK_SRC:?}/t/attack.sh"

attack "refuses a commit that is about to be made"
by_hand 0003 current
git add -A
refused move-unlogged 0003 --staged

attack "lets one be made with its events"
by_hand 0003 current
started 0003 @bob
git add -A
exits 0 task-verify --staged
out_is ""

attack "refuses what is staged, whatever the files say by now"
edit "$(ledger 0004)" '2s/created/made/'
git add -A
git show "HEAD:$(ledger 0004)" >"$sandbox/ledger"
cat "$sandbox/ledger" >"$(ledger 0004)"
refused ledger-changed 0004.ledger.jsonl:2 --staged

attack "lets what is staged pass, whatever the files say by now"
event 0004 @bob note_added
git add -A
edit "$(ledger 0004)" '2s/created/made/'
exits 0 task-verify --staged
out_is ""

attack "lets nothing pass that is not added yet, where it is"
edit "$(ledger 0004)" '2s/created/made/'
exits 0 task-verify --staged
git add -A
refused ledger-changed 0004.ledger.jsonl:2 --staged

attack "refuses a merge that is about to drop a line"
git checkout -q -b theirs
event 0004 @bob note_added
commit
git checkout -q main
event 0005 @bob note_added
commit
git merge -q --no-commit -s ours theirs >/dev/null 2>&1
refused ledger-dropped 0004.ledger.jsonl --staged

attack "lets a merge be made that has all of them"
git checkout -q -b theirs
event 0004 @bob note_added
commit
git checkout -q main
event 0005 @bob note_added
commit
git merge -q --no-commit theirs >/dev/null 2>&1
exits 0 task-verify --staged
out_is ""

attack "refuses a staged name that leads out"
git update-index --add --cacheinfo "120000,$(blob /etc/passwd),$TASKS/x"
refused path-unsafe $TASKS/x --staged

attack "refuses the first commit of a board that lies"
git checkout -q --orphan fresh
edit "$(card 0004)" 's/^stage: .*/stage: "learning"/'
git add -A
refused card-stage 0004-number-four.task.md --staged

attack "lets the first commit of a whole board pass"
as alice
git checkout -q --orphan fresh
exits 0 task-verify --staged
out_is ""
git commit -qm "all of it"
exits 0 task-verify HEAD
out_is ""

attack "refuses a tree with a task in two stages"
cp -r "$(folder 0004)" $TASKS/learning/
commit
refused 'id-twice card-stage? index-stale?' TASK-0004-number-four --tree HEAD

attack "refuses a tree with a card that lies"
edit "$(card 0004)" 's/^stage: .*/stage: "learning"/'
commit
refused card-stage 0004-number-four.task.md --tree HEAD

attack "refuses a tree with a broken line, whoever wrote it when"
echo '{' >>"$(ledger 0004)"
commit
event 0005 @bob note_added
commit
refused ledger-line 0004.ledger.jsonl:9 --tree HEAD
exits 0 task-verify HEAD^..HEAD

attack "lets a tree pass that is sound"
exits 0 task-verify --tree HEAD
out_is ""

finish
