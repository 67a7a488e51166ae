#!/bin/sh
# SPDX-License-Identifier: MIT
# A fault while git's hooks are installed, or taken away: the hooks of before
# run all the same, once each; doing it again ends it, and undoing it leaves
# nothing behind.
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/fault/killed.sh"
can_kill || skip_all "$why_not"
. "${TASK_SRC:?}/t/githooks.sh"
step=${TASK_FAULT_STEP:-11}

restore() {
	rm -rf w
	cp -a before w
}

# How w is set up now.
now() {
	(cd w && setup)
}

# git runs the former hook, and only once, whatever state ours is in.
former_runs() {
	rm -f "$calls"
	(cd w && git hook run --ignore-missing pre-commit) >"$out" 2>&1 ||
	    fail "$1: the hook fails: $(cat "$out")"
	[ "$(grep -c '^former' "$calls")" = 1 ] ||
	    fail "$1: the former hook: $(cat "$calls")"
}

leftovers() {
	find w/.git -name '*.lock' -o -name '*.task-new' -o -name '.*.tmp' -o \
	    -name 'config.task-hook'
}

# after WHAT STATUS COMMAND OTHER: a run of COMMAND with a fault; OTHER undoes it.
after() {
	former_runs "$1"
	[ "$2" -ne 0 ] || [ "$(now)" = "$done" ] ||
	    fail "$1: it said that it was done, and is not"
	cp -a w again
	(cd w && task-hook "$3") >"$out" 2>&1 ||
	    fail "$1: not the second time: $(cat "$out")"
	[ "$(now)" = "$done" ] || fail "$1: it is not done: $(now)"
	[ -z "$(leftovers)" ] || fail "$1: left: $(leftovers)"
	former_runs "$1, again"
	rm -rf w
	mv again w
	(cd w && task-hook "$4") >"$out" 2>&1 ||
	    fail "$1: it cannot be undone: $(cat "$out")"
	[ "$(now)" = "$undone" ] || fail "$1: it is not undone: $(now)"
	[ -z "$(leftovers)" ] || fail "$1: left: $(leftovers)"
}

# loop COMMAND OTHER, on what is in before/.
loop() {
	restore
	(cd w && task-hook "$1") >"$out" 2>&1
	done=$(now)
	(cd w && task-hook "$2") >"$out" 2>&1
	undone=$(now)
	first=0
	for mode in eio enospc kill torn; do
		it "$1 $how with $mode at each call: hooks that work"
		n=$((first - step))
		first=$((first % step + 1))
		while n=$((n + step)); do
			[ $n -gt 0 ] || continue
			restore
			rm -f log
			(cd w && FAULT_N=$n FAULT_MODE=$mode FAULT_LOG=../log \
			    LD_PRELOAD=$shim "$bin/task-hook" "$1") \
			    >printed 2>&1
			after "$mode $n" $? "$1" "$2"
			grep -q untouched log 2>/dev/null && break
			[ "$n" -lt 2000 ] || { fail "it does not end"; break; }
		done
		[ "$n" -gt 10 ] || fail "only $n calls: is the shim at work?"
	done
}

fixture() {
	rm -rf before
	git init -q before && cd before || exit 1
	find .git/hooks -name '*.sample' -delete
	task-init >/dev/null
	rm -f .git/task/journal*
}

# The shell would tell of each process that was killed.
exec 2>/dev/null

how="beside a hook"
(fixture && hook .git/hooks/pre-commit)
loop install uninstall
(cd before && task-hook install) >"$out"
loop uninstall install

how="with core.hooksPath"
(fixture && hook .githooks/pre-commit && git config core.hooksPath .githooks)
loop install uninstall
(cd before && task-hook install) >"$out"
loop uninstall install

how="where hooks are beside and core.hooksPath is set"
(fixture && hook .githooks/pre-commit && hook .git/hooks/pre-push &&
    task-hook install >/dev/null && git config core.hooksPath .githooks)
loop install uninstall

finish
