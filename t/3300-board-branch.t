#!/bin/sh
# SPDX-License-Identifier: MIT
# A board on a branch of its own.
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/places.sh"
subject=code

# A repository with a board on the branch "work".
apart() {
	repository "$1"
	task-init --branch work >/dev/null || echo "Bail out! no board"
}

# What git has to say here and on the board: nothing.
clean() {
	is "$(git status --porcelain --untracked-files=all)" ""
	is "$(git -C "${1:-.work}" status --porcelain \
	    --untracked-files=all --ignored)" ""
	git -C "${1:-.work}" fsck --strict >"$out" 2>&1 ||
	    fail "git fsck: $(cat "$out")"
}

# All that a program might have changed.
picture() {
	git for-each-ref
	find . -type f ! -path './.git/objects/*' ! -name index \
	    ! -path '*/task/lock' ! -path '*/task/journal' -print0 | sort -z | xargs -0 -r sha1sum
}

it "makes a board on a branch that has nothing of the code"
repository new
exits 0 task-init --branch work
out_is "$(pwd -P)/.work"
err_is ""
is "$(git log --format=%s work)" "task-init: a board in .work"
is "$(git ls-tree --name-only work)" ".gitattributes
README.md
tasks
templates"
is "$(git merge-base main work)" ""
clean

it "leaves the code's branch, its files and what is staged as they are"
is "$(git log --format=%s main)" "code"
is "$(git symbolic-ref HEAD)" "refs/heads/main"
repository staged
echo more >>main.c
echo new >new.c && git add new.c
git status --porcelain >"$sandbox/before"
exits 0 task-init --branch work
is "$(git status --porcelain)" "$(cat "$sandbox/before")"
cd ../new || exit 1

it "leaves no trace of the board in any branch but its own"
is "$(git ls-tree -r --name-only main)" "main.c"
file_has .git/info/exclude "/.work"
[ ! -e .gitignore ] || fail "there is a .gitignore"

it "is a worktree that git knows"
is "$(git worktree list --porcelain | grep -A 2 "/.work$" | sed -n 3p)" \
    "branch refs/heads/work"
exits 0 git worktree prune -v
out_is ""

it "is a board that the other programs take, and git status stays clean"
is "$(task-new "First" 2>"$err")" "TASK-0001"
err_is ""
exits 0 task-note 1 "noted"
clean
is "$(git log --format=%s work | head -n 1)" "TASK-0001: note added"
exits 0 task-index --check
exits 0 task-fsck

it "says so where the board is there already, and changes nothing"
picture >"$sandbox/before"
exits 0 task-init --branch work
out_is "$top/new/.work"
err_is "task-init: the board is there already: branch 'work', in $top/new/.work"
exits 0 task-init
out_is "$top/new/.work"
err_is ""
is "$(picture)" "$(cat "$sandbox/before")"

it "adds what a board on a branch lacks, as one that is inline"
git -C .work rm -q templates/bug.md && git -C .work commit -qm "no bugs"
exits 0 task-init
is "$(git log -1 --format=%s --name-only work)" \
    "task-init: add what the board lacked

templates/bug.md"
clean

it "has one board: another branch for it is refused"
picture >"$sandbox/before"
exits 1 task-init --branch other
err_is "task-init: the repository has a board already: branch 'work', in $top/new/.work"
is "$(picture)" "$(cat "$sandbox/before")"

it "takes no name that git would not have"
for name in "" " " "-rf" "a..b" "a b" "../x" "x.lock" "@{u}" "$(printf 'a\tb')" \
    "$(printf 'a\033b')"; do
	exits 64 task-init --branch "$name"
	err_has "is no name of a branch"
done
exits 64 task-init --branch
is "$(picture)" "$(cat "$sandbox/before")"

it "refuses a branch that is there and holds no board"
repository taken
git branch topic
picture >"$sandbox/before"
exits 1 task-init --branch main
exits 1 task-init --branch topic
err_is "task-init: there is a branch 'topic', and no board in it (a board has its tasks in 'tasks/')"
is "$(picture)" "$(cat "$sandbox/before")"

it "refuses where something else lies in .work"
mkdir .work && echo mine >.work/notes
exits 1 task-init --branch work
err_is "task-init: $top/taken/.work is there already, and is no board"
is "$(cat .work/notes)" "mine"
is "$(git branch --list work)" ""

it "takes an empty .work for its own"
rm .work/notes
exits 0 task-init --branch work
clean

it "makes nothing where git does not know who commits, and says so"
repository nobody
picture >"$sandbox/before"
exits 78 env HOME=/nowhere task-init --branch work
is "$(picture)" "$(cat "$sandbox/before")"

it "says with -n what would be made, and makes nothing"
exits 0 task-init -n --branch work
err_is "task-init: the branch 'work' would be made, with a board
task-init: $top/nobody/.work would be its worktree"
is "$(picture)" "$(cat "$sandbox/before")"

it "leaves the first commit to the person with --no-commit"
exits 0 task-init --no-commit --branch work
is "$(git rev-parse -q --verify work)" ""
exits 0 git -C .work add -A
exits 0 git -C .work commit -qm "a board"
clean
is "$(task-new "By hand")" "TASK-0001"
clean

it "makes repository, branch and board with --git"
fresh at-once
exits 0 task-init --git --branch work
is "$(task-new "At once")" "TASK-0001"
is "$(git -C .work status --porcelain)" ""

it "takes a branch with slashes in its name"
repository slashes
exits 0 task-init --branch team/board
is "$(task-new "Slashes")" "TASK-0001"
clean

it "adds its line to what is excluded already, once"
repository excluded
mkdir -p .git/info && printf '*.o' >.git/info/exclude
exits 0 task-init --branch work
exits 0 task-init --branch work
is "$(sed -n 1p .git/info/exclude)" "*.o"
is "$(grep -cx "/.work" .git/info/exclude)" "1"
clean

it "shows every worktree of the repository the one board"
apart shared
task-new "Seen by all" >/dev/null
git worktree add -q -b topic ../agent
mkdir ../agent/src
for d in . .git/.. ../agent ../agent/src .work .work/tasks/inbox; do
	is "$(cd "$d" && task-ls | cut -f 1)" "TASK-0001"
	is "$(task-ls -C "$d" | cut -f 1)" "TASK-0001"
done

it "says which board it is, where a program writes from elsewhere"
cd ../agent/src || exit 1
exits 0 task-note 1 "from the agent"
err_is "task-note: the board is $top/shared/.work"
cd .. && exits 0 task-new "Second"
err_is "task-new: the board is $top/shared/.work"
exits 0 task-new -q "Third"
err_is ""
is "$(git status --porcelain)" ""
cd ../shared && clean

it "says with -v which board it is in any case"
exits 0 task-note -v 1 "again"
err_has "task-note: the board is .work"

it "reads from another worktree without git's library or its programs"
cd ../agent || exit 1
exits 0 env PATH="$TASK_BUILD/tools" task-show 1
exits 0 env PATH="$TASK_BUILD/tools" task-log 1

it "tells task-init in any worktree of the board, and makes no second"
exits 0 task-init
out_is "$top/shared/.work"
exits 0 task-init --branch work
err_has "the board is there already"
[ ! -e .work ] || fail "there is a second one"
(cd ../shared/.work && exits 0 task-init && out_is "$top/shared/.work")
[ ! -e ../shared/.work/.work ] || fail "there is a second one"

it "takes -C and TASK_WORK before the board of the repository"
fresh inline && board && task-new "Inline" >/dev/null
cd ../agent || exit 1
is "$(task-ls -C ../inline --columns name)" "Inline"
is "$(TASK_WORK=../inline/.work task-ls --columns name)" "Inline"

it "takes a board that lies above before it, as where a worktree lies in another"
git -C ../shared worktree add -q -b inner ../inline/inner
is "$(cd ../inline/inner && task-ls --columns name)" "Inline"

it "can be set up in a linked worktree, and is seen from the main one"
repository main-last
git worktree add -q -b topic ../topic-first
cd ../topic-first || exit 1
exits 0 task-init --branch work
out_is "$top/topic-first/.work"
clean
cd ../main-last && is "$(task-new "Here" 2>/dev/null)" "TASK-0001"
clean ../topic-first/.work

it "works where .git is a file"
fresh separate
git init -q --separate-git-dir ../separate.git . &&
    git commit -q --allow-empty -m code
exits 0 task-init --branch work
is "$(task-new "Apart")" "TASK-0001"
clean

it "works in a submodule, and changes nothing in what holds it"
repository holder
git -c protocol.file.allow=always submodule --quiet add ../new lib &&
    git commit -qm "submodule"
cd lib || exit 1
exits 0 task-init --branch board
is "$(task-new "In the library")" "TASK-0001"
clean
is "$(git -C .. status --porcelain)" ""

it "goes where the repository is moved or copied to"
apart moving
task-new "Moved" >/dev/null
cd .. && cp -a moving copied && mv moving moved
for d in moved copied; do
	cd "$top/$d" || exit 1
	is "$(task-ls --columns name)" "Moved"
	exits 0 task-note 1 "in $d"
	clean
	is "$(git log -1 --format=%s work)" "TASK-0001: note added"
	(cd .work && exits 0 task-note 1 "from within")
	clean
done
[ ! -e "$top/moving" ] || fail "something was made where it had been"

it "says where the board was when its worktree is gone"
git worktree add -q -b topic ../copied-topic
rm -rf .work
exits 66 task-ls
err_is "task-ls: the board of this repository was in $top/copied/.work, and is not there any more (task-init --branch sets it up again)"
(cd ../copied-topic && exits 66 task-new "Lost" &&
    err_has "was in $top/copied/.work")
exits 66 task-init
err_has "task-init: the board of this repository was in $top/copied/.work"

it "sets it up again, with all that was committed"
exits 0 task-init --branch work
is "$(task-ls --columns name)" "Moved"
is "$(tail -n 1 "$(ledger 0001)" | grep -c "from within")" "1"
clean
exits 0 task-note 1 "again"
clean

it "says so when another folder stands where the board was"
rm -rf .work && mkdir .work
exits 66 task-ls
err_has "is not there any more"
exits 0 task-init --branch work
clean

it "refuses a branch that is checked out elsewhere, and says where"
rm -rf .work && git worktree prune && git worktree add -q ../elsewhere work
exits 1 task-init --branch work
err_is "task-init: the branch 'work' is checked out in $top/elsewhere"
is "$(TASK_WORK=../elsewhere task-ls --columns name)" "Moved"
git worktree remove ../elsewhere
exits 0 task-init --branch work
is "$(task-ls --columns name)" "Moved"
clean

it "believes nothing of a .git that is no repository's"
fresh strange
for text in "" "gitdir:" "gitdir: " "gitdir: /" "gitdir: /nowhere" "x" \
    "gitdir: ../shared/main.c" "$(printf 'gitdir: \033[31m\n\n')" \
    "$(head -c 5000 /dev/zero | tr '\0' a)"; do
	printf '%s' "$text" >.git
	exits 66 task-ls
	err_is "task-ls: no .work/tasks here or above (task-init makes one)"
done
printf 'gitdir: \0/x' >.git
exits 66 task-ls
rm .git && mkfifo .git
exits 66 task-ls
rm .git && ln -s .git .git
exits 66 task-ls

it "believes nothing of a place that is not that repository's board"
rm .git && git init -q . && mkdir .git/task
for place in "../../inline/.work" "/" "../.work" "$top/shared/.work" \
    "$(printf '\033[31m')" "/etc/passwd"; do
	printf '%s\n' "$place" >.git/task/board
	exits 66 task-ls
	out_is ""
	err_has "is not there any more"
done
grep -q "$(printf '\033')" "$err" && fail "control characters reach the terminal"
: >.git/task/board
exits 66 task-ls
err_has "no .work/tasks here or above"
rm .git/task/board && mkfifo .git/task/board
exits 65 task-ls

it "sets up the board of a clone, on a branch that follows the remote's"
apart origin
task-new "From afar" >/dev/null
cd .. && git clone -q origin clone && cd clone || exit 1
exits 66 task-ls
exits 0 task-init -n --branch work
err_is "task-init: the branch 'work' would be made from origin/work
task-init: $top/clone/.work would be its worktree"
is "$(git branch --list work)" ""
exits 0 task-init --branch work
is "$(task-ls --columns name)" "From afar"
is "$(git rev-parse work)" "$(git rev-parse origin/work)"
is "$(git config branch.work.remote) $(git config branch.work.merge)" \
    "origin refs/heads/work"
clean

it "goes on from there, and git brings the two together"
is "$(task-new "Ours")" "TASK-0002"
exits 0 git -C .work push -q "$top/origin" work:ours
is "$(git -C ../origin log -1 --format=%s ours)" "TASK-0002: new: Ours"

it "asks which of several remotes is meant"
cd .. && git clone -q origin several && cd several &&
    git remote rename origin one && git remote add two ../origin &&
    git fetch -q two
exits 1 task-init --branch work
err_is "task-init: 2 remotes have a branch 'work' (git branch --track work REMOTE/work says which one it is)"
exits 0 git branch -q --track work two/work
exits 0 task-init --branch work
clean

it "keeps hand edits of the board where they are, and takes them along"
cd ../shared || exit 1
card=$(card 0001)
echo "by hand" >>"$card"
is "$(git -C .work status --porcelain)" \
    " M ${card#.work/}"
exits 0 task-note 1 "beside it"
clean
is "$(git -C .work log -1 --format= --name-only | grep -c task.md)" "1"

it "takes along a card that was edited while task-watch was not looking"
echo "more" >>"$card"
exits 0 task-watch --once
clean

it "follows a task through the stages of its branch"
make_task "Along"
advance 0004 backlog
exits 0 task-log -j 0004
out_has '"event":"verified"'
commit=$(git log -1 --format=%h work)
exits 0 task-log 4
out_has "$commit"

it "leaves the commit to the person who asked for that"
exits 0 task-note --no-commit 4 "loose"
is "$(git -C .work status --porcelain | cut -c 1-3 | sort -u)" " M "
exits 0 git -C .work commit -qam "mine"
clean

it "holds one lock for all worktrees"
cd ../agent || exit 1
exits 75 flock ../shared/.git/task/lock env TASK_LOCK_TIMEOUT=0 task-note 1 x
err_has "the board is locked by"

it "runs hooks in the folder that holds .work"
cd ../shared && mkdir .work/tasks/.hooks
cat >.work/tasks/.hooks/registry.yaml <<'EOF'
hooks:
  on_blocked:
    - {name: where, run: [sh, .work/tasks/.hooks/where]}
EOF
echo "pwd -P >$sandbox/where; task-ls -s blocked | cut -f 1 >>$sandbox/where" \
    >.work/tasks/.hooks/where
git -C .work add -A && git -C .work commit -qm hooks
task-hook --trust >/dev/null 2>&1
cd ../agent && task-status 1 blocked --by external:x >/dev/null 2>&1
is "$(cat "$sandbox/where")" "$top/shared
TASK-0001"

it "says that the disk is full"
exits 74 sh -c 'task-init --branch work >/dev/full'

finish
