#!/bin/sh
# SPDX-License-Identifier: MIT
# A fault while what a hook proposes is accepted, and while it is kept: then
# the change that fired the hook has happened already, and stays.
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/fault/loop.sh"

hooked() {
	board
	make_task "To be blocked" '"priority":"P1","effort":"M"'
	mkdir .work/tasks/.hooks
	cat >.work/tasks/.hooks/registry.yaml <<'EOF'
hooks:
  on_blocked:
    - {name: ask, run: [printf, '{"event":"late_log","desc":"x"}']}
EOF
	task-hook --trust >/dev/null 2>&1
	git add .work && git commit -qm hooks
}

fixture() {
	hooked
	task-status 1 blocked --by external:x
	mv .work/tasks/.proposals/*.json .work/tasks/.proposals/AAAAAAAAAA.json
	git add -A .work && git commit -qm "a name to be known by"
	echo "by hand" >>"$(folder 0001)/0001.context.md"
}

fault_loop task-ledger --accept AAAAAAAAAA

rm -rf before w log printed said

# Without the proposal's id, which is random.
signature() {
	(cd "$1" && find .work -type f | LC_ALL=C sort | xargs awk '
	    FNR == 1 { print FILENAME ~ /\.proposals\// ? "a proposal" : FILENAME }
	    { gsub(/"id":"[0-9A-Z]*",/, ""); print }' | cksum)
}

fixture() {
	hooked
}

# The board where the hook is not run.
without() {
	(cd before && TASK_HOOK=none task-status 1 blocked --by external:x &&
	    task-index) >/dev/null
	signature before
}

mkdir before && (cd before && fixture) >/dev/null
sig_without=$(without)
rm -rf before

# As check_after() of the loop, but for the state in the middle.
check_after() {
	(cd w && task-index) >"$out" 2>"$err" ||
	    fail "$1 $2: the next program fails: $(cat "$err")"
	state=$(signature w)
	case $state in
	"$sig_after") ;;
	"$sig_before")
		[ "$3" -ne 0 ] || fail "$1 $2: it said that it was done"
		;;
	"$sig_without")
		between=yes
		[ "$3" -ne 0 ] || [ -s said ] ||
		    fail "$1 $2: what was proposed is lost without a word"
		;;
	*) fail "$1 $2: the board is in no state that it may be in" ;;
	esac
	is "$(cd w && dirty)" ""
	(cd w && git fsck --strict --no-dangling) >"$out" 2>&1 ||
	    fail "$1 $2: git fsck: $(head -n 3 "$out")"
	left=$(leftovers | grep -v /tmp_)
	[ -z "$left" ] || fail "$1 $2: left: $left"
}

between=
fault_loop task-status 1 blocked --by external:x

it "was also in the state between the two"
[ -n "$between" ] && [ "$sig_after" != "$sig_without" ] || fail "never"

finish
