#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"

tmp=$sandbox/tmp
mkdir "$tmp" || exit 1
tab=$(printf '\t')
p=.work/tasks
pid=
trap '[ -n "$pid" ] && tell TERM 2>/dev/null
    chmod -R u+rwx "$sandbox" 2>/dev/null; rm -rf "$sandbox"' EXIT

fresh_board() {
	cd "$sandbox/work" && mkdir "$1" && cd "$1" || exit 1
	board
}

# at DAY COMMAND...: runs it on that day of October 2025, or at a moment.
at() {
	now=$1
	shift
	case $now in
	*T*) ;;
	*) now=2025-10-${now}T10:30:00Z ;;
	esac
	env TASK_NOW="$now" "$@"
}

# A task in a stage, of an effort, since the 18th.
in_stage() {
	full_task "In $1" "\"stage\":\"$1\",\"priority\":\"${3-P1}\",
	    \"effort\":\"$2\"" | tr -d '\n' | task-new - >/dev/null
}

# late DAY STATUS LINE...: what --slo -n prints then: id, code and message.
late() {
	day=$1
	status=$2
	shift 2
	unchanged exits "$status" at "$day" task-fsck --slo -n \
	    --columns id,code,message
	tr '\t' ' ' <"$out" >"$tmp/found"
	if [ $# -eq 0 ]; then
		: >"$tmp/want"
	else
		printf '%s\n' "$@" >"$tmp/want"
	fi
	diff "$tmp/want" "$tmp/found" >"$tmp/diff" ||
	    fail "$(sed 's/^/# /' "$tmp/diff")"
}

# last ID: the last line of its ledger, without its random id.
last() {
	tail -n 1 "$(ledger "$1")" | sed 's/"id":"[^"]*",//'
}

fresh_board all

it "finds nothing late on an empty board"
late 18 0
exits 0 at 30 task-fsck --slo

in_stage inbox M
in_stage backlog M
in_stage next M
in_stage current M
in_stage integration M
in_stage learning M
in_stage archived M

it "warns of a task that is over its target, without a line in its ledger"
late 18 0
late 2025-10-19T10:30:00Z 0
late 2025-10-19T10:31:00Z 0 \
    "TASK-0001 F9-late in inbox for 24h, target 1d, too late after 2d"

it "finds a task that is in its stage for too long"
late 2025-10-20T10:30:01Z 1 \
    "TASK-0001 F9-missed in inbox for 48h, target 1d, too late after 2d" \
    "TASK-0005 F9-late in integration for 48h, target 2d, too late after 4d"
late 30 1 \
    "TASK-0001 F9-missed in inbox for 12d, target 1d, too late after 2d" \
    "TASK-0002 F9-late in backlog for 12d, target 7d, too late after 14d" \
    "TASK-0004 F9-missed in current for 12d, target 5d, too late after 10d" \
    "TASK-0005 F9-missed in integration for 12d, target 2d, too late after 4d" \
    "TASK-0006 F9-missed in learning for 12d, target 3d, too late after 7d"

it "has no target for next, nor for what is closed"
at 30 task-fsck --slo -n --columns id | grep -e 0003 -e 0007 >"$out"
out_is ""

it "says nothing of time without --slo"
unchanged exits 0 at 30 task-fsck
out_is ""

it "looks at the tasks that are named"
unchanged exits 1 at 30 task-fsck --slo -n --columns id 4 3
out_is TASK-0004
unchanged exits 0 at 30 task-fsck --slo 2
unchanged exits_with "" 0 at 30 task-fsck --slo -

it "puts on record what is too late, once, in one commit"
before=$(git rev-parse HEAD)
exits 1 at 30 task-fsck --slo --columns code
is "$(sort "$out" | uniq -c | tr -s ' ' | tr '\n' ';')" \
    " 1 F9-late; 4 F9-missed;"
is "$(git rev-list --count "$before..")" 1
is "$(git log -1 --format=%s)" "4 tasks: too long in one stage"
is "$(last 0004)" '{"ts":"2025-10-30T10:30:00Z","user":"@alice","event":"slo_missed","desc":"in current for 12d, target 5d, too late after 10d","version":"1.0","payload":{"stage":"current","target":"5d","violation":"10d","actual":"12d"}}'
is "$(events 0002 | grep -c slo_missed)" 0
unchanged exits 1 at 31 task-fsck --slo
is "$(events 0004 | grep -c slo_missed)" 1
sound

it "says it again for the next stay in a stage"
at 31 task-move --reason "not ready" 5 current >/dev/null
late 31 1 \
    "TASK-0001 F9-missed in inbox for 13d, target 1d, too late after 2d" \
    "TASK-0002 F9-late in backlog for 13d, target 7d, too late after 14d" \
    "TASK-0004 F9-missed in current for 13d, target 5d, too late after 10d" \
    "TASK-0006 F9-missed in learning for 13d, target 3d, too late after 7d"
exits 1 at 2025-11-15T00:00:00Z task-fsck --slo
is "$(events 0005 | grep -c slo_missed)" 2
is "$(events 0004 | grep -c slo_missed)" 1
is "$(events 0002 | grep -c slo_missed)" 1
sound

fresh_board effort

it "goes by the effort of a task, and by the policy"
for effort in XS S M L XL; do
	in_stage current "$effort"
done
late 24 1 \
    "TASK-0001 F9-missed in current for 6d, target 1d, too late after 2d" \
    "TASK-0002 F9-missed in current for 6d, target 2d, too late after 4d" \
    "TASK-0003 F9-late in current for 6d, target 5d, too late after 10d"
cat >$p/policy.yaml <<'END'
slo:
  current: {effort: {XS: 30m, S: 9d, M: 9d}, violation_factor: 3}
END
late 2025-10-18T12:00:01Z 1 \
    "TASK-0001 F9-missed in current for 90m, target 30m, too late after 90m"
cat >$p/policy.yaml <<'END'
slo:
  current: {effort: {XS: 9d, S: 9d, M: 9d, L: 9d, XL: 9d}, violation: 1d, target: 1h}
END
late 2025-10-19T12:00:00Z 0
sed 's/^effort_estimate:.*/effort_estimate: null/' "$(card 0001)" >x &&
    cat x >"$(card 0001)" && rm x
late 2025-10-19T12:00:00Z 1 \
    "TASK-0001 F9-missed in current for 25h, target 1h, too late after 1d"

fresh_board pauses

it "lets time stand still while a task is paused"
in_stage backlog M
at 19 task-status 1 paused -r later >/dev/null
late 2025-11-30T10:30:00Z 0
at 2025-11-30T10:30:00Z task-status 1 active -r now >/dev/null
late 2025-12-04T10:30:00Z 0
late 2025-12-08T10:30:00Z 0 \
    "TASK-0001 F9-late in backlog for 9d, target 7d, too late after 14d"
late 2025-12-14T10:30:00Z 1 \
    "TASK-0001 F9-missed in backlog for 15d, target 7d, too late after 14d"

it "lets it go on while a task is blocked"
in_stage backlog M
at 19 task-status 2 blocked --by external:them >/dev/null
unchanged exits 1 at 2025-11-03T10:30:00Z task-fsck --slo -n 2
out_has F9-missed

it "says nothing of the time of a task whose ledger does not tell its stage"
mv "$(folder 0002)" $p/next/
at 2025-11-30T10:30:00Z task-fsck --slo -n 2 >"$out"
out_is ""
mv "$(folder 0002)" $p/backlog/

fresh_board p0

it "finds a P0 without a retrospective, with --slo and without"
in_stage learning M P0
task-move -qs --skip-learning "none" 1 archived >/dev/null
unchanged exits 0 at 2025-10-21T10:30:00Z task-fsck
unchanged exits 1 at 2025-10-21T10:31:00Z task-fsck --columns id,code,message
out_is "TASK-0001${tab}F9-retrospective${tab}a P0, closed 3d ago, has no p0_retrospective"
unchanged exits 1 at 22 task-fsck --slo --columns code 1
out_is F9-retrospective

it "asks for it until it is in the ledger, and of no other priority"
in_stage learning M P1
task-move -s --skip-learning "none" 2 archived >/dev/null
exits 1 at 30 task-fsck --columns id
out_is TASK-0001
exits 0 at 30 task-ledger --add p0_retrospective -m "looked back" 1
unchanged exits 0 at 30 task-fsck
unchanged exits 0 at 30 task-fsck --slo

it "does not ask it of what was imported as closed"
in_stage archived M P0
unchanged exits 0 at 30 task-fsck

fresh_board rest

it "leaves the commit to the person with --no-commit, and says it once"
in_stage inbox M
before=$(git rev-parse HEAD)
exits 1 at 30 task-fsck --slo --no-commit
exits 1 at 30 task-fsck --slo --no-commit
is "$(git rev-parse HEAD)" "$before"
is "$(dirty)" " M $(ledger 0001)"
is "$(events 0001 | grep -c slo_missed)" 1
git checkout -q .

it "does not wait for the lock with TASK_LOCK_TIMEOUT=0, but for -n"
exec 9>.git/task/lock && flock 9
unchanged exits 75 env TASK_LOCK_TIMEOUT=0 TASK_NOW=2025-10-30T00:00:00Z \
    task-fsck --slo
unchanged exits 1 env TASK_LOCK_TIMEOUT=0 TASK_NOW=2025-10-30T00:00:00Z \
    task-fsck --slo -n
exec 9>&-

it "says of which task it cannot be put on record, and logs the others"
in_stage inbox M
sed '1s/alice/mallory/' "$(ledger 0001)" >x && cat x >"$(ledger 0001)" && rm x
exits 1 at 30 task-fsck --slo
err_has "a line that was committed has changed"
is "$(events 0001 | grep -c slo_missed)" 0
is "$(events 0002 | grep -c slo_missed)" 1
git checkout -q .

# The watch.

eventually() {
	tries=0
	until "$@"; do
		tries=$((tries + 1))
		[ $tries -lt 200 ] || { fail "it does not happen: $*"; return; }
		sleep 0.05
	done
}

logged() {
	[ "$(events "$1" | grep -c slo_missed)" -eq "$2" ] && [ -z "$(dirty)" ]
}

it "is done by task-watch when it starts, once"
fresh_board watch
in_stage inbox M
in_stage backlog M
before=$(git rev-parse HEAD)
for i in 1 2; do
	bounded 60 env TASK_NOW=2025-10-30T00:00:00Z task-watch \
	    >"$tmp/out" 2>"$tmp/err" </dev/null &
	pid=$!
	eventually logged 0001 1
	echo "More." >>"$(folder 0002)/0002.context.md"
	eventually grep -q 0002 "$tmp/out"
	eventually logged 0001 1
	tell TERM
	wait $pid
	pid=
	[ $i = 1 ] && cp "$tmp/out" "$tmp/first"
done
is "$(git log --format=%s "$before.." | grep -c 'too long in one stage')" 1
is "$(sort "$tmp/first")" "TASK-0001${tab}late
TASK-0002${tab}edited"
is "$(cat "$tmp/out")" "TASK-0002${tab}edited"
is "$(cat "$tmp/err")" ""
sound

it "is not done by task-watch --once"
fresh_board once
in_stage inbox M
unchanged exits 0 at 30 task-watch --once

finish
