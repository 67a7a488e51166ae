#!/bin/sh
# SPDX-License-Identifier: MIT
# Attacks on a gate: sign-offs that are missing, another's, old or of something
# else.
. "${TASK_SRC:?}/t/attack.sh"

# to_next ID USER: a move from backlog to next, by hand, but for the sign-off.
to_next() {
	by_hand "$1" next
	event "$1" "$2" validated
	event "$1" "$2" prioritized
}

# to_integration ID USER: the same.
to_integration() {
	by_hand "$1" integration
	event "$1" "$2" implemented
	event "$1" "$2" verified
}

# change_body ID: as a program puts it on record.
change_body() {
	edit "$(card "$1")" 's/the details/the details, or others/'
	task-watch -q --once >/dev/null
}

attack "refuses to enter a gate without a sign-off"
to_next 0002 @bob
commit
refused gate-unsigned 0002

attack "lets one enter with it"
sign_off 0002 @bob next
to_next 0002 @bob
commit
passes

attack "refuses a sign-off that comes after the move"
to_next 0002 @bob
sign_off 0002 @bob next
commit
refused gate-unsigned 0002

attack "refuses a sign-off in the next commit"
to_next 0002 @bob
commit
sign_off 0002 @bob next
commit
refused gate-unsigned 0002

attack "lets a sign-off pass in a commit before the move"
sign_off 0002 @bob next
commit
to_next 0002 @bob
commit
passes

attack "refuses a sign-off that is dated before the stage was entered"
at 2025-10-18T10:00:00Z
sign_off 0002 @bob next
at 2025-10-19T09:00:00Z
to_next 0002 @bob
commit
refused signoff-time 0002.ledger.jsonl

attack "lets one pass of the very second"
at 2025-10-18T10:30:00Z
sign_off 0002 @bob next
at 2025-10-19T09:00:00Z
to_next 0002 @bob
commit
passes

attack "refuses the sign-off of a worker"
sign_off 0002 bot next
to_next 0002 @bob
commit
refused signoff-person 0002.ledger.jsonl:4

attack "refuses it under the worker's name with an @"
sign_off 0002 @bot next
to_next 0002 @bob
commit
refused signoff-person 0002.ledger.jsonl:4

attack "refuses the sign-off of a worker in a person's name"
event 0002 @bob signed_off \
    "\"gate\":\"next\",\"content\":\"$(content 0002)\",$(:
    )\"metadata\":{\"worker_id\":\"bot\"}"
to_next 0002 @bob
commit
refused signoff-person 0002.ledger.jsonl:4

attack "lets a worker move what a person signed"
sign_off 0002 @bob next
to_next 0002 bot
commit
passes

attack "refuses the sign-off of one who may sign other gates only"
sign_off 0008 @bob integration
to_integration 0008 @bob
commit
refused signoff-person 0008.ledger.jsonl:11

attack "lets the sign-off pass of one who may sign that gate"
sign_off 0008 @alice integration
to_integration 0008 @bob
commit
passes

attack "refuses the sign-off of a stranger"
sign_off 0002 @mallory next
to_next 0002 @mallory
commit
refused signoff-person 0002.ledger.jsonl:4

attack "refuses a name that differs in case"
sign_off 0002 @Bob next
to_next 0002 @bob
commit
refused signoff-person 0002.ledger.jsonl:4

attack "refuses a name that only looks the same"
sign_off 0002 "$(printf '@b\320\276b')" next
to_next 0002 @bob
commit
refused signoff-person 0002.ledger.jsonl:4

attack "refuses a name with a space behind it"
sign_off 0002 "@bob " next
to_next 0002 @bob
commit
refused signoff-person 0002.ledger.jsonl:4

attack "refuses the system's sign-off"
sign_off 0002 system next
to_next 0002 system
commit
refused signoff-person 0002.ledger.jsonl:4

attack "refuses a sign-off for another gate"
sign_off 0002 @alice integration
to_next 0002 @bob
commit
refused gate-unsigned 0002

attack "lets both pass, where one is for the gate"
sign_off 0002 @alice next
to_next 0002 @bob
commit
passes

attack "refuses the sign-off of another task"
sed -n '/signed_off/p' "$(ledger 0003)" >>"$(ledger 0002)"
to_next 0002 @bob
commit
refused 'signoff-content|signoff-time|ledger-line' 0002

attack "refuses a sign-off that does not say of what"
event 0002 @bob signed_off '"gate":"next"'
to_next 0002 @bob
commit
refused 'signoff-content gate-unsigned?' 0002.ledger.jsonl:4

attack "refuses a sign-off of what is no content"
event 0002 @bob signed_off '"gate":"next","content":"whatever is there"'
to_next 0002 @bob
commit
refused 'signoff-content gate-unsigned?' 0002.ledger.jsonl:4

attack "refuses a card that changed after it was signed"
sign_off 0002 @bob next
commit
change_body 0002
to_next 0002 @bob
commit
refused signoff-content 0002

attack "refuses a card that changed along with the move"
sign_off 0002 @bob next
edit "$(card 0002)" 's/the details/the details, or others/'
to_next 0002 @bob
commit
refused signoff-content 0002

attack "lets one pass that changed before it was signed"
change_body 0002
sign_off 0002 @bob next
to_next 0002 @bob
commit
passes

attack "lets one pass whose front matter changed after it"
sign_off 0002 @bob next
commit
task-set -q -r "not so urgent" 2 priority=P3 >/dev/null
to_next 0002 @bob
commit
passes

attack "refuses a context that changed after it was signed"
sign_off 0002 @bob next
commit
task-note -q 2 "and do it at night" >/dev/null
to_next 0002 @bob
commit
refused signoff-content 0002

attack "lets a file of the owner's change after it"
echo "a plan" >"$(folder 0002)/plan.txt"
sign_off 0002 @bob next
commit
echo "another plan" >"$(folder 0002)/plan.txt"
to_next 0002 @bob
commit
passes

attack "refuses to use a sign-off again after a way back"
task-move -q -r "not yet" 3 backlog >/dev/null
to_next 0003 @bob
commit
refused 'gate-unsigned|signoff-time' 0003

attack "lets a new one pass after a way back"
task-move -q -r "not yet" 3 backlog >/dev/null
sign_off 0003 @bob next
to_next 0003 @bob
commit
passes

attack "refuses a sign-off that was taken back"
sign_off 0002 @bob next
event 0002 @bob sign_off_revoked '"gate":"next"'
to_next 0002 @bob
commit
refused gate-unsigned 0002

attack "lets one pass that was given again"
sign_off 0002 @bob next
event 0002 @bob sign_off_revoked '"gate":"next"'
sign_off 0002 @bob next
to_next 0002 @bob
commit
passes

attack "refuses an end without a sign-off"
by_hand 0006 archived
event 0006 @bob learning_skipped
event 0006 @bob moved_to_archived
event 0006 @bob closed
commit
refused gate-unsigned 0006

attack "lets a task be canceled without one"
task-status -q -r "nobody wants it" 6 canceled >/dev/null
passes

attack "refuses a P0 that goes past a gate without a sign-off"
task-set -q -r "the shop is down" 2 priority=P0 >/dev/null
by_hand 0002 current
event 0002 @bob validated
event 0002 @bob fast_tracked
event 0002 @bob started
commit
refused gate-unsigned 0002

attack "lets one go past with it"
task-set -q -r "the shop is down" 2 priority=P0 >/dev/null
by_hand 0002 current
sign_off 0002 @bob next
event 0002 @bob validated
event 0002 @bob fast_tracked
event 0002 @bob started
commit
passes

# import USER STAGE: a task that was elsewhere, in the name of USER.
import() {
	as alice
	full_task "Imported" "\"priority\":\"P1\",\"effort\":\"M\",$(:
	    )\"stage\":\"$2\"" | task-new -q - >/dev/null
	as "${1#@}"
	edit "$(ledger 0009)" "s/\"user\":\"@alice\"/\"user\":\"$1\"/"
	git commit -qa --amend --reset-author --no-edit
}

attack "refuses a task born in archived by one who may not sign for it"
import @bob archived
refused born-past-gate 0009

attack "lets one pass by one who may"
import @alice archived
passes

attack "refuses a task born in integration by one who may sign next only"
import @bob integration
refused born-past-gate 0009

attack "lets one pass that is born where that is enough"
import @bob next
passes

attack "refuses a task born past a gate by a worker"
import bot next
refused born-past-gate 0009

finish
