#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/signing.sh"
. "${TASK_SRC:?}/t/fault/killed.sh"

signing_board
due one
due two

it "says that there is no ssh-keygen"
git config user.signingKey "$keys/alice.pub"
unchanged exits 69 env PATH="$TASK_BUILD/tools" task-sign 1 next
err_is "task-sign: cannot run 'ssh-keygen': No such file or directory (it comes with OpenSSH's client)"
git config user.signingKey "$keys/alice"
unchanged exits 69 env PATH="$TASK_BUILD/tools" task-sign 1 next
unchanged exits 69 env PATH="$TASK_BUILD/tools" task-move -s 1
tidy

it "signs by gpg.ssh.program, as git calls it"
signer told 'echo "$*" >>'"$sandbox"'/told.log; exec ssh-keygen "$@"'
exits 0 task-sign 1 next
is_signed_by alice
sed "s,$PWD/.git/task/signing[.][0-9]*/,DIR/," "$sandbox/told.log" >"$out"
out_is "-Y sign -n git -f $keys/alice DIR/commit"
tidy

it "verifies by it, too, and by it alone"
printf '#!/bin/sh\n[ "$2" = sign ] || exit 3; exec ssh-keygen "$@"\n' \
    >"$sandbox/signs" && chmod +x "$sandbox/signs"
git config gpg.ssh.program "$sandbox/signs"
unchanged exits 69 task-sign 1 next
err_is "task-sign: '$sandbox/signs' cannot verify signatures (status 3)"

it "says what a program that fails complained of"
signer fails 'echo "Signing file x" >&2; printf "no \033card\n" >&2; exit 7'
unchanged exits 69 task-sign 1 next
err_is "task-sign: '$sandbox/fails' did not sign with $keys/alice (status 7: no \\x1bcard): unlock the key (ssh-add) and try again"
tidy
unchanged exits 69 task-move -s 1
tidy

it "says that one was killed"
signer killed 'kill -HUP $$'
unchanged exits 69 task-sign 1 next
err_has "status 129"
tidy

it "says that one was interrupted"
signer interrupted 'kill -INT $$'
unchanged exits 75 task-sign 1 next
err_is "task-sign: '$sandbox/interrupted' was interrupted and did not sign"
tidy

it "does not believe one that says it signed"
signer lies 'exit 0'
unchanged exits 69 task-sign 1 next
err_has "said that it signed, but there is no signature"
signer scribbles 'while [ $# -gt 1 ]; do shift; done; echo x >"$1.sig"'
unchanged exits 69 task-sign 1 next
err_has "there is no signature: no SSH signature"
signer floods 'while [ $# -gt 1 ]; do shift; done
head -c 100000 /dev/zero >"$1.sig"'
unchanged exits 69 task-sign 1 next
signer links 'while [ $# -gt 1 ]; do shift; done; ln -s /dev/zero "$1.sig"'
unchanged exits 69 task-sign 1 next
signer prints 'while :; do echo "much to say"; done'
unchanged exits 69 task-sign 1 next
err_has "prints more than"
tidy

it "does not believe one that signed something else"
signer other 'while [ $# -gt 1 ]; do shift; done
echo x >"$1.x"; ssh-keygen -Y sign -n git -f '"$keys"'/alice "$1.x"
mv "$1.x.sig" "$1.sig"; rm "$1.x"'
unchanged exits 1 task-sign 1 next
err_has "incorrect signature"
signer space 'while [ $# -gt 1 ]; do shift; done
ssh-keygen -Y sign -n file -f '"$keys"'/alice "$1"'
unchanged exits 1 task-sign 1 next
err_has "namespace"
tidy

it "keeps what a signer prints off its own output"
signer talks 'echo noise; exec ssh-keygen "$@"'
exits 0 task-sign 1 next
out_is "TASK-0001"
err_is ""
git config --unset gpg.ssh.program

it "needs no place for temporary files"
exits 0 env TMPDIR=/dev/full task-sign 1 next
is_signed_by alice
exits 0 env TMPDIR=/nowhere task-sign 1 next

it "shows nobody else what is signed, and takes away what was left"
mkdir .git/task/signing.1 && echo x >.git/task/signing.1/commit
signer looks 'ls -ld .git/task/signing.* >'"$sandbox"'/looks.log
exec ssh-keygen "$@"'
exits 0 task-sign 1 next
is "$(cut -c1-10 "$sandbox/looks.log" | head -n 1)" "drwx------"
is "$(grep -c ^ "$sandbox/looks.log")" 1
tidy
git config --unset gpg.ssh.program

it "says that it printed nowhere, having signed"
before=$(git rev-parse HEAD)
exits 74 sh -c 'task-sign 1 next >/dev/full'
[ "$(git rev-parse HEAD)" != "$before" ] || fail "it did not"
is_signed_by alice

it "lets others read, and says who holds the lock"
mkfifo "$sandbox/go"
signer waits 'echo here >'"$sandbox"'/here; read -r x <'"$sandbox"'/go
exec ssh-keygen "$@"'
bounded 60 task-sign 1 next >"$sandbox/o" 2>"$sandbox/e" &
until [ -s "$sandbox/here" ]; do sleep 0.1; done
exits 0 task-ls
exits 75 env TASK_LOCK_TIMEOUT=0 task-note 2 "a note"
err_has "task-sign"
echo >"$sandbox/go"
wait $!
is "$?" 0
is "$(cat "$sandbox/o")" TASK-0001
is_signed_by alice

it "leaves all as it was where it is stopped while it waits"
before=$(picture)
rm -f "$sandbox/here"
bounded 60 task-sign 1 next >"$sandbox/o" 2>"$sandbox/e" &
until [ -s "$sandbox/here" ]; do sleep 0.1; done
tell TERM
wait $!
[ "$?" -ne 0 ] || fail "it says that it is done"
# At a terminal the signer outlives it.
timeout 1 sh -c "echo >'$sandbox/go'"
git config --unset gpg.ssh.program
is "$(picture)" "$before"
exits 0 task-index --check
exits 0 task-sign 1 next
is_signed_by alice
tidy

it "says after a while what it is waiting for"
signer slow 'sleep 6; exec ssh-keygen "$@"'
exits 0 task-sign 1 next
err_is "task-sign: waiting for '$sandbox/slow' to sign with $keys/alice: it may ask for a passphrase, or for the key to be touched"
git config --unset gpg.ssh.program

it "signs anew where somebody commits while it signs"
commits=$(git rev-list --count HEAD)
signer meets 'echo >>'"$sandbox"'/met.log
[ "$(grep -c ^ '"$sandbox"'/met.log)" -gt 1 ] ||
    git commit -q --allow-empty -m "in between"
exec ssh-keygen "$@"'
exits 0 task-sign 1 next
is_signed_by alice
is "$(git log -1 --format=%s HEAD~1)" "in between"
is "$(git rev-list --count HEAD)" $((commits + 2))
is "$(grep -c ^ "$sandbox/met.log")" 2
git config --unset gpg.ssh.program
sound

it "loses nothing where it cannot be signed anew"
signer once '[ ! -e '"$sandbox"'/given ] || { echo "enough" >&2; exit 1; }
: >'"$sandbox"'/given
git commit -q --allow-empty -m "in between"
exec ssh-keygen "$@"'
exits 69 task-sign 2 next
err_has "the change is recorded, and the next task program will finish it"
err_has "enough"
exits 69 task-note 1 "a note"
git config user.signingKey "$keys/none"
exits 78 task-note 1 "a note"
new_key other
git config user.signingKey "$keys/other"
exits 78 task-note 1 "a note"
err_has "a sign-off was given with the key $(print_of alice), and user.signingKey is $(print_of other): set it back"
git config --unset gpg.ssh.program
git config user.signingKey "$keys/alice"
exits 0 task-note 1 "a note"
is "$(git log -1 --format=%s HEAD~2)" "in between"
is_signed_by alice HEAD~1
is_not_signed HEAD
[ -n "$(event 0002 signed_off)" ] || fail "the sign-off is lost"
sound

it "signs anew what was interrupted, where somebody committed since"
if can_kill; then
	killed_at 'renameat .*ledger.jsonl$' task-sign 2 next 2>/dev/null
	git commit -q --allow-empty -m "since"
	exits 0 task-index
	err_is ""
	is_signed_by alice
	is "$(git log -1 --format=%s HEAD~1)" "since"
	sound
else
	skip "$why_not"
fi

it "signs each commit where git is told to"
git config commit.gpgSign true
exits 0 task-note 1 "another"
is_not_signed
git config gpg.format ssh
exits 0 task-note 1 "another"
is_signed_by alice
for name in three four; do full_task $name; done >"$sandbox/wishes"
exits_with "$(cat "$sandbox/wishes")" 0 task-new --each -
is_signed_by alice
is_signed_by alice HEAD~1
git config user.signingKey "$keys/none"
unchanged exits 78 task-note 1 "another"
git config --unset commit.gpgSign
git config user.signingKey "$keys/alice"

it "signs on a board that has a branch of its own"
mkdir "$sandbox/branch" && cd "$sandbox/branch" && git init -q . || exit 1
git commit -q --allow-empty -m "code"
task-init --branch work >/dev/null
cp "$sandbox"/work/.work/tasks/people.yaml .work/tasks
cp "$sandbox"/work/.work/tasks/allowed_signers .work/tasks
sed 's/^signing: .*/signing: ssh/' .work/tasks/policy.yaml >"$sandbox/p" &&
    cat "$sandbox/p" >.work/tasks/policy.yaml
git -C .work add -A && git -C .work commit -qm "signing: ssh"
git config user.signingKey "$keys/alice"
git config gpg.ssh.allowedSignersFile "$PWD/.work/tasks/allowed_signers"
due "on a branch"
exits 0 task-sign 1 next
is_signed_by alice work
is_not_signed HEAD
tidy
exits 0 task-verify work
cd ../work || exit 1

it "signs in a worktree beside, and on a board below the top"
git worktree add -q ../beside -b beside
cd ../beside || exit 1
exits 0 task-sign 1 next
is_signed_by alice
cd ../work && mkdir "$sandbox/second" && cd "$sandbox/second" &&
    git init -q . && mkdir sub && cd sub && git config gc.auto 0 || exit 1
task-init >/dev/null
signing_board
due below
exits 0 task-sign 1 next
git config gpg.ssh.allowedSignersFile "$PWD/.work/tasks/allowed_signers"
is_signed_by alice

it "is what task-verify asks for, but for what git commit did unsigned"
task-verify "$(git rev-list --max-parents=0 HEAD)..HEAD" >"$out" 2>"$err"
is "$(cut -f4 "$out" | sort -u)" policy-changed
is "$(cat "$err")" ""

finish
