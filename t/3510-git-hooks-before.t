#!/bin/sh
# SPDX-License-Identifier: MIT
# The hooks that were there before run first, and are there afterwards.
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/githooks.sh"

# state NAME: its state.
state() {
	task-hook status --columns hook,state | sed -n "s/^$1$tab//p"
}

# What a case left.
clean() {
	find .git/hooks -type f ! -name '*.sample' -delete
	rm -f "$calls"
}

board
git init -q --bare ../remote.git
git remote add origin ../remote.git
git push -q -u origin main

it "runs the former hook first, by its second name, with the same arguments"
hook .git/hooks/pre-commit 'echo said; echo complained >&2'
hook .git/hooks/post-checkout
chmod 750 .git/hooks/pre-commit
setup >"$sandbox/as-it-was"
exits 0 task-hook install
touch_board
exits 0 git commit -qm board
called "former .git/hooks/pre-commit.task-before 
task-verify --staged"
err_is "said
complained"
git branch other
exits 0 git checkout -q other
called "former .git/hooks/post-checkout.task-before $(git rev-parse HEAD) $(git rev-parse HEAD) 1"
git checkout -q main
rm "$calls"

it "sets it aside once"
exits 0 task-hook install
is "$(ls .git/hooks | grep task-before)" "post-checkout.task-before
pre-commit.task-before"

it "leaves it and its mode as they were"
exits 0 task-hook uninstall
is "$(setup)" "$(cat "$sandbox/as-it-was")"

it "stops where the former hook stopped, with its status"
hook .git/hooks/pre-commit 'exit 3'
hook .git/hooks/pre-push 'exit 4'
hook .git/hooks/post-checkout 'exit 5'
task-hook install >"$out"
touch_board
exits 1 git commit -qm board
called "former .git/hooks/pre-commit.task-before "
exits 3 .git/hooks/pre-commit
git commit -q --no-verify -m board
exits 1 git push -q
exits 1 git checkout -q other
exits 1 git checkout -q main
exits 5 .git/hooks/post-checkout x y 1
rm "$calls"

it "mends the board after a merge whatever the former hook ends with"
git checkout -qb topic
touch_board
git commit -q --no-verify -m topic
git checkout -q main
touch_code
git commit -q --no-verify -m code
hook .git/hooks/post-merge.task-before 'exit 9'
rm -f "$calls"
exits 0 git merge -q --no-edit topic
called "former .git/hooks/post-merge.task-before 0
task-fsck --reconcile"
task-hook uninstall
clean

it "gives the former hook and ours all of standard input, to the byte"
hook .git/hooks/pre-push "cat >>$calls"
hook .git/hooks/post-rewrite "cat >>$calls"
task-hook install >"$out"
touch_board
git commit -qm board
rm "$calls"
line="refs/heads/main $(git rev-parse HEAD) refs/heads/main $(git rev-parse origin/main)"
exits 0 git push -q
called "former .git/hooks/pre-push.task-before origin ../remote.git
$line
task-verify --push
$line"
touch_board
git commit -qm board
line=$(git rev-parse HEAD)
rm "$calls"
git commit -q --amend -m amended
line="$line $(git rev-parse HEAD)"
called "former .git/hooks/post-rewrite.task-before amend
$line
task-fsck --reconcile --rewritten
$line"

it "takes a former hook that reads nothing of a long input"
hook .git/hooks/pre-push.task-before
i=0
while [ $i -lt 3000 ]; do
	i=$((i + 1))
	echo "refs/heads/b$i $(git rev-parse HEAD) refs/heads/b$i $(git rev-parse HEAD)"
done >input
exits 0 sh -c ".git/hooks/pre-push origin url <input"
err_is ""
rm input
task-hook uninstall
clean

it "leaves the environment of the former hook as it is"
hook .git/hooks/pre-commit "env | grep -v '^_=\|^PWD=\|^GIT\|^SHLVL=\|^OLDPWD=' | sort >>$calls"
touch_board
input=1 status=2 hook=3 path=4 git commit -qm board
sort "$calls" | grep -v former >"$sandbox/env"
rm "$calls"
task-hook install >"$out"
touch_board
input=1 status=2 hook=3 path=4 git commit -qm board
sort "$calls" | grep -v 'former\|task-verify' | diff "$sandbox/env" - >"$out" ||
    fail "it differs"
out_is ""
task-hook uninstall
clean

it "runs what has no first line for a program, or is a link, or a program"
printf 'echo "plain $*" >>"%s"\n' "$calls" >.git/hooks/pre-commit
chmod +x .git/hooks/pre-commit
mkdir scripts
hook scripts/checkout
ln -s ../../scripts/checkout .git/hooks/post-checkout
ln -s /bin/true .git/hooks/post-merge
setup >"$sandbox/as-it-was"
exits 0 task-hook install
touch_code
exits 0 git commit -qm code
called "plain "
git checkout -q other
exits 0 git checkout -q main
file_has "$calls" "former .git/hooks/post-checkout.task-before "
rm "$calls"
exits 0 task-hook uninstall
is "$(setup)" "$(cat "$sandbox/as-it-was")"

it "does not run what git would not run"
chmod -x .git/hooks/pre-commit
setup >"$sandbox/as-it-was"
exits 0 task-hook install
touch_code
exits 0 git commit -qm code
called ""
exits 0 task-hook uninstall
is "$(setup)" "$(cat "$sandbox/as-it-was")"
rm -rf .git/hooks/pre-commit .git/hooks/post-* scripts

it "keeps what was changed in a former hook since"
hook .git/hooks/pre-commit
task-hook install >"$out"
echo "# more" >>.git/hooks/pre-commit.task-before
exits 0 task-hook uninstall
file_has .git/hooks/pre-commit "# more"
file_has .git/hooks/pre-commit "former"

it "keeps a hook of ours that somebody changed, and says so"
task-hook install >"$out"
echo "echo mine" >>.git/hooks/pre-commit
cp .git/hooks/pre-commit "$sandbox/mine"
exits 1 task-hook status
out_has "pre-commit${tab}changed${tab}hooks/pre-commit${tab}somebody changed it, and task-hook leaves it alone"
exits 1 task-hook install
err_has "$(pwd)/.git/hooks/pre-commit: somebody changed it, and it stays as it is"
exits 1 task-hook uninstall
err_has "$(pwd)/.git/hooks/pre-commit: somebody changed it, and it stays as it is"
cmp -s .git/hooks/pre-commit "$sandbox/mine" || fail "it is another"
file_has .git/hooks/pre-commit.task-before "former"
[ ! -e .git/hooks/pre-push ] || fail "the others are still there"
rm .git/hooks/pre-commit*

it "puts a hook that was removed, or cannot be run, back"
task-hook install >"$out"
rm .git/hooks/pre-push
chmod -x .git/hooks/pre-commit
exits 1 task-hook status
out_has "pre-push${tab}absent"
out_has "pre-commit${tab}shadowed${tab}hooks/pre-commit${tab}it is no file that can be run (task-hook install)"
exits 0 task-hook install
exits 0 task-hook uninstall

it "replaces a hook of an earlier version, and takes one away"
task-hook install >"$out"
old='#!/bin/sh
# of another version
'
seal=$(printf '%s' "$old" | git hash-object --stdin)
printf '%s# sealed by task-hook: %s\n' "$old" "$seal" >.git/hooks/pre-commit
printf '%s# sealed by task-hook: %s\n' "$old" "$seal" >.git/hooks/pre-push
exits 0 task-hook install
file_has .git/hooks/pre-commit "task_hook=pre-commit"
printf '%s# sealed by task-hook: %s\n' "$old" "$seal" >.git/hooks/pre-push
exits 0 task-hook uninstall
is "$(ls .git/hooks | grep -v sample)" ""

it "keeps a hook that took the place of ours, and what was there before"
hook .git/hooks/pre-commit
task-hook install >"$out"
hook .git/hooks/pre-commit 'echo newer'
exits 1 task-hook status
out_has "pre-commit${tab}shadowed${tab}hooks/pre-commit${tab}something else has taken its place (task-hook install)"
exits 1 task-hook uninstall
err_has "pre-commit.task-before: the hook of before, which does not run: another one is in its place"
file_has .git/hooks/pre-commit newer
file_has .git/hooks/pre-commit.task-before former

it "sets that one aside when it is installed again, and loses neither"
exits 1 task-hook install
err_has "hooks/pre-commit.task-before.1: that hook does not run any more: another one is in its place"
is "$(state pre-commit)" installed
touch_code
exits 0 git commit -qm code
err_is "newer"
exits 0 task-hook uninstall
file_has .git/hooks/pre-commit newer
file_lacks .git/hooks/pre-commit.task-before.1 newer
rm .git/hooks/pre-commit* "$calls"

# What pre-commit 4 writes, but for the program that it starts: it sets what is
# there aside as NAME.legacy, and runs that first.
precommit() {
	said=${1-}
	[ ! -e .git/hooks/pre-commit ] ||
	    grep -q 138fd403232d2ddd5efb44317e38bf03 .git/hooks/pre-commit ||
	    mv .git/hooks/pre-commit .git/hooks/pre-commit.legacy
	cat >.git/hooks/pre-commit <<-'EOF'
	#!/usr/bin/env bash
	# File generated by pre-commit: https://pre-commit.com
	# ID: 138fd403232d2ddd5efb44317e38bf03

	HERE="$(cd "$(dirname "$0")" && pwd)"
	if [ -n "$PRE_COMMIT_RUNNING_LEGACY" ]; then
		echo "bug: pre-commit's script is installed in migration mode"
		exit 1
	fi
	export PRE_COMMIT_RUNNING_LEGACY=1
	if [ -x "$HERE/pre-commit.legacy" ]; then
		"$HERE/pre-commit.legacy" "$@" || exit 1
	fi
	EOF
	echo "echo precommit$said >>$calls" >>.git/hooks/pre-commit
	chmod 755 .git/hooks/pre-commit
}

it "runs beside pre-commit that is installed before"
precommit
setup >"$sandbox/as-it-was"
exits 0 task-hook install
touch_board
exits 0 git commit -qm board
called "precommit
task-verify --staged"

it "runs beside pre-commit that is installed again"
precommit again
exits 0 task-hook status
out_has "pre-commit${tab}installed${tab}hooks/pre-commit.legacy"
exits 0 task-hook install
touch_board
exits 0 git commit -qm board
called "task-verify --staged
precommitagain"
precommit
exits 0 task-hook uninstall
is "$(setup)" "$(cat "$sandbox/as-it-was")"
rm .git/hooks/pre-commit

it "runs beside pre-commit that is installed later, on a hook of before"
hook .git/hooks/pre-commit
task-hook install >"$out"
precommit
exits 0 task-hook status
touch_board
exits 0 git commit -qm board
called "former $(pwd -P)/.git/hooks/pre-commit.task-before 
task-verify --staged
precommit"
exits 0 task-hook uninstall
is "$(ls .git/hooks | grep -v sample)" "pre-commit
pre-commit.legacy"
touch_board
exits 0 git commit -qm board
called "former $(pwd -P)/.git/hooks/pre-commit.legacy 
precommit"
rm .git/hooks/pre-commit*

# lefthook renames what it finds to NAME.old, and does not run it.
lefthook() {
	[ ! -e .git/hooks/pre-commit ] ||
	    grep -q LEFTHOOK .git/hooks/pre-commit ||
	    mv .git/hooks/pre-commit .git/hooks/pre-commit.old
	printf '#!/bin/sh\n# LEFTHOOK %s\necho lefthook >>"%s"\n' "${1-}" \
	    "$calls" >.git/hooks/pre-commit
	chmod 755 .git/hooks/pre-commit
}

it "says that lefthook took its place, and takes it again"
lefthook
task-hook install >"$out"
touch_board
exits 0 git commit -qm board
called "lefthook
task-verify --staged"
lefthook
exits 1 task-hook status
out_has "pre-commit${tab}shadowed"
exits 0 task-hook install
exits 0 task-hook status
touch_board
exits 0 git commit -qm board
called "lefthook
task-verify --staged"
lefthook
exits 0 task-hook uninstall
is "$(ls .git/hooks | grep -v sample)" "pre-commit"
file_has .git/hooks/pre-commit LEFTHOOK
rm .git/hooks/pre-commit

it "keeps a configuration without a last line end as it was"
printf '[x]\n\ty = 1' >>.git/config
setup >"$sandbox/as-it-was"
exits 0 task-hook install
exits 0 git config merge.task-card.driver
exits 0 task-hook uninstall
is "$(setup)" "$(cat "$sandbox/as-it-was")"
task-hook install >"$out"
git config added.later yes
exits 0 task-hook uninstall
is "$(git config x.y) $(git config added.later)" "1 yes"

it "keeps the mode of the configuration, and a link that it is"
chmod 600 .git/config
mv .git/config ../config && ln -s ../../config .git/config
setup >"$sandbox/as-it-was"
exits 0 task-hook install
[ -L .git/config ] || fail "it is no link any more"
is "$(stat -c %a ../config)" 600
exits 0 task-hook uninstall
is "$(setup)" "$(cat "$sandbox/as-it-was")"
rm .git/config && mv ../config .git/config

it "keeps lines of ours in the configuration that somebody changed"
task-hook install >"$out"
sed 's,path = task/hooks.config,path = elsewhere,' .git/config >../config
cp ../config .git/config
exits 65 task-hook install
err_has "somebody changed the lines between '# task-hook: begin' and '# task-hook: end'"
exits 1 task-hook uninstall
err_has "take them out by hand"
cmp -s ../config .git/config || fail "it is another"
sed '/^# task-hook: begin/,/^# task-hook: end/d' ../config >.git/config

it "is in force neither in a copy of the repository nor where it was moved to"
task-hook install >"$out"
cp -r . ../copy && cd ../copy || exit 1
exits 1 git config merge.task-card.driver
exits 1 task-hook status
out_has "merge.task-card${tab}absent"
exits 0 task-hook install
exits 0 git config merge.task-card.driver
is "$(grep -c 'task-hook: begin' .git/config)" 1
exits 0 task-hook uninstall
exits 1 git config merge.task-card.driver
file_lacks .git/config task
cd ../work || exit 1
exits 0 task-hook status
exits 0 task-hook uninstall

it "loses none of two programs that are too large to be compared"
truncate -s 17M .git/hooks/pre-push
chmod +x .git/hooks/pre-push
task-hook install >"$out"
rm .git/hooks/pre-push
truncate -s 18M .git/hooks/pre-push
chmod +x .git/hooks/pre-push
exits 1 task-hook install
is "$(stat -c %s .git/hooks/pre-push.task-before.1)" 17825792
exits 0 task-hook uninstall
is "$(stat -c %s .git/hooks/pre-push)" 18874368
clean

it "says that a folder is no hook"
mkdir .git/hooks/pre-push
exits 65 task-hook install
err_is "task-hook: $(pwd)/.git/hooks/pre-push is a folder, not a hook"
rmdir .git/hooks/pre-push
exits 0 task-hook uninstall

it "makes the folder of hooks where it is missing"
rm -r .git/hooks
exits 0 task-hook install
exits 0 task-hook uninstall
is "$(ls .git/hooks)" ""

finish
