# SPDX-License-Identifier: MIT
# For tests of what a killed program leaves: after lib.sh,
#
#	. "${TASK_SRC:?}/t/fault/killed.sh"

shim=$TASK_BUILD/t/fault/shim.so

# True where programs can be killed: else why_not says why they cannot.
can_kill() {
	why_not="the shim and the sanitizers exclude each other"
	[ -z "${TASK_SANITIZED-}" ] || return 1
	why_not="the fault shim is not built (make check builds it)"
	[ -f "$shim" ]
}

# killed_at PATTERN COMMAND...: kills it before its first call that matches
# (FAULT_AT of shim.c).
killed_at() {
	pattern=$1
	shift
	rm -f "$sandbox/hit"
	(FAULT_AT=$pattern FAULT_MODE=kill FAULT_LOG=$sandbox/hit \
	    LD_PRELOAD=$shim "$@") >"$out" 2>"$err"
	is "$(cat "$sandbox/hit")" hit
	out_is ""
}
