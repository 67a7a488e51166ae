#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"

tmp=$sandbox/tmp
mkdir "$tmp" || exit 1
tasks=.work/tasks
pid=
trap '[ -n "$pid" ] && tell TERM 2>/dev/null
    chmod -R u+rwx "$sandbox" 2>/dev/null; rm -rf "$sandbox"' EXIT

# watch OPTION...: starts it in the background and waits until it has looked
# once; two minutes are the end of it in any case.
watch() {
	: >"$tmp/out"
	: >"$tmp/err"
	echo "The first edit." >>"$(card 0001)"
	bounded 120 task-watch "$@" >"$tmp/out" 2>"$tmp/err" \
	    </dev/null &
	pid=$!
	eventually committed
	mark
}

# stops STATUS: asked to end it ends, with that status; stop: with any.
stops() {
	stop
	is $status "$1"
}

stop() {
	tell TERM 2>/dev/null
	wait "$pid"
	status=$?
	pid=
}

# eventually COMMAND...: succeeds within ten seconds.
eventually() {
	tries=0
	until "$@"; do
		tries=$((tries + 1))
		if [ $tries -gt 100 ]; then
			fail "not within ten seconds: $*"
			tail -n 5 "$tmp/out" | sed 's/^/# out: /'
			tail -n 5 "$tmp/err" | sed 's/^/# err: /'
			return 1
		fi
		sleep 0.1
	done
}

mark() {
	git rev-parse HEAD >"$tmp/mark"
}

# committed: something was since mark, and git sees nothing else.
committed() {
	[ "$(git rev-parse HEAD)" != "$(cat "$tmp/mark")" ] &&
	    [ -z "$(GIT_OPTIONAL_LOCKS=0 dirty)" ]
}

moved_on() {
	[ "$(git rev-parse HEAD)" != "$(cat "$tmp/mark")" ]
}

commits() {
	is "$(git rev-list --count "$(cat "$tmp/mark")..HEAD")" "$1"
}

prints() {
	eventually grep -qF -e "$1" "$tmp/out"
}

says() {
	eventually grep -qF -e "$1" "$tmp/err"
}

# by_rename FILE SED: as an editor that writes a new file beside the old one.
by_rename() {
	sed "$2" "$1" >"$1.new~" && mv "$1.new~" "$1"
}

# in_place FILE SED: as an editor that writes into the file.  The shell empties
# it and writes itself: a program that it starts may come late on a busy machine.
in_place() {
	edited=$(sed "$2" "$1" && echo end)
	printf '%s' "${edited%end}" >"$1"
}

it "says that there is no board"
exits 66 timeout 20 task-watch
err_is "task-watch: no .work/tasks here or above (task-init makes one)"

board
for name in "Log in" "Log out" "Third"; do
	make_task "$name" '"priority":"P1","effort":"M"'
done
mark

it "takes in first what was changed before it ran"
watch --debounce 50
prints "TASK-0001	edited"
commits 0
is "$(git log -1 --format=%s)" "TASK-0001: edited by hand"
is "$(cat "$tmp/err")" ""

it "takes in a card that is written in place"
mark
in_place "$(card 0002)" 's/^priority: .*/priority: P2/'
eventually committed
prints "TASK-0002	edited"
is "$(events 0002 | tail -n 1)" priority_changed
commits 1

it "takes in a card that is replaced by another file"
mark
by_rename "$(card 0002)" 's/^priority: .*/priority: P3/'
eventually committed
is "$(events 0002 | tail -n 1)" priority_changed
commits 1

it "takes in a context, and a learning that is new"
mark
echo "More." >>"$(folder 0002)/0002.context.md"
eventually committed
is "$(events 0002 | tail -n 1)" content_updated
mark
echo "One." >"$(folder 0002)/0002.learning.md"
eventually committed
commits 1

it "takes in a package that is moved, by the rules"
mark
mv "$(folder 0002)" $tasks/backlog/
eventually committed
prints "TASK-0002	moved"
is "$(events 0002 | tail -n 1)" verified
commits 1

it "takes in what is edited where it was moved to"
mark
in_place "$(card 0002)" 's/^priority: .*/priority: P1/'
eventually committed
is "$(events 0002 | tail -n 1)" priority_changed
commits 1

it "takes in a package that is dropped in, and what is edited in it then"
mark
mkdir "$tmp/TASK-0042-dropped"
sed 's/0003/0042/; s/Third/dropped/' "$(card 0003)" \
    >"$tmp/TASK-0042-dropped/0042-dropped.task.md"
sed 's/^{"id":"[^"]*",/{/' "$(ledger 0003)" \
    >"$tmp/TASK-0042-dropped/0042.ledger.jsonl"
echo "what is needed" >"$tmp/TASK-0042-dropped/0042.context.md"
# As a whole: of a copy that is under way it says that there is no card yet.
cp -r "$tmp/TASK-0042-dropped" $tasks/inbox/.dropped
mv $tasks/inbox/.dropped "$tasks/inbox/TASK-0042-dropped"
eventually committed
eventually grep -qF 0043 $tasks/ID_COUNTER.txt
mark
in_place "$(card 0042)" 's/^priority: .*/priority: P4/'
eventually committed
is "$(events 0042 | tail -n 1)" priority_changed

it "ends with 0 when it is asked to, in a tree that is sound"
stops 0
sound
is "$(cat "$tmp/err")" ""

it "says what may not be moved, leaves it, and goes on"
watch --debounce 50
mv "$(folder 0003)" $tasks/current/
says "TASK-0003: moved by hand from 'inbox' to 'current'"
is "$(git rev-parse HEAD)" "$(cat "$tmp/mark")"
in_place "$(card 0002)" 's/^priority: .*/priority: P2/'
prints "TASK-0002	edited"
eventually moved_on
is "$(folder 0003)" "$tasks/current/TASK-0003-third"

it "says it once, and not with every change elsewhere"
mark
in_place "$(card 0002)" 's/^priority: .*/priority: P4/'
eventually moved_on
is "$(grep -c "TASK-0003: moved by hand" "$tmp/err")" 1
mv "$(folder 0003)" $tasks/inbox/

it "says what is malformed, goes on with the others, and takes it in when mended"
mark
in_place "$(card 0003)" 's/^priority: .*/priority: @high/'
says "$(card 0003):9:11: a value may not begin with '@': put it in quotes"
in_place "$(card 0002)" 's/^priority: .*/priority: P3/'
eventually grep -q '"to":"P3"' "$(ledger 0002)"
in_place "$(card 0003)" 's/^priority: .*/priority: P2/'
eventually committed
is "$(events 0003 | tail -n 1)" priority_changed

it "takes nothing in for an editor's temporary files"
mark
for file in 4913 .0003-third.task.md.swp 0003-third.task.md~ \
    '#0003-third.task.md#'; do
	echo x >"$(folder 0003)/$file"
done
in_place "$(card 0003)" 's/^priority: .*/priority: P3/'
eventually grep -q '"to":"P3"' "$(ledger 0003)"
eventually moved_on
is "$(git show --format= --name-only HEAD | sort)" "$(card 0003)
$(ledger 0003)"
git clean -fdq .work

it "does nothing again for what it and other programs write"
mark
task-ledger --add late_log -m "by a program" 3 >"$out"
task-move 3 >"$out"
in_place "$(card 0003)" 's/^priority: .*/priority: P1/'
eventually grep -q '"to":"P1"' "$(ledger 0003)"
eventually committed
is "$(git log --format=%s "$(cat "$tmp/mark")..HEAD")" "TASK-0003: edited by hand
TASK-0003: inbox to backlog: Third
TASK-0003: late_log"

it "ends with 0 then, too: what it had to say was said"
stops 0
sound

it "ends with 0 on an interrupt and on a hang-up"
for signal in INT HUP; do
	watch --debounce 50
	tell "$signal"
	wait "$pid"
	is $? 0
	pid=
done

it "gathers what is changed within the time of --debounce into one commit"
watch --debounce 1000
in_place "$(card 0001)" 's/^priority: .*/priority: P2/'
in_place "$(card 0002)" 's/^priority: .*/priority: P0/'
echo "More." >>"$(folder 0003)/0003.context.md"
mv "$(folder 0042)" $tasks/backlog/
eventually committed
commits 1
is "$(git log -1 --format=%s)" "task-watch: 4 tasks changed by hand"

it "does not wait for ever for a quiet moment"
mark
n=0
while [ $n -lt 150 ] && [ "$(git rev-parse HEAD)" = "$(cat "$tmp/mark")" ]; do
	n=$((n + 1))
	echo "line $n" >>"$(card 0001)"
	sleep 0.1
done
[ $n -lt 150 ] || fail "nothing was committed in fifteen seconds"
eventually committed
stops 0

it "takes in 200 packages that are dropped in as one commit"
watch --debounce 1000
n=100
while [ $n -lt 300 ]; do
	dir=$tmp/bulk/TASK-0$n-bulk
	mkdir -p "$dir"
	printf -- '---\ntask_id: "0%s"\ntask_name: Bulk %s\nstage: inbox\nstatus: active\n---\n' \
	    $n $n >"$dir/0$n-bulk.task.md"
	echo '{"ts":"2025-10-17T10:00:00Z","user":"@bob","event":"created","desc":"x"}' \
	    >"$dir/0$n.ledger.jsonl"
	n=$((n + 1))
done
mv "$tmp"/bulk/* $tasks/inbox/
eventually committed
commits 1
is "$(git log -1 --format=%s)" "task-watch: 200 tasks changed by hand"
is "$(cat $tasks/ID_COUNTER.txt)" 0300

it "watches the packages that came with them"
mark
echo "More." >>"$(card 0299)"
eventually committed
is "$(events 0299 | tail -n 1)" content_updated
stops 0
sound

it "puts back with --enforce what may not be moved"
watch --debounce 50 --enforce
mv "$(folder 0299)" $tasks/next/
prints "TASK-0299	put back"
eventually [ -d $tasks/inbox/TASK-0299-bulk ]
is "$(git rev-parse HEAD)" "$(cat "$tmp/mark")"
is "$(dirty)" ""
mark
echo "And more." >>"$(card 0299)"
eventually committed
stop

it "leaves the commits to the person with --no-commit"
mark
: >"$tmp/out"
bounded 60 task-watch --debounce 50 --no-commit >"$tmp/out" 2>"$tmp/err" \
    </dev/null &
pid=$!
echo "Edited." >>"$(card 0298)"
prints "TASK-0298	edited"
stops 0
is "$(git rev-parse HEAD)" "$(cat "$tmp/mark")"
is "$(dirty)" " M $(card 0298)
 M $(ledger 0298)"
git checkout -q .work

# Git at work.

it "commits nothing because another branch is checked out"
git checkout -q -b side
make_task "On the side" '"priority":"P1"'
task-move 2 -s next >"$out" 2>"$err"
git checkout -q main
watch
main=$(git rev-parse main)
side=$(git rev-parse side)
for branch in side main side main; do
	git checkout -q $branch || fail "git cannot check out $branch"
done
in_place "$(card 0001)" 's/^priority: .*/priority: P4/'
eventually grep -q '"to":"P4"' "$(ledger 0001)"
eventually committed
is "$(git rev-parse side)" "$side"
is "$(git rev-parse main~1)" "$main"

it "goes on on the branch that is checked out"
git checkout -q side
side=$(git rev-parse side)
mark
echo "On the side." >>"$(card 0001)"
eventually committed
is "$(git rev-parse side~1)" "$side"
is "$(git rev-list --count main..side)" 3

it "has nothing to complain of when branches are checked out"
git checkout -q main
in_place "$(card 0001)" 's/^priority: .*/priority: P3/'
eventually grep -q '"to":"P3"' "$(ledger 0001)"
stop
is "$(cat "$tmp/err")" ""
git checkout -q .work

it "waits while a branch that is checked out has come to the files and not to HEAD"
watch --debounce 50
git update-index -q --refresh
head=$(git rev-parse HEAD)
: >.git/HEAD.lock
exits 0 git read-tree -u -m side
sleep 1
is "$(git rev-parse HEAD)" "$head"
echo "ref: refs/heads/side" >.git/HEAD
rm .git/HEAD.lock
side=$(git rev-parse side)
mark
echo "On the side, too." >>"$(card 0001)"
eventually committed
is "$(git rev-parse side~1)" "$side"
is "$(git diff --name-only side~1 side)" "$(card 0001)
$(ledger 0001)"
stop
is "$(cat "$tmp/err")" ""
git checkout -q main

it "waits while git is in the middle of a merge"
watch -v --debounce 50
git merge -q --no-commit --no-ff side >"$out" 2>&1
head=$(git rev-parse HEAD)
[ -f .git/MERGE_HEAD ] || fail "there is no merge: $(cat "$out")"
echo "During the merge." >>"$(card 0298)"
says "task-watch: git is busy; waiting"
is "$(git rev-parse HEAD)" "$head"
git add .work && git commit -qm "merged"
echo "After the merge." >>"$(card 0298)"
eventually grep -q content_updated "$(ledger 0298)"
eventually committed
is "$(git log --format=%s -2)" "TASK-0298: edited by hand
merged"
stops 0

it "fails when its output cannot be written"
echo "Edited." >>"$(card 0001)"
mark
bounded 60 task-watch --debounce 50 >/dev/full 2>"$tmp/err" </dev/null &
pid=$!
says "cannot write to standard output: No space left on device"
tell TERM 2>/dev/null
wait "$pid"
is $? 74
pid=

finish
