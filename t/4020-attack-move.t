#!/bin/sh
# SPDX-License-Identifier: MIT
# Attacks on the way of a task: moves that are none, or not as the table has it.
. "${TASK_SRC:?}/t/attack.sh"

attack "refuses a folder that was moved with git mv and no more"
git mv "$(folder 0003)" $TASKS/current/
commit
refused 'move-unlogged card-stage? index-stale?' TASK-0003-number-three

attack "lets the same move pass with task-move"
task-move -q 3 >/dev/null
passes

attack "refuses a move without its events"
by_hand 0003 current
commit
refused move-unlogged TASK-0003-number-three

attack "lets a move by hand pass with them"
by_hand 0003 current
started 0003 @bob
commit
passes

attack "refuses a move with only some of its events"
by_hand 0003 current
event 0003 @bob started
commit
refused move-unlogged TASK-0003-number-three

attack "refuses the events without the move"
started 0003 @bob
commit
refused move-unmade 0003.ledger.jsonl

attack "lets the events pass that move nothing"
event 0003 @bob note_added
event 0003 @bob waiting_on
commit
passes

attack "refuses the move in one commit and its events in the next"
by_hand 0003 current
commit
started 0003 @bob
commit
refused 'move-unlogged move-unmade?' TASK-0003-number-three

attack "refuses the events in one commit and their move in the next"
started 0003 @bob
commit
by_hand 0003 current
commit
refused 'move-unmade move-unlogged?' 0003.ledger.jsonl

attack "lets two moves pass in one commit"
task-move -q 3 >/dev/null
task-move -q -r "too early" 3 next >/dev/null
git reset -q --soft "$base"
git commit -qm "both"
passes

attack "refuses a step that leaves out a stage"
by_hand 0001 next
sign_off 0001 @bob next
event 0001 @bob validated
event 0001 @bob prioritized
commit
refused move-forbidden TASK-0001-number-one

attack "lets both steps pass"
by_hand 0001 backlog
event 0001 @bob verified
commit
by_hand 0001 next
sign_off 0001 @bob next
event 0001 @bob validated
event 0001 @bob prioritized
commit
passes

attack "refuses the fast way for a task that is no P0"
by_hand 0002 current
sign_off 0002 @bob next
event 0002 @bob validated
event 0002 @bob fast_tracked
event 0002 @bob started
commit
refused 'move-forbidden|move-check' TASK-0002-number-two

attack "lets a P0 go that way"
task-set -q -r "the shop is down" 2 priority=P0 >/dev/null
task-move -qs -r "the shop is down" 2 current >/dev/null
passes

attack "refuses that a closed task comes back"
by_hand 0007 learning
event 0007 @alice rollback \
    '"from_stage":"archived","to_stage":"learning"'
commit
refused 'move-forbidden|closed-changed' TASK-0007-number-seven

attack "lets one that is not closed go back"
by_hand 0006 integration
event 0006 @alice rollback \
    '"from_stage":"learning","to_stage":"integration"'
commit
passes

attack "refuses a way back to another stage than is said"
by_hand 0006 current
event 0006 @alice rollback \
    '"from_stage":"learning","to_stage":"integration"'
commit
refused 'move-unlogged|move-unmade' 0006

attack "refuses a way back that no rollback tells of"
by_hand 0006 integration
event 0006 @alice created '"stage":"integration"'
commit
refused 'move-forbidden|move-unlogged' 0006

attack "refuses one that says that a merge was settled"
by_hand 0006 integration
event 0006 @alice conflict_resolved \
    '"field":"stage","stage":"integration","kept":"integration"'
commit
refused 'move-forbidden|move-unlogged' 0006

attack "lets a task go back that is paused"
task-move -q 3 >/dev/null
base=$(git rev-parse HEAD)
task-status -q -r "holidays" 3 paused >/dev/null
passes

attack "refuses a task in next without a priority"
as alice
make_task "Plain" '"effort":"S"'
move 9 backlog
base=$(git rev-parse HEAD)
by_hand 0009 next
sign_off 0009 @alice next
event 0009 @alice validated
event 0009 @alice prioritized
commit
refused move-check 0009

attack "lets the same task pass with one"
as alice
make_task "Plain" '"effort":"S","priority":"P3"'
move 9 backlog
base=$(git rev-parse HEAD)
by_hand 0009 next
sign_off 0009 @alice next
event 0009 @alice validated
event 0009 @alice prioritized
commit
passes

attack "refuses a task in integration whose criteria are open"
by_hand 0004 integration
sign_off 0004 @alice integration
event 0004 @alice implemented
event 0004 @alice verified
commit
refused move-check 0004

attack "lets one pass whose criteria are ticked"
by_hand 0008 integration
sign_off 0008 @alice integration
event 0008 @alice implemented
event 0008 @alice verified
commit
passes

attack "lets one pass that says why they are open"
as alice
move --waive "a spike" 4
passes

attack "refuses a task in backlog that says nothing"
task-new -q "Idea" >/dev/null
base=$(git rev-parse HEAD)
by_hand 0009 backlog
event 0009 @bob verified
commit
refused move-check 0009

attack "lets one pass that says what is wanted"
make_task "Idea"
base=$(git rev-parse HEAD)
by_hand 0009 backlog
event 0009 @bob verified
commit
passes

attack "refuses the start of a blocked task"
task-status -q --by external:API 3 blocked >/dev/null
by_hand 0003 current
started 0003 @bob
commit
refused move-check 0003

attack "lets it start when it is not blocked any more"
task-status -q --by external:API 3 blocked >/dev/null
task-status -q -r "it came" 3 active >/dev/null
by_hand 0003 current
started 0003 @bob
commit
passes

attack "refuses a start before what the task waits for is done"
task-link -q --on 2 3 >/dev/null
by_hand 0003 current
started 0003 @bob
commit
refused move-check 0003

attack "lets one start that says why"
task-link -q --on 2 3 >/dev/null
task-move -q --concurrent-ok "no time" 3 >/dev/null
passes

attack "refuses an end without a word on what was learned"
by_hand 0006 archived
sign_off 0006 @alice archived
event 0006 @alice moved_to_archived
event 0006 @alice closed
commit
refused 'move-check|move-unlogged' 0006

attack "lets an end pass with it"
by_hand 0006 archived
echo "We learned to test." >"$(folder 0006)/0006.learning.md"
sign_off 0006 @alice archived
event 0006 @alice learning_documented
event 0006 @alice moved_to_archived
event 0006 @alice closed
commit
passes

# A limit of so many tasks in current, where two are.
limit() {
	as alice
	edit $TASKS/policy.yaml \
	    "s/^  current:\\( *\\){limit: 15/  current:\\1{limit: $1/"
	commit
}

attack "refuses a start beyond a hard limit"
limit 2
by_hand 0003 current
started 0003 @alice
commit
refused move-check 0003

attack "lets a start within the limit pass"
limit 3
by_hand 0003 current
started 0003 @alice
commit
passes

attack "refuses a card that says another stage"
edit "$(card 0004)" 's/^stage: .*/stage: "integration"/'
commit
refused card-stage number-four.task.md

attack "refuses a status that the ledger does not tell of"
edit "$(card 0004)" 's/^status: .*/status: "paused"/'
commit
refused card-status TASK-0004-number-four

attack "lets a status pass that it tells of"
task-status -q -r "holidays" 2 paused >/dev/null
passes

attack "refuses a status event that the card knows nothing of"
event 0004 @bob blocked '"blocked_by":"external:API"'
commit
refused card-status 0004

attack "refuses an old move once more, with its old events"
task-move -q 3 >/dev/null
lines=$(tail -n 2 "$(ledger 0003)")
task-move -q -r "too early" 3 next >/dev/null
base=$(git rev-parse HEAD)
by_hand 0003 current
echo "$lines" >>"$(ledger 0003)"
commit
refused move-unlogged 0003

attack "lets it pass with new ones"
task-move -q 3 >/dev/null
task-move -q -r "too early" 3 next >/dev/null
base=$(git rev-parse HEAD)
by_hand 0003 current
started 0003 @bob
commit
passes

attack "refuses that a move is taken back with git revert"
task-move -q 3 >/dev/null
base=$(git rev-parse HEAD)
git revert --no-edit HEAD >/dev/null 2>&1
refused 'ledger-dropped move-unlogged?' 0003.ledger.jsonl

attack "lets it pass with task-move"
task-move -q 3 >/dev/null
base=$(git rev-parse HEAD)
task-move -q -r "too early" 3 next >/dev/null
passes

finish
