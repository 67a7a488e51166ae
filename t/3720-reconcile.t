#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"

ready='"priority":"P1","effort":"M"'

# A board on main with three tasks in the backlog, and a branch beside it.
fixture() {
	cd "$sandbox/work" && mkdir "$1" && cd "$1" && board
	for name in One Two Three; do
		make_task "$name" "$ready"
	done
	task-move 1 2 3 >/dev/null
	# Git sees a file as moved where more than half of it is the same.
	for n in 1 2 3 4 5 6 7 8; do
		task-ledger --add waiting_on -m "for the day $n" 1 2 3 >/dev/null
	done
	echo base >code.c && git add code.c && git commit -qm code
	git branch side
	rm -f "$sandbox/rewritten"
}

# on BRANCH TIME COMMAND...: there and then; back on main.
on() {
	branch=$1
	then=$2
	shift 2
	git switch -q "$branch" &&
	    TASK_NOW=2025-10-18T$then:00Z "$@" >/dev/null 2>"$sandbox/on" ||
	    fail "on $branch: $*: $(cat "$sandbox/on")"
	git switch -q main
}

commit_code() {
	echo "$1" >code.c && git commit -qam "$1"
}

drivers() {
	for kind in card index; do
		git config merge.task-$kind.driver \
		    "task-fsck --merge-file $kind %O %A %B %P"
	done
}

# reconciled: the board is right, and there is nothing more to do.
reconciled() {
	sound
	exits 0 task-fsck
	exits 0 task-verify --tree HEAD
	unchanged exits 0 task-fsck --reconcile
	out_is ""
}

# Of each id of an event there is one line.
no_doubles() {
	is "$(cat .work/tasks/*/TASK-*/*.jsonl | sed 's/.*"id":"\([^"]*\)".*/\1/' |
	    sort | uniq -d)" ""
}

fixture quiet

it "does nothing where nothing is to be put right"
unchanged exits 0 task-fsck --reconcile
out_is ""
err_is ""
echo "by hand" >>"$(folder 0001)/0001.context.md"
unchanged exits 0 task-fsck --reconcile
git checkout -q .

it "does nothing after a merge that was right"
on side 10:31 commit_code side
on main 10:32 task-note 1 -m "on main"
git merge -q --no-edit side
unchanged exits 0 task-fsck --reconcile
out_is ""

fixture moved
on side 10:31 task-move -s 1
on side 10:32 task-note 2 -m "on the side"
on side 10:33 commit_code side
on main 10:34 task-move -s 2
on main 10:35 task-note 1 -m "on main"
on main 10:36 task-new "Made on main"
on side 10:37 task-new "Made on the side"
drivers
git merge -q --no-edit side >/dev/null 2>&1 || fail "git merge"
git tag before

it "says with --dry-run what is to be put right after git merged, and changes nothing"
unchanged exits 0 task-fsck --reconcile -n
out_has "renumbers"

it "makes of a merge what task-sync would have made, in the place of the commit"
exits 0 task-fsck --reconcile
out_has "renumbers"
err_is ""
is "$(git log -1 --format='%P %s %an')" "$(git log -1 --format='%P %s %an' before)"
is "$(git rev-parse HEAD:code.c)" "$(git rev-parse before:code.c)"
is "$(ls .work/tasks/next)" "INDEX.md
TASK-0001-one
TASK-0002-two"
is "$(ls .work/tasks/inbox | grep -c made-on)" 2
is "$(ls .work/tasks/inbox | sed -n 's/^TASK-\(....\)-made.*/\1/p' |
    paste -sd' ' -)" "0004 0005"
no_doubles
reconciled

it "does it on top where the merge is a remote's already"
git reset -q --hard before
git update-ref refs/remotes/origin/main before
exits 0 task-fsck --reconcile
is "$(git rev-parse HEAD^)" "$(git rev-parse before)"
is "$(git log -1 --format=%s)" "task-fsck: put the board right"
reconciled

it "does it as a hook of git, too"
git update-ref -d refs/remotes/origin/main
git reset -q --hard before^
printf '#!/bin/sh\nexec task-fsck --reconcile\n' >.git/hooks/post-merge
chmod +x .git/hooks/post-merge
exits 0 git merge -q --no-edit side
err_lacks "what comes next"
is "$(git log -1 --format='%P %s')" "$(git log -1 --format='%P %s' before)"
is "$(ls .work/tasks/inbox | grep -c made-on)" 2
exits 0 task-verify
reconciled

it "and leaves alone what a fast-forward brings"
git switch -q side
exits 0 git merge -q main
is "$(git rev-parse side)" "$(git rev-parse main)"
git switch -q main

fixture conflict
on side 10:31 task-move -s 1
on main 10:32 task-status --by "external:the parts" 1 blocked
on side 10:33 task-note 2 -m "on the side"
on main 10:34 task-note 2 -m "on main"
on side 10:35 task-set 3 "name=Third"
on main 10:36 task-set 3 "name=Number three"
on side 10:37 commit_code side
on main 10:38 commit_code main
echo mine >untracked.c

it "resolves those conflicts that are the board's, and leaves the code's"
git merge -q --no-edit side >/dev/null 2>&1 && fail "there is no conflict"
exits 0 task-fsck --reconcile
err_has "the board is resolved; what comes next: git status"
is "$(git ls-files -u | cut -f2 | sort -u)" code.c
grep -q '<<<<<<<' code.c || fail "the code's conflict is gone"
is "$(cat untracked.c)" mine
is "$(git diff --name-only -- .work)" ""
grep -rl '^<<<<<<<' .work && fail "there are markers"
it "says what comes next, and the merge can be committed"
echo both >code.c && git add code.c
exits 0 task-fsck --reconcile
err_has "what comes next: git commit"
git commit -q --no-edit
rm untracked.c
no_doubles
is "$(grep -c 'on the side\|on main' "$(ledger 0002)")" 2
reconciled

it "refuses to resolve over what was edited since, and names it"
fixture edited
on side 10:31 task-note 1 -m "on the side"
on main 10:32 task-note 1 -m "on main"
on side 10:33 commit_code side
on main 10:34 commit_code main
git merge -q --no-edit side >/dev/null 2>&1
git checkout -q --ours "$(folder 0001)/0001.context.md" &&
    git add "$(folder 0001)/0001.context.md"
echo "by hand" >>"$(folder 0001)/0001.context.md"
git ls-files -s >before
exits 1 task-fsck --reconcile
err_has "0001.context.md: it was changed by hand"
is "$(git ls-files -s)" "$(cat before)"
file_has "$(folder 0001)/0001.context.md" "by hand"
rm before
git checkout -q "$(folder 0001)/0001.context.md"

it "keeps what git left in a conflict among git's objects"
fixture kept
on side 10:31 task-note 1 -m "on the side"
on main 10:32 task-note 1 -m "on main"
git merge -q --no-edit side >/dev/null 2>&1
git ls-files -u | grep -q context || fail "there is no conflict"
id=$(git hash-object "$(folder 0001)/0001.context.md")
exits 0 task-fsck --reconcile -v
err_has "0001.context.md is git's object $id"
git cat-file -e "$id" || fail "it is not there"
exits 0 git commit -q --no-edit
reconciled

fixture rebased
on side 10:31 task-note 1 -m "first on the side"
on side 10:32 task-move -s 2
on side 10:33 commit_code side
on side 10:34 task-note 1 -m "second on the side"
on side 10:35 task-new "Made on the side"
on main 10:36 task-note 1 -m "on main"
on main 10:37 task-new "Made on main"
on main 10:38 task-move -s 3
drivers
git config core.editor true

# The hook of git, by hand.
printf '#!/bin/sh\ncat >>"%s"\n' "$sandbox/rewritten" >.git/hooks/post-rewrite
chmod +x .git/hooks/post-rewrite

it "resolves what a rebase stops at, commit by commit"
git switch -q side
echo '*.context.md merge' >.git/info/attributes
git rebase -q main >/dev/null 2>&1
stops=0
while [ -d .git/rebase-merge ] && [ $stops -lt 20 ]; do
	stops=$((stops + 1))
	exits 0 task-fsck --reconcile
	err_has "what comes next: git rebase --continue"
	git rebase --continue >/dev/null 2>&1
done
[ $stops -gt 0 ] || fail "it did not stop"
[ $stops -lt 20 ] || fail "it stops again and again"
is "$(git rev-list --count main..side)" 5

it "gives each commit of a rebase the board that it should have"
exits_with "$(cat "$sandbox/rewritten")" 0 task-fsck --reconcile --rewritten
is "$(git rev-list --count main..side)" 5
is "$(cat code.c)" side
no_doubles
is "$(sed -n 's/.*\(first on\|second on\|on main\).*/\1/p' "$(ledger 0001)")" \
    "on main
first on
second on"
for commit in $(git rev-list --reverse main..side); do
	git checkout -q "$commit" && exits 0 task-fsck
done
git checkout -q side
reconciled
exits_with "$(cat "$sandbox/rewritten")" 0 task-fsck --reconcile --rewritten
is "$(git rev-list --count main..side)" 5

it "which the judge finds right, and gives those numbers that others did not take"
exits 0 task-verify
is "$(ls .work/tasks/inbox)" "INDEX.md
TASK-0004-made-on-main
TASK-0005-made-on-the-side"

it "keeps the author, the dates and the message of each"
is "$(git log -1 --format='%an %ae %s' side~2)" \
    "Alice Example alice@example.org side"

it "leaves a commit that was amended as its author wanted it"
rm "$sandbox/rewritten"
git commit -q --amend -m "another message"
now=$(git rev-parse HEAD)
exits_with "$(cat "$sandbox/rewritten")" 0 task-fsck --reconcile --rewritten
is "$(git rev-parse HEAD)" "$now"

it "refuses lines that name no commits"
unchanged exits_with "rubbish" 65 task-fsck --reconcile --rewritten
err_has "standard input: 'rubbish' is no line 'OLD NEW' of two commits"
zero=$(printf '%040d' 0)
unchanged exits_with "$zero $(git rev-parse HEAD)" 74 task-fsck --reconcile \
    --rewritten
unchanged exits_with "" 0 task-fsck --reconcile --rewritten

it "takes back code in a revert, and no ledger"
fixture reverted
on main 10:31 task-note 1 -m "it stays"
on main 10:32 commit_code two
git checkout -q HEAD^ && echo "two" >code.c &&
    echo "more" >>"$(ledger 0001)" && git checkout -q -f main
echo three >code.c && task-note 1 -m "and this" >/dev/null &&
    git commit -qam three
git revert --no-edit HEAD~2 >/dev/null 2>&1 && git commit -q --amend --no-edit
git revert --no-edit "$(git log --format=%H -1 --grep=two)" >/dev/null 2>&1
[ -e .git/REVERT_HEAD ] && {
	exits 0 task-fsck --reconcile
	err_has "what comes next: git status"
	git checkout -q --theirs code.c && git add code.c
	exits 0 git revert --continue
}

fixture alone

it "unites a task that lies in two stages, from the tree alone"
cp -r "$(folder 0001)" .work/tasks/next/
echo '{"ts":"2025-10-18T10:40:00Z","user":"@bob","event":"note_added","desc":"there","id":"0123456789","version":"1.0"}' \
    >>.work/tasks/next/TASK-0001-one/0001.ledger.jsonl
git add -A && git commit -qm "a server did it"
exits 0 task-fsck --reconcile
is "$(git log -2 --format=%s | paste -sd/ -)" \
    "task-fsck: put the board right/a server did it"
is "$(ls -d .work/tasks/*/TASK-0001-* | wc -l | tr -d ' ')" 1
grep -q '"id":"0123456789"' "$(ledger 0001)" || fail "the line is lost"
no_doubles
reconciled
exits 0 task-verify HEAD^!

it "gives the younger of two tasks with one number another"
git clone -q . ../other && (cd ../other && git config user.email bob@example.org &&
    TASK_NOW=2025-10-18T10:50:00Z task-new "Of the other" >/dev/null)
task-new "Of this one" >/dev/null
cp -r ../other/.work/tasks/inbox/TASK-0004-of-the-other .work/tasks/inbox/
git add -A && git commit -qm "a server did it"
exits 0 task-fsck --reconcile
out_has "renumbers"
is "$(ls .work/tasks/inbox)" "INDEX.md
TASK-0004-of-this-one
TASK-0005-of-the-other"
reconciled

it "makes indexes again that are nobody's"
sed -i '/^| 0002/d' .work/tasks/INDEX.md && echo 1 >.work/tasks/ID_COUNTER.txt
git commit -qam "a server did it"
exits 0 task-fsck --reconcile
reconciled

it "refuses where what was edited by hand is in the way, and changes nothing"
cp -r "$(folder 0002)" .work/tasks/next/
git add -A && git commit -qm "a server did it"
echo "by hand" >>.work/tasks/backlog/TASK-0002-two/0002.context.md
unchanged exits 1 task-fsck --reconcile
err_has "0002.context.md"
git checkout -q .
exits 0 task-fsck --reconcile
reconciled

it "leaves a merge of more than two, a bisection, and a locked board alone"
git bisect start -q
unchanged exits 75 task-fsck --reconcile
err_has "git is in the middle of something else"
git bisect reset >/dev/null 2>&1
printf '%040d\n%040d\n' 1 2 >.git/MERGE_HEAD
unchanged exits 1 task-fsck --reconcile
err_has "a merge of more than two"
rm .git/MERGE_HEAD
exec 9>>.git/task/lock
flock 9
TASK_LOCK_TIMEOUT=0 unchanged exits 75 task-fsck --reconcile
exec 9>&-

it "refuses operands, and options that do not go together"
exits 64 task-fsck --reconcile 1
err_is "task-fsck: --reconcile takes no operands"
exits 64 task-fsck --reconcile --repair
exits 64 task-fsck --rewritten
err_is "task-fsck: --rewritten goes with --reconcile"

finish
