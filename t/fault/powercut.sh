# SPDX-License-Identifier: MIT
# The power goes: commands are run one after the other, what they do to files is
# recorded, and from that disks are made as they may be found when the machine
# starts again.  On each the next program has to find, or make, a board that is
# as it was after the last command that had ended, or the one after that.
#
#	fixture		what the board is before (a function)
#	session		runs the commands: each with `step`, and what a person
#			does with `hand`, or `hand_flushed` where it is surely
#			on disk after it
#	power_cut	looks at moments, each with ways to lose what is not on
#			disk yet: seeds 0 to 15
#
# The next program is task-index, or what next_program says.
#
# With TASK_POWERCUT=all every moment is looked at with every seed, which is what
# make check-powercut does (over an hour); else so many moments for each session,
# each with another seed.

. "${TASK_SRC:?}/t/fault/killed.sh"
can_kill || skip_all "$why_not"
recorder=$TASK_BUILD/t/fault/record.so
: "${TASK_POWERCUT:=20}"
next_program=task-index
top=$(pwd -P)

# All that a program leaves, but for what is remembered for the next.
state_of() {
	(cd "$1" && git rev-parse -q --verify HEAD &&
	    find .work code -type f 2>/dev/null | LC_ALL=C sort |
	    xargs cksum && dirty) | cksum
}

# What the tree is now is state number $steps.
remember() {
	steps=$((steps + 1))
	state_of w >"states/$steps"
	echo "mark 0 $steps 0 0" >>log
}

recorded() {
	(cd w && RECORD_LOG=$top/log LD_PRELOAD=$recorder "$@") \
	    >printed 2>&1 </dev/null || fail "$*: $(cat printed)"
}

step() {
	recorded "$@"
	remember
}

# What a person writes may be lost, in part, until a program has put it on
# record; what was before is sure until they begin.
by_hand() {
	remember
	echo "$steps" >>unsure
	recorded "$@"
}

hand() {
	by_hand "$@"
	remember
	echo "$steps" >>unsure
}

hand_flushed() {
	by_hand "$@"
	echo "syncfs 0 0 0 0" >>log
	remember
}

record() {
	rm -rf w before log states inodes
	: >unsure
	mkdir w states && (cd w && fixture) >printed 2>&1 ||
	    fail "no fixture: $(cat printed)"
	# Few files are quickly copied.
	(cd w && git repack -adq && rm -rf .git/hooks .git/info)
	cp -a w before
	find w -printf '%i %P\n' >inodes
	: >log
	steps=-1
	remember
	session
	"$TASK_SRC/t/fault/powercut" points log >points
}

# Anything that should not be there any more.
leftovers() {
	find disk -path '*/objects' -prune -o -name '*.lock' -print -o \
	    -name index-new -print -o -path '*/.work/*' -name '.*.tmp' -print
}

# check POINT SEED: the disk as it may be then.
check() {
	done_steps=$(sed 1d points | awk -v p="$1" '$1 <= p { n++ }
	    END { print n - 1 }')
	grep -qx "$done_steps" unsure && return
	rm -rf disk && cp -a before disk
	at="after $1 calls ($done_steps steps), seed $2"
	"$TASK_SRC/t/fault/powercut" make log "$1" "$2" "$top/w" inodes disk \
	    >lost || { fail "$at: no disk"; return; }
	at="$at, $(cat lost)"
	(cd disk && $next_program) >"$out" 2>"$err" || {
		fail "$at: the next program fails: $(cat "$err")"
		return
	}
	(cd disk && dirty) >dirt
	state_of disk >state
	cmp -s state "states/$done_steps" ||
	    cmp -s state "states/$((done_steps + 1))" ||
	    fail "$at: neither as before nor as after: $(cat dirt)"
	(cd disk && git fsck --strict --no-dangling) >"$out" 2>&1 ||
	    fail "$at: git fsck: $(head -n 3 "$out")"
	# A folder that a person moved by hand is found, before and after.
	(cd disk && task-fsck) >"$out" 2>&1
	[ ! -s "$out" ] || grep -q ' D .*/TASK-' dirt ||
	    fail "$at: task-fsck: $(head -n 3 "$out")"
	[ -z "$(leftovers)" ] || fail "$at: left: $(leftovers)"
	[ ! -s "$out" ] || return
	[ -z "$(cd disk && folder 0001)" ] ||
	    (cd disk && task-note 1 after) >"$out" 2>&1 ||
	    fail "$at: and then: $(cat "$out")"
	[ -z "$(cd disk && git diff --cached --name-only)" ] ||
	    fail "$at: and then git's index is not as HEAD"
}

# Two tasks, of which one waits for the other, and a file of code.
two_tasks() {
	board
	make_task "One" '"priority":"P1","effort":"M"'
	make_task "Two" '"priority":"P1","effort":"M","depends_on":["TASK-0001"]'
	echo code >code && git add code && git commit -qm code
}

power_cut() {
	set -- 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15
	record
	# What is done afterwards is younger than all that was done before.
	sleep 1.1
	last=$(head -n 1 points)
	[ "$last" -gt 30 ] || fail "only $last calls: is the recorder at work?"
	if [ "$TASK_POWERCUT" = all ]; then
		point=0
		while point=$((point + 1)); [ "$point" -le "$last" ]; do
			for seed in "$@"; do check "$point" "$seed"; done
		done
		return
	fi
	n=0
	while n=$((n + 1)); [ "$n" -le "$TASK_POWERCUT" ]; do
		shift $(($# > 1)) && set -- "$@" "$n"
		check $((last * n / TASK_POWERCUT)) "$n"
	done
}
