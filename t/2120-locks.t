#!/bin/sh
# SPDX-License-Identifier: MIT
# Locks: the board's own, git's index.lock, the locks of references; those that
# others hold, those that were left, and programs that work at the same time.
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/fault/killed.sh"

top=$(pwd -P)
tasks=.work/tasks
real_git=$(command -v git)

# fresh NAME: a repository with a board of two tasks.
fresh() {
	cd "$top" && mkdir "$1" && cd "$1" || exit 1
	board
	make_task "One" '"priority":"P1","effort":"M"'
	make_task "Two" '"priority":"P1","effort":"M"'
	echo code >code && git add code && git commit -qm "code"
}

# Nothing of ours, and no lock, is left in the git directory.
nothing_left() {
	is "$(find .git -name '*.lock' -o -name index-new -o \
	    -name index-pending -o -name '.*.tmp')" ""
}

in_head() {
	git ls-tree -r --name-only HEAD
}

# Git's index, as far as it is not what HEAD has.
staged() {
	git diff --cached --name-status --no-renames
}

# git's index.lock, as another process holds it.
hold_index() {
	echo "somebody's" >.git/index.lock
}

drop_index() {
	is "$(cat .git/index.lock)" "somebody's"
	rm -f .git/index.lock
}

# every_program COMMAND...: runs it before each program that writes.
every_program() {
	"$@" task-new "Three"
	"$@" task-move 1
	"$@" task-sign 1 next
	"$@" task-move 1
	"$@" task-ledger --add waiting_on -m x 2
	echo "By hand." >>"$(folder 0002)/0002.context.md"
	"$@" task-watch --once
}

# Git's index is held by another process.

commits_beside() {
	head=$(git rev-parse HEAD)
	exits 0 "$@"
	err_is ""
	is "$(git rev-list --count "$head..")" 1
	is "$(differs_from_head)" ""
}

# The files of the board that are not as HEAD has them, whatever git's index
# says.
differs_from_head() {
	(
		GIT_INDEX_FILE=$sandbox/index-of-head
		export GIT_INDEX_FILE
		rm -f "$GIT_INDEX_FILE"
		git read-tree HEAD && git status --porcelain -- .work
	)
}

# beside VERSION: every program while another process holds an index of that
# version.
beside() {
	version=$1
	fresh "index-$version"
	git update-index --index-version $version
	cp .git/index "$sandbox/index"
	hold_index
	every_program commits_beside
	cmp -s .git/index "$sandbox/index" ||
	    fail "it changed an index that another process holds"
	drop_index
	[ -e .git/task/index-pending ] || fail "nothing waits to be put right"

	exits 0 task-ledger --add waiting_on -m "the next one" 2
	nothing_left
}

it "commits while another process holds git's index, and does not wait for it"
beside 2

it "puts then all entries right that had to wait, in their order"
is "$(dirty)" ""
git reset -q --hard
sound

it "commits the same beside an index of a kind that git's program changes"
beside 4

it "puts then all entries right in such an index, too"
is "$(dirty)" ""
git reset -q --hard
sound

it "says with -v that another process holds git's index"
hold_index
exits 0 task-new -v "Four"
err_has "another process holds git's index"
drop_index
exits 0 task-index
sound

it "takes git's index for held however old, or empty, the lock is"
fresh stale
for content in "" "somebody's"; do
	printf '%s' "$content" >.git/index.lock
	touch -d "2001-01-01" .git/index.lock
	exits 0 task-new "New"
	is "$(cat .git/index.lock)" "$content"
	rm .git/index.lock
	exits 0 task-ledger --add waiting_on -m x 1
	nothing_left
	sound
done

it "puts the entries right where nothing else is to be done"
fresh idle
hold_index
exits 0 task-new "Three"
drop_index
exits 0 task-watch --once
out_is ""
nothing_left
sound

# guarded VERSION: a person stages something before the entries are put right.
guarded() {
	version=$1
	fresh "guard-$version"
	git update-index --index-version $version
	hold_index
	exits 0 task-ledger --add waiting_on -m x 1
	exits 0 task-move 2
	drop_index
	echo "By hand." >>"$(card 0001)" && git add "$(card 0001)"
	echo "More by hand." >>"$(ledger 0001)" && git add "$(ledger 0001)"
	sed '$d' "$(ledger 0001)" >"$sandbox/x" && cat "$sandbox/x" >"$(ledger 0001)"
	git ls-files -s "$(card 0001)" "$(ledger 0001)" >"$sandbox/staged"
	exits 0 task-new "Three"
	git ls-files -s "$(card 0001)" "$(ledger 0001)" |
	    diff "$sandbox/staged" - >"$sandbox/diff" ||
	    fail "it changed what was staged: $(cat "$sandbox/diff")"
	is "$(git status --porcelain -- "$(folder 0002)" "$(folder 0003)" \
	    $tasks/inbox/TASK-0002-two)" ""
}

it "leaves what a person staged meanwhile as it is staged"
guarded 2

it "leaves it in an index of a kind that git's program changes, too"
guarded 4

it "puts right what a commit on the old index took back: nothing is lost"
fresh back
hold_index
exits 0 task-new "Three"
exits 0 task-move 1
exits 0 task-ledger --add waiting_on -m "kept" 2
drop_index
# Git commits what its index has, which is not what HEAD has.
echo more >>code && git commit -qam "code"
for id in 0001 0002 0003; do
	[ -f "$(ledger $id)" ] || fail "the ledger of $id is gone"
done
exits 0 task-new "Four"
git add .work && git commit -qm "all of it"
nothing_left
sound
is "$(in_head | grep -c 'task\.md$')" 4
is "$(folder 0001)" "$tasks/backlog/TASK-0001-one"
is "$(git show "HEAD:$(ledger 0002)" | grep -c '"kept"')" 1

# At the same time.

# user_commits N: a person commits code; what fails is tried again with the
# next one.
user_commits() {
	i=0
	while [ $i -lt "$1" ]; do
		i=$((i + 1))
		echo "$i" >code
		git add code 2>/dev/null
		git commit -qm "code $i" >/dev/null 2>&1 && echo "code $i"
	done
}

it "puts right what git's own race took back: nothing is lost"
# git-commit(1) reads the index before it locks it, and may write what is out
# of date by then.
fresh race
cp .git/index "$sandbox/index"
exits 0 task-new "Three"
exits 0 task-move 1
exits 0 task-ledger --add waiting_on -m "kept" 2
cp "$sandbox/index" .git/index
echo more >>code && git commit -qm "code" code
cp "$sandbox/index" .git/index
git add code && git commit -qm "code, and what the index had"
is "$(in_head | grep -c TASK-0003)" 0
exits 0 task-watch --once
is "$(differs_from_head)" ""
is "$(in_head | grep -c 'task\.md$')" 3
is "$(folder 0001)" "$tasks/backlog/TASK-0001-one"
is "$(git show "HEAD:$(ledger 0002)" | grep -c '"kept"')" 1
nothing_left
sound

it "loses no task and no commit where a person commits at the same time"
fresh loop
user_commits 60 >"$sandbox/commits" &
p=0
while [ $p -lt 30 ]; do
	p=$((p + 1))
	task-new "Beside $p" || echo "failed $p"
	task-ledger --add waiting_on -m "b$p" 1 >/dev/null || echo "failed $p"
done >"$sandbox/ids" 2>"$sandbox/said"
wait
is "$(cat "$sandbox/said")" ""
is "$(sort -u "$sandbox/ids" | wc -l)" 30
is "$(task-ls --columns id | grep -c -Fxf "$sandbox/ids")" 30
is "$(git log --format=%s | grep -c ': new: Beside [0-9]*$')" 30
is "$(git log --format=%s | grep -xc -Ff "$sandbox/commits")" \
    "$(wc -l <"$sandbox/commits")"
is "$(events 0001 | grep -c waiting_on)" 30
git checkout -q code 2>/dev/null
exits 0 task-watch --once
nothing_left

it "has every task in HEAD then, and git has nothing to say"
is "$(differs_from_head)" ""
for ref in $(cat "$sandbox/ids"); do
	in_head | grep -q "/$ref-.*task\.md\$" || fail "$ref is not in HEAD"
done
git reset -q --hard HEAD
exits 0 task-index --check
is "$(dirty)" ""
git fsck --strict >"$out" 2>&1 || fail "git fsck: $(cat "$out")"

it "lets none do so between its commit and its entries in git's index"
# The index is of a kind that git's own program changes; a git that commits
# just before stands for a person who does.
fresh between
git update-index --index-version 4
mkdir "$sandbox/bin"
cat >"$sandbox/bin/git" <<END
#!/bin/sh
case "\$*" in
*update-index*)
	if [ ! -e "$sandbox/once" ]; then
		: >"$sandbox/once"
		(
			unset GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE
			cd "$top/between" && echo more >>code &&
			    "$real_git" commit -qm "code beside" -i code
		) </dev/null >/dev/null 2>&1
	fi
esac
exec "$real_git" "\$@"
END
chmod +x "$sandbox/bin/git"
exits 0 env PATH="$sandbox/bin:$PATH" task-ledger --add waiting_on -m "kept" 1
[ -e "$sandbox/once" ] || fail "git was not run"
rm -rf "$sandbox/bin" "$sandbox/once"
is "$(git log --format= --name-only --grep="code beside" -- .work)" ""
is "$(git show "HEAD:$(ledger 0001)" | grep -c '"kept"')" 1

it "loses nothing where references and objects are packed at the same time"
fresh pack
(
	i=0
	while [ $i -lt 10 ]; do
		i=$((i + 1))
		git pack-refs --all --prune
		git repack -adq
	done
) >"$sandbox/said2" 2>&1 &
p=0
while [ $p -lt 25 ]; do
	p=$((p + 1))
	task-new "Beside $p" || echo "failed $p"
done >"$sandbox/ids" 2>"$sandbox/said"
wait
is "$(cat "$sandbox/said")" ""
is "$(grep -vx 'TASK-[0-9]*' "$sandbox/ids")" ""
is "$(git rev-list --count HEAD)" 29
is "$(in_head | grep -c 'task\.md$')" 27
nothing_left
sound

# watched PROGRAM...: a task-watch that runs while something is done.
watched() {
	bounded 60 task-watch --debounce 10 >"$sandbox/watched" \
	    2>"$sandbox/watch-err" </dev/null &
	watcher=$!
	"$@"
	tell TERM
	wait $watcher
	is $? 0
}

edit_and_commit() {
	user_commits 30 >"$sandbox/commits" &
	user=$!
	i=0
	while [ $i -lt 40 ]; do
		i=$((i + 1))
		echo "Edit $i." >>"$(folder 0001)/0001.context.md"
		git add code 2>/dev/null
		task-ledger --add waiting_on -m "w$i" 2 >/dev/null 2>>"$sandbox/said"
	done
	wait $user
}

# work_beside_watch VERSION
work_beside_watch() {
	fresh "watch-$1"
	git update-index --index-version "$1"
	: >"$sandbox/said"
	watched edit_and_commit
	is "$(find .git -name '*.lock' -o -name index-new)" ""
	exits 0 task-watch --once
	nothing_left
	git reset -q code && git checkout -q code
	is "$(differs_from_head)" ""
	is "$(events 0002 | grep -c waiting_on)" 40
	is "$(tail -n 1 "$(folder 0001)/0001.context.md")" "Edit 40."
	git fsck --strict >"$out" 2>&1 || fail "git fsck: $(cat "$out")"
}

it "leaves no lock and nothing of its own where task-watch runs while git works"
work_beside_watch 2

it "leaves none where git's own program changes the index, either"
work_beside_watch 4

it "says itself, in a line, what git's program says when it is kept from it"
is "$(grep -v '^task-ledger: ' "$sandbox/said")" ""
is "$(grep -v '^task-watch: ' "$sandbox/watch-err")" ""

it "leaves git able to work when task-watch is ended in the middle of it"
fresh ended
n=0
while [ $n -lt 8 ]; do
	n=$((n + 1))
	: >"$sandbox/watched"
	echo "Edit $n." >>"$(folder 0001)/0001.context.md"
	task-watch --debounce 1 >"$sandbox/watched" 2>&1 </dev/null &
	watcher=$!
	tries=0
	until [ -s "$sandbox/watched" ] || [ $tries -gt 200 ]; do
		tries=$((tries + 1))
		sleep 0.05
	done
	echo "Edit $n, again." >>"$(folder 0001)/0001.context.md"
	[ $((n % 2)) -eq 0 ] || sleep 0.01
	kill $watcher
	wait $watcher
	is $? 0
	[ ! -e .git/index.lock ] || fail "index.lock is left"
done
exits 0 task-watch --once
nothing_left
sound

it "takes its own index.lock away that a killed program left, and no other"
if can_kill; then
	fresh killed
	killed_at 'rename .*/\.git/index$' task-new "Three"
	[ -e .git/index.lock ] || fail "there is no lock to take away"
	exits 0 task-ledger --add waiting_on -m x 1
	nothing_left
	sound
	is "$(in_head | grep -c 'task\.md$')" 3

	fresh killed-other
	killed_at 'link .*/index\.lock$' task-new "Three"
	hold_index
	exits 0 task-ledger --add waiting_on -m x 1
	drop_index
	exits 0 task-ledger --add waiting_on -m x 1
	nothing_left
	sound
else
	skip "$why_not"
fi

# goes_back BACK...: a move, and then git goes back over it with its own
# program, having looked at everything before.
goes_back() {
	[ -z "$failed" ] || return 0
	git reset -q --hard
	head=$(git rev-parse HEAD)
	git branch -qf old
	exits 0 task-move 1 backlog
	"$@" >"$out" 2>"$err" ||
	    fail "git breaks down: $*: $(head -n 1 "$err")"
	nothing_left
	[ -z "$failed" ] || return 0
	git checkout -q main && git reset -q --hard "$head" &&
	    git clean -fdq .work
	is "$(dirty)" ""
}

it "leaves git an index over which it does not break down, leaving its lock"
fresh back-by-git
goes_back git reset -q --hard HEAD~1
goes_back git checkout -q old
goes_back git read-tree -m HEAD~1
goes_back git revert --no-edit HEAD
goes_back git rebase -q --onto old HEAD~1
goes_back git commit -q --allow-empty -m "x"
goes_back git write-tree
goes_back git gc -q
goes_back git checkout -q HEAD~1 -- .work

it "does so where several tasks moved, twice"
fresh back-by-git-many
make_task "Three" '"priority":"P1","effort":"M"'
git reset -q --hard
exits 0 task-move 1 2 3 backlog
git reset -q --hard
exits 0 task-move -s 1 2 3 next
git reset -q --hard HEAD~1 2>"$err" || fail "$(head -n 1 "$err")"
is "$(dirty)" ""
nothing_left

# The board's own lock.

# refuses_to_wait COMMAND...: the lock is held.
refuses_to_wait() {
	head=$(git rev-parse HEAD)
	dirty >"$sandbox/dirty"
	exits 75 env TASK_LOCK_TIMEOUT=0 "$@"
	out_is ""
	err_is "$1: the board is locked by somebody (pid 1); waited 0 ms; try again"
	is "$(git rev-parse HEAD)" "$head"
	dirty | cmp -s - "$sandbox/dirty" || fail "it changed something"
}

it "says who holds the lock when its time is up, and changes nothing"
fresh held
exec 9<>.git/task/lock
flock -n 9 || fail "the lock is held already"
echo "somebody (pid 1)" >.git/task/lock
every_program refuses_to_wait
refuses_to_wait task-init
refuses_to_wait task-index

it "needs no lock to read, or to say what it would do"
exits 0 task-ls
exits 0 task-show 1
exits 0 task-ledger 1
exits 0 task-index --check
for command in "task-new -n x" "task-move -n 1" \
    "task-ledger -n --add waiting_on -m x 1" "task-watch --once -n" \
    "task-index -n"; do
	exits 0 env TASK_LOCK_TIMEOUT=0 $command
done

it "waits as long as TASK_LOCK_TIMEOUT says, and not longer"
exits 75 env TASK_LOCK_TIMEOUT=1s timeout 8 task-new "x"
err_has "waited 1000 ms"
git checkout -q .work

it "goes on when the lock is free in time"
(
	exec 9>&-
	TASK_LOCK_TIMEOUT=20s task-new "Waited" >"$sandbox/waited" \
	    2>"$sandbox/said"
	echo $? >>"$sandbox/waited"
) &
exec 9>&-
wait
is "$(cat "$sandbox/waited")" "TASK-0003
0"
is "$(cat "$sandbox/said")" ""
sound

it "needs no care for a lock whose holder was killed"
(
	exec 9<>.git/task/lock
	flock -n 9 && echo "a killed one (pid 2)" >.git/task/lock
	echo held >"$sandbox/held"
	exec sleep 60
) &
holder=$!
tries=0
until [ -s "$sandbox/held" ] || [ $tries -gt 200 ]; do
	tries=$((tries + 1))
	sleep 0.05
done
exits 75 env TASK_LOCK_TIMEOUT=0 task-new "x"
err_has "a killed one (pid 2)"
kill -9 $holder
wait $holder 2>/dev/null
exits 0 env TASK_LOCK_TIMEOUT=0 task-new "Free again"
sound

it "prints no control character of what the lock file says"
exec 9<>.git/task/lock
flock -n 9 || fail "the lock is held already"
printf 'a\033[31mb\n' >.git/task/lock
exits 75 env TASK_LOCK_TIMEOUT=0 task-new "x"
LC_ALL=C grep -q "$(printf '\033')" "$err" && fail "it reaches the terminal"
exec 9>&-

it "follows no symbolic link for its lock"
fresh link
echo theirs >"$sandbox/theirs"
ln -sf "$sandbox/theirs" .git/task/lock
exits 74 task-new "x"
err_has "task-new: "
err_has "lock"
is "$(cat "$sandbox/theirs")" theirs
rm .git/task/lock
exits 0 task-new "x"
sound

# The locks of references.

# unfinished STATUS COMMAND...: the reference cannot be moved: that is said,
# and the next program finishes it, once.
unfinished() {
	head=$(git rev-parse HEAD)
	echo "$(git rev-parse HEAD~1)" >"$lock"
	exits 75 timeout -k 1 20 "$@"
	err_has "$1: "
	err_has "the change is recorded, and the next task program will finish it"
	is "$(wc -l <"$err")" 1
	is "$(git rev-parse HEAD)" "$head"
	is "$(cat "$lock")" "$(git rev-parse HEAD~1)"
	rm -f "$lock"
	exits 0 task-index
	is "$(git rev-list --count "$head..")" 1
	nothing_left
	sound
}

it "finishes later what another's lock on the branch has kept it from"
fresh ref
lock=.git/refs/heads/main.lock
every_program unfinished

it "says so each time, as long as the lock is there, and makes no second change"
echo "$(git rev-parse HEAD~1)" >"$lock"
exits 75 task-new "Once"
head=$(git rev-parse HEAD)
exits 75 task-ledger --add waiting_on -m "y" 2
err_has "a change that was interrupted cannot be finished"
err_has "main"
is "$(git rev-parse HEAD)" "$head"
rm -f "$lock"
exits 0 task-ledger --add waiting_on -m "z" 2
is "$(git log --format=%s "$head..")" "TASK-0002: waiting_on
TASK-0004: new: Once"
is "$(grep -c '"y"' "$(ledger 0002)")" 0
sound

it "does the same on a detached HEAD"
fresh ref-detached
git checkout -q --detach
lock=.git/HEAD.lock
unfinished task-new "Three"
git symbolic-ref -q HEAD && fail "HEAD is on a branch"
is "$(in_head | grep -c 'task\.md$')" 3

it "is not kept from its work by the lock of packed references"
fresh packed
git pack-refs --all --prune
echo somebody >.git/packed-refs.lock
exits 0 task-new "Three"
is "$(cat .git/packed-refs.lock)" somebody
rm .git/packed-refs.lock
sound

finish
