#!/bin/sh
# SPDX-License-Identifier: MIT
# Attacks by merging: what a commit with several parents may leave out, bring in
# or change.
. "${TASK_SRC:?}/t/attack.sh"

# theirs: what follows is done by alice on a branch of that name...
theirs() {
	git checkout -q -b "${1-theirs}" "$base"
	as alice
	at 2025-10-19T08:00:00Z
}

# ours: ...and what follows this by bob, on the first one.
ours() {
	git checkout -q main
	as bob
	at 2025-10-19T09:00:00Z
}

# join [PARENT...]: the worktree as it is becomes the merge with them.
join() {
	[ $# -gt 0 ] || set -- theirs
	git add -A
	tree=$(git write-tree)
	for parent in "$@"; do
		shift
		set -- "$@" -p "$parent"
	done
	git update-ref HEAD "$(git commit-tree -p HEAD "$@" -m "merge" "$tree")"
}

# One line of each side in the ledger of 0004.
both_note() {
	theirs
	event 0004 @alice note_added
	commit
	ours
	event 0004 @bob note_added
	commit
}

# git's own merge, which joins the ledgers.
union() {
	git merge -q --no-edit "${@:-theirs}" >"$out" 2>&1 || fail "no merge"
}

attack "lets a merge pass that has the lines of both"
both_note
union
passes

attack "refuses one that drops the other side's line"
both_note
join
refused ledger-dropped 0004.ledger.jsonl

attack "refuses one that drops its own side's line"
both_note
git checkout -q theirs .
join
refused ledger-dropped 0004.ledger.jsonl

attack "refuses one that changes a line of the other side"
both_note
sed '$!d; s/by hand/by foot/' "$(ledger 0004)" >"$sandbox/line"
git checkout -q theirs .
cat "$sandbox/line" >>"$(ledger 0004)"
join
refused 'ledger-dropped|ledger-changed' 0004.ledger.jsonl

attack "refuses one that changes the order of a side's lines"
both_note
ours
event 0004 @bob waiting_on
commit
git merge -q --no-edit theirs >/dev/null
grep -v '"@bob"' "$(ledger 0004)" >"$sandbox/line"
grep '"@bob"' "$(ledger 0004)" | tac >>"$sandbox/line"
cat "$sandbox/line" >"$(ledger 0004)"
amend
refused ledger-changed 0004.ledger.jsonl

attack "lets the sides' lines pass in any order between them"
both_note
tail -n 1 "$(ledger 0004)" >"$sandbox/line"
git checkout -q theirs .
cat "$sandbox/line" >>"$(ledger 0004)"
join
passes

attack "refuses one that drops a line that both sides have"
both_note
union
edit "$(ledger 0004)" 8d
amend
refused 'ledger-dropped|ledger-changed' 0004.ledger.jsonl

attack "refuses a line of the merge's own"
both_note
union
event 0004 @bob note_added
amend
refused 'ledger-line|ledger-changed' 0004.ledger.jsonl:11

attack "lets a line pass that says what the merge settled"
both_note
union
event 0004 @bob conflict_resolved \
    '"field":"priority","kept":"P1","dropped":"P2"'
amend
passes

attack "refuses a sign-off that only the merge has"
both_note
union
by_hand 0002 next
sign_off 0002 @bob next
event 0002 @bob validated
event 0002 @bob prioritized
amend
refused 'ledger-line move-forbidden?' 0002

attack "refuses a move that neither side made"
both_note
union
by_hand 0003 current
amend
refused 'move-unlogged|move-forbidden' 0003

attack "lets a move pass that the other side made"
theirs
task-move -q 3 >/dev/null
ours
event 0004 @bob note_added
commit
union
passes

attack "refuses one that undoes the other side's move"
theirs
task-move -q 3 >/dev/null
ours
event 0004 @bob note_added
commit
union
by_hand 0003 next
amend
refused 'move-unlogged|move-unmade' 0003

attack "refuses one that drops the other side's task"
theirs
task-new -q "Theirs" >/dev/null
ours
event 0004 @bob note_added
commit
join
refused package-gone TASK-0009-theirs

attack "lets it pass with the task"
theirs
task-new -q "Theirs" >/dev/null
ours
event 0004 @bob note_added
commit
union
passes

attack "refuses two tasks of one number"
theirs
task-new -q "Theirs" >/dev/null
ours
task-new -q "Ours" >/dev/null
git merge -q --no-edit theirs >/dev/null 2>&1
git show "$base:$TASKS/ID_COUNTER.txt" >$TASKS/ID_COUNTER.txt
edit $TASKS/ID_COUNTER.txt 's/.*/0010/'
for index in $TASKS/INDEX.md $TASKS/inbox/INDEX.md; do
	edit $index '/^[<=>]\{7\}/d'
done
join
refused id-twice TASK-0009

attack "refuses a task in the two stages that the sides moved it to"
theirs
task-move -q 3 >/dev/null
ours
task-move -q -r "not yet" 3 backlog >/dev/null
mkdir -p $TASKS/current/TASK-0003-number-three
git archive theirs $TASKS/current | tar xf -
join
refused id-twice TASK-0003-number-three

# Both sides moved 0003; ours was later.  Theirs is checked out.
both_move() {
	theirs
	task-move -q 3 >/dev/null
	ours
	task-move -q -r "not yet" 3 backlog >/dev/null
	tail -n 1 "$(ledger 0003)" >"$sandbox/line"
	git rm -q -r .
	git checkout -q theirs .
	cat "$sandbox/line" >>"$(ledger 0003)"
}

attack "refuses the stage of the earlier move"
both_move
join
refused 'move-unmade|move-unlogged' 0003

attack "lets the stage of the later move pass"
both_move
by_hand 0003 backlog
join
passes

attack "lets the other stage pass where the merger says so"
both_move
event 0003 @bob conflict_resolved \
    '"field":"stage","kept":"current","dropped":"backlog"'
join
passes

attack "refuses that a merge settles a stage that neither side had"
both_move
sign_off 0003 @alice integration
by_hand 0003 integration
event 0003 @bob conflict_resolved \
    '"field":"stage","kept":"integration","dropped":"backlog"'
join
refused 'move-forbidden move-unlogged? ledger-line?' 0003

attack "refuses another limit that only the merge has"
both_note
union
edit $TASKS/policy.yaml 's/limit: 15/limit: 150/'
amend
refused policy-changed policy.yaml

attack "lets another limit pass that the other side set"
theirs
edit $TASKS/policy.yaml 's/limit: 15/limit: 150/'
commit
ours
event 0004 @bob note_added
commit
union
passes

attack "refuses one that leaves out another limit of theirs"
theirs
edit $TASKS/policy.yaml 's/limit: 15/limit: 150/'
commit
ours
event 0004 @bob note_added
commit
join
refused policy-changed policy.yaml

attack "refuses an octopus that drops the line of one arm"
both_note
theirs third
event 0005 @alice note_added
commit
ours
git merge -q --no-edit theirs >/dev/null
git reset -q --soft HEAD^
join theirs third
refused ledger-dropped 0005.ledger.jsonl

attack "lets an octopus pass with all of them"
theirs
event 0004 @alice note_added
commit
theirs third
event 0005 @alice note_added
commit
ours
event 0006 @bob note_added
commit
union theirs third
is "$(git rev-list --parents -1 HEAD | wc -w)" 4
passes

attack "refuses what is lost where the union was turned off"
edit .work/.gitattributes 's/merge=union/-merge/'
commit
base=$(git rev-parse HEAD)
both_note
git merge -q -X ours --no-edit theirs >/dev/null 2>&1
git checkout -q --ours . 2>/dev/null
join
refused ledger-dropped 0004.ledger.jsonl

# Commits what changed here; bob, on a branch from before, signs and moves; both
# come together.
bob_signs_on_a_fork() {
	commit
	now=$(git rev-parse HEAD)
	git reset -q --hard "$base"
	as bob
	by_hand 0002 next
	sign_off 0002 @bob next
	event 0002 @bob validated
	event 0002 @bob prioritized
	commit
	git branch -q theirs
	git reset -q --hard "$now"
	union
}

attack "refuses the sign-off of one who had the right when he forked"
as alice
edit $TASKS/people.yaml 's/gates: \[next\]/gates: []/'
bob_signs_on_a_fork
refused 'signoff-person|gate-unsigned' 0002 "$now..HEAD"

attack "lets it pass where he still has it"
as alice
edit $TASKS/people.yaml 's/Bob Example/Bob B. Example/'
bob_signs_on_a_fork
passes "$now..HEAD"

attack "refuses a move by a limit that was another when he forked"
as alice
edit $TASKS/policy.yaml \
    's/^  next:.*/  next: {limit: 0, scope: system, enforce: hard}/'
bob_signs_on_a_fork
refused move-check 0002 "$now..HEAD"

attack "lets it pass where the limit leaves room"
as alice
edit $TASKS/policy.yaml \
    's/^  next:.*/  next: {limit: 9, scope: system, enforce: hard}/'
bob_signs_on_a_fork
passes "$now..HEAD"

# The package that theirs has, and its rows.
bring() {
	git checkout -q "theirs" "$TASKS/archived/TASK-0009-forged"
	echo '| 0009 | Forged | @bob | active | - | - |' \
	    >>$TASKS/archived/INDEX.md
	echo '| 0009 | Forged | @bob | archived | active | - | - |' \
	    >>$TASKS/INDEX.md
	edit $TASKS/ID_COUNTER.txt 's/.*/0010/'
}

# before_people: what follows is done by bob, on a branch from when there was
# no people.yaml.
before_people() {
	base=$(git log --format=%H --diff-filter=A -1 -- $TASKS/people.yaml)
	git checkout -q -b theirs "$base^"
	as bob
}

attack "refuses a closed task from before there were people to ask"
before_people
full_task Forged '"priority":"P1","effort":"M","stage":"archived"' |
    task-new -q - >/dev/null
git mv $TASKS/archived/TASK-0001-forged $TASKS/archived/TASK-0009-forged
for file in $TASKS/archived/TASK-0009-forged/*; do
	new=$(echo "$file" | sed 's/0001/0009/g')
	sed 's/0001/0009/g' "$file" >"$sandbox/edited"
	git mv "$file" "$new"
	cat "$sandbox/edited" >"$new"
done
edit $TASKS/INDEX.md 's/^| 0001 /| 0009 /'
edit $TASKS/archived/INDEX.md 's/^| 0001 /| 0009 /'
edit $TASKS/ID_COUNTER.txt 's/.*/0010/'
git add -A
git commit -q --amend --no-edit
now=$(git rev-parse main)
git checkout -q main
bring
join
refused born-past-gate 0009 "$now..HEAD"

attack "refuses a change of the rules from before there were any"
before_people
edit $TASKS/policy.yaml 's/target: 72h/target: 99h/'
commit
now=$(git rev-parse main)
git checkout -q main
git merge -q --no-edit theirs >/dev/null
refused policy-changed policy.yaml "$now..HEAD"

attack "lets a branch pass from before there were people to ask"
before_people
echo "about" >ABOUT
commit
now=$(git rev-parse main)
git checkout -q main
git merge -q --no-edit theirs >/dev/null
passes "$now..HEAD"

attack "refuses a move without a sign-off from before there was a gate"
as alice
edit $TASKS/policy.yaml 's/^gates: .*/gates: []/'
commit
git branch -q theirs
edit $TASKS/policy.yaml 's/^gates: .*/gates: [next, integration, archived]/'
commit
now=$(git rev-parse HEAD)
git checkout -q theirs
as bob
by_hand 0002 next
event 0002 @bob validated
event 0002 @bob prioritized
commit
git checkout -q main
git merge -q --no-edit theirs >/dev/null
refused gate-unsigned 0002 "$now..HEAD"

attack "lets the sign-off of a person in who came while another was away"
theirs
sed 's/  "@bob".*/&\n  "@carol": {email: carol@example.org, gates: [next]}/' \
    $TASKS/people.yaml >"$sandbox/people"
cat "$sandbox/people" >$TASKS/people.yaml
commit
as carol
sign_off 0002 @carol next
commit
ours
event 0002 @bob note_added
commit
union
passes

attack "lets the sign-off of a person in who left while another was away"
theirs
sign_off 0002 @bob next
commit
edit $TASKS/people.yaml 's/gates: \[next\]/gates: []/'
commit
ours
event 0002 @bob note_added
commit
union
passes

attack "refuses a line that hides the other side's behind its id"
theirs
event 0002 @alice sign_off_revoked '"gate":"next"'
id=$(sed -n '$s/.*"id":"\([^"]*\)".*/\1/p' "$(ledger 0002)")
commit
ours
event 0002 @bob note_added
edit "$(ledger 0002)" '$s/"id":"[^"]*"/"id":"'"$id"'"/'
commit
union
refused ledger-line 0002.ledger.jsonl

# orphan: a history of its own, in an empty worktree.
orphan() {
	git checkout -q --orphan theirs
	git rm -q -rf .
	as bob
}

attack "refuses a closed task out of a history of its own"
orphan
task-init -q >/dev/null
full_task Forged '"priority":"P1","effort":"M","stage":"archived"' |
    task-new -q - >/dev/null 2>&1
git mv $TASKS/archived/TASK-0001-forged $TASKS/archived/TASK-0009-forged
for file in $TASKS/archived/TASK-0009-forged/*; do
	new=$(echo "$file" | sed 's/0001/0009/g')
	sed 's/0001/0009/g' "$file" >"$sandbox/edited"
	git mv "$file" "$new"
	cat "$sandbox/edited" >"$new"
done
edit $TASKS/INDEX.md 's/^| 0001 /| 0009 /'
edit $TASKS/archived/INDEX.md 's/^| 0001 /| 0009 /'
edit $TASKS/ID_COUNTER.txt 's/.*/0010/'
git add -A
git commit -q --amend --no-edit
ours
bring
join
refused 'born-past-gate policy-changed?' 0009

attack "lets a history without a board pass"
orphan
echo "about" >ABOUT
git add -A
git commit -qm "about"
ours
git checkout -q theirs ABOUT
join
passes

finish
