#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/signing.sh"

signing_board
due one

it "signs the commit of a sign-off with the person's key"
exits 0 task-sign 1 next
out_is "TASK-0001"
err_is ""
is_signed_by alice
tidy

it "says in the event which key that was"
is "$(event 0001 signed_off | sed 's/.*,"key":"\([^"]*\)".*/\1/')" \
    "$(print_of alice)"
event 0001 signed_off | jq -r 'keys_unsorted | join(" ")' >"$out"
out_is "id ts user event desc gate content key version"

it "makes no difference to git log --show-signature"
ok git log -1 --show-signature
out_has "signed off for next by @alice"
[ "$(git log -1 --format=%G?)" = G ] || fail "git says $(git log -1 --format=%G?)"

it "lets the task move by that sign-off, in a commit that is not signed"
exits 0 task-move 1
is_not_signed

it "signs a move that is signed along the way"
exits 0 task-move 1
exits 0 task-move -s --waive "for the test" 1
is_signed_by alice
event 0001 signed_off | grep -qF "\"key\":\"$(print_of alice)\"" ||
    fail "the event names no key"

it "does not sign where --sign finds no gate"
exits 0 task-move -s 1
is_not_signed

it "signs all gates that a move goes past as one commit"
exits 0 task-move -s --skip-learning "for the test" 1
is_signed_by alice

it "signs what task-done signs"
due "two"
exits 0 task-done -s 2 "read, and good"
is_signed_by alice

it "makes one signature for several tasks"
signer counts 'echo >>'"$sandbox"'/count.log; exec ssh-keygen "$@"'
due "three" && due "four" && due "five"
exits 0 task-sign 3 4 next
is "$(grep -c ^ "$sandbox/count.log")" 1
exits 0 task-move -s 5 3
out_is "TASK-0005
TASK-0003"
is_signed_by alice
git config --unset gpg.ssh.program

it "takes a sign-off back without a key"
exits 0 env PATH="$TASK_BUILD/tools" task-sign --revoke 4 next
is_not_signed
exits 1 task-move 4

it "changes nothing in a dry run, and asks for no signature"
signer never "echo >>$sandbox/asked; exit 1"
unchanged exits 0 task-sign -n 4 next
out_is "TASK-0004"
unchanged exits 0 task-move -n -s 4
[ ! -e "$sandbox/asked" ] || fail "it asked"
git config --unset gpg.ssh.program

it "refuses where no commit is to be made"
unchanged exits 1 task-sign --no-commit 4 next
err_is "task-sign: a sign-off is a signed commit (signing: ssh in policy.yaml), and no commit is to be made (--no-commit, or task.commit)"
unchanged exits 1 task-move --no-commit -s 4
err_has "TASK-0004: a sign-off is a signed commit"
git config task.commit false
unchanged exits 1 task-sign 4 next
git config --unset task.commit

it "refuses one whose address nobody knows"
unchanged exits 1 task-sign -u @carol 4 next
err_has "has no email of @carol"
unchanged exits 1 task-move -u @carol -s 4
err_has "TASK-0004: people.yaml, as it is committed, has no email of @carol"

it "refuses a gate before it asks for a key"
unchanged exits 1 task-sign -u @bob 4 archived
err_has "does not give @bob the gate"
unchanged exits 1 env TASK_AGENT=bot task-sign 4 next
err_has "a worker cannot sign off"

it "refuses the key of another, and says what to do"
unchanged exits 1 task-sign -u @bob 4 next
err_is "task-sign: the signature would not count: key $(print_of alice) is not listed for bob@example.org in allowed_signers (one with the gate 'policy' has to commit it there); nothing was changed"
unchanged exits 1 task-move -u @bob -s 4
tidy

it "refuses a key that was taken off the list"
new_key other
allow "alice@example.org $(pub other)"
unchanged exits 1 task-sign 4 next
err_has "is not listed for alice@example.org"

it "looks at the list as it is committed"
echo "alice@example.org $(pub alice)" >.work/tasks/allowed_signers
unchanged exits 1 task-sign 4 next
git checkout -q .work

it "refuses a key that has expired, and one that is not valid yet"
allow "alice@example.org valid-before=\"20250101\" $(pub alice)"
unchanged exits 1 task-sign 4 next
err_has "allowed_signers:1: key has expired"
allow "alice@example.org valid-after=\"20260101\" $(pub alice)"
unchanged exits 1 task-sign 4 next
err_has "not yet valid"

it "refuses a key that is for something else"
allow "alice@example.org namespaces=\"file\" $(pub alice)"
unchanged exits 1 task-sign 4 next
err_has "not permitted for use in signature namespace"

it "takes a key by a pattern, with a window, for git"
allow "# ours" "" "*@example.org namespaces=\"git\",valid-after=\"20250101\",valid-before=\"20260101\" $(pub alice)"
exits 0 task-sign 4 next
is_signed_by alice

it "refuses where there is no list, or an empty one"
: >.work/tasks/allowed_signers && git commit -qam none
unchanged exits 1 task-sign 4 next
err_is "task-sign: no allowed_signers is committed, which would say whose keys count (SIGNED SIGN-OFFS in task-policy(5))"
git rm -q .work/tasks/allowed_signers && git commit -qm none
unchanged exits 1 task-sign 4 next
allow "alice@example.org $(pub alice)"

it "takes no address for an option or a pattern"
for email in -rf '*' '*@example.org' 'alice@example.org,x' 'a\nb' \
    '\u001b[31m'
do
	awk -v quoted="\"$(printf %s "$email" | sed 's/\\/&&/g')\"" '
	    { sub("alice@example.org", quoted); print }' \
	    .work/tasks/people.yaml >p &&
	    mv p .work/tasks/people.yaml && git commit -qam email
	unchanged exits 1 task-sign 4 next
	err_has "is not listed for"
	grep -q "$(printf '\033')" "$err" && fail "$email: an escape"
	git reset -q --hard HEAD~1
done

it "takes nothing that was signed off by hand"
due six
printf '%s\n' '{"id":"0123456789","ts":"2025-10-18T10:30:00Z","user":"@alice","event":"signed_off","desc":"signed","gate":"next","content":"'"$(task-sign -nj "$id" next | jq -r .content)"'","key":"'"$(print_of alice)"'"}' >>"$(ledger "$id")"
for program in "task-watch --once" "task-note $id text" "task-move $id" \
    "task-sign $id next"
do
	# shellcheck disable=SC2086
	unchanged exits 1 $program
	err_has "a sign-off that was written by hand"
done
exits 0 task-index
is_not_signed
is "$(dirty)" " M $(ledger "$id")"
git checkout -q .work

it "counts what was signed off before the policy asked for keys"
policy_says none
exits 0 task-sign "$id" next
is_not_signed
case $(event "$id" signed_off) in
*'"key"'*) fail "it names a key" ;;
esac
policy_says ssh
exits 0 task-move "$id"

it "asks nobody for a key where the policy does not"
policy_says none
due seven
exits 0 env PATH="$TASK_BUILD/tools" task-sign "$id" next
policy_says ssh

it "signs for a task that is brought in behind a gate"
make_task "Old" '"stage":"archived"'
is_signed_by alice
make_task "Fresh" '"stage":"backlog"'
is_not_signed

it "brings none in where the signature would not count"
full_task "Old too" '"stage":"archived"' >"$sandbox/wish"
unchanged exits_with "$(cat "$sandbox/wish")" 1 task-new -u @bob -
allow "bob@example.org $(pub alice)"
unchanged exits_with "$(cat "$sandbox/wish")" 1 task-new -
err_has "the signature would not count"

it "is sound"
sound

it "is what task-verify asks for, but for what git commit did unsigned"
task-verify "$(git rev-list --max-parents=0 HEAD)..HEAD" >"$out" 2>"$err"
is "$(cut -f4 "$out" | sort -u)" policy-changed
is "$(cat "$err")" ""

finish
