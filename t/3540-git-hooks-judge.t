#!/bin/sh
# SPDX-License-Identifier: MIT
# The hooks of git with the programs that they are for.
. "${TASK_SRC:?}/t/lib.sh"

server=$sandbox/server.git
board
git init -q --bare "$server"
git remote add origin "$server"
task-hook install --server -C "$server" >"$out"
task-hook install >"$out"
make_task "One" '"priority":"P1","effort":"M"'
advance 0001 backlog

it "are all in force"
exits 0 task-hook status
exits 0 task-hook status -C "$server"

it "let a board through that the programs made"
exits 0 git push -q -u origin main
err_is ""
task-sign 0001 next >"$out"
exits 0 git push -q
is "$(git -C "$server" rev-parse main)" "$(git rev-parse HEAD)"

it "let a hand edit of a card through"
tick 0001
exits 0 git commit -qam "ticked by hand"
exits 0 git push -q

# refused TEXT: what is staged can neither be committed nor pushed, for that.
refused() {
	git add -A .work
	exits 1 git commit -qm bad
	err_has "$1"
	err_has "task-hook: the commit is refused; task-verify --staged says why"
	git commit -q --no-verify -m bad
	exits 1 git push -q
	err_has "task-hook: $(git rev-parse --short=10 HEAD) "
	err_has "$1"
	err_has "task-hook: nothing was pushed"
	exits 1 git push -q --no-verify
	err_has "remote: task-hook: $(git rev-parse --short=10 HEAD) "
	err_has "$1"
	err_has "remote: task-hook: the push is refused"
	git reset -q --hard origin/main
}

it "refuse a line of a ledger that was changed"
sed 's/"created"/"invented"/' "$(ledger 0001)" >"$sandbox/changed"
cp "$sandbox/changed" "$(ledger 0001)"
refused "(ledger-changed)"

it "refuse a line of a ledger that was dropped"
sed '$d' "$(ledger 0001)" >"$sandbox/changed"
cp "$sandbox/changed" "$(ledger 0001)"
refused "(ledger-dropped)"

it "refuse a folder that was moved by hand"
git mv "$(folder 0001)" .work/tasks/integration/
refused "(move-unlogged)"

it "refuse a package that was deleted"
git rm -rq "$(folder 0001)"
refused "(package-gone)"

it "refuse a push that drops what the server has"
task-note 1 "a note" >"$out"
git push -q
git reset -q --hard HEAD~1
git commit -q --allow-empty -m "as if nothing had been"
exits 1 git push -q --force --no-verify
err_has "remote: task-hook: the push is refused"
exits 1 git push -q --force
git reset -q --hard origin/main

it "let branches and tags with an honest board come and go"
git tag v1
git checkout -qb topic
task-note 1 "another" >"$out"
exits 0 git push -q origin topic v1
exits 0 git push -q origin :refs/tags/v1
git checkout -q main
exits 0 git merge -q --ff-only topic
exits 0 git push -q origin main
exits 0 git push -q origin :topic
git branch -qd topic

it "let an amendment and a rebase of what is no board be"
echo a >a && git add a && git commit -qm a
exits 0 git commit -q --amend -m b
git checkout -qb code HEAD~1
echo c >c && git add c && git commit -qm c
exits 0 git rebase -q main
exits 0 git push -q origin code
git checkout -q main
sound

it "work in a linked worktree"
git worktree add -q ../linked -b linked
cd ../linked || exit 1
sed 's/"created"/"invented"/' "$(ledger 0001)" >"$sandbox/changed"
cp "$sandbox/changed" "$(ledger 0001)"
exits 1 git commit -qam bad
err_has "(ledger-changed)"
git checkout -q .work
cd ../work || exit 1

# All that git is set up by, and the hooks that are tracked.
picture_of_setup() {
	find .git/config .git/hooks .husky -type f -printf '%M %p ' \
	    -exec sha1sum {} ';' | sort
}

it "leave a repository with hooks of its own as it was, after days of work"
exits 0 task-hook uninstall
mkdir -p .husky/_
echo '*' >.husky/_/.gitignore
printf '#!/bin/sh\necho theirs >>said\n' >.husky/_/pre-commit
printf '#!/bin/sh\ncat >>said\n' >.husky/_/pre-push
chmod 755 .husky/_/pre-*
echo "npm test" >.husky/pre-commit
echo said >.gitignore
git add .husky .gitignore && git commit -qm husky
git config core.hooksPath .husky/_
picture_of_setup >"$sandbox/as-it-was"
exits 0 task-hook install
make_task "Two" '"priority":"P2","effort":"S"'
tick 0002
git commit -qam "ticked by hand"
exits 0 git push -q
exits 0 task-hook install
git checkout -qb other
task-note 2 "a note" >"$out"
git checkout -q main
git merge -q --ff-only other >"$out" 2>&1
exits 0 git push -q
is "$(cut -d' ' -f1 said)" "theirs
refs/heads/main
refs/heads/main"
exits 0 task-hook uninstall
is "$(picture_of_setup)" "$(cat "$sandbox/as-it-was")"
sound

it "judge a board on a branch of its own, and leave the code's branch alone"
git init -q ../apart && cd ../apart || exit 1
git commit -q --allow-empty -m code
exits 0 task-init --branch work --hooks
exits 0 task-hook status
task-new "Three" >"$out"
cd .work || exit 1
exits 0 task-hook status
ledger=$(echo tasks/inbox/*/*.ledger.jsonl)
sed 's/"created"/"invented"/' "$ledger" >"$sandbox/changed"
cp "$sandbox/changed" "$ledger"
exits 1 git commit -qam bad
err_has "(ledger-changed)"
git checkout -q .
echo "By hand." >>"$(echo tasks/inbox/*/*.context.md)"
exits 0 git commit -qam "by hand"
cd .. || exit 1
echo x >x && git add x
exits 0 git commit -qm code
err_is ""
is "$(git status --porcelain)" ""
exits 0 git worktree add -q ../topic -b topic
err_is ""
cd ../work || exit 1

finish
