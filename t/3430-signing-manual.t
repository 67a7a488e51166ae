#!/bin/sh
# SPDX-License-Identifier: MIT
# SIGNED SIGN-OFFS in task-policy(5): who does what it says can sign.
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/page.sh"
. "${TASK_SRC:?}/t/signing.sh"

# The commands in that section, one a line; a key without a passphrase.
signing_commands() {
	commands task-policy.5 "SIGNED SIGN-OFFS" |
	    sed 's/  */ /g; s/ssh-keygen/& -q -N ""/'
}

board
rm -f .work/tasks/people.yaml
due one

it "can be set up as the page says"
signing_commands >"$sandbox/steps"
is "$(grep -c ^ "$sandbox/steps")" 12
mkdir "$HOME/.ssh"
exits 0 sh -e "$sandbox/steps"
err_is ""
file_has .work/tasks/policy.yaml "signing: ssh"
cp "$HOME/.ssh/id_ed25519" "$HOME/.ssh/id_ed25519.pub" "$keys"
is_signed_by id_ed25519

it "signs then"
exits 0 task-sign 1 next
is_signed_by id_ed25519
exits 0 task-move 1
ok git log --show-signature
out_has 'Good "git" signature for alice@example.org'

it "is what task-verify asks for"
exits 0 task-verify "$(git rev-list --max-parents=0 HEAD)..HEAD"
out_is ""

finish
