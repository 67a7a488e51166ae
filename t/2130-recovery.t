#!/bin/sh
# SPDX-License-Identifier: MIT
# What was interrupted is finished: by the next program, in the middle of a
# person's work, after a restart of the machine, with a journal that is damaged.
# 2900 to 2940 have the loop over every call.
. "${TASK_SRC:?}/t/lib.sh"

. "${TASK_SRC:?}/t/fault/killed.sh"
can_kill || skip_all "$why_not"

top=$(pwd -P)
tasks=.work/tasks
# The shell would tell of each process that was killed.
exec 2>/dev/null

# fresh NAME: a repository with a board of two tasks.
fresh() {
	cd "$top" && mkdir "$1" && cd "$1" || exit 1
	board
	make_task "One" '"priority":"P1","effort":"M"'
	make_task "Two" '"priority":"P1","effort":"M"'
	echo code >code && git add code && git commit -qm "code"
	head=$(git rev-parse HEAD)
}

# The first call after the journal is on disk, that is, after which a change
# has happened; and the last one before.
happened='openat .*tmp_obj_'
before_journal='openat journal'
# Git's index is renamed, the branch has not moved.
indexed='rename .*git/refs/heads/main$'

commits() {
	is "$(git rev-list --count "$head..HEAD")" "$1"
}

nothing_left() {
	is "$(find .git -name '*.lock' -o -name index-new -o \
	    -name index-pending -o -name '.*.tmp')" ""
	is "$(find .work -name '.*.tmp')" ""
}

# As after a restart of the machine: another boot id in the journal.
restart() {
	printf 'another-boot' |
	    dd of=.git/task/journal bs=1 seek=8 conv=notrunc status=none
}

# As what lies on disk from before is; and what a person wrote after.
old() {
	touch -d "1 hour ago" "$@"
}

later() {
	touch -d "1 minute" "$@"
}

# The file as it was when it was half written: empty.
lose() {
	[ -f "$1" ] || fail "there is no $1"
	: >"$1"
}

# Killed, and the next program.

it "has done nothing where it was killed before the journal"
fresh before
killed_at "$before_journal" task-new "Three"
is "$(dirty)" ""
exits 0 task-new "Four"
out_is "TASK-0003"
commits 1
sound

it "finishes with the next program what was in the journal: a new task"
fresh new
killed_at "$happened" task-new "Three"
is "$(git rev-parse HEAD)" "$head"
exits 0 task-ledger --add waiting_on -m x 1
err_is ""
commits 2
is "$(git log --format=%s "$head.." | paste -sd/ -)" \
    "TASK-0001: waiting_on/TASK-0003: new: Three"
is "$(task-ls | wc -l)" 3
nothing_left
sound

it "gives no other task its number"
exits 0 task-new "Four"
out_is "TASK-0004"

it "says with -v that it finishes a change"
fresh says
killed_at "$happened" task-new "Three"
exits 0 task-index -v
err_has "finishing a change that was interrupted"
commits 1
sound

it "finishes it with any program that writes, even where that is refused or has nothing to do"
for program in "task-move 2 archived" "task-sign 2 archived" \
    "task-ledger --add waiting_on -m x 99" "task-watch --once" \
    "task-index" "task-init"; do
	fresh "any-$(echo "$program" | tr -c 'a-z0-9\n' -)"
	killed_at "$happened" task-new "Three"
	$program >"$out" 2>"$err" </dev/null
	[ -n "$(folder 0003)" ] || fail "$program did not finish it"
	is "$(git log --format=%s "$head.." | grep -c 'new: Three')" 1
	nothing_left
	sound
done

it "finishes a move, a sign-off, an event, a hand edit, many at once"
fresh move
killed_at "$happened" task-move 1
exits 0 task-new "Next"
is "$(folder 0001)" "$tasks/backlog/TASK-0001-one"
sound
killed_at "$happened" task-sign 1 next
exits 0 task-new "Next"
is "$(events 0001 | tail -n 1)" signed_off
sound
killed_at "$happened" task-ledger --add waiting_on -m x 1
exits 0 task-new "Next"
is "$(events 0001 | tail -n 1)" waiting_on
sound
echo "By hand." >>"$(folder 0001)/0001.context.md"
killed_at "$happened" task-watch --once
exits 0 task-new "Next"
is "$(events 0001 | tail -n 1)" content_updated
sound
nothing_left

many() {
	i=0
	while [ $i -lt 40 ]; do
		i=$((i + 1))
		echo "{\"name\":\"Of many $i\"}"
	done | "$@"
}

it "finishes a batch as a whole"
fresh batch
killed_at 'mkdirat .TASK-0020' many task-new -
exits 0 task-index
is "$(task-ls | wc -l)" 42
commits 1
nothing_left
sound

it "finishes a batch of many commits as a whole"
fresh each
killed_at 'mkdirat .TASK-0020' many task-new --each -
exits 0 task-index
is "$(task-ls | wc -l)" 42
commits 40
nothing_left
sound

it "finishes what changes files only"
fresh uncommitted
killed_at 'renameat .*INDEX.md$' task-new --no-commit "Three"
exits 0 task-ls
exits 0 task-new --no-commit "Four"
out_is "TASK-0004"
commits 0
exits 0 task-index --check
is "$(git ls-files | grep -c TASK-0003)" 0

it "finishes it where it was killed between git's index and the branch"
fresh index
killed_at "$indexed" task-move 1
commits 0
git diff --cached --quiet && fail "git's index was not there"
echo more >code
git commit -qm "beside" code && fail "git could commit"
git checkout -q code
exits 0 task-ledger --add waiting_on -m x 2
commits 2
nothing_left
sound

it "finishes it where it was killed while it finished"
fresh twice
killed_at "$happened" task-new "Three"
killed_at 'mkdirat .TASK-0003' task-index
killed_at 'open .*/index-new' task-index
exits 0 task-index
commits 1
is "$(task-ls | wc -l)" 3
nothing_left
sound

it "finishes several that were killed one after the other"
fresh several
killed_at "$happened" task-new "Three"
killed_at 'open .*heads/main.lock' task-new "Four"
exits 0 task-index
exits 0 task-ls --columns name
out_has "Three"
is "$(task-ls | wc -l)" "$(git rev-list --count "$head..HEAD" |
    awk '{ print $1 + 2 }')"
nothing_left
sound

it "finishes it once where two programs come at the same time"
fresh two
killed_at "$happened" task-move 1
for p in 1 2 3 4; do
	task-ledger --add waiting_on -m "p$p" 2 >"$sandbox/out$p" \
	    2>"$sandbox/err$p" &
done
wait
is "$(cat "$sandbox"/out[1-4] | sort -u)" "TASK-0002"
is "$(cat "$sandbox"/err[1-4])" ""
commits 5
is "$(events 0001 | grep -c verified)" 1
is "$(events 0002 | grep -c waiting_on)" 4
nothing_left
sound

it "finishes in a linked worktree what was killed there"
fresh main
git worktree add -q ../main-linked -b linked
cd ../main-linked || exit 1
FAULT_TRACE=$sandbox/trace2 LD_PRELOAD=$shim task-new -n "Three" >/dev/null
for n in 40 50 60; do
	FAULT_N=$n FAULT_MODE=kill LD_PRELOAD=$shim task-new "Killed $n" \
	    >"$out" 2>"$err"
done
exits 0 task-new "Last"
is "$(task-ls | wc -l)" "$(($(git log --format=%s "$head.." |
    grep -c ': new: ') + 2))"
sound
cd ../main && commits 0
exits 0 task-new "In the main one"
commits 1
sound

it "lets a board that is half done be read"
fresh read
for at in "$happened" 'renameat .*INDEX.md$' 'mkdirat .TASK-' "$indexed"; do
	killed_at "$at" task-new "Three"
	exits 0 task-ls
	exits 0 task-show 1
	exits 0 task-ledger 1
	exits 0 task-index
done

# What others did meanwhile.

it "makes the change on top of what a person committed meanwhile"
fresh ontop
killed_at "$happened" task-new "Three"
echo more >>code && git commit -qam "more code"
exits 0 task-index
commits 2
is "$(git log -2 --format=%s | paste -sd/ -)" "TASK-0003: new: Three/more code"
is "$(git show HEAD:code)" "code
more"
nothing_left
sound

it "keeps what a person wrote meanwhile, says so, and has its own in the commit"
fresh written
killed_at "$happened" task-move 2
echo "By hand, meanwhile." >>"$(folder 0002)/0002-two.task.md"
exits 0 task-index
err_has "0002-two.task.md was changed meanwhile; your version is kept, the commit has ours"
is "$(tail -n 1 "$(card 0002)")" "By hand, meanwhile."
is "$(git show "HEAD:$(card 0002)" | grep -c '^stage: "backlog"')" 1
is "$(folder 0002)" "$tasks/backlog/TASK-0002-two"
git fsck --strict >"$out" 2>&1 || fail "git fsck: $(cat "$out")"

it "finishes it on its own branch where another is checked out by now"
fresh branch
git branch other
killed_at "$happened" task-new "Three"
git checkout -q other || fail "git does not switch"
picture=$(find .work -type f | sort | xargs sha1sum | sha1sum)
exits 0 task-ls
exits 0 task-index
is "$(git rev-parse other)" "$head"
is "$(dirty)" ""
is "$(find .work -type f | sort | xargs sha1sum | sha1sum)" "$picture"
git checkout -q main || fail "git does not switch back"
is "$(git log -1 --format=%s)" "TASK-0003: new: Three"
exits 0 task-index
nothing_left
sound

it "does not do it again where a person undid it after it was finished"
fresh undone
killed_at "$happened" task-new "Three"
exits 0 task-index
git reset -q --hard "$head"
exits 0 task-index
commits 0
is "$(dirty)" ""
is "$(task-ls | wc -l)" 2

# After a restart of the machine.

it "restores after a restart what was not on disk yet: files"
fresh restart
exits 0 task-new "Three"
exits 0 task-move 1
exits 0 task-ledger --add waiting_on -m "kept" 2
new=$(git rev-parse HEAD)
lose "$(card 0003)"
lose "$(ledger 0001)"
lose "$(ledger 0002)"
lose $tasks/INDEX.md
lose $tasks/ID_COUNTER.txt
rm "$(folder 0003)/0003.context.md"
restart
exits 0 task-index
is "$(git rev-parse HEAD)" "$new"
nothing_left
sound

it "restores a package whose folder had not been moved or made yet"
fresh folders
exits 0 task-new "Three"
exits 0 task-move 1
new=$(git rev-parse HEAD)
rm -r "$(folder 0003)"
mv $tasks/backlog/TASK-0001-one $tasks/inbox/
restart
exits 0 task-index
is "$(git rev-parse HEAD)" "$new"
is "$(folder 0001)" "$tasks/backlog/TASK-0001-one"
[ -f "$(card 0003)" ] || fail "the new package is gone"
nothing_left
sound

it "restores the branch, and objects that were not written, or half"
fresh objects
exits 0 task-new "Three"
exits 0 task-ledger --add waiting_on -m x 3
new=$(git rev-parse HEAD)
for id in "$new" "$(git rev-parse "HEAD^{tree}")" \
    "$(git rev-parse "HEAD:$(card 0003)")"; do
	rm -f ".git/objects/$(echo "$id" | sed 's/^../&\//')"
done
id=$(git rev-parse HEAD~1)
f=.git/objects/$(echo "$id" | sed 's/^../&\//')
chmod u+w "$f" && : >"$f"
# One that is cut off, and in a pack as well.
id=$(git rev-parse "HEAD:$(ledger 0003)")
f=.git/objects/$(echo "$id" | sed 's/^../&\//')
echo "$id" | git pack-objects -q .git/objects/pack/pack >"$out"
chmod u+w "$f" && truncate -s 100 "$f"
echo "$head" >.git/refs/heads/main
old .git/refs/heads/main
restart
exits 0 task-index
is "$(git rev-parse HEAD)" "$new"
commits 2
nothing_left
sound

it "restores a branch whose file is empty, or holds zeros"
fresh empty-branch
exits 0 task-new "Three"
new=$(git rev-parse HEAD)
for bytes in 0 41; do
	head -c $bytes /dev/zero >.git/refs/heads/main
	restart
	exits 0 task-ledger --add waiting_on -m x 1
	err_is "task-ledger: warning: refs/heads/main was damaged, and is restored"
	is "$(git rev-parse HEAD~1)" "$new"
	new=$(git rev-parse HEAD)
	sound
done

it "restores git's index where it fell back"
fresh index-back
cp .git/index "$sandbox/index"
exits 0 task-new "Three"
exits 0 task-move 1
exits 0 task-ledger --add waiting_on -m x 1
cp "$sandbox/index" .git/index
old .git/index
restart
exits 0 task-index
sound

it "makes git's index anew where it is damaged, says so, and keeps what it was"
for bytes in 0 600; do
	exits 0 task-ledger --add waiting_on -m x 1
	head -c $bytes .git/index >"$sandbox/index"
	cp "$sandbox/index" .git/index
	restart
	exits 0 task-index
	err_is "task-index: warning: git's index was damaged and is made anew from HEAD; what was staged is not in it"
	cmp -s .git/task/index-damaged "$sandbox/index" || fail "it is not kept"
	sound
done

it "restores files that hold zeros where their bytes were, or are cut off at a sector"
fresh wreck
f=$(folder 0001)/0001.context.md
head -c 1500 /dev/zero | tr '\0' x >>"$f"
exits 0 task-ledger --add waiting_on -m x 1
size=$(stat -c %s "$f")
cp "$f" "$sandbox/whole"
for cut in "bs=1 count=30 seek=$((size - 30))" "bs=1 count=$size" "bs=512 count=1" "bs=512 count=1 seek=1"; do
	dd if=/dev/zero of="$f" conv=notrunc status=none $cut
	restart
	exits 0 task-index
	err_is ""
	cmp -s "$f" "$sandbox/whole" || fail "not with $cut"
	exits 0 task-note --context 1 "and $cut"
	cp "$f" "$sandbox/whole"
done
truncate -s 1024 "$f"
restart
exits 0 task-index
cmp -s "$f" "$sandbox/whole" || fail "not where it was cut off"
sound

# The journal's mark of what was done is its header's.
journal_header() {
	head -c 56 .git/task/journal >"$sandbox/header"
}

lose_mark() {
	dd if="$sandbox/header" of=.git/task/journal conv=notrunc status=none
	restart
}

it "restores what came before a move of which the mark alone was lost"
fresh mark
cp -a "$(folder 0001)" "$sandbox/package"
exits 0 task-note 1 "before it moved"
journal_header
exits 0 task-move 1
new=$(git rev-parse HEAD)
rm -r "$(folder 0001)"
mv "$sandbox/package" $tasks/inbox/TASK-0001-one
lose_mark
exits 0 task-index
err_is ""
is "$(git rev-parse HEAD)" "$new"
is "$(folder 0001)" "$tasks/backlog/TASK-0001-one"
nothing_left
sound

it "leaves git's index as it is where only the branch has not moved yet"
fresh branch-alone
journal_header
mv "$(folder 0001)" $tasks/backlog/
exits 0 task-watch --once
new=$(git rev-parse HEAD)
git update-ref refs/heads/main HEAD~1
old .git/index .git/refs/heads/main
# The clock goes on.
sleep 1.1
lose_mark
exits 0 task-index
err_is ""
is "$(git rev-parse HEAD)" "$new"
nothing_left
sound

it "restores a person's edit that was on record, on top of what it restored"
fresh edited
f=$(folder 0001)/0001.context.md
cp -a "$f" "$sandbox/context"
journal_header
exits 0 task-note 1 "by a program"
echo "by hand" >>"$f"
exits 0 task-watch --once
cp "$f" "$sandbox/whole"
git update-ref refs/heads/main HEAD~2
cp -a "$sandbox/context" "$f"
git read-tree HEAD
old .git/refs/heads/main
sleep 1.1
lose_mark
exits 0 task-index
cmp -s "$f" "$sandbox/whole" || fail "not restored: $(git diff HEAD)"
commits 2
sound

it "leaves what a person did since then as it is"
fresh since
exits 0 task-new "Three"
exits 0 task-ledger --add waiting_on -m x 1
echo "Since then." >>"$(card 0003)"
echo more >>code && git commit -qam "more code"
git rm -qr "$(folder 0002)" && git commit -qm "without the second"
new=$(git rev-parse HEAD)
restart
exits 0 task-ledger --add waiting_on -m y 1
is "$(git rev-parse HEAD~1)" "$new"
is "$(tail -n 1 "$(card 0003)")" "Since then."
is "$(git show HEAD:code | tail -n 1)" more
[ -z "$(folder 0002)" ] || fail "what was removed is back"

it "leaves a package where a person put it since then"
fresh since-moved
exits 0 task-ledger --add waiting_on -m x 1
mv "$(folder 0001)" $tasks/current/
restart
exits 0 task-ledger --add waiting_on -m y 2
err_is ""
is "$(folder 0001)" "$tasks/current/TASK-0001-one"
is "$(tail -n 1 "$(ledger 0001)" | grep -c waiting_on)" 1

it "leaves a package where a commit put it since then"
fresh since-committed
exits 0 task-move 1
git mv "$(folder 0001)" $tasks/inbox/ && git commit -qm "back"
restart
exits 0 task-ledger --add waiting_on -m y 2
is "$(folder 0001)" "$tasks/inbox/TASK-0001-one"
is "$(dirty)" ""

it "leaves what a program did since then without a commit"
fresh since-left
exits 0 task-ledger --add waiting_on -m x 1
exits 0 task-move --no-commit 1
files=$(find $tasks -type f ! -path '*TASK-0002*' -exec cksum {} +)
restart
exits 0 task-ledger --add waiting_on -m y 2
is "$(find $tasks -type f ! -path '*TASK-0002*' -exec cksum {} +)" "$files"

it "leaves an older text that a person went back to, and an older commit"
fresh since-older
cp "$(card 0001)" "$sandbox/older"
exits 0 task-set -r why 1 priority=P2
cp "$sandbox/older" "$(card 0001)"
later "$(card 0001)"
restart
exits 0 task-ledger --add waiting_on -m y 2
cmp -s "$(card 0001)" "$sandbox/older" || fail "the text is not theirs"
git checkout -q .
exits 0 task-new "Three"
git reset -q --hard HEAD~1
new=$(git rev-parse HEAD)
later .git/refs/heads/main .git/index
restart
exits 0 task-ls
exits 0 task-ledger --add waiting_on -m z 2
is "$(git rev-parse HEAD~1)" "$new"
is "$(task-ls | wc -l)" 2
sound

it "leaves the files alone where another branch is checked out by now"
fresh since-branch
exits 0 task-new "Three"
exits 0 task-move 1
git checkout -q -b other "$head"
restart
exits 0 task-index
is "$(dirty)" ""
is "$(git rev-parse other)" "$head"
is "$(task-ls | wc -l)" 2
is "$(folder 0001)" "$tasks/inbox/TASK-0001-one"
is "$(git log -1 --format=%s main~1)" "TASK-0003: new: Three"

it "finishes after a restart what was interrupted by it"
fresh interrupted
exits 0 task-new "Three"
killed_at "$happened" task-new "Four"
lose "$(card 0003)"
restart
exits 0 task-index
commits 2
is "$(task-ls | wc -l)" 4
nothing_left
sound

it "does that once: a second restart finds nothing to do"
printf 'By hand.\n' >>"$(card 0003)"
restart
exits 0 task-watch --once
out_is "TASK-0003	edited"
sound

# A journal that is not as it should be.

it "takes no notice of a record that is cut off: nobody was told of it"
for cut in 1 20 200; do
	fresh "cut-$cut"
	killed_at "$happened" task-new "Three"
	size=$(stat -c %s .git/task/journal)
	truncate -s $((size - cut)) .git/task/journal
	exits 0 task-new "Four"
	out_is "TASK-0003"
	commits 1
	nothing_left
	sound
done

it "takes no notice of a record whose bytes are not as they were written"
fresh flipped
killed_at "$happened" task-new "Three"
printf 'XXXX' | dd of=.git/task/journal bs=1 conv=notrunc status=none \
    seek=$(($(stat -c %s .git/task/journal) - 100))
exits 0 task-new "Four"
out_is "TASK-0003"
commits 1
sound

it "goes on with an empty journal, and with one that is cut off in its head"
for size in 0 1 30 56; do
	fresh "head-$size"
	exits 0 task-new "Three"
	truncate -s $size .git/task/journal
	exits 0 task-new "Four"
	out_is "TASK-0004"
	commits 2
	sound
done

# odd COMMAND...: it says something of the journal, and ends.
odd() {
	timeout -k 1 10 "$@" >"$out" 2>"$err" </dev/null
	status=$?
	case $status in
	0 | 65 | 74 | 78) ;;
	*) fail "exit status $status" ;;
	esac
	grep -q "^$1: .*journal" "$err" || fail "it says nothing of the journal"
	git fsck --strict >"$sandbox/fsck" 2>&1 ||
	    fail "git fsck: $(cat "$sandbox/fsck")"
	[ -f "$(card 0001)" ] && [ -f "$(card 0002)" ] || fail "a card is gone"
}

it "says that a journal is none that it knows: of another version"
fresh version
killed_at "$happened" task-new "Three"
printf 'TASKJNL9' | dd of=.git/task/journal bs=1 conv=notrunc status=none
cp .git/task/journal "$sandbox/journal"
odd task-new "Four"

it "keeps what is in it"
for f in .git/task/*; do
	cmp -s "$f" "$sandbox/journal" && echo kept
done | grep -q kept || fail "the journal is gone"

it "says that a journal is none that it knows: no journal at all"
fresh garbage
head -c 5000 /dev/zero | tr '\0' 'x' >.git/task/journal
odd task-new "Three"

it "says that a record is no change, names the journal, and changes nothing"
fresh nonsense
exits 0 task-new "Three"
{
	head -c 56 .git/task/journal
	printf 'TKJ1\0\0\0\0\010\0\0\0\0\0\0\0nonsense'
	printf nonsense | git hash-object --literally -t record --stdin |
	    sed 's/../\\\\x&/g' | xargs printf
} >"$sandbox/journal"
cat "$sandbox/journal" >.git/task/journal
printf '\070\0\0\0\0\0\0\0' |
    dd of=.git/task/journal bs=1 seek=48 conv=notrunc status=none
exits 65 timeout 10 task-new "Four"
err_has "journal"
is "$(git rev-list --count HEAD)" "$(git rev-list --count "$head" |
    awk '{ print $1 + 1 }')"

it "never writes outside of the repository because of a journal's symbolic link"
fresh link
echo theirs >"$sandbox/theirs"
rm .git/task/journal && ln -s "$sandbox/theirs" .git/task/journal
exits 74 task-new "Three"
err_has "journal"
is "$(cat "$sandbox/theirs")" theirs
is "$(dirty)" ""
commits 0

it "needs no journal to read"
fresh readers
rm -rf .git/task
exits 0 task-ls
exits 0 task-show 1
exits 0 task-ledger 1
exits 0 task-index --check
[ -e .git/task ] && fail "a reader made it"
exits 0 task-new "Three"
sound

finish
