#!/bin/sh
# SPDX-License-Identifier: MIT
# What cannot be written: folders and file systems that are read-only, disks
# that are full, outputs that are closed.  It is said, with status 74; a change
# has happened as a whole or not at all, and the next program knows which.

# Mounts are this process's own, and end with it.
if [ -z "${TASK_OWN_MOUNTS-}" ]; then
	TASK_OWN_MOUNTS=no
	unshare -m true 2>/dev/null && TASK_OWN_MOUNTS=yes
	export TASK_OWN_MOUNTS
	[ $TASK_OWN_MOUNTS = no ] || exec unshare -m sh "$0"
fi
. "${TASK_SRC:?}/t/lib.sh"
trap 'umount "$sandbox/disk" 2>/dev/null
    chmod -R u+rwx "$sandbox" 2>/dev/null; rm -rf "$sandbox"' EXIT

top=$(pwd -P)
tasks=.work/tasks

# Runs a program to which the permissions of files apply, root or not.
bound() {
	if [ "$(id -u)" -eq 0 ]; then
		setpriv --bounding-set -dac_override,-dac_read_search \
		    --inh-caps -all "$@"
	else
		"$@"
	fi
}

# A board of two tasks in the current folder.
fill_board() {
	board
	make_task "One" '"priority":"P1","effort":"M"'
	make_task "Two" '"priority":"P1","effort":"M"'
	head=$(git rev-parse HEAD)
}

fresh() {
	cd "$top" && mkdir "$1" && cd "$1" || exit 1
	fill_board
}

picture() {
	git rev-parse HEAD
	find .work -type f -print0 | sort -z | xargs -0 -r sha1sum
	git status --porcelain
}

# nothing_done STATUS COMMAND...: it says why, and nothing is changed.
nothing_done() {
	picture >"$sandbox/before"
	exits "$@"
	out_is ""
	shift
	[ "$1" != bound ] || shift
	err_has "$1: "
	picture | diff "$sandbox/before" - >"$sandbox/diff" ||
	    fail "it changed something: $(head -n 4 "$sandbox/diff")"
}

commits() {
	is "$(git rev-list --count "$head..HEAD")" "$1"
}

nothing_left() {
	is "$(find .git -name '*.lock' -o -name index-new -o \
	    -name index-pending -o -name '.*.tmp')" ""
	is "$(find .work -name '.*.tmp')" ""
}

# Every program that writes, each with a change to make.
every_program() {
	"$@" task-new "Three"
	"$@" task-move 1
	"$@" task-sign 1 next
	"$@" task-ledger --add waiting_on -m x 2
	echo "By hand." >>"$(folder 0002)/0002.context.md"
	"$@" task-watch --once
}

readers_work() {
	for command in "task-ls" "task-show 1" "task-ledger 1" \
	    "task-index --check" "task-new -n x" "task-move -n 1" \
	    "task-watch --once -n"; do
		exits 0 "$@" $command
	done
}

# Folders that may not be written.

# unwritable FOLDER COMMAND...: then it is recorded or not, as it is said; when
# the folder may be written again, there is one commit or none.
unwritable() {
	where=$1
	shift
	before=$(git rev-parse HEAD)
	chmod -R a-w "$where"
	exits 74 bound "$@"
	chmod -R u+w "$where"
	out_is ""
	err_has "$1: "
	err_has "Permission denied"
	is "$(wc -l <"$err")" 1
	recorded=0
	grep -q "the change is recorded" "$err" && recorded=1
	exits 0 task-index
	is "$(git rev-list --count "$before..HEAD")" $recorded
	nothing_left
	[ "$1" = task-watch ] && [ $recorded -eq 0 ] || sound
}

it "says which folder of the board it may not write, and is honest about the change"
fresh work
every_program unwritable .work

it "says that it may not write git's folder, and changes nothing"
fresh gitdir
chmod -R a-w .git
every_program nothing_done 74 bound
err_has "Permission denied"
chmod -R u+w .git
exits 0 task-watch --once
sound

it "is honest where objects, references or the index may not be written"
for where in .git/objects .git/refs .git/logs; do
	fresh "unwritable-$(basename "$where")"
	every_program unwritable "$where"
done

it "reads where nothing may be written, and says what it would do"
fresh readable
chmod -R a-w .work .git
readers_work bound
chmod -R u+w .work .git

it "names a file that may not be read, and reads the others"
chmod a-r "$(card 0001)"
exits 74 bound task-ls
err_has "0001-one.task.md"
err_has "Permission denied"
out_has "TASK-0002"
exits 74 bound task-show 1 2
out_has "Two"
exits 74 bound task-move 1
chmod u+r "$(card 0001)"
commits 0
sound

it "names a stage that may not be read"
chmod a-rx $tasks/inbox
exits 74 bound task-ls
err_has "inbox"
err_has "Permission denied"
nothing_done 74 bound task-new "x"
chmod u+rx $tasks/inbox
sound

# A file system of our own.

own=
if [ $TASK_OWN_MOUNTS = yes ]; then
	mkdir "$sandbox/disk"
	mount -t tmpfs -o size=2m none "$sandbox/disk" 2>/dev/null && own=yes
fi
skip=
[ -n "$own" ] || skip=" # SKIP only root may mount here"

it "reads on a file system that is read-only, and says what it would do$skip"
if [ -n "$own" ]; then
	mkdir "$sandbox/disk/ro" && cd "$sandbox/disk/ro" || exit 1
	fill_board
	mount -o remount,ro "$sandbox/disk"
	readers_work
fi

it "says that it cannot write there, and changes nothing$skip"
if [ -n "$own" ]; then
	for command in "task-new x" "task-move 1" "task-sign 1 next" \
	    "task-ledger --add waiting_on -m x 2" "task-watch --once" \
	    "task-init" "task-index"; do
		nothing_done 74 $command
		err_has "Read-only file system"
	done
	mount -o remount,rw "$sandbox/disk"
	exits 0 task-new "Three"
	sound
	rm -rf "$sandbox/disk/ro"
fi

# Fills the disk up, but for so many KB.
fill() {
	rm -f "$sandbox/disk/fill"
	free=$(df -k --output=avail "$sandbox/disk" | tail -n 1)
	dd if=/dev/zero of="$sandbox/disk/fill" bs=1024 \
	    count=$((free - $1)) status=none
}

# on_full_disk COMMAND...: with more and more KB to spare, until it works.
on_full_disk() {
	mkdir "$sandbox/disk/b" && cd "$sandbox/disk/b" || exit 1
	fill_board
	git repack -adq && rm -rf .git/hooks
	cp -a . "$sandbox/copy"
	spare=0
	failures_seen=0
	while :; do
		rm -rf ./* .work .git
		cp -a "$sandbox/copy/." .
		[ "$1" != task-watch ] ||
		    echo "By hand." >>"$(folder 0002)/0002.context.md"
		fill $spare
		"$@" >"$out" 2>"$err" </dev/null
		status=$?
		rm -f "$sandbox/disk/fill"
		case $status in
		0) ;;
		74)
			failures_seen=$((failures_seen + 1))
			grep -q "^$1: .*No space left" "$err" ||
			    fail "$spare KB: it says: $(cat "$err")"
			;;
		*) fail "$spare KB: exit status $status: $(cat "$err")" ;;
		esac
		done_it=$([ $status -ne 0 ] || echo 1)
		grep -q "the change is recorded" "$err" && done_it=1
		exits 0 task-index
		is "$spare KB: $(git rev-list --count "$head..HEAD")" \
		    "$spare KB: ${done_it:-0}"
		nothing_left
		[ "$1$done_it" = task-watch ] || sound
		[ $status -ne 0 ] && [ $spare -lt 400 ] || break
		spare=$((spare + 12))
	done
	is $status 0
	[ $failures_seen -gt 0 ] || fail "the disk was never full"
	cd "$top" && rm -rf "$sandbox/disk/b" "$sandbox/copy"
}

for command in "task-new Three" "task-move 1" \
    "task-ledger --add waiting_on -m x 2" "task-watch --once"; do
	it "does all or nothing on a disk that is full: ${command%% *}$skip"
	[ -z "$own" ] || on_full_disk $command
done

it "does all or nothing where a file may not grow: the limit of a process"
fresh limit
for blocks in 0 1 4 8 16 64; do
	for command in "task-new Three" "task-ledger --add waiting_on -m x 2"; do
		head=$(git rev-parse HEAD)
		(
			ulimit -f $blocks
			exec $command
		) >/dev/null 2>&1 </dev/null
		status=$?
		exits 0 task-index
		n=$(git rev-list --count "$head..HEAD")
		case $status,$n in
		0,0) fail "$blocks blocks: it said that it was done" ;;
		*,[01]) ;;
		*) fail "$blocks blocks: $n commits" ;;
		esac
		nothing_left
		sound
	done
done 2>/dev/null

# Outputs.

# silent STATUS REDIRECTION COMMAND...: with what it prints going nowhere, of
# which it says so in one line.
silent() {
	want=$1
	how=$2
	shift 2
	case $how in
	full) "$@" >/dev/full 2>"$err" </dev/null ;;
	closed) "$@" >&- 2>"$err" </dev/null ;;
	all) "$@" >&- 2>&- <&- ;;
	esac
	got=$?
	[ $got -eq "$want" ] || fail "$how: exit status $got, not $want: $*"
	[ "$how" = all ] && return
	is "$(grep -c "^$1: .*standard output" "$err")" 1
}

fresh outputs
for how in full closed; do
	it "exits 74 where its output is $how: what reads"
	for command in "task-ls" "task-ls -j" "task-ls -z" "task-ls --header" \
	    "task-show 1" "task-show -j 1" "task-show --raw 1" \
	    "task-show --html 1" "task-ledger 1" "task-ledger -a -j"; do
		silent 74 $how $command
	done

	it "exits 74 where its output is $how: help, version, what it would do"
	for program in task-init task-new task-move task-sign task-ledger \
	    task-index task-ls task-show task-watch; do
		silent 74 $how $program -h
		silent 74 $how $program -V
	done
	silent 74 $how task-new -n x
	silent 74 $how task-move -n 1

	it "exits 74 where its output is $how, with the change made: what writes"
	head=$(git rev-parse HEAD)
	silent 74 $how task-new "Another"
	silent 74 $how task-new -j "Another"
	silent 74 $how task-ledger --add waiting_on -m x 2
	commits 3
	echo "By hand." >>"$(folder 0002)/0002.context.md"
	silent 74 $how task-watch --once
	commits 4
	make_task "To be moved" '"priority":"P1","effort":"M"'
	id=$(ls $tasks/inbox | sed -n 's/TASK-\([0-9]*\)-to-be-moved/\1/p')
	head=$(git rev-parse HEAD)
	silent 74 $how task-move "$id"
	silent 74 $how task-sign "$id" next
	commits 2
	is "$(events "$id" | tail -n 2 | paste -sd' ' -)" "verified signed_off"
	nothing_left
	sound
done

it "says that it cannot say what is wrong with an index, and does not exit 0"
cp $tasks/INDEX.md "$sandbox/index"
sed '/0001/d' "$sandbox/index" >$tasks/INDEX.md
for how in full closed; do
	silent 1 $how task-index --check
done
cat "$sandbox/index" >$tasks/INDEX.md

it "prints the path of the board, or exits 74"
silent 74 full task-init
silent 74 closed task-init

it "writes nothing of what it prints into a file of the board or of git"
before=$(git rev-list --count HEAD)
silent 74 all task-new "Closed"
silent 74 all task-ledger --add waiting_on -m x 2
silent 74 all task-ls
silent 1 all task-move 2 archived
silent 66 all task-show 99
is "$(git rev-list --count HEAD)" $((before + 3))
is "$(LC_ALL=C head -c 8 .git/task/journal)" "TASKJNL2"
LC_ALL=C grep -q '^TASK-[0-9]*$' .git/task/lock .git/index .git/HEAD &&
    fail "what it printed is in a file of git's"
nothing_left
sound

it "reads nothing where standard input is closed, and says so or has nothing to do"
for command in "task-show -" "task-move -" "task-new -" \
    "task-ledger --add waiting_on -m x -"; do
	$command <&- >"$out" 2>"$err"
	case $? in
	0 | 1 | 64 | 66 | 74) ;;
	*) fail "exit status $?: $command" ;;
	esac
	out_is ""
done
sound

it "does not end with 0 where the reader of a pipe is gone"
awk 'BEGIN { for (i = 0; i < 20000; i++) print "a line of the body " i "\n" }' \
    >>"$(card 0001)"
for command in "task-show --raw 1" "task-show 1" "task-show -j 1"; do
	(
		$command 2>/dev/null
		echo $? >"$sandbox/status"
	) | head -c 1 >/dev/null
	case $(cat "$sandbox/status") in
	0) fail "exit status 0: $command" ;;
	esac
done

finish
