#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"

board
make_task "Log in" '"priority":"P1","effort":"M"'
cp "$(card 0001)" base

# differ FILE SED...: the card with that change.
differ() {
	to=$1
	shift
	sed "$@" base >"$to"
}

it "merges cards by key, into the second file"
differ ours 's/^priority: .*/priority: P2/'
differ theirs 's/^effort_estimate: .*/effort_estimate: L/'
exits 0 task-fsck --merge-file card base ours theirs x.task.md
out_is ""
err_is ""
is "$(diff base ours | sed -n 's/^> //p' | paste -sd' ' -)" \
    "priority: P2 effort_estimate: L"
is "$(diff base theirs | grep -c '^>')" 1

it "ticks what either side ticked"
differ ours '/- \[ \] first/s/ \]/x]/'
differ theirs '/- \[ \] second/s/ \]/x]/'
exits 0 task-fsck --merge-file card base ours theirs
is "$(grep -c '^- \[x\]' ours)" 2

it "does not fail where both changed one key: reconciling tells who was later"
differ ours 's/^priority: .*/priority: P2/'
differ theirs 's/^priority: .*/priority: P3/'
exits 0 task-fsck --merge-file card base ours theirs
grep -q '^priority: P[23]' ours || fail "$(grep priority ours)"

it "merges two cards that have no ancestor"
: >empty
cp base ours
differ theirs 's/^priority: .*/priority: P3/'
exits 0 task-fsck --merge-file card empty ours theirs

it "refuses what is no card, by the name that git knows it by, and keeps it"
echo "no card" >ours
cp base theirs
exits 1 task-fsck --merge-file card base ours theirs 'a/x.task.md'
err_is "task-fsck: a/x.task.md: one of the versions is no card"
is "$(cat ours)" "no card"
printf 'a\0b' >theirs
exits 1 task-fsck --merge-file card base base theirs

it "keeps what both added to a context or to what was learned"
printf '# Context\n\nAll of it.\n' >was
{ cat was; printf '\n- 2025-10-18: ours\n'; } >mine
{ cat was; printf '\n- 2025-10-18: theirs\n'; } >yours
exits 0 task-fsck --merge-file card was mine yours a/0001.context.md
is "$(grep -c -e ours -e theirs mine)" 2
is "$(grep -c '^<<<<<<<' mine)" 0
printf '# Learned\n\nNothing.\n' >was
sed 's/Nothing/This/' was >mine
sed 's/Nothing/That/' was >yours
exits 0 task-fsck --merge-file card was mine yours a/0001.learning.md
is "$(grep -c '^<<<<<<< ours' mine)" 1
printf 'a\0b' >yours
exits 1 task-fsck --merge-file card was was yours a/0001.context.md
err_is "task-fsck: a/0001.context.md: one of the versions is no text"

it "lets git merge two notes in the context of one task"
mkdir "$sandbox/notes" && cd "$sandbox/notes" && git init -q
exits 0 task-init --hooks
exits 0 task-new "Noted"
git checkout -qb other
exits 0 task-note 1 "theirs"
git checkout -q main
exits 0 task-note 1 "ours"
exits 0 git merge -q --no-edit other
is "$(grep -c -e ours -e theirs "$(folder 0001)/0001.context.md")" 2
exits 0 task-fsck
exits 0 task-verify
cd "$sandbox/work" || exit 1

it "leaves an index as it is: it will be made anew"
echo "| ours |" >ours
exits 0 task-fsck --merge-file index base ours theirs tasks/INDEX.md
is "$(cat ours)" "| ours |"

it "takes the higher of two counters, under either name"
echo 0007 >ours
echo 0012 >theirs
exits 0 task-fsck --merge-file counter base ours theirs
is "$(cat ours)" 0012
exits 0 task-fsck --merge-file counter base theirs ours
is "$(cat theirs)" 0012
echo 0007 >ours
exits 0 task-fsck --merge-file index base ours theirs a/ID_COUNTER.FW.txt
is "$(cat ours)" 0012
echo "no number" >ours
exits 0 task-fsck --merge-file counter base ours theirs
is "$(cat ours)" 0012
echo "no number" >theirs
exits 0 task-fsck --merge-file counter base ours theirs
is "$(cat ours)" 0012

it "refuses other kinds, missing files and too few"
exits 64 task-fsck --merge-file ledger base ours theirs
err_is "task-fsck: --merge-file: 'ledger' is none of card, index, counter"
exits 64 task-fsck --merge-file card base ours
exits 64 task-fsck --merge-file card base ours theirs a b
exits 64 task-fsck --merge-file card --repair base ours theirs
exits 66 task-fsck --merge-file card base ours missing

it "needs no board and no repository"
mkdir "$sandbox/elsewhere" && cp base "$sandbox/elsewhere/ours" &&
    cd "$sandbox/elsewhere" || exit 1
exits 0 task-fsck --merge-file card ours ours ours
cd "$sandbox/work" || exit 1

it "is what .work/.gitattributes names for git"
exits 0 git check-attr merge -- .work/tasks/next/TASK-0001-a/0001-a.task.md \
    .work/tasks/next/TASK-0001-a/0001.ledger.jsonl .work/tasks/INDEX.md \
    .work/tasks/archived/4000-4999/INDEX.md .work/tasks/ID_COUNTER.txt \
    .work/tasks/ID_COUNTER.FW.txt \
    .work/tasks/next/TASK-0001-a/0001-a.task.v1.md \
    .work/tasks/next/TASK-0001-a/0001.context.md
sed 's/.*: merge: //' "$out" | paste -sd' ' - >found
is "$(cat found)" "task-card union task-index task-index task-index task-index unspecified task-card"

finish
