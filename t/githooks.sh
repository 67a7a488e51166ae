# SPDX-License-Identifier: MIT
# For tests of the hooks of git: after lib.sh,
#
#	. "${TASK_SRC:?}/t/githooks.sh"
#
# The programs that the hooks call are stand-ins, which write into $calls how
# they were called and what they were given, say what is in the file
# $answers/NAME, and end with the status in $answers/NAME.status.

bin=$sandbox/bin
calls=$sandbox/calls
answers=$sandbox/answers
tab=$(printf '\t')
mkdir "$bin" "$answers"

# The folder that the hooks remember is that of the program that installs them.
cp "$TASK_BUILD/tools/task-hook" "$TASK_BUILD/tools/task-init" "$bin"
PATH=$bin:$PATH

stand_in() {
	cat >"$bin/$1" <<-EOF
	#!/bin/sh
	echo "$1 \$*" >>"$calls"
	case "\$*" in
	*--push* | *--receive* | *--rewritten*) cat >>"$calls" ;;
	esac
	cat "$answers/$1" 2>/dev/null
	exit "\$(cat "$answers/$1.status" 2>/dev/null || echo 0)"
	EOF
	chmod +x "$bin/$1"
}
stand_in task-verify
stand_in task-fsck

# answer PROGRAM STATUS [TEXT]: from now on.
answer() {
	echo "$2" >"$answers/$1.status"
	printf '%s' "${3-}" >"$answers/$1"
}

# called TEXT: what was called since the last time, and with what.
called() {
	got=
	[ ! -e "$calls" ] || got=$(cat "$calls")
	rm -f "$calls"
	[ "$got" = "$1" ] || fail "called: '$got', not '$1'"
}

# hook FILE TEXT: a hook that says who it is, and does what TEXT says.
hook() {
	mkdir -p "${1%/*}"
	printf '#!/bin/sh\necho "former $0 $*" >>"%s"\n%s\n' "$calls" "${2-}" >"$1"
	chmod 755 "$1"
}

# Every file that git is set up by, with its mode and content.
setup() {
	(cd "$(git rev-parse --git-common-dir)" && find config config.worktree \
	    hooks task ! -type d ! -path task/lock ! -path 'task/journal*' \
	    ! -path 'task/*.db*' -printf '%M %l %p\0' 2>/dev/null |
	    LC_ALL=C sort -z | tee "$sandbox/modes" | tr '\0' '\n'
	    sed -z 's/^[^ ]* [^ ]* //' "$sandbox/modes" | xargs -0 -r sha1sum 2>&1)
	for dir in .husky .githooks; do
		[ ! -d $dir ] || find $dir -type f -exec sha1sum {} + | sort
	done
}

# A change that is staged, of the board or of something else.
touched=0
touch_board() {
	touched=$((touched + 1))
	mkdir -p .work
	echo "more" >.work/more-$touched
	git add .work
}
touch_code() {
	touched=$((touched + 1))
	echo "more" >code-$touched
	git add code-$touched
}

# The states of the hooks and drivers, "NAME STATE" each.
states() {
	task-hook status --columns hook,state | tr '\t' ' '
}
