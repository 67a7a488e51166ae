#!/bin/sh
# SPDX-License-Identifier: MIT
# The hooks of git where core.hooksPath is set: husky, a tracked folder, one
# for all repositories.
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/githooks.sh"

# What `npx husky` writes, version 9.
husky() {
	git config core.hooksPath .husky/_ || return 1
	mkdir -p .husky/_
	echo '*' >.husky/_/.gitignore
	cat >.husky/_/h <<-'EOF'
	#!/usr/bin/env sh
	[ "$HUSKY" = "2" ] && set -x
	n=$(basename "$0")
	s=$(dirname "$(dirname "$0")")/$n

	[ ! -f "$s" ] && exit 0

	if [ -f "$HOME/.huskyrc" ]; then
		echo "husky - '~/.huskyrc' is DEPRECATED, please move your code to ~/.config/husky/init.sh"
	fi
	i="${XDG_CONFIG_HOME:-$HOME/.config}/husky/init.sh"
	[ -f "$i" ] && . "$i"

	[ "${HUSKY-}" = "0" ] && exit 0

	export PATH="node_modules/.bin:$PATH"
	sh -e "$s" "$@"
	c=$?

	[ $c != 0 ] && echo "husky - $n script failed (code $c)"
	[ $c = 127 ] && echo "husky - command not found in PATH=$PATH"
	exit $c
	EOF
	for name in pre-commit pre-merge-commit prepare-commit-msg commit-msg \
	    post-commit applypatch-msg pre-applypatch post-applypatch \
	    pre-rebase post-rewrite post-checkout post-merge pre-push \
	    pre-auto-gc; do
		printf '#!/usr/bin/env sh\n. "$(dirname "$0")/h"' \
		    >.husky/_/$name
		chmod 755 .husky/_/$name
	done
}

board
git init -q --bare ../remote.git
git remote add origin ../remote.git
git push -q -u origin main
setup >"$sandbox/without"

it "touches nothing of husky's when it is installed"
husky
echo "echo husky-pre-commit >>$calls" >.husky/pre-commit
echo "echo husky-commit-msg \$1 >>$calls" >.husky/commit-msg
echo "cat >>$calls" >.husky/pre-push
git add .husky && git commit -qm husky
setup >"$sandbox/as-it-was"
rm "$calls"
exits 0 task-hook install
out_has "pre-commit${tab}installed${tab}task/hooks/pre-commit"
is "$(dirty)" ""
is "$(git config --file .git/config core.hooksPath)" ".husky/_"
is "$(git config core.hooksPath)" "$(pwd -P)/.git/task/hooks"

it "runs husky's hooks first, and those that are not ours, too"
touch_board
exits 0 git commit -qm board
called "husky-pre-commit
task-verify --staged
husky-commit-msg .git/COMMIT_EDITMSG"

it "gives husky's hook and ours all of standard input"
line="refs/heads/main $(git rev-parse HEAD) refs/heads/main $(git rev-parse origin/main)"
exits 0 git push -q
called "$line
task-verify --push
$line"

it "stops where husky's hook stopped"
echo "exit 3" >.husky/pre-commit
touch_board
exits 1 git commit -qm board
called ""
err_has "husky - pre-commit script failed (code 3)"
git checkout -q .husky

it "stays in force when husky is installed again"
husky || fail "husky cannot be installed"
exits 0 task-hook status
git commit -qm board
called "husky-pre-commit
task-verify --staged
husky-commit-msg .git/COMMIT_EDITMSG"

it "runs the hooks of the folder that the setting names by then"
git config core.hooksPath "$sandbox/work/.others"
hook .others/pre-commit
touch_board
exits 0 git commit -qm board
called "former $sandbox/work/.others/pre-commit 
task-verify --staged"
git config --unset core.hooksPath
hook .git/hooks/pre-commit
touch_board
exits 0 git commit -qm board
called "former .git/hooks/pre-commit 
task-verify --staged"
git reset -q --hard
rm -rf .git/hooks/pre-commit .others
git config core.hooksPath .husky/_

it "leaves all byte for byte as it was, installed twice or once"
exits 0 task-hook install
exits 0 task-hook uninstall
is "$(setup)" "$(cat "$sandbox/as-it-was")"
is "$(git config core.hooksPath)" ".husky/_"
[ ! -e .git/task/hooks ] || fail "the folder is left"

it "says when something else names another folder, and takes its place again"
git config --unset core.hooksPath
task-hook install >"$out"
is "$(git config core.hooksPath)" ""
husky
exits 1 task-hook status
out_has "pre-commit${tab}shadowed${tab}hooks/pre-commit${tab}core.hooksPath is .husky/_ (task-hook install; where that does not help, git config --show-origin --get-all core.hooksPath says who sets it)"
exits 0 task-hook install
exits 0 task-hook status
out_has "pre-commit${tab}installed${tab}task/hooks/pre-commit"
is "$(ls .git/hooks | grep -v sample)" ""
exits 0 task-hook uninstall
is "$(setup)" "$(cat "$sandbox/as-it-was")"

it "takes its place again when something is set below our lines"
task-hook install >"$out"
printf '[core]\n\thooksPath = .later\n' >>.git/config
exits 1 task-hook status
out_has "pre-commit${tab}shadowed${tab}task/hooks/pre-commit${tab}core.hooksPath is .later"
exits 0 task-hook install
exits 0 task-hook status
hook .later/pre-commit
rm -f "$calls"
touch_board
exits 0 git commit -qm board
called "former .later/pre-commit 
task-verify --staged"
rm -r .later
exits 0 task-hook uninstall
is "$(tail -n 2 .git/config)" "[core]
${tab}hooksPath = .later"
head -n -2 .git/config >"$sandbox/config" && cat "$sandbox/config" >.git/config
is "$(setup)" "$(cat "$sandbox/as-it-was")"

it "puts a former hook back when it changes places"
git config --unset core.hooksPath
hook .git/hooks/pre-commit
setup >"$sandbox/with-own"
task-hook install >"$out"
git config core.hooksPath .husky/_
exits 0 task-hook install
file_has .git/hooks/pre-commit former
exits 0 task-hook uninstall
git config --unset core.hooksPath
is "$(setup)" "$(cat "$sandbox/with-own")"
rm .git/hooks/pre-commit
git rm -rq .husky && rm -rf .husky && git commit -qm "no husky"
rm -f "$calls"

it "leaves a tracked folder as it is"
hook .githooks/pre-commit
hook .githooks/reference-transaction
git add .githooks && git commit -qm hooks
git config core.hooksPath .githooks
setup >"$sandbox/as-it-was"
exits 0 task-hook install
touch_board
exits 0 git commit -qm board
file_has "$calls" "former .githooks/reference-transaction prepared"
is "$(grep -v transaction "$calls")" "former .githooks/pre-commit 
task-verify --staged"
rm "$calls"
is "$(dirty)" ""

it "names a hook that is new there and that it does not pass on yet"
hook .githooks/post-index-change
exits 1 task-hook status
out_has "post-index-change${tab}shadowed${tab}task/hooks/post-index-change${tab}what core.hooksPath names has this hook, and it is not passed on to (task-hook install)"
exits 0 task-hook install
exits 0 task-hook status
rm -f "$calls"
touch_code
file_has "$calls" "former .githooks/post-index-change"
rm .githooks/post-index-change
exits 0 task-hook uninstall
is "$(setup)" "$(cat "$sandbox/as-it-was")"
git config --unset core.hooksPath
git rm -rqf .githooks && git commit -qm "no hooks"
rm -f "$calls"

it "leaves a folder for all repositories as it is"
hook "$HOME/hooks/pre-commit"
git config --global core.hooksPath '~/hooks'
cp "$HOME/.gitconfig" "$sandbox/gitconfig"
exits 0 task-hook install
touch_board
exits 0 git commit -qm board
called "former $HOME/hooks/pre-commit 
task-verify --staged"
exits 0 task-hook uninstall
is "$(ls "$HOME/hooks")" pre-commit
cmp -s "$HOME/.gitconfig" "$sandbox/gitconfig" || fail "git's configuration"
is "$(setup)" "$(cat "$sandbox/without")"
git config --global --unset core.hooksPath
rm -rf "$HOME/hooks"

it "works in linked worktrees, where a relative folder is each one's own"
hook .githooks/pre-commit
git add .githooks && git commit -qm hooks
git config core.hooksPath .githooks
task-hook install >"$out"
git worktree add -q ../linked -b linked 2>/dev/null
cd ../linked || exit 1
exits 0 task-hook status
rm -f "$calls"
touch_board
exits 0 git commit -qm board
called "former .githooks/pre-commit 
task-verify --staged"
cd ../work || exit 1

it "says that a worktree's own setting keeps it from running"
git config extensions.worktreeConfig true
git -C ../linked config --worktree core.hooksPath .mine
exits 0 task-hook status
exits 1 task-hook status -C ../linked
out_has "pre-commit${tab}shadowed${tab}task/hooks/pre-commit${tab}core.hooksPath is .mine"
git -C ../linked config --worktree --unset core.hooksPath
exits 0 task-hook status -C ../linked
git config --unset extensions.worktreeConfig
rm -f .git/config.worktree

# lefthook asks git for its folder of hooks, renames what it finds there to
# NAME.old, and does not run it.
lefthook() {
	mv .git/task/hooks/pre-commit .git/task/hooks/pre-commit.old
	hook .git/task/hooks/pre-commit "echo LEFTHOOK"
}

it "takes our folder back from a program that writes into it, and keeps that"
lefthook
exits 1 task-hook status
out_has "pre-commit${tab}changed${tab}task/hooks/pre-commit${tab}another program wrote it there (task-hook install)"
exits 1 task-hook install
err_is "task-hook: $(pwd -P)/.git/task/hooks/pre-commit.1: that hook does not run any more: another one is in its place"
exits 0 task-hook status
file_has .git/task/hooks/pre-commit.1 LEFTHOOK
rm -f .git/task/hooks/pre-commit.1 "$calls"
touch_board
exits 0 git commit -qm board
called "former .githooks/pre-commit 
task-verify --staged"

it "leaves what such a program wrote, when nothing else has that hook"
git mv -f .githooks/pre-commit .githooks/other
lefthook
exits 1 task-hook status
exits 1 task-hook install
err_has ".git/task/hooks/pre-commit: somebody changed it, and it stays as it is"
exits 1 task-hook uninstall
err_has ".git/task/hooks/pre-commit: somebody changed it, and it stays as it is"
is "$(ls .git/task/hooks)" pre-commit
rm -r .git/task/hooks
git mv .githooks/other .githooks/pre-commit
git config --unset core.hooksPath

it "renames nothing where core.hooksPath names .git/hooks itself"
hook .git/hooks/pre-commit
git config core.hooksPath "$(pwd -P)/.git/hooks"
exits 0 task-hook install
rm -f "$calls"
touch_board
exits 0 git commit -qm board
called "former $(pwd -P)/.git/hooks/pre-commit 
task-verify --staged"
exits 0 task-hook uninstall
is "$(ls .git/hooks | grep -v sample)" pre-commit
rm .git/hooks/pre-commit
git config --unset core.hooksPath

it "leaves a folder of hooks that is a link into the worktree as it is"
rm -r .git/hooks
ln -s ../.githooks .git/hooks
rm -f "$calls"
setup >"$sandbox/as-it-was"
exits 0 task-hook install
out_has "pre-commit${tab}installed${tab}task/hooks/pre-commit"
touch_board
exits 0 git commit -qm board
called "former .git/hooks/pre-commit 
task-verify --staged"
is "$(dirty)" ""
exits 0 task-hook uninstall
is "$(setup)" "$(cat "$sandbox/as-it-was")"

it "loses no hook of theirs when our folder is deleted"
rm .git/hooks
git config core.hooksPath .githooks
task-hook install >"$out"
rm -r .git/task
touch_board
exits 0 git commit -qm board
called "former .githooks/pre-commit "
exits 1 task-hook status
exits 0 task-hook install
exits 0 task-hook status

finish
