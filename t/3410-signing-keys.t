#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/signing.sh"

trap 'kill "${SSH_AGENT_PID-0}" 2>/dev/null; chmod -R u+rwx "$sandbox"; rm -rf "$sandbox"' EXIT

signing_board
for n in 1 2 3; do due "task $n"; done
new_key rsa rsa
new_key ecdsa ecdsa
new_key locked ed25519 "a secret"
allow "alice@example.org $(pub alice)" "alice@example.org $(pub rsa)" \
    "alice@example.org $(pub ecdsa)" "alice@example.org $(pub locked)"

# signs_with KEY: with what user.signingKey is now.
signs_with() {
	exits 0 task-sign 1 next
	is_signed_by "$1"
	event 0001 signed_off | grep -qF "\"key\":\"$(print_of "$1")\"" ||
	    fail "another key in $(event 0001 signed_off)"
	tidy
}

it "signs with a private key's file, and with a public one's"
signs_with alice
git config user.signingKey "$keys/alice.pub"
signs_with alice

it "signs with a private key that has no public one beside it"
git config user.signingKey "$keys/alice"
mv "$keys/alice.pub" "$sandbox/aside"
exits 0 task-sign 1 next
mv "$sandbox/aside" "$keys/alice.pub"
is_signed_by alice

it "signs with RSA and ECDSA keys"
git config user.signingKey "$keys/rsa"
signs_with rsa
git config user.signingKey "$keys/ecdsa"
signs_with ecdsa

it "signs with a certificate of an authority that is listed"
new_key ca && new_key worker
ssh-keygen -q -s "$keys/ca" -I one -n alice@example.org "$keys/worker.pub"
allow "*@example.org cert-authority $(pub ca)" \
    "alice@example.org $(pub alice)" "alice@example.org $(pub locked)"
git config user.signingKey "$keys/worker-cert.pub"
signs_with worker

it "finds a key in the home, through a link, and below the worktree"
mkdir "$HOME/.ssh" && ln -s "$keys/alice" "$HOME/.ssh/id"
git config user.signingKey '~/.ssh/id'
signs_with alice
cp "$keys/alice" key && echo key >>.git/info/exclude
git config user.signingKey key
mkdir -p deeper
(cd deeper && exits 0 task-sign 1 next)
is_signed_by alice
rm key

it "says that there is no key, and how to name one"
git config --unset user.signingKey
unchanged exits 78 task-sign 1 next
err_is "task-sign: there is no key to sign with (git config --global user.signingKey ~/.ssh/id_ed25519.pub)"
unchanged exits 78 task-move -s 1

it "says that the key's file is not there, or is no key"
git config user.signingKey "$keys/none"
unchanged exits 78 task-sign 1 next
err_is "task-sign: user.signingKey: '$keys/none': No such file or directory"
echo rubbish >"$keys/rubbish"
for key in "$keys/rubbish" "$keys" /dev/null; do
	git config user.signingKey "$key"
	unchanged exits 78 task-sign 1 next
	err_is "task-sign: user.signingKey: '$key' is no SSH key"
done
git config user.signingKey "key::ssh-ed25519 AAAA"
unchanged exits 78 task-sign 1 next
err_is "task-sign: user.signingKey: 'ssh-ed25519 AAAA' is no public SSH key"

it "cannot sign with a public key that no agent has the other half of"
git config user.signingKey "key::$(pub locked)"
unchanged exits 69 task-sign 1 next
err_has "did not sign with $(print_of locked)"
err_has "ssh-add"
tidy

it "cannot sign with a passphrase that nobody is there to type"
git config user.signingKey "$keys/locked"
unchanged exits 69 setsid -w task-sign 1 next
err_has "did not sign with $keys/locked"
err_has "ssh-add"
tidy

it "asks for the passphrase where somebody is there, and takes it"
cat >"$sandbox/askpass" <<'END'
#!/bin/sh
echo "a secret"
END
chmod +x "$sandbox/askpass"
exits 0 env SSH_ASKPASS="$sandbox/askpass" SSH_ASKPASS_REQUIRE=force \
    task-sign 1 next
is_signed_by locked

it "changes nothing where it is the wrong one"
printf '#!/bin/sh\necho wrong\n' >"$sandbox/askpass"
unchanged exits 69 env SSH_ASKPASS="$sandbox/askpass" \
    SSH_ASKPASS_REQUIRE=force task-sign 1 next
err_has "incorrect passphrase"

eval "$(ssh-agent -s)" >/dev/null
printf '#!/bin/sh\necho "a secret"\n' >"$sandbox/askpass"
SSH_ASKPASS=$sandbox/askpass SSH_ASKPASS_REQUIRE=force \
    ssh-add -q "$keys/locked" 2>/dev/null

it "signs with what an agent has, by the public key's file"
mv "$keys/locked" "$sandbox/aside"
git config user.signingKey "$keys/locked.pub"
exits 0 task-sign 1 next
is_signed_by locked.pub

it "signs with what an agent has, by the public key itself"
git config user.signingKey "key::$(cat "$keys/locked.pub")"
exits 0 task-sign 1 next
is_signed_by locked.pub
git config user.signingKey "$(pub locked)"
exits 0 task-sign 1 next
is_signed_by locked.pub
event 0001 signed_off | grep -qF "$(print_of locked.pub)" ||
    fail "no key in the event"
tidy

it "asks gpg.ssh.defaultKeyCommand where no key is named"
git config --unset user.signingKey
git config gpg.ssh.defaultKeyCommand "ssh-add -L"
exits 0 task-sign 1 next
is_signed_by locked.pub
cp "$keys/locked.pub" "$sandbox/a b"
git config gpg.ssh.defaultKeyCommand \
    "sed 's/^/key::/;q' \"$sandbox/a b\""
exits 0 task-sign 1 next
git config gpg.ssh.defaultKeyCommand \
    "sed s/^/key::/ $sandbox/a\\ b"
exits 0 task-sign 1 next
is_signed_by locked.pub

it "prefers user.signingKey to it"
git config user.signingKey "$keys/alice"
signs_with alice
git config --unset user.signingKey

it "says what is wrong with that command"
for command in "false" "echo no key" "sed 's/" "$sandbox/none" "true"; do
	git config gpg.ssh.defaultKeyCommand "$command"
	unchanged task-sign 1 next >"$out" 2>"$err"
	err_has "task-sign: gpg.ssh.defaultKeyCommand: "
done
git config gpg.ssh.defaultKeyCommand "echo \$(touch $sandbox/shell)"
unchanged exits 78 task-sign 1 next
[ ! -e "$sandbox/shell" ] || fail "a shell ran"

it "refuses to sign with another key than the event names"
git config --unset gpg.ssh.defaultKeyCommand
cp "$keys/alice" "$sandbox/mixed" && cp "$keys/rsa.pub" "$sandbox/mixed.pub"
git config user.signingKey "$sandbox/mixed.pub"
unchanged task-sign 1 next >"$out" 2>"$err"
[ -s "$err" ] || fail "it signs"
signer swaps 'shift 6; exec ssh-keygen -Y sign -n git -f '"$keys"'/alice "$@"'
git config user.signingKey "$keys/ecdsa"
unchanged exits 78 task-sign 1 next
err_has "signed with the key $(print_of alice), and not with $(print_of ecdsa)"
tidy

finish
