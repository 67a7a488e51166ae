# SPDX-License-Identifier: MIT
# What every test begins with:
#
#	. "${TASK_SRC:?}/t/lib.sh"
#
#	it "lists what is open"		a sentence of behaviour; what follows,
#	exits 0 task-ls			up to the next one, has to hold for it
#	out_has "TASK-0001"
#
#	finish				the last line
#
# A test runs in an empty directory of its own, with its own HOME, a fixed
# clock, the C locale and no network, and leaves nothing behind.

set -u
umask 022

: "${TASK_BUILD:?where the programs were built}"
: "${TASK_SRC:?where the sources are}"

sandbox=$(mktemp -d "${TMPDIR:-/tmp}/task-test.XXXXXX") || exit 1
trap 'chmod -R u+rwx "$sandbox" 2>/dev/null; rm -rf "$sandbox"' EXIT
trap 'exit 1' HUP INT TERM
mkdir "$sandbox/home" "$sandbox/work" || exit 1

PATH=$TASK_BUILD/tools:$TASK_SRC/tools:$PATH
HOME=$sandbox/home
LC_ALL=C
TZ=UTC
TASK_NOW=2025-10-18T10:30:00Z
TERM=dumb
export PATH HOME LC_ALL TZ TASK_NOW TERM
unset TASK_USER TASK_AGENT TASK_WORK TASK_LOCK_TIMEOUT VISUAL EDITOR
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE NO_COLOR XDG_CONFIG_HOME EMAIL
unset GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL
GIT_CONFIG_NOSYSTEM=1
GIT_AUTHOR_DATE=$TASK_NOW
GIT_COMMITTER_DATE=$TASK_NOW
export GIT_CONFIG_NOSYSTEM GIT_AUTHOR_DATE GIT_COMMITTER_DATE
cat >"$HOME/.gitconfig" <<EOF
[user]
	name = Alice Example
	email = alice@example.org
[init]
	defaultBranch = main
[gc]
	auto = 0
[advice]
	detachedHead = false
EOF
cd "$sandbox/work" || exit 1

out=$sandbox/out
err=$sandbox/err
: >"$out"
: >"$err"
tests=0
failures=0
title=
failed=
skipped=

# Ends the case that is open, and begins one.
it() {
	close_case
	title=$1
	failed=
	[ ! -e "$sandbox/failed" ] || rm "$sandbox/failed"
	skipped=
}

close_case() {
	[ -n "$title" ] || return 0
	tests=$((tests + 1))
	if [ -z "$failed" ] && [ ! -e "$sandbox/failed" ]; then
		echo "ok $tests - $title${skipped:+ # SKIP $skipped}"
	else
		echo "not ok $tests - $title"
		failures=$((failures + 1))
	fi
	title=
}

finish() {
	close_case
	echo "1..$tests"
	[ "$failures" -eq 0 ]
	exit $?
}

# Says why the case that is open was not looked at.
skip() {
	skipped=$1
}

# True in make check-valgrind.
under_valgrind() {
	[ -n "${TASK_VALGRIND-}" ]
}

# Skips the whole file, saying why.
skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}

# Says what did not hold; the case goes on.  In a subshell, too, such as behind
# a pipe.
fail() {
	failed=yes
	: >"$sandbox/failed"
	echo "# $title: $*"
}

# The two streams of the last command, for a reader of a failure.
show_last() {
	sed 's/^/# out: /' "$out" | head -n 20
	sed 's/^/# err: /' "$err" | head -n 20
}

# exits STATUS COMMAND...: runs it; its output is in $out and $err.
exits() {
	want=$1
	shift
	"$@" >"$out" 2>"$err" </dev/null
	got=$?
	[ "$got" -eq "$want" ] && return 0
	fail "exit status $got, not $want: $*"
	show_last
}

# bounded SECONDS COMMAND...: ends it after that time; for the background.
# tell SIGNAL is for that program.  (A signal for timeout(1) itself may come
# before it knows its child.)
bounded() {
	limit=$1
	shift
	# shellcheck disable=SC2016
	timeout -k 1 "$limit" sh -c 'echo $$ >"$0" && exec "$@"' \
	    "$sandbox/pid" "$@"
}

tell() {
	waited=0
	until [ -s "$sandbox/pid" ] || [ $waited -gt 100 ]; do
		waited=$((waited + 1))
		sleep 0.1
	done
	kill "-$1" "$(cat "$sandbox/pid")"
	rm -f "$sandbox/pid"
}

# exits_with INPUT STATUS COMMAND...: the same, with that standard input.
exits_with() {
	input=$1
	want=$2
	shift 2
	printf '%s' "$input" | "$@" >"$out" 2>"$err"
	got=$?
	[ "$got" -eq "$want" ] && return 0
	fail "exit status $got, not $want: $*"
	show_last
}

# ok COMMAND...: it succeeds; what it prints is kept.
ok() {
	exits 0 "$@"
}

# Standard output, as a whole (without the last newline).
out_is() {
	[ "$(cat "$out")" = "$1" ] && return 0
	fail "the output is not: $1"
	show_last
}

out_has() {
	grep -qF -e "$1" "$out" && return 0
	fail "the output lacks: $1"
	show_last
}

out_lacks() {
	grep -qF -e "$1" "$out" || return 0
	fail "the output has: $1"
	show_last
}

err_is() {
	[ "$(cat "$err")" = "$1" ] && return 0
	fail "the message is not: $1"
	show_last
}

err_has() {
	grep -qF -e "$1" "$err" && return 0
	fail "the message lacks: $1"
	show_last
}

err_lacks() {
	grep -qF -e "$1" "$err" || return 0
	fail "the message has: $1"
	show_last
}

# file_has FILE TEXT: some line of it does.
file_has() {
	grep -qF -e "$2" "$1" 2>/dev/null && return 0
	fail "$1 lacks: $2"
}

file_lacks() {
	grep -qF -e "$2" "$1" 2>/dev/null || return 0
	fail "$1 has: $2"
}

# is GOT WANT
is() {
	[ "$1" = "$2" ] && return 0
	fail "'$1' is not '$2'"
}

# All below .work, with its content, and the head, as one text.
picture() {
	git rev-parse HEAD
	find .work -type f -print0 | sort -z | xargs -0 -r sha1sum
}

# unchanged COMMAND...: whatever it says, it changes nothing in the picture.
unchanged() {
	picture >"$sandbox/before"
	"$@"
	picture >"$sandbox/after"
	cmp -s "$sandbox/before" "$sandbox/after" && return 0
	fail "it changed$(diff "$sandbox/before" "$sandbox/after" |
	    sed -n 's/^[<>] [0-9a-f]* */ /p' | sort -u | tr -d '\n')"
}

# A git repository with a board in it.
board() {
	git init -q . && task-init >/dev/null || echo "Bail out! no board"
}

# With TASK_TEST_BRANCH each board lies on a branch of its own, and what a test
# asks of git it asks of that branch.  Most of the suite runs so as well; what
# speaks of paths in the repository, or of code beside the board, cannot.
if [ -n "${TASK_TEST_BRANCH-}" ]; then
	mkdir -p "$sandbox/bin" && cat >"$sandbox/bin/task-init" <<-EOF
	#!/bin/sh
	exec "$TASK_BUILD/tools/task-init" --branch "$TASK_TEST_BRANCH" "\$@"
	EOF
	chmod +x "$sandbox/bin/task-init"
	PATH=$sandbox/bin:$PATH

	git() {
		if [ ! -f .work/.git ] || [ "$1" = -C ]; then
			command git "$@"
			return
		fi
		for arg do
			shift
			[ "$arg" != .work ] || arg=.
			set -- "$@" "${arg#.work/}"
		done
		command git -C .work "$@"
	}
fi

# full_task NAME [MEMBERS]: a complete task, ready for the backlog; MEMBERS are
# JSON members such as '"priority":"P1","effort":"M"'.
full_task() {
	printf '{"name":"%s","goal":"the goal","inputs":"the inputs",' "$1"
	printf '"details":"the details","outputs":"the outputs",'
	printf '"context":"the context","acceptance":["first","second"]%s}\n' \
	    "${2:+,$2}"
}

# make_task NAME [MEMBERS]: makes it.
make_task() {
	full_task "$@" | task-new - >/dev/null
}

# The folder of a task: where TASK-0001 lies.
folder() {
	for d in .work/tasks/*/"TASK-$1"-* .work/tasks/archived/*/"TASK-$1"-*
	do
		[ -d "$d" ] && echo "$d"
	done
}

# The card, context or ledger of a task.
card() {
	echo "$(folder "$1")"/"$1"-*.task.md
}

ledger() {
	echo "$(folder "$1")/$1.ledger.jsonl"
}

# tick ID: ticks all criteria of the task, by hand.
tick() {
	for f in $(card "$1"); do
		sed 's/- \[ \]/- [x]/' "$f" >"$sandbox/ticked" &&
		    cat "$sandbox/ticked" >"$f"
	done
}

# advance ID STAGE: moves a complete task there, signing and waiving.
advance() {
	until [ -d ".work/tasks/$2" ] && ls ".work/tasks/$2" |
	    grep -q "^TASK-$1-"; do
		task-move -s --waive "for the test" \
		    --skip-learning "for the test" "$1" >/dev/null || return 1
	done
}

# The names of the events of a task, one a line.
events() {
	sed 's/.*"event":"\([^"]*\)".*/\1/' "$(ledger "$1")"
}

# steps DIR: of standard input each line "$ COMMAND", as a file of its own in the
# new folder (001.sh), and what stands between it and the next (001.want).  Where
# it ends with a backslash the next line belongs to it.
steps() {
	mkdir "$1" && awk -v dir="$1" '
	more || /^\$ / {
		if (!more) {
			n++
			file = sprintf("%s/%03d", dir, n)
			printf "" >(file ".want")
			sub(/^\$ /, "")
		}
		print >(file ".sh")
		more = /\\$/
		next
	}
	n { print >(file ".want") }'
}

# What git sees that is not committed.
dirty() {
	git status --porcelain --untracked-files=all
}

# sound: the tree is as it should be: indexes, git's objects, nothing dirty.
sound() {
	exits 0 task-index --check
	is "$(dirty)" ""
	git fsck --strict >"$out" 2>&1 || fail "git fsck: $(cat "$out")"
}
