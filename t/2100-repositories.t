#!/bin/sh
# SPDX-License-Identifier: MIT
# The kinds of repositories that there are: every program that writes does in
# each of them what it does in a plain one, and git finds nothing wrong.
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/places.sh"

# The number of the task that was made last.
newest() {
	printf '%04d' $(($(tr -d '\r' <.work/tasks/ID_COUNTER.txt | sed 's/^0*//') - 1))
}

# Every program that writes, once; each makes one commit on what is checked
# out.  The board is there already.
life() {
	commits=$(git rev-list --count HEAD)
	exits 0 task-new -p P1 -e M "A task"
	full_task "A  second" '"priority":"P1","effort":"M"' >"$sandbox/line"
	task-new - <"$sandbox/line" >"$out" 2>"$err" || fail "task-new -"
	id=$(newest)
	exits 0 task-move "$id"
	exits 0 task-sign "$id" next
	exits 0 task-move "$id"
	exits 0 task-ledger --add waiting_on -m "somebody" "$id"
	echo "More." >>"$(folder "$id")/$id.context.md"
	exits 0 task-watch --once
	out_is "TASK-$id	edited"
	is "$(git rev-list --count HEAD)" $((commits + 7))
	exits 0 task-index
	is "$(git rev-list --count HEAD)" $((commits + 7))
	exits 0 task-ls next
	out_has "TASK-$id"
	exits 0 task-show "$id"
	in_order
}

# Git finds nothing wrong, nothing is left, and modes are those of plain files.
in_order() {
	sound
	is "$(git ls-files -s .work | cut -c1-6 | sort -u)" 100644
	is "$(find .work ! -type d ! -perm 644; find .work -type d ! -perm 755)" ""
	common=$(git rev-parse --git-common-dir)
	is "$(find "$common" "$(git rev-parse --git-dir)" -name '*.lock' \
	    -o -name 'index-new' -o -name index-pending \
	    -o -name 'tmp_*')" ""
	is "$(find .work -name '.*.tmp')" ""
	# Made anew from HEAD, git's index has the same entries.
	git ls-files -s >"$sandbox/entries"
	(
		GIT_INDEX_FILE=$sandbox/index
		export GIT_INDEX_FILE
		rm -f "$GIT_INDEX_FILE"
		git read-tree HEAD && git ls-files -s
	) | diff - "$sandbox/entries" >"$sandbox/diff" ||
	    fail "git's index is not HEAD: $(head -n 4 "$sandbox/diff")"
}

# What there is: the head, and every file but git's own.
picture() {
	git rev-parse -q --verify HEAD 2>&1
	git status --porcelain 2>&1
	find . -name .git -prune -o -type f -print0 | sort -z |
	    xargs -0 -r sha1sum
}

# refuses STATUS COMMAND...: with that status, and nothing is changed.
refuses() {
	picture >"$sandbox/before"
	exits "$@"
	out_is ""
	picture | diff "$sandbox/before" - >"$sandbox/diff" ||
	    fail "it changed something: $(head -n 4 "$sandbox/diff")"
}

it "works in a repository with a commit"
repository plain
exits 0 task-init
life

it "works in a repository without a commit, the board being its first"
fresh unborn
board
is "$(git rev-list --count HEAD)" 1
life

it "makes the first commit of a repository whose board was made by hand"
fresh by-hand
git init -q .
mkdir -p .work/tasks
exits 0 task-new "The first"
is "$(git log --format=%s)" "TASK-0001: new: The first"
is "$(git rev-list --count --parents HEAD)" 1
task-index && life

it "keeps what is staged in a repository without a commit, and commits none of it"
fresh staged
git init -q .
echo one >one && echo two >"a two" && git add . && echo more >>one
echo three >three && git add -N three
exits 0 task-init
exits 0 task-new "A task"
is "$(git ls-tree --name-only HEAD)" ".work"
is "$(git status --porcelain)" 'A  "a two"
AM one
 A three'
git fsck --strict >"$out" 2>&1 || fail "git fsck: $(cat "$out")"
git commit -qam "the files"
life

it "works on a branch that has no commit while others have"
repository orphan
git checkout -q --orphan other && git rm -qrf . >/dev/null
exits 0 task-init
is "$(git ls-tree --name-only HEAD)" ".work"
life
is "$(git log --format=%s main)" "first"

it "commits onto a detached HEAD, and moves no branch"
repository detached
exits 0 task-init
main=$(git rev-parse main)
git checkout -q --detach
life
is "$(git rev-parse main)" "$main"
is "$(git for-each-ref --format='%(refname)')" "refs/heads/main"
git symbolic-ref -q HEAD && fail "HEAD is on a branch"

it "has such commits in the log of HEAD, from which they can be found again"
is "$(git reflog -1 --format=%gs HEAD | cut -c1-5)" "task:"
git checkout -q main
is "$(git rev-parse 'HEAD@{1}' | xargs git log -1 --format=%s)" \
    "$(git log -1 --format=%s 'HEAD@{1}')"
in_order

it "works on a branch with slashes in its name"
fresh slashes
git init -q . && git symbolic-ref HEAD refs/heads/a/b/c
exits 0 task-init
is "$(git for-each-ref --format='%(refname)')" "refs/heads/a/b/c"
life

it "works on a branch that is a symbolic reference to another"
repository symbolic
git branch real && git symbolic-ref refs/heads/other refs/heads/real
git checkout -q other
exits 0 timeout -k 1 3 task-init
if [ "$got" -eq 0 ]; then
	life
	is "$(git symbolic-ref refs/heads/other)" "refs/heads/real"
	is "$(git rev-parse real)" "$(git rev-parse HEAD)"
fi

it "works where references and objects are packed"
repository packed
exits 0 task-init
task-new "Before" >/dev/null
git pack-refs --all --prune && git repack -adq
[ -e .git/refs/heads/main ] && fail "the reference is not packed"
life
git pack-refs --all --prune && git gc -q --prune=now
life

it "writes the log of the branch and of HEAD, with the name of who commits"
is "$(git reflog -1 --format='%gn %ge' main)" \
    "Alice Example alice@example.org"
is "$(git reflog -1 --format=%H HEAD)" "$(git rev-parse HEAD)"
is "$(git rev-parse 'main@{1}')" "$(git rev-parse main~1)"

it "works where .git is a file"
fresh file
git init -q --separate-git-dir "$sandbox/apart.git" .
exits 0 task-init
life
is "$(ls "$sandbox/apart.git/task/journal")" "$sandbox/apart.git/task/journal"

it "works in a submodule, and changes nothing in what holds it"
repository inner
repository outer
git -c protocol.file.allow=always submodule --quiet add ../inner sub \
    2>"$err" || fail "$(cat "$err")"
git commit -qm "with a submodule"
cd sub || exit 1
exits 0 task-init
life
cd .. || exit 1
is "$(git status --porcelain)" " M sub"
git add sub && git commit -qm "the board in it"
git fsck --strict >"$out" 2>&1 || fail "git fsck: $(cat "$out")"

it "works in a repository that holds another one, and in both"
repository holder
exits 0 task-init
git init -q part && cd part || exit 1
exits 0 task-init
life
cd .. || exit 1
exits 0 task-new "The holder's"
out_is "TASK-0001"

it "works from any folder of the repository"
repository below
mkdir -p src/deep
exits 0 task-init
cd src/deep || exit 1
exits 0 task-new "From below"
echo "More." >>"../../$(cd ../.. && folder 0001)/0001.context.md"
exits 0 task-watch --once
out_is "TASK-0001	edited"
exits 1 task-move 1
exits 0 task-ledger --add waiting_on -m "x" 1
cd ../.. && in_order

it "works from a folder of the board"
cd .work/tasks/inbox || exit 1
exits 0 task-new "From the inbox"
exits 0 task-ls
is "$(wc -l <"$out")" 2
cd TASK-0002-from-the-inbox || exit 1
exits 0 task-ledger --add waiting_on -m "x" 2
exits 0 task-show 0002.ledger.jsonl
cd "$top/below" && in_order

it "works on a board in a folder below the root of the repository"
repository below-root
mkdir -p "the docs/plan/.work/tasks" && cd "the docs/plan" || exit 1
exits 0 task-new "Below the root"
task-index
is "$(git ls-tree --name-only --full-tree HEAD)" "main.c
the docs"
life
is "$(git log -1 --format= --name-only | grep -vc '^the docs/plan/.work/')" 0

it "works from above, on the board that TASK_WORK names"
TASK_WORK="$top/below-root/the docs/plan/.work"
export TASK_WORK
exits 0 task-new "From above"
unset TASK_WORK
in_order

it "works in a folder that is a symbolic link to the repository's"
ln -s "$top/plain" "$top/link" && cd "$top/link" || exit 1
life

it "works in a path with blanks, quotes and letters of any script"
repository "a 'path' \"with\" \$all größe 任务"
exits 0 task-init
life

it "works where core.autocrlf is true, and leaves what git has in LF"
for value in true input; do
	fresh "crlf-$value"
	git init -q . && git config core.autocrlf "$value"
	exits 0 task-init
	life
	is "$(git grep -lI "$(printf '\r')" HEAD -- .work)" ""
done

it "works where core.autocrlf is true and .gitattributes says nothing"
fresh crlf-bare
git init -q . && git config core.autocrlf true && git config core.safecrlf false
exits 0 task-init
git rm -q .work/.gitattributes && git commit -qm "no attributes"
life
rm -rf .work && git checkout -q .work
grep -q "$(printf '\r')" "$(card 0001)" || fail "there is no CRLF to work with"
life
is "$(git grep -lI "$(printf '\r')" HEAD -- .work)" ""

it "works where the attributes say eol=crlf, text, or a filter of git's"
fresh attributes
git init -q .
printf '* text eol=crlf\n*.md ident\n' >.gitattributes
git add . 2>"$err" && git commit -qm "attributes"
exits 0 task-init
life
rm -rf .work && git checkout -q .work
life

it "works where core.ignorecase is true"
repository ignorecase
git config core.ignorecase true
exits 0 task-init
mkdir -p SRC && echo x >SRC/File && git add . && git commit -qm "SRC"
life

it "works where core.fileMode is false"
repository filemode
git config core.fileMode false
exits 0 task-init
life

it "works where .work is ignored"
repository ignored
echo ".work/" >.gitignore && git add . && git commit -qm "ignore"
exits 0 task-init
life

it "works on a shallow clone, and on one of a single branch"
git clone -q --depth 1 "file://$top/plain" "$top/shallow" 2>"$err"
cd "$top/shallow" || exit 1
life

it "works where objects are borrowed from another repository"
git clone -q --shared "$top/plain" "$top/shared"
cd "$top/shared" || exit 1
life

it "works in a clone, where the branch follows a remote's"
git clone -q "$top/plain" "$top/clone"
cd "$top/clone" || exit 1
remote=$(git rev-parse origin/main)
life
is "$(git rev-parse origin/main)" "$remote"

# Linked worktrees.

it "works in a linked worktree, on the branch that is checked out there"
repository trees
exits 0 task-init
main=$(git rev-parse main)
git worktree add -q ../trees-linked -b linked 2>"$err"
cd ../trees-linked || exit 1
life
is "$(git rev-parse main)" "$main"
cd ../trees && in_order

it "works in a linked worktree with an orphan branch of the board's own"
git worktree add -q --detach ../trees-board 2>"$err"
cd ../trees-board || exit 1
git checkout -q --orphan work && git rm -qrf . >/dev/null
exits 0 task-init
is "$(git ls-tree --name-only HEAD)" ".work"
life
is "$(git log --format=%s work -- main.c)" ""
cd ../trees && in_order

it "loses nothing where two worktrees commit at once"
for tree in trees trees-linked trees-board; do
	(
		cd "$top/$tree" || exit 1
		i=0
		while [ $i -lt 10 ]; do
			i=$((i + 1))
			task-new "$tree $i"
		done
	) >"$sandbox/ids.$tree" 2>"$sandbox/said.$tree" &
done
wait
for tree in trees trees-linked trees-board; do
	cd "$top/$tree" || exit 1
	is "$(cat "$sandbox/said.$tree")" ""
	is "$(sort -u "$sandbox/ids.$tree" | wc -l)" 10
	task-ls --columns id | grep -c -Fxf "$sandbox/ids.$tree" >"$out"
	out_is 10
	is "$(git log --format=%s | grep -c ": new: $tree [0-9]*\$")" 10
	in_order
done

it "takes turns with the other worktrees: one lock is for all of them"
cd "$top/trees-linked" || exit 1
exec 9>>"$top/trees/.git/task/lock"
flock -n 9 || fail "the lock is held already"
exits 75 env TASK_LOCK_TIMEOUT=0 task-new "Has to wait"
exec 9>&-
exits 0 task-new "Goes on"
in_order

it "goes on in the main worktree when a linked one was taken away by hand"
rm -rf "$top/trees-board"
cd "$top/trees" || exit 1
git worktree prune
life

# What cannot be worked on.

it "says that there is no repository, and changes nothing"
fresh none
mkdir -p .work/tasks/inbox
for program in "task-new x" "task-move 1" "task-sign 1 next" task-index \
    "task-ledger --add waiting_on -m x 1" "task-watch --once"; do
	refuses 66 $program
	err_has "${program%% *}: "
	err_has "not in a git repository"
done

it "lists, shows and checks a board that is in no repository"
cp -r "$top/plain/.work" . 2>/dev/null || fail "no copy"
exits 0 task-ls
out_has "TASK-0001"
exits 0 task-show 1
exits 0 task-ledger 1
exits 0 task-index --check

it "refuses a bare repository, and says that it has no files"
git clone -q --bare "$top/plain" "$top/bare.git" && cd "$top/bare.git" ||
    exit 1
mkdir -p .work/tasks/inbox
head=$(git rev-parse HEAD)
for program in "task-new x" task-index "task-watch --once"; do
	exits 78 $program
	err_has "${program%% *}: "
	err_has "bare"
	is "$(find .work -type f)" ""
	is "$(git rev-parse HEAD)" "$head"
done

it "refuses a repository with SHA-256 ids, and says so"
fresh sha256
git init -q --object-format=sha256 . && mkdir -p .work/tasks/inbox
for program in "task-init" "task-new x" task-index "task-watch --once"; do
	refuses 78 $program
	err_has "${program%% *}: "
	err_has "SHA-256"
	is "$(wc -l <"$err")" 1
done

it "names what is wrong with a repository of a version that is not known"
repository version
exits 0 task-init
cp .git/config "$sandbox/config"
git config core.repositoryFormatVersion 7
exits 78 task-new x
err_has "task-new: "
cat "$sandbox/config" >.git/config
is "$(git log -1 --format=%s)" "task-init: a board in .work"

# identity PROGRAM...: without one it refuses, and says what to do.
identity() {
	refuses 78 "$@"
	err_has "$1: "
	err_has "git config"
	err_has "user."
	is "$(wc -l <"$err")" 1
}

it "refuses without a git identity, says how to set one, and changes nothing"
repository nobody
exits 0 task-init
make_task "One"
mv "$HOME/.gitconfig" "$HOME/away"
echo "More." >>"$(folder 0001)/0001.context.md"
identity task-new x
identity task-move 1
identity task-sign 1 next
identity task-ledger --add waiting_on -m x 1
identity task-watch --once

it "refuses the same where TASK_USER says who one is, but git knows no name"
TASK_USER=@alice
export TASK_USER
identity task-new x
identity task-ledger --add waiting_on -m x 1
identity task-watch --once
unset TASK_USER

# As git itself would call who commits.
git_ident() {
	git var "GIT_$1_IDENT" | sed 's/>.*/>/'
}

it "commits in the name that git has, where only the address is set"
git config user.email a@example.org
if git var GIT_AUTHOR_IDENT >"$out" 2>"$err"; then
	exits 0 task-new x
	is "$(git log -1 --format='%an <%ae>')" "$(git_ident AUTHOR)"
else
	identity task-new x
fi

it "refuses as git does where user.useConfigOnly is set and no name"
git config user.useConfigOnly true
identity task-new x
git config --unset user.email
git config --unset user.useConfigOnly

it "commits in the names that git has for author and committer apart"
for key in author committer; do
	git config "$key.name" "The $key" && git config "$key.email" "$key@x.org"
done
exits 0 env TASK_USER=@eve task-new "By two"
is "$(git log -1 --format='%an <%ae>')" "$(git_ident AUTHOR)"
is "$(git log -1 --format='%cn <%ce>')" "$(git_ident COMMITTER)"
git config --remove-section author && git config --remove-section committer

it "takes name and address from git's environment, and TASK_USER"
exits 0 env GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@x.org GIT_COMMITTER_NAME=C \
    GIT_COMMITTER_EMAIL=c@x.org TASK_USER=@eve task-new "By the environment"
is "$(git log -1 --format='%an %ae %cn %ce')" "A a@x.org C c@x.org"
is "$(sed 's/.*"user":"\([^"]*\)".*/\1/' "$(ledger "$(newest)")" | sort -u)" \
    "@eve"

it "needs no identity to read"
exits 0 task-ls
exits 0 task-show 1
exits 0 task-ledger 1
exits 0 task-index --check
mv "$HOME/away" "$HOME/.gitconfig"
exits 0 task-watch --once
in_order

it "goes on where git is in the middle of a rebase, a merge, a cherry-pick"
repository middle
exits 0 task-init
echo a >f && git add f && git commit -qm a
git checkout -qb other && echo b >f && git commit -qam b
git checkout -q main && echo c >f && git commit -qam c
for what in "merge other" "rebase other" "cherry-pick other"; do
	git $what >/dev/null 2>&1 && fail "git $what has no conflict"
	before=$(git status --porcelain)
	exits 0 task-new "During ${what%% *}"
	is "$(git status --porcelain)" "$before"
	is "$(git log -1 --format=%s | sed 's/.*: //')" "During ${what%% *}"
	git ${what%% *} --abort >/dev/null 2>&1
	git reset -q --hard
done

it "makes a merge possible that was begun before: nothing of it is lost"
git merge other >/dev/null 2>&1
exits 0 task-new "Between"
id=$(cat "$out")
echo merged >f && git add f && git commit -qm "the merge"
is "$(git rev-list --parents -1 HEAD | wc -w)" 3
is "$(git show HEAD:f)" merged
task-ls --columns id | grep -qx "$id" || fail "the task is not there"
in_order

finish
