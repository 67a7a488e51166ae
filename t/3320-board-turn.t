#!/bin/sh
# SPDX-License-Identifier: MIT
# A board of the code's becomes one on a branch, and back.
. "${TASK_SRC:?}/t/lib.sh"

top=$(pwd -P)

fresh() {
	cd "$top" && mkdir "$1" && cd "$1" && git init -q . || exit 1
}

code() {
	echo "$1" >>main.c && git add main.c && git commit -qm "code: $1"
}

# A repository whose history has the board and the code side by side, with
# branches of both that were merged.
history() {
	fresh "$1"
	code first
	task-init >/dev/null
	task-new "Log in" >/dev/null
	code second
	git checkout -q -b topic
	GIT_AUTHOR_NAME=Bob GIT_AUTHOR_EMAIL=bob@example.org \
	    GIT_AUTHOR_DATE=2024-05-06T07:08:09+0200 \
	    GIT_COMMITTER_DATE=2024-06-07T08:09:10-0300 \
	    task-note -u @bob 1 "from the topic" >/dev/null
	code topic
	git checkout -q main
	task-new "Log out" >/dev/null
	git merge -q -m "merge the topic" topic
	git checkout -q -b code-only && echo x >x && git add x &&
	    git commit -qm "code: x"
	git checkout -q main
	code third
	git merge -q -m "merge code only" code-only
	echo both >>main.c && echo both >>"$(folder 0001)/0001.context.md"
	git commit -qam "both at once"
}

commits() {
	git log --topo-order --reverse --format='%an|%ad|%cd|%s|%b' \
	    --date=raw "$@"
}

clean() {
	is "$(git status --porcelain --untracked-files=all)" "${1-}"
	[ ! -f .work/.git ] ||
	    is "$(git -C .work status --porcelain --untracked-files=all)" \
	    "${2-}"
	git fsck --strict >"$out" 2>&1 || fail "git fsck: $(cat "$out")"
}

picture() {
	git for-each-ref
	git count-objects
	find . -type f ! -path './.git/objects/*' ! -name index \
	    ! -path '*/task/lock' ! -path '*/task/journal' -print0 | sort -z |
	    xargs -0 -r sha1sum
}

history turn
commits -- .work >"$sandbox/before"
git log --format=%H >"$sandbox/code"
tree=$(git rev-parse HEAD:.work)

it "says with -n what would become of the board, and changes nothing"
picture >"$sandbox/picture"
exits 0 task-init -n --branch work
err_is "task-init: 6 commits of .work would be on the branch 'work', and .work no more on 'main'"
is "$(picture)" "$(cat "$sandbox/picture")"

it "has every commit of .work on the branch, with its author, dates and message"
exits 0 task-init --branch work
out_is "$top/turn/.work"
err_is "task-init: the board lies on the branch 'work' now, with the history of .work"
is "$(commits work | LC_ALL=C sort)" "$(LC_ALL=C sort "$sandbox/before")"

it "keeps a merge that brought two histories of .work together, and no other"
is "$(git log --merges --format=%s work)" "merge the topic"

it "has at its end what .work was, and nothing of the code"
is "$(git rev-parse "work^{tree}")" "$tree"
is "$(git log --format= --name-only work | grep -c main.c)" 0

it "takes .work out of the code with one commit, and rewrites none"
is "$(git log -1 --format=%s)" \
    "task-init: the board lies on the branch work"
is "$(git ls-tree -r --name-only HEAD)" "main.c
x"
is "$(git log --format=%H HEAD~1)" "$(cat "$sandbox/code")"

it "leaves git status clean in both"
clean

it "is a board that the programs take"
exits 0 task-note 2 "apart"
clean
exits 0 task-fsck
is "$(task-log --columns event 1 | grep -c note_added)" 1

it "brings the branch back in as a merge"
exits 0 task-init -n --inline
err_is "task-init: the branch 'work' would be merged into 'main', as .work"
tip=$(git rev-parse work)
tree=$(git rev-parse "work^{tree}")
exits 0 task-init --inline
out_is "$top/turn/.work"
err_is "task-init: the board is part of 'main' now; the branch 'work' stays as it is"
is "$(git rev-parse "HEAD^2")" "$tip"
is "$(git rev-parse HEAD:.work)" "$tree"
is "$(git ls-tree --name-only HEAD)" ".work
main.c
x"
clean

it "leaves nothing of the worktree behind"
[ ! -e .work/.git ] || fail "there is .work/.git"
[ ! -e .git/task/board ] || fail "there is task/board"
[ ! -e .git/worktrees ] || fail "there is .git/worktrees"
file_lacks .git/info/exclude "/.work"
exits 0 task-note 2 "inline again"
clean

it "is part of the code already where it is"
head=$(git rev-parse HEAD)
exits 0 task-init --inline
is "$(git rev-parse HEAD)" "$head"

it "goes there and back again, and the branch goes on where it ended"
exits 0 task-init --branch work
is "$(git rev-parse work~1)" "$tip"
is "$(git log -1 --format=%s work)" "TASK-0002: note added"
clean
exits 0 task-init --inline
exits 0 task-init --branch work
is "$(git rev-parse work~1)" "$tip"
clean

it "keeps what was changed by hand and not committed, there and back"
card=$(card 0001)
echo "by hand" >>"$card"
echo "new" >"$(folder 0001)/notes.txt"
rm .work/templates/bug.md
exits 0 task-init --inline
clean " M $card
 D .work/templates/bug.md
?? $(folder 0001)/notes.txt"
is "$(tail -n 1 "$card")" "by hand"
exits 0 task-init --branch work
clean "" " M ${card#.work/}
 D templates/bug.md
?? $(folder 0001 | sed 's/^\.work.//')/notes.txt"
is "$(tail -n 1 "$card")" "by hand"

it "keeps programs and links what they are"
git -C .work reset -q --hard && git -C .work clean -qfd
mkdir -p .work/tasks/.hooks && echo "#!/bin/sh" >.work/tasks/.hooks/run &&
    chmod +x .work/tasks/.hooks/run && ln -s run .work/tasks/.hooks/link
git -C .work add -A && git -C .work commit -qm "a program"
exits 0 task-init --inline
clean
is "$(git ls-tree HEAD .work/tasks/.hooks/ | cut -c 1-6 | tr '\n' ' ')" \
    "120000 100755 "
exits 0 task-init --branch work
clean
echo "by hand" >>"$card"
echo "new" >"$(folder 0001)/notes.txt"

it "refuses where something of the board is staged, and names it"
git -C .work add -A
picture >"$sandbox/picture"
exits 1 task-init --inline
err_is "task-init: ${card#.work/} is staged in $top/turn/.work and not committed; commit it first"
is "$(picture)" "$(cat "$sandbox/picture")"
git -C .work reset -q --hard
history staged
echo x >>.work/README.md && git add .work
picture >"$sandbox/picture"
exits 1 task-init --branch work
err_is "task-init: .work/README.md is staged in $top/staged and not committed; commit it first"
is "$(picture)" "$(cat "$sandbox/picture")"

it "keeps what of the code is staged and dirty"
git reset -q --hard
echo staged >>main.c && git add main.c && echo dirty >>x && echo new >new
git status --porcelain >"$sandbox/status"
exits 0 task-init --branch work
is "$(git status --porcelain)" "$(cat "$sandbox/status")"
exits 0 task-init --inline
is "$(git status --porcelain)" "$(cat "$sandbox/status")"

it "refuses a branch that is something else, or checked out elsewhere"
history other
git branch topic-of-code
picture >"$sandbox/picture"
exits 1 task-init --branch topic-of-code
err_is "task-init: there is a branch 'topic-of-code' already, and it is not the history of .work"
exits 1 task-init --branch main
is "$(picture)" "$(cat "$sandbox/picture")"

it "refuses a board that is not committed, and leaves it as it is"
fresh uncommitted
code first
task-init --no-commit >/dev/null
picture >"$sandbox/picture"
exits 1 task-init --branch work
err_is "task-init: the board is not committed; commit it first"
is "$(picture)" "$(cat "$sandbox/picture")"
fresh unborn
task-init --no-commit >/dev/null
exits 1 task-init --branch work
err_is "task-init: there is no commit yet; commit the board first"

it "refuses while git is in the middle of something"
cd ../other || exit 1
git checkout -q -b side HEAD~1 && echo side >main.c && git commit -qam side
git checkout -q main
git merge -q side >/dev/null 2>&1
exits 75 task-init --branch work
err_has "git is in the middle of something"
git merge --abort

it "wants commits, and one place"
exits 64 task-init --no-commit --branch work
exits 64 task-init --inline --branch work
err_is "task-init: --branch and --inline are two places"

it "says where to go to bring it in"
exits 0 task-init --branch work
git worktree add -q -b wt ../other-wt && cd ../other-wt || exit 1
exits 1 task-init --inline
err_is "task-init: the board lies in $top/other/.work; go there to bring it in"
(cd ../other/.work && exits 0 task-init --inline)
cd ../other && clean

it "splits a large index, and brings it back"
fresh large
code first
task-init >/dev/null
i=0
while [ $((i += 1)) -le 800 ]; do
	full_task "Task number $i of many"
done | task-new - >/dev/null
exits 0 task-init --branch work
clean
exits 0 task-note 7 "split"
clean
exits 0 task-init --inline
clean
is "$(git ls-files .work | wc -l)" \
    "$(git ls-tree -r --name-only HEAD .work | wc -l)"

it "keeps a history of hundreds of commits"
i=0
while [ $((i += 1)) -le 130 ]; do
	full_task "One of $i"
done | task-new --each - >/dev/null
n=$(git rev-list --count HEAD -- .work)
exits 0 task-init --branch other
[ "$(git rev-list --count other)" -ge 130 ] || fail "there are fewer"
clean

finish
