# SPDX-License-Identifier: MIT
# For tests of signed sign-offs: after lib.sh,
#
#	. "${TASK_SRC:?}/t/signing.sh"
#
# Keys lie in $keys, each with its .pub.

keys=$sandbox/keys
mkdir "$keys"
command -v ssh-keygen >/dev/null || skip_all "there is no ssh-keygen"
unset SSH_AUTH_SOCK SSH_ASKPASS SSH_ASKPASS_REQUIRE DISPLAY WAYLAND_DISPLAY

# new_key NAME [TYPE [PASSPHRASE]]
new_key() {
	ssh-keygen -q -t "${2:-ed25519}" -N "${3-}" -C "$1" -f "$keys/$1"
}

# The fingerprint of a key.
print_of() {
	ssh-keygen -l -f "$keys/$1" | cut -d' ' -f2
}

# allow LINE...: what allowed_signers has from now on, committed.
allow() {
	printf '%s\n' "$@" >.work/tasks/allowed_signers
	git add -A .work && git commit -qm "allowed_signers"
}

# pub NAME: type and key.
pub() {
	cut -d' ' -f1,2 "$keys/$1.pub"
}

# policy_says none|ssh: from now on, committed.
policy_says() {
	sed "s/^signing: [a-z]*/signing: $1/" .work/tasks/policy.yaml \
	    >policy && mv policy .work/tasks/policy.yaml &&
	    git add .work && git commit -qm "signing: $1"
}

# signing_board: a board that asks for keys, with alice's.
signing_board() {
	board
	policy_says ssh
	cat >.work/tasks/people.yaml <<-END
	people:
	  "@alice": {name: Alice, email: alice@example.org,
	             gates: [next, integration, archived, policy]}
	  "@bob": {name: Bob, email: bob@example.org, gates: [next]}
	  "@carol": {name: Carol, gates: [next]}
	END
	[ -f "$keys/alice" ] || new_key alice
	allow "alice@example.org $(pub alice)"
	git config user.signingKey "$keys/alice"
	git config gpg.ssh.allowedSignersFile .work/tasks/allowed_signers
}

# due NAME: one more complete task, in the backlog; its number is $id.
due() {
	make_task "$1" '"priority":"P1","effort":"M"'
	id=$(printf '%04d' \
	    $(($(sed 's/^0*//' .work/tasks/ID_COUNTER.txt) - 1)))
	task-move "$id" backlog >/dev/null || fail "$id is not due"
}

# The last event of that name of a task.
event() {
	grep "\"event\":\"$2\"" "$(ledger "$1")" | tail -n 1
}

# is_signed_by NAME [COMMIT]: git says so, and the commit is whole.
is_signed_by() {
	git verify-commit "${2:-HEAD}" >"$out" 2>&1 ||
	    fail "git: $(cat "$out")"
	grep -qF "$(print_of "$1")" "$out" ||
	    fail "not by $1: $(cat "$out")"
	git fsck --strict >"$out" 2>&1 || fail "git fsck: $(cat "$out")"
}

is_not_signed() {
	git cat-file commit "${1:-HEAD}" | grep -q ^gpgsig &&
	    fail "${1:-HEAD} is signed"
}

# Nothing is left of a signature in the making.
tidy() {
	is "$(ls .git/task | grep '^signing')" ""
}

# signer NAME TEXT: a program for gpg.ssh.program, which signs as TEXT says and
# verifies as ever.
signer() {
	printf '#!/bin/sh\n[ "$2" = sign ] || exec ssh-keygen "$@"\n%s\n' \
	    "$2" >"$sandbox/$1" && chmod +x "$sandbox/$1"
	git config gpg.ssh.program "$sandbox/$1"
}
