#!/bin/sh
# SPDX-License-Identifier: MIT
# Git's index of a large board on a branch: split in two, by us and by git.
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/fault/killed.sh"

admin=.git/worktrees/board

b() {
	git -C .work "$@"
}

is_split() {
	ls "$admin"/sharedindex.* >/dev/null 2>&1
}

# What the index has is what the commit has, and git sees nothing to do.
same() {
	is "$(b status --porcelain)" "${1-}"
	[ -n "${1-}" ] && return
	is "$(b ls-files -s | cksum)" "$(b ls-tree -r HEAD |
	    awk '{ sub(/ blob/, ""); $2 = $2 " 0"; sub(/ /, "\001");
	    print }' | sed 's/\x01/ /' | sed 's/ 0 /&/' | awk '{
	    print $1 " " $2 " " $3 "\t" $4 }' | cksum)"
}

many() {
	i=0
	while [ $((i += 1)) -le "$1" ]; do
		full_task "Task number $i of many"
	done
}

git init -q . && git commit -q --allow-empty -m code &&
    task-init --branch work >/dev/null || echo "Bail out! no board"

it "leaves the index of a small board whole"
make_task "The first"
is_split && fail "it is split"
same

it "splits the index of a large one, and git sees no difference"
many 800 | task-new - >/dev/null
task-note 1 "now it is large" >/dev/null
is_split || fail "it is not split"
same
exits 0 b fsck --strict

it "writes little of it for a change"
task-note 2 "another" >/dev/null
size=$(stat -c %s "$admin/index")
task-note 2 "the next" >/dev/null
more=$(($(stat -c %s "$admin/index") - size))
[ "$more" -lt 1024 ] || fail "the small file has $more bytes more"
[ "$size" -lt $(($(cat "$admin"/sharedindex.* | wc -c) / 2)) ] ||
    fail "the small file has $size bytes"
same

it "leaves the index of code alone, however large it is"
mkdir code
i=0
while [ $((i += 1)) -le 3000 ]; do : >"code/a-file-with-a-long-name-$i"; done
git add code && git commit -qm "much code"
task-note 3 "beside it" >/dev/null
ls .git/sharedindex.* >/dev/null 2>&1 && fail "it is split"
is "$(git status --porcelain)" ""

it "follows a package that moves, and one that moves back"
advance 0004 backlog
same
task-move -r "again" 4 inbox >/dev/null
same

it "goes on from what git made of it: status, add, commit, stash, reset"
b status >/dev/null
echo "by hand" >>"$(folder 0005)/0005.context.md"
b add -A
task-note 6 "beside what is staged" >/dev/null
same "M  tasks/inbox/TASK-0005-task-number-4-of-many/0005.context.md"
b commit -qm "by hand"
same
echo "more" >>"$(folder 0005)/0005.context.md"
b stash -q
task-note 7 "beside the stash" >/dev/null
same
b stash pop -q
same " M tasks/inbox/TASK-0005-task-number-4-of-many/0005.context.md"
task-note 5 "takes it along" >/dev/null
same
b reset -q --hard HEAD~1
same
task-note 7 "after the reset" >/dev/null
same

it "takes out what is removed, and puts in what comes back"
d=tasks/inbox/TASK-0009-task-number-8-of-many
b rm -rq "$d" && b commit -qm gone
task-index -q && task-note 8 "beside it" >/dev/null
same
b revert --no-edit HEAD~2 >/dev/null 2>&1 || b checkout -q HEAD~3 -- "$d"
b commit -qm back >/dev/null 2>&1
task-index -q && task-note 9 "it is back" >/dev/null
same

it "keeps the flags of entries, also where their folder moves"
ten=tasks/inbox/TASK-0010-task-number-9-of-many/0010.context.md
b update-index --assume-unchanged "$d/0009.context.md"
b update-index --skip-worktree "$ten"
advance 0009 backlog
advance 0010 backlog
is "$(b ls-files -v tasks/backlog | cut -c 1 | sort | tr -d '\n')" "HHHHHSh"
b update-index --no-assume-unchanged \
    "tasks/backlog/${d##*/}/0009.context.md"
b update-index --no-skip-worktree "tasks/backlog/${ten#tasks/inbox/}"
same

it "works on an index that git split in its own way"
b update-index --no-split-index && b update-index --split-index
task-note 10 "ours again" >/dev/null
same
b -c splitIndex.maxPercentChange=0 update-index --split-index
task-note 10 "and again" >/dev/null
same

it "works on one that git made whole again"
b update-index --no-split-index
task-note 11 "split again" >/dev/null
is_split || fail "it is not split"
same

it "leaves it to git where it has a conflict or what we do not know"
b checkout -q -b side && echo side >>"$(folder 0012)/0012.context.md" &&
    b commit -qam side && b checkout -q work &&
    echo ours >>"$(folder 0012)/0012.context.md" && b commit -qam ours
b merge -q side >/dev/null 2>&1
exits 0 task-note 13 "while it is in conflict"
is "$(b ls-files -u | wc -l)" 3
b checkout -q --ours . && b add -A && b commit -qm merged
same
b update-index --untracked-cache
task-note 14 "with git's other cache" >/dev/null
same
b update-index --no-untracked-cache
task-note 14 "without it" >/dev/null
same

it "makes the large file anew when the small one has grown, and keeps few"
before=$(ls "$admin" | grep sharedindex)
for round in 1 2 3; do
	seq 20 500 | task-move -q - backlog
	task-note 1 "round $round" >/dev/null
	seq 20 500 | task-move -qr "again" - inbox
	task-note 1 "and back" >/dev/null
done >/dev/null
same
[ "$before" != "$(ls "$admin" | grep sharedindex)" ] || fail "it is the same"
[ "$(ls "$admin" | grep -c sharedindex)" -le 3 ] || fail "there are many"
[ ! -e "$admin/task/shared-new" ] || fail "something is left"

it "is whole again after a program was killed while it split the index"
if can_kill; then
	for call in "openat task/shared-new" "fdatasync" \
	    "renameat sharedindex" "link .*index.lock" "rename .*index"; do
		b update-index --no-split-index
		killed_at "^$call" task-note 1 "killed at $call"
		exits 0 task-note 2 "after $call"
		is_split || fail "it is not split"
		same
		[ ! -e "$admin/task/shared-new" ] || fail "something is left"
	done
else
	skip "$why_not"
fi

it "says so when the large file is gone, and works when git has mended that"
rm "$admin"/sharedindex.*
exits 0 task-ls -q
task-note 15 "without" >"$out" 2>"$err"
grep -q "a part of git's index, cannot be read" "$err" || fail "it does not say so"
rm "$admin/index" && b reset -q
exits 0 task-note 16 "with"
same

it "is the same after anything that git and the programs do in turn"
seed=3310
random() {
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	echo $((seed / 65536 % $1))
}
round=0
while [ $((round += 1)) -le 120 ] && [ -z "$failed" ]; do
	id=$(printf '%04d' $((1 + $(random 300))))
	f=$(folder "$id" | head -n 1)
	case $(random 12) in
	0 | 1 | 2) task-note -q "$id" "round $round" >/dev/null 2>&1 ;;
	3 | 4) task-move -q "$id" >/dev/null 2>&1 ||
	    task-move -qr back "$id" inbox >/dev/null 2>&1 ;;
	5) task-set -q "$id" "name=Renamed in round $round" >/dev/null 2>&1 ;;
	6) task-new -q "New in round $round" >/dev/null ;;
	7) b status >/dev/null ;;
	8) echo "$round" >>"$f/$id.context.md" && b commit -qam "$round" ;;
	9) b update-index --refresh >/dev/null ;;
	10) b reset -q ;;
	11) echo "$round" >>"$f/$id.context.md"; b stash -q; b stash drop -q ;;
	esac
	[ "$(random 3)" -gt 0 ] || same
done
b add -A && b commit -qm rest >/dev/null
same
exits 0 b fsck --strict
exits 0 task-fsck -q --columns code
finish
