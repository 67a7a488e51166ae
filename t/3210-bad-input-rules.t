#!/bin/sh
# SPDX-License-Identifier: MIT
# Bad input for the rules: circles without end, policies, dates and hooks that
# are none.  Each is said, with the right status, and nothing is changed.
. "${TASK_SRC:?}/t/lib.sh"

tmp=$sandbox/tmp
mkdir "$tmp" || exit 1
ready='"priority":"P1","effort":"M"'

fresh_board() {
	cd "$sandbox/work" && mkdir "$1" && cd "$1" || exit 1
	board
}

# in_stage STAGE...: makes a complete task in each.
in_stage() {
	for stage in "$@"; do
		full_task "In $stage" "\"stage\":\"$stage\",$ready"
	done | task-new - >/dev/null
}

# set_key ID KEY VALUE: by hand, at the key's place or before the stage.
set_key() {
	sed "/^$2:/d; s/^stage:/$2: $3\\
stage:/" "$(card "$1")" >"$tmp/card" && cat "$tmp/card" >"$(card "$1")"
}

# bounded_by STACK COMMAND...: with that stack, in KiB, and ten seconds of the
# processor.  A sanitizer needs more of both.
bounded_by() {
	stack=$1
	shift
	(
		ulimit -t "${TASK_SANITIZED:+1}20"
		[ -n "${TASK_SANITIZED-}" ] || ulimit -s "$stack"
		exec "$@"
	)
}

# Circles.

# chain N [LAST]: as JSON lines N tasks of which each waits for the next, and
# the last one for LAST.
chain() {
	awk -v n="$1" -v last="${2-}" 'BEGIN {
		for (i = 1; i <= n; i++) {
			on = i < n ? "k" i + 1 : last
			printf "{\"name\":\"Link %d\",\"key\":\"k%d\"", i, i
			printf "%s}\n", on == "" ? "" : \
			    ",\"depends_on\":[\"" on "\"]"
		}
	}'
}

# The way around, as messages have it.
around() {
	printf '%s1 -> %s2 -> %s3 -> %s4 -> %s5 -> %s6 -> … 9989 more … -> ' \
	    "$1" "$1" "$1" "$1" "$1" "$1"
	printf '%s%s -> ' "$2" 9996 "$2" 9997 "$2" 9998 "$2" 9999
	printf '%s -> %s1\n' "${2%0}10000" "$1"
}

fresh_board circle
small="bounded_by 256"

it "refuses lines that wait for each other in a circle of 10,000"
chain 10000 k1 >"$tmp/lines"
unchanged exits_with "$(cat "$tmp/lines")" 65 $small task-new -
err_has "-:10000: depends_on: goes round in a circle: $(around k k)"
is "$(wc -l <"$err")" 2

it "makes a chain of 10,000"
chain 10000 >"$tmp/lines"
exits_with "$(cat "$tmp/lines")" 0 $small task-new -
is "$(wc -l <"$out")" 10000

it "refuses the link that makes a circle of it, and puts all the way on record"
exits 1 $small task-link --on 1 10000
err_is "task-link: TASK-10000: it would wait for itself: TASK-10000 -> TASK-0001 -> TASK-0002 -> TASK-0003 -> TASK-0004 -> TASK-0005 -> … 9989 more … -> TASK-9995 -> TASK-9996 -> TASK-9997 -> TASK-9998 -> TASK-9999 -> TASK-10000"
is "$(tail -n 1 "$(ledger 10000)" | jq -c '.cycle_path |
    [length, .[0], .[1], .[5000], .[-1]]')" \
    '[10001,"TASK-10000","TASK-0001","TASK-5000","TASK-10000"]'
unchanged exits 1 $small task-link --on 1 10000

it "merges no two ends of it"
unchanged exits 1 $small task-merge 1 10000
err_has "one of the two waits for the other: TASK-0001 -> TASK-0002"
unchanged exits 1 $small task-merge 10000 1
err_has "one of the two waits for the other: TASK-0001 -> TASK-0002"

it "draws it, and finds the longest way down it"
exits 0 $small task-graph --critical 1 --columns id
is "$(wc -l <"$out")" 10000
exits 0 $small task-graph --tree 1
exits 0 $small task-graph --dot
is "$(grep -c '"TASK-[0-9]*" -> ' "$out")" 9999

it "finds the circle of 10,000 that a hand makes of it, and goes on elsewhere"
set_key 10000 depends_on '[TASK-0001]'
exits 1 $small task-graph --cycles
is "$(wc -l <"$out")" 1
exits 1 $small task-fsck
is "$(grep -c F5-cycle "$out")" 1
exits 1 $small task-graph --critical 5000
err_has "waits for itself"
unchanged exits 1 $small task-link -n --on 5000 4000
err_has "TASK-4000 -> TASK-5000 -> TASK-5001"
exits 0 $small task-note 5000 "a note"

# Policies.

fresh_board policy
in_stage inbox backlog next next current
full_task "Urgent" '"stage":"backlog","priority":"P0","effort":"M"' |
    task-new - >/dev/null
task-status -r "later" 4 paused >/dev/null

# wrong WHERE WHAT: every program that goes by the policy says so, and does
# nothing.
wrong() {
	for command in "task-move -s 2" "task-next" "task-next --claim" \
	    "task-status --start 4 active" "task-status 5 paused -r x" \
	    "task-set --fast-track -s -r x 6 priority=P0" "task-done 1 x" \
	    "task-sign 2 next" "task-fsck" "task-fsck --slo" \
	    "task-fsck --repair" "task-index" \
	    "task-split --into a --into b --criteria 1=1 --criteria 2=2 1" \
	    "task-merge 1 2" "task-link --on 1 2"; do
		unchanged exits "$1" $command
		err_has ".work/tasks/policy.yaml:$2"
		is "$(wc -l <"$err")" 1
	done
}

it "names a limit below nothing, where it stands"
printf 'wip:\n  current: {limit: -1}\n' >.work/tasks/policy.yaml
wrong 78 "2:20: limit: must be a number from 0 up, or null"

it "names a tab that indents"
printf 'wip:\n\tcurrent: {limit: 1}\n' >.work/tasks/policy.yaml
wrong 78 "2:1: "

it "names a policy of a megabyte, and does not read it"
{
	printf 'gates: []\n# '
	head -c 1048576 /dev/zero | tr '\0' x
} >.work/tasks/policy.yaml
wrong 65 " "

it "takes a stage without a word for one with the usual limits"
printf 'wip: {current: {}, next: {limit: 9}}\ngates: []\n' \
    >.work/tasks/policy.yaml
exits 0 task-next --claim
exits 0 task-status --start 4 active
in_stage current current
exits 0 task-move 2 next
exits 1 task-move 2
err_has "'current' "
err_has "5 of 5"
git checkout -q .work/tasks/policy.yaml

# Dates.

fresh_board dates
in_stage backlog inbox
day=2025-02-30

it "takes no day that there is not, wherever a day is asked for"
for command in "task-status 1 paused -r x --until $day" \
    "task-set 1 expected_resume_date=$day" "task-ledger --since $day 1" \
    "task-ledger --until $day 1" "task-log --since $day 1" \
    "task-log --since ${day}T00:00:00Z 1"; do
	unchanged exits 64 $command
	err_has "'$day"
done
for when in $day ${day}T10:00:00Z; do
	unchanged exits_with "{\"name\":\"x\",\"created\":\"$when\"}" 65 task-new -
	err_has "-:1: created: '$when' is no date"
	unchanged exits 78 env TASK_NOW=$when task-note 1 x
	err_has "TASK_NOW: '$when' is no moment"
done

it "takes none that a template brings"
sed "s/^stage:/expected_resume_date: $day\\
stage:/" .work/templates/bug.md >.work/templates/bad.md
unchanged exits 65 task-new --template bad "A bug"
err_has "expected_resume_date must be a date"
rm .work/templates/bad.md

it "commits none that a person wrote into a card, whatever else is to be done"
for key in created_date paused_date expected_resume_date split_date; do
	set_key 0001 $key "\"$day\""
	exits 1 task-fsck --columns code,message
	out_has "F1-card-value	$key must be a date"
	for command in "task-watch --once" "task-note 1 x" \
	    "task-set 1 tags+=x" "task-link --on 2 1" \
	    "task-status 1 blocked --by external:x" \
	    "task-handoff --to @bob -r x 1" "task-sign 1 next" \
	    "task-ledger --add late_log -m x 1" "task-merge 1 2" \
	    "task-split --into a --into b --criteria 1=1 --criteria 2=2 1"; do
		unchanged exits 65 $command
		err_has "$(card 0001):"
		err_has "$key must be a date such as \"2025-10-18\", not '$day'"
	done
	git checkout -q .work
done
sound

it "leaves one that is committed already to its owner"
set_key 0001 expected_resume_date $day
git commit -qam "by hand"
exits 0 task-note 1 "a note"
echo "More." >>"$(card 0001)"
exits 0 task-note 1 "another"
set_key 0001 paused_date $day
unchanged exits 65 task-note 1 "a third"
err_has "paused_date"
git checkout -q .work

it "lets a person put it right, in the editor, too"
set_key 0001 paused_date $day
exits 0 env EDITOR="sed -i s/^paused_date:.*/paused_date:/" task-edit 1
is "$(grep "^paused_date" "$(card 0001)")" "paused_date:"
sound

# Hooks.

fresh_board hooks
in_stage backlog
mkdir .work/tasks/.hooks
cat >.work/tasks/.hooks/hook <<EOF
#!/bin/sh
echo '{"event":"late_log","desc":"proposed"}'
setsid sh -c 'echo \$\$ >"$tmp/child"; trap "" TERM HUP; exec sleep 1000' &
while :; do sleep 1; done
EOF
chmod +x .work/tasks/.hooks/hook
cat >.work/tasks/.hooks/registry.yaml <<EOF
hooks:
  on_blocked:
    - {name: one, run: [./hook], timeout: 1s}
EOF
task-hook --trust >/dev/null 2>&1
git add .work && git commit -qm "hooks"

# The one that left its session: nobody finds it there, so nobody may wait.
it "waits for no hook that forks and never ends, nor for what it leaves"
timeout 60 sh -c 'task-status 1 blocked --by external:x 2>&1 | cat' >"$out"
is "$?" 0
out_has "TASK-0001"
out_has "hook one (on_blocked of TASK-0001) failed: "
out_has "did not end within 1 s"
is "$(task-ledger --proposals)" ""
[ -s "$tmp/child" ] || fail "it did not fork"
is "$(events 0001 | tail -n 1)" blocked
sound

it "leaves no lock and no descriptor with it"
kill -0 "$(cat "$tmp/child")" 2>/dev/null || fail "it has ended"
exits 0 env TASK_LOCK_TIMEOUT=0 task-note 1 "a note"
ls -l "/proc/$(cat "$tmp/child")/fd" >"$out" 2>&1
out_lacks "$PWD"
sound
[ -s "$tmp/child" ] && kill -9 "$(cat "$tmp/child")"

finish
