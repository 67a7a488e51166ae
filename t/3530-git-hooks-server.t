#!/bin/sh
# SPDX-License-Identifier: MIT
# The hook of a repository that is pushed to.
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/githooks.sh"

zero=0000000000000000000000000000000000000000
server=$sandbox/server.git
board
git init -q --bare "$server"
git remote add origin "$server"

# How the server is set up.
server_setup() {
	(cd "$server" && setup)
}
server_setup >"$sandbox/as-it-was"

it "says that nothing judges yet"
exits 1 task-hook status -C "$server"
out_is "pre-receive${tab}absent${tab}hooks/pre-receive${tab}task-hook install --server"

it "installs the one hook, and nothing else"
exits 0 task-hook install --server -C "$server"
out_is "pre-receive${tab}installed${tab}hooks/pre-receive${tab}"
is "$(ls "$server/hooks" | grep -v sample)" pre-receive
cp "$server/config" "$sandbox/config"
exits 0 task-hook install --server -C "$server"
cmp -s "$server/config" "$sandbox/config" || fail "the configuration changed"

it "is called with each reference that a push creates, as git has them"
head=$(git rev-parse HEAD)
git tag v1
git branch side
exits 0 git push -q origin main side v1
called "task-verify --receive
$zero $head refs/heads/main
$zero $head refs/heads/side
$zero $head refs/tags/v1"

it "is called with what a push moves, forces or deletes"
touch_board
git commit -qm one
one=$(git rev-parse HEAD)
exits 0 git push -q origin main
called "task-verify --receive
$head $one refs/heads/main"
git commit -q --amend -m two
two=$(git rev-parse HEAD)
exits 0 git push -q --force origin main :side
called "task-verify --receive
$one $two refs/heads/main
$head $zero refs/heads/side"

it "is called for a push that does not touch the board, too"
touch_code
git commit -qm code
exits 0 git push -q origin main
called "task-verify --receive
$two $(git rev-parse HEAD) refs/heads/main"

it "refuses the push, and shows the pusher what was found"
before=$(git -C "$server" rev-parse main)
answer task-verify 1 "$two${tab}.work/tasks/next/TASK-0001-x/0001.ledger.jsonl${tab}7${tab}ledger-changed${tab}a line was changed
"
touch_board
git commit -qm three
exits 1 git push -q origin main
err_has "remote: task-hook: $(echo "$two" | cut -c1-10) .work/tasks/next/TASK-0001-x/0001.ledger.jsonl:7: a line was changed (ledger-changed)"
err_has "remote: task-hook: the push is refused"
err_has "pre-receive hook declined"
is "$(git -C "$server" rev-parse main)" "$before"
exits 0 git -C "$server" fsck --strict
answer task-verify 0
rm "$calls"

it "refuses what could not be judged"
answer task-verify 70
exits 1 git push -q origin main
err_has "remote: task-hook: the push is refused (task-verify could not judge it, status 70)"
answer task-verify 0
rm "$calls"

it "judges in quarantine: what is pushed can be read, and is nowhere yet"
cat >"$bin/task-verify" <<EOF
#!/bin/sh
while read -r old new ref; do
	echo "\$(git cat-file -t "\$new") \$ref"
done >>"$calls"
[ -n "\$GIT_QUARANTINE_PATH" ] && echo "in quarantine" >>"$calls"
exit 1
EOF
new=$(git rev-parse HEAD)
exits 1 git push -q origin main
called "commit refs/heads/main
in quarantine"
exits 1 git -C "$server" cat-file -e "$new"
stand_in task-verify

it "refuses every push when the program is gone"
mv "$bin/task-verify" "$bin/gone"
PATH=/usr/bin:/bin exits 1 git push -q origin main
err_has "remote: task-hook: task-verify is neither in $bin nor in the PATH: nothing can be judged, and the push is refused"
PATH=/usr/bin:/bin exits 1 "$bin/task-hook" status -C "$server"
out_has "pre-receive${tab}no-program"
mv "$bin/gone" "$bin/task-verify"
rm -f "$calls"

it "leaves the repository byte for byte as it was"
exits 0 task-hook uninstall -C "$server"
is "$(server_setup)" "$(cat "$sandbox/as-it-was")"
exits 0 git push -q origin main
called ""

it "runs the hook that was there first, on the same input, and stops where it does"
hook "$server/hooks/pre-receive" "cat >>$calls"
hook "$server/hooks/post-receive"
setup=$(server_setup)
exits 0 task-hook install --server -C "$server"
touch_code
git commit -qm code
old=$(git rev-parse HEAD~1)
new=$(git rev-parse HEAD)
exits 0 git push -q origin main
called "former hooks/pre-receive.task-before 
$old $new refs/heads/main
task-verify --receive
$old $new refs/heads/main
former hooks/post-receive "
exits 0 task-hook uninstall -C "$server"
is "$(server_setup)" "$setup"
hook "$server/hooks/pre-receive" "echo no; exit 1"
task-hook install --server -C "$server" >"$out"
touch_code
git commit -qm code
exits 1 git push -q origin main
err_has "remote: no"
called "former hooks/pre-receive.task-before "
task-hook uninstall -C "$server"
rm "$server/hooks/pre-receive" "$server/hooks/post-receive"

it "respects core.hooksPath of a server"
mkdir "$sandbox/hosting"
hook "$sandbox/hosting/pre-receive" "cat >>$calls"
hook "$sandbox/hosting/post-receive"
git -C "$server" config core.hooksPath "$sandbox/hosting"
setup=$(server_setup)
exits 0 task-hook install --server -C "$server"
out_has "pre-receive${tab}installed${tab}task/hooks/pre-receive"
is "$(git -C "$server" config merge.task-card.driver)" ""
old=$(git -C "$server" rev-parse main)
new=$(git rev-parse HEAD)
exits 0 git push -q origin main
called "former $sandbox/hosting/pre-receive 
$old $new refs/heads/main
task-verify --receive
$old $new refs/heads/main
former $sandbox/hosting/post-receive "
exits 0 task-hook uninstall -C "$server"
is "$(server_setup)" "$setup"
is "$(ls "$sandbox/hosting")" "post-receive
pre-receive"
git -C "$server" config --unset core.hooksPath

it "may stand beside the hooks of somebody who works there"
exits 0 task-hook install
is "$(states | grep -c installed)" 7
exits 0 task-hook install --server
is "$(states | grep -c installed)" 8
exits 0 task-hook install
is "$(states | grep -c installed)" 8
git config core.hooksPath .githooks
exits 0 task-hook install
is "$(states | grep -c installed)" 8
exits 0 task-hook uninstall
git config --unset core.hooksPath

it "may be the only one in a repository with a worktree"
exits 0 task-hook install --server
out_is "pre-receive${tab}installed${tab}hooks/pre-receive${tab}"
git config merge.task-card.driver >"$out"
out_is ""
exits 0 task-hook uninstall

finish
