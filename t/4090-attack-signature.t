#!/bin/sh
# SPDX-License-Identifier: MIT
# Attacks on a board with signing: ssh, whose sign-offs are signed commits.
. "${TASK_SRC:?}/t/attack.sh"

command -v ssh-keygen >/dev/null 2>&1 || skip_all "there is no ssh-keygen"

keys=$sandbox/keys
mkdir "$keys" || exit 1
for name in alice bob mallory old new; do
	ssh-keygen -q -t ed25519 -N '' -C "$name" -f "$keys/$name" || exit 1
done
git config --global gpg.format ssh

# lists NAME KEY [OPTIONS]: a line of allowed_signers.
lists() {
	echo "$1@example.org ${3:+$3 }$(cut -d ' ' -f 1-2 "$keys/$2.pub")"
}

# The board again, now with signatures.
cd "$sandbox/board" || exit 1
{
	lists alice alice
	lists bob bob
	lists bob old 'valid-before="20251001Z"'
} >$TASKS/allowed_signers
edit $TASKS/policy.yaml 's/^signing: .*/signing: ssh/'
commit "signing: ssh"
cd "$sandbox/work" || exit 1

# signed KEY [ARGUMENT...]: commits all, signed with that key.
signed() {
	key=$1
	shift
	git add -A
	git -c user.signingKey="$keys/$key" commit -q -S -m "by hand" "$@"
}

# sign_with ID USER GATE KEY: the line of a sign-off by that key.
sign_with() {
	event "$1" "$2" signed_off "\"gate\":\"$3\",$(:
	    )\"content\":\"$(content "$1")\",$(:
	    )\"key\":\"$(ssh-keygen -lf "$keys/$4.pub" | cut -d ' ' -f 2)\""
}

# A move of 0002 to next, signed off by that user, with a key of that name, as
# files.
move_signed_off() {
	sign_with 0002 "$1" next "${2-${1#@}}"
	by_hand 0002 next
	event 0002 "$1" validated
	event 0002 "$1" prioritized
}

# falsify SED-ARGUMENT: the last commit again, with other bytes.
falsify() {
	git cat-file commit HEAD | sed "$1" >"$sandbox/commit"
	git update-ref HEAD "$(git hash-object -t commit -w "$sandbox/commit")"
}

attack "lets a signed sign-off pass"
move_signed_off @bob
signed bob
passes

attack "refuses one without a signature"
move_signed_off @bob
commit
refused signoff-signature 0002.ledger.jsonl:4

attack "lets one pass that does not say by which key, where it is signed"
sign_off 0002 @bob next
by_hand 0002 next
event 0002 @bob validated
event 0002 @bob prioritized
signed bob
passes

attack "lets a move pass on a word from before signatures were asked for"
as alice
edit $TASKS/policy.yaml 's/^signing: .*/signing: none/'
signed alice
sign_off 0002 @bob next
commit
edit $TASKS/policy.yaml 's/^signing: .*/signing: ssh/'
signed alice
base=$(git rev-parse HEAD)
as bob
by_hand 0002 next
event 0002 @bob validated
event 0002 @bob prioritized
commit
passes

attack "lets the other moves pass without"
by_hand 0003 current
started 0003 @bob
commit
passes

attack "lets the move pass without, where the sign-off was signed before"
sign_with 0002 @bob next bob
signed bob
by_hand 0002 next
event 0002 @bob validated
event 0002 @bob prioritized
commit
passes

attack "refuses a signed move of what was signed off without a signature"
sign_with 0002 @bob next bob
commit
by_hand 0002 next
event 0002 @bob validated
event 0002 @bob prioritized
signed bob
refused signoff-signature 0002.ledger.jsonl:4

attack "refuses a key that is not listed"
as mallory
move_signed_off @bob mallory
signed mallory
refused signoff-signature 0002.ledger.jsonl:4

attack "refuses the key of another person who may sign"
as alice
move_signed_off @bob
signed alice
refused signoff-signature 0002.ledger.jsonl:4

attack "lets that person sign in her own name"
as alice
move_signed_off @alice
signed alice
passes

attack "refuses two sign-offs of two persons under one signature"
move_signed_off @bob
sign_with 0008 @alice integration alice
signed bob
refused signoff-signature 0008.ledger.jsonl:11

attack "refuses an expired key"
move_signed_off @bob old
signed old
refused signoff-signature 0002.ledger.jsonl:4

attack "refuses a commit that is dated back to when it was not"
GIT_COMMITTER_DATE=2025-09-01T00:00:00Z
move_signed_off @bob old
signed old
refused 'commit-date signoff-signature? ledger-time?' ''

attack "refuses a key that is listed along with the sign-off"
as alice
lists alice new >>$TASKS/allowed_signers
move_signed_off @alice new
signed new
refused 'signoff-signature policy-changed' 0002.ledger.jsonl:4

attack "lets a key pass that was listed before, by a signed commit"
as alice
lists alice new >>$TASKS/allowed_signers
signed alice
move_signed_off @alice new
signed new
passes

attack "refuses a key that was listed in her name without her signature"
as alice
lists alice mallory >>$TASKS/allowed_signers
commit
move_signed_off @alice mallory
signed mallory
refused 'policy-changed|signoff-signature' allowed_signers

attack "refuses that signing is turned off in her name"
as alice
edit $TASKS/policy.yaml 's/^signing: .*/signing: none/'
commit
move_signed_off @alice
commit
refused 'policy-changed|signoff-signature' policy.yaml

attack "lets it be turned off with her signature"
as alice
edit $TASKS/policy.yaml 's/^signing: .*/signing: none/'
signed alice
move_signed_off @alice
commit
passes

attack "refuses another message under a signature"
move_signed_off @bob
signed bob
falsify '$s/by hand/by foot/'
refused signoff-signature 0002.ledger.jsonl:4

attack "refuses another tree under a signature"
sign_with 0008 @bob next bob
signed bob
git cat-file commit HEAD | sed '/^author/,$!d' >"$sandbox/signed"
git reset -q --soft "$base"
move_signed_off @bob
git add -A
{
	echo "tree $(git write-tree)"
	echo "parent $base"
	cat "$sandbox/signed"
} >"$sandbox/commit"
git update-ref HEAD "$(git hash-object -t commit -w "$sandbox/commit")"
refused signoff-signature 0002.ledger.jsonl:4

attack "refuses a signature that was made for something else than git"
move_signed_off @bob
commit
git cat-file commit HEAD >"$sandbox/commit"
ssh-keygen -q -Y sign -n file -f "$keys/bob" "$sandbox/commit" 2>/dev/null
{
	sed '/^$/,$d' "$sandbox/commit"
	sed 's/^/ /; 1s/^/gpgsig/' "$sandbox/commit.sig"
	sed -n '/^$/,$p' "$sandbox/commit"
} >"$sandbox/commit2"
git update-ref HEAD "$(git hash-object -t commit -w "$sandbox/commit2")"
refused signoff-signature 0002.ledger.jsonl:4

attack "lets one pass that was made for git"
move_signed_off @bob
commit
git cat-file commit HEAD >"$sandbox/commit"
rm -f "$sandbox/commit.sig"
ssh-keygen -q -Y sign -n git -f "$keys/bob" "$sandbox/commit" 2>/dev/null
{
	sed '/^$/,$d' "$sandbox/commit"
	sed 's/^/ /; 1s/^/gpgsig/' "$sandbox/commit.sig"
	sed -n '/^$/,$p' "$sandbox/commit"
} >"$sandbox/commit2"
git update-ref HEAD "$(git hash-object -t commit -w "$sandbox/commit2")"
passes

attack "refuses a signature that is none"
move_signed_off @bob
commit
git cat-file commit HEAD | sed '/^$/,$d' >"$sandbox/commit2"
printf 'gpgsig %s\n %s\n %s\n\nby hand\n' "-----BEGIN SSH SIGNATURE-----" \
    "AAAA" "-----END SSH SIGNATURE-----" >>"$sandbox/commit2"
git update-ref HEAD "$(git hash-object -t commit -w "$sandbox/commit2")"
refused signoff-signature 0002.ledger.jsonl:4

attack "refuses the key of one who lost it since he forked"
as alice
edit $TASKS/allowed_signers '/^bob/d'
signed alice
now=$(git rev-parse HEAD)
git reset -q --hard "$base"
as bob
move_signed_off @bob
signed bob
git branch -q theirs
git reset -q --hard "$now"
git merge -q --no-edit theirs >/dev/null
refused signoff-signature 0002 "$now..HEAD"

attack "lets a merge pass without a signature of its own"
move_signed_off @bob
signed bob
git branch -q theirs
git reset -q --hard "$base"
event 0004 @bob note_added
commit
git merge -q --no-edit theirs >/dev/null
passes

attack "refuses a sign-off that a merge brings in without its commit"
move_signed_off @bob
signed bob
git branch -q theirs
git reset -q --hard "$base"
event 0004 @bob note_added
commit
git merge -q --squash theirs >/dev/null 2>&1
commit
refused signoff-signature 0002.ledger.jsonl:4

finish
