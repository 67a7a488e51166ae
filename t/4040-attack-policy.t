#!/bin/sh
# SPDX-License-Identifier: MIT
# Attacks on the rules: who makes them, and since when they hold.
. "${TASK_SRC:?}/t/attack.sh"

# A move of 0002 to next, by hand, signed by that user.
signed_move() {
	sign_off 0002 "$1" next
	by_hand 0002 next
	event 0002 "$1" validated
	event 0002 "$1" prioritized
}

open_gates() {
	edit $TASKS/policy.yaml 's/^gates: .*/gates: []/'
}

add_mallory() {
	echo '  "@mallory": {email: mallory@example.org, gates: [next]}' \
	    >>$TASKS/people.yaml
}

attack "refuses one who gives himself a gate"
edit $TASKS/people.yaml 's/gates: \[next\]/gates: [next, archived]/'
commit
refused policy-changed people.yaml

attack "lets one pass who may change the rules"
as alice
edit $TASKS/people.yaml 's/gates: \[next\]/gates: [next, archived]/'
commit
passes

attack "refuses a person who was added by one who may not"
add_mallory
commit
as mallory
signed_move @mallory
commit
refused policy-changed people.yaml

attack "refuses a person who was added in the commit of the sign-off"
as alice
add_mallory
signed_move @mallory
commit
refused signoff-person 0002

attack "lets a person pass who was added in the commit before"
as alice
add_mallory
commit
as mallory
signed_move @mallory
commit
passes

attack "refuses to do without people.yaml"
git rm -q $TASKS/people.yaml
commit
refused policy-changed people.yaml

attack "lets one do without it who may"
as alice
git rm -q $TASKS/people.yaml
commit
passes

attack "refuses to put people.yaml elsewhere"
git mv $TASKS/people.yaml .work/people.yaml
commit
refused policy-changed people.yaml

attack "lets a file of that name pass elsewhere"
cp $TASKS/people.yaml .work/people.yaml
commit
passes

attack "refuses a folder in the place of people.yaml"
mkdir people
git mv $TASKS/people.yaml people/people.yaml
git mv people $TASKS/people.yaml
commit
refused policy-changed $TASKS

attack "refuses to open the gates for the move that follows"
open_gates
commit
by_hand 0002 next
event 0002 @bob validated
event 0002 @bob prioritized
commit
refused policy-changed policy.yaml

attack "refuses to open them in the commit of the move"
as alice
open_gates
by_hand 0002 next
event 0002 @alice validated
event 0002 @alice prioritized
commit
refused gate-unsigned 0002

attack "lets them be opened first, by one who may"
as alice
open_gates
commit
as bob
by_hand 0002 next
event 0002 @bob validated
event 0002 @bob prioritized
commit
passes

attack "refuses a limit that is raised by one who may not"
edit $TASKS/policy.yaml 's/limit: 15/limit: 150/'
commit
refused policy-changed policy.yaml

attack "lets a comment of his own stand elsewhere"
echo "limit: 150" >.work/wishes.yaml
commit
passes

attack "refuses a policy.yaml that another one deletes"
git rm -q $TASKS/policy.yaml
commit
refused policy-changed policy.yaml

attack "refuses keys that another one lets in"
echo 'bob@example.org ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFKEY' \
    >$TASKS/allowed_signers
commit
refused policy-changed allowed_signers

attack "lets them in by one who may"
as alice
echo 'bob@example.org ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFKEY' \
    >$TASKS/allowed_signers
commit
passes

attack "refuses a program that another one registers"
mkdir $TASKS/.hooks
printf 'hooks:\n  post-move: [{run: [sh, -c, id]}]\n' \
    >$TASKS/.hooks/registry.yaml
commit
refused policy-changed .hooks/registry.yaml

attack "refuses any file beside the registry"
mkdir $TASKS/.hooks
echo 'id' >$TASKS/.hooks/run.sh
commit
refused policy-changed .hooks/run.sh

attack "lets one pass by one who may"
as alice
mkdir $TASKS/.hooks
echo 'id' >$TASKS/.hooks/run.sh
commit
passes

attack "refuses that a file of the rules becomes a program"
chmod +x $TASKS/people.yaml
commit
refused policy-changed people.yaml

attack "refuses a change of the rules among other changes"
task-note -q 4 "nothing to see here" >/dev/null
open_gates
amend
refused policy-changed policy.yaml

attack "lets the other changes pass"
task-note -q 4 "nothing to see here" >/dev/null
passes

attack "refuses one who only wrote it, where another commits"
open_gates
git add -A
git commit -q --author "Alice Example <alice@example.org>" -m "by alice"
refused policy-changed policy.yaml

attack "refuses an address that only looks the same"
git config user.email "$(printf 'al\321\226ce@example.org')"
open_gates
commit
refused policy-changed policy.yaml

attack "refuses a change of the rules that the next commit takes back"
open_gates
commit
edit $TASKS/policy.yaml \
    's/^gates: .*/gates: [next, integration, archived]/'
commit
refused policy-changed policy.yaml

attack "refuses that a person is made a worker"
echo "name: alice" >$TASKS/.workers/alice.manifest.yaml
commit
refused policy-changed alice.manifest.yaml

attack "lets a new worker in"
echo "name: robot" >$TASKS/.workers/robot.manifest.yaml
commit
passes

attack "refuses a worker who is none any more when he signs"
git rm -q $TASKS/.workers/bot.manifest.yaml
signed_move bot
commit
refused 'signoff-person policy-changed' 0002

attack "refuses it where anybody may sign but workers"
as alice
git rm -q $TASKS/people.yaml
commit
base=$(git rev-parse HEAD)
git rm -q $TASKS/.workers/bot.manifest.yaml
signed_move @bot
commit
refused signoff-person 0002

attack "lets another sign there"
as alice
git rm -q $TASKS/people.yaml
commit
base=$(git rev-parse HEAD)
signed_move @mallory
commit
passes

finish
