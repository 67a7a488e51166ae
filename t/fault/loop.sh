# SPDX-License-Identifier: MIT
# The fault loop: a program is run again and again, each time with another of
# its mutating system calls failing or the process killed there, until a run is
# untouched.  After each the next program has to find a sound tree that is as
# before or as after.
#
#	fixture		what the board is before (a function, run once)
#	fault_loop COMMAND...
#
# At each call takes long: with TASK_FAULT_STEP=5, which it is where nobody says,
# at every fifth, another one for each kind of fault.  make check-faults looks at
# all of them.
#
# With fault_status=1 before it the command is one that is refused, and that puts
# the refusal on record.

. "${TASK_SRC:?}/t/fault/killed.sh"
can_kill || skip_all "$why_not"
step=${TASK_FAULT_STEP:-5}

fault_status=0

# All of .work, but for what is random: the ids of events.
signature() {
	(cd "$1" && find .work -type f | LC_ALL=C sort | xargs awk '
	    FNR == 1 { print FILENAME }
	    { gsub(/"id":"[0-9A-Z]*",/, ""); print }' | cksum)
}

restore() {
	rm -rf w
	cp -a before w
}

# Anything that should not be there any more.
leftovers() {
	find w/.git -name '*.lock' -o -name 'index-new' -o -name 'tmp_*' -prune
	find w/.work -name '.*.tmp'
}

check_after() {
	mode=$1
	n=$2
	status=$3
	(cd w && task-index) >"$out" 2>"$err" ||
	    fail "$mode $n: the next program fails: $(cat "$err")"
	state=$(signature w)
	case $state in
	"$sig_after") dirt=$dirt_after ;;
	"$sig_before")
		dirt=$dirt_before
		[ "$status" -ne 0 ] ||
		    fail "$mode $n: it said that it was done, and is not"
		;;
	*)
		dirt=$(cd w && dirty)
		fail "$mode $n: the board is neither as before nor as after"
		;;
	esac
	[ "$(cd w && dirty)" = "$dirt" ] ||
	    fail "$mode $n: git status: $(cd w && dirty)"
	(cd w && git fsck --strict --no-dangling) >"$out" 2>&1 ||
	    fail "$mode $n: git fsck: $(head -n 3 "$out")"
	left=$(leftovers | grep -v /tmp_)
	[ -z "$left" ] || fail "$mode $n: left: $left"
}

# Runs COMMAND with each fault in turn.  A case for each kind of fault.
fault_loop() {
	# The shell would tell of each process that was killed.
	exec 2>/dev/null
	it "$* changes the board, without a fault"
	rm -rf before w log printed said
	mkdir before && (cd before && fixture) >/dev/null || fail "no fixture"
	# Few files are quickly copied.
	(cd before && git repack -adq && rm -rf .git/hooks)
	sig_before=$(signature before)
	dirt_before=$(cd before && dirty)
	restore
	(cd w && "$@") >printed 2>&1
	is "$?: $(tail -n 1 printed)" "$fault_status: $(tail -n 1 printed)"
	(cd w && task-index) >/dev/null
	sig_after=$(signature w)
	[ "$sig_before" != "$sig_after" ] || fail "it does not"
	dirt_after=
	case "$*" in
	*--no-commit*) dirt_after=$(cd w && dirty) ;;
	esac
	first=0
	for mode in eio enospc kill torn; do
		it "$* with $mode at each call: as before or as after"
		n=$((first - step))
		first=$((first % step + 1))
		while n=$((n + step)); do
			[ $n -gt 0 ] || continue
			restore
			rm -f log
			(cd w && FAULT_N=$n FAULT_MODE=$mode FAULT_LOG=../log \
			    LD_PRELOAD=$shim "$@") >printed 2>said
			status=$?
			check_after "$mode" "$n" "$status"
			grep -q untouched log 2>/dev/null && break
			[ "$n" -lt 2000 ] || { fail "it does not end"; break; }
		done
		[ "$n" -gt 10 ] || fail "only $n calls: is the shim at work?"
	done
}
