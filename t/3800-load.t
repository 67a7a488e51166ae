#!/bin/sh
# SPDX-License-Identifier: MIT
# Load: many processes at one board, with readers, git and a watch beside them.
#
#	TASK_LOAD_COMMANDS=5000 TASK_LOAD_SEED=1 make check-load
. "${TASK_SRC:?}/t/lib.sh"
: "${TASK_LOAD_COMMANDS:=300}" "${TASK_LOAD_SEED:=1}"
# The sanitizers take their time.
[ -z "${TASK_SANITIZED-}" ] || [ "$TASK_LOAD_COMMANDS" -gt 300 ] ||
    TASK_LOAD_COMMANDS=100

# Times are what they are, and everybody waits as long as it takes.
unset TASK_NOW GIT_AUTHOR_DATE GIT_COMMITTER_DATE
TASK_LOCK_TIMEOUT=10m
export TASK_LOCK_TIMEOUT
log=$sandbox/log
tasks=.work/tasks

# nothing COMMAND...: it prints nothing.
nothing() {
	"$@" >"$out" 2>&1
	[ ! -s "$out" ] || fail "$(head -n 20 "$out")"
}

# The lines of the workers for commands of these kinds (a regular expression)
# with that exit status.
ran() {
	cat "$log"/worker.* | awk -F '\t' -v kind="^($1)$" -v status="$2" \
	    '$1 ~ kind && $3 == status'
}

number() {
	sed -n "s/^$1 //p" "$log/numbers"
}

it "does what $TASK_LOAD_COMMANDS commands of 16 processes ask for"
board
printf '%s\n' 'wip: {current: {limit: 1000}, integration: {limit: 1000}}' \
    >$tasks/policy.yaml
git add .work && git commit -qm policy
for n in 1 2 3 4 5 6 7 8; do
	make_task "Task $n" '"priority":"P2","effort":"M"'
done
from=$(git rev-parse HEAD)
"$TASK_SRC/t/load/drive" 16 "$TASK_LOAD_COMMANDS" "$TASK_LOAD_SEED" "$log" ||
    fail "a process broke off"
cat $tasks/*/TASK-*/*.ledger.jsonl >"$sandbox/events"
# Two may edit the same lines at a time; what the second wrote is kept.
is "$(cat "$log"/worker.* | awk -F '\t' '$3 != 0 && $3 != 1 &&
    !($1 == "edit" && $3 == 75 && /in the same lines; the text is kept/)' |
    head)" ""

it "makes nobody wait until the time is up, nor starves one"
echo "# $(number commands) commands: median $(number median_ms) ms," \
    "longest $(number longest_ms) ms; when the first of 16 was through the" \
    "last had done $(number least_share) %"
[ "$(number least_share)" -ge 10 ] ||
    fail "one had done $(number least_share) % of its share"

it "has the events of each command that said that it did something"
ran 'new|batch|each|move|back|note|add|link|set|status|sign|edit|handoff|accept' \
    0 | awk -F '\t' '$6 != "" { print $2 }' >"$sandbox/done"
[ -s "$sandbox/done" ] || fail "none did"
grep -o 'w[0-9][0-9]n[0-9][0-9][0-9][0-9]\(to\)\{0,1\}' "$sandbox/events" |
    LC_ALL=C sort -u >"$sandbox/marks"
LC_ALL=C sort "$sandbox/done" | LC_ALL=C comm -23 - "$sandbox/marks" \
    >"$sandbox/lost"
while read -r mark; do
	grep -h "$mark" "$log"/worker.* | head -n 1
done <"$sandbox/lost" | grep -v 'is like that already' >"$out"
[ ! -s "$out" ] || fail "no event of: $(head -n 5 "$out")"

it "has each of them once"
nothing sh -c "sed 's/^{\"id\":\"\\([^\"]*\\)\".*/\\1/' '$sandbox/events' |
    sort | uniq -d"
for kind in note:note_added:1 set:tags_updated:1 sign:signed_off:1 \
    batch:created:3 each:created:3 new:created:1; do
	ran "${kind%%:*}" 0 | awk -F '\t' '$6 != "" { print $2 }' |
	while read -r mark; do
		event=${kind#*:}
		n=$(grep -c "\"user\":\"@$mark\",\"event\":\"${event%:*}\"" \
		    "$sandbox/events")
		[ "$n" -eq "${kind##*:}" ] ||
		    fail "$n events of ${kind%%:*} $mark"
	done
done

it "has none of a dry run, and of what was refused the refusal only"
# Of two tasks of one command one may be closed; the other has its event.
ran '.*' 1 | grep -v '^add' | cut -f 2 >"$sandbox/refused"
refusals='"event":"(validation_failed|cycle_detected)"'
grep -Ev "$refusals" "$sandbox/events" >"$sandbox/deeds"
for mark in $(ran dry 0 | cut -f 2) $(cat "$sandbox/refused"); do
	nothing grep "\"user\":\"@$mark\"" "$sandbox/deeds"
done

it "gives numbers in a line, each once"
ls -d $tasks/*/TASK-* | sed 's/.*TASK-0*//; s/-.*//' | sort -n >"$sandbox/ids"
last=$(tail -n 1 "$sandbox/ids")
seq 1 "$last" | cmp -s - "$sandbox/ids" || fail "$(seq 1 "$last" |
    diff - "$sandbox/ids" | head)"
ran 'new|batch|each' 0 | cut -f 6 | sed 's/\\n/\n/g' | grep . |
    sed 's/TASK-0*//' | sort -n >"$sandbox/told"
seq 9 "$last" | cmp -s - "$sandbox/told" || fail "told: $(seq 9 "$last" |
    diff - "$sandbox/told" | head)"

it "keeps each text that was saved in an editor, once"
ran edit 0 | awk -F '\t' '$6 != "" { print $2 }' | while read -r mark; do
	n=$(cat $tasks/*/TASK-*/[0-9]*.context.md | grep -c "by $mark")
	[ "$n" -eq 1 ] || fail "$n times: $mark"
done

it "makes a commit of each change, all in a line, and git's own in between"
is "$(git rev-list --merges --count HEAD)" 0
is "$(git log --format=%s | grep -c '^code ')" "$(cat "$log/codes")"
ledgers=$(git log --reverse --format= --name-only "$from.." |
    grep -c '\.ledger\.jsonl$')
[ "$ledgers" -ge "$(wc -l <"$sandbox/done")" ] ||
    fail "$ledgers ledgers were written"

it "makes no watch take it for work by hand"
is "$(cat "$log/watch")" ""

it "shows readers no half state, all the while"
touch "$log/found"
is "$(head -n 20 "$log/found")" ""

it "leaves a sound board"
exits 0 task-fsck
out_is ""
sound

finish
