#!/bin/sh
# SPDX-License-Identifier: MIT
# The real data, worked on by chance: commands that the rules allow, and what
# they leave is read with nothing but task-format(5) at hand.
#
#	TASK_SEED=2 TASK_ROUNDS=500
. "${TASK_SRC:?}/t/lib.sh"
: "${TASK_SEED:=1}"
# The sanitizers take their time.
if [ -n "${TASK_SANITIZED-}" ]; then
	: "${TASK_ROUNDS:=100}"
else
	: "${TASK_ROUNDS:=500}"
fi

data=$TASK_SRC/../shared/data/backlog.jsonl
filter=$TASK_SRC/tools/filters/backlog.jq
tasks=.work/tasks

[ -r "$data" ] || skip_all "there is no $data"
command -v jq >/dev/null || skip_all "there is no jq"

# A minute for each command; the newest item lies before.
clock() {
	TASK_NOW=$(printf '2026-09-%02dT%02d:%02d:00Z' $(($1 / 1440 + 1)) \
	    $(($1 / 60 % 24)) $(($1 % 60)))
	export TASK_NOW
}

# SEED COUNT: lines of an operation and three numbers.
plan() {
	awk -v seed="$1" -v n="$2" 'BEGIN {
		srand(seed)
		while (n-- > 0)
			print int(rand() * 24), int(rand() * 1e6), \
			    int(rand() * 1e6), int(rand() * 1e6)
	}'
}

# pick NUMBER STAGE...: $dir is a package in one of them, or empty; $ref names
# it.
pick() {
	n=$1
	shift
	for stage in "$@"; do
		set -- "$@" "$tasks/$stage"/TASK-*
		shift
	done
	for dir in "$@"; do
		shift
		[ ! -d "$dir" ] || set -- "$@" "$dir"
	done
	dir=
	ref=9999
	[ $# -gt 0 ] || return 1
	shift $((n % $#))
	dir=$1
	ref=${dir#*/TASK-}
	ref=${ref%%-*}
}

one_of() {
	n=$1
	shift
	shift $((n % $#))
	printf '%s' "$1"
}

# Where most is to be done.
busy="next current integration learning"

# One whose status that is.
held() {
	task-ls -s "$1" --columns id | awk -v n="$2" '{ v[NR] = $0 }
	    END { if (NR == 0) exit 1; print v[n % NR + 1] }'
}

by_hand() {
	pick "$1" $busy || return 1
	case $(($2 % 3)) in
	0) sed -i 's/^- \[ \]/- [x]/' "$dir/$ref"-*.task.md ;;
	1) echo "Learned." >"$dir/$ref.learning.md" ;;
	2) echo "By hand: $3" >>"$dir/$ref.context.md" ;;
	esac
	task-note "$ref" "seen"
}

# OPERATION NUMBER NUMBER NUMBER: does it; the exit status is the program's.
operate() {
	case $1 in
	0 | 1 | 2 | 3 | 4 | 5)
		# shellcheck disable=SC2086
		pick "$2" $busy
		task-move -s -r why --concurrent-ok x --waive x \
		    --skip-learning x "$ref"
		;;
	6 | 7 | 8)
		pick "$2" backlog
		task-set -q -r why "$ref" "effort=$(one_of "$3" S M L)" \
		    "priority=P$(($4 % 4))" && task-move -s "$ref"
		;;
	9) pick "$2" current integration learning
		task-move -r back "$ref" "$(one_of "$3" inbox backlog next)" ;;
	10) pick "$2" inbox && task-move "$ref" ;;
	11) [ $(($4 % 2)) -eq 0 ] && pick "$2" backlog $busy &&
		task-status --by "external:$3" "$ref" blocked ;;
	12) pick "$2" next current && other=$ref && pick "$3" $busy &&
		task-status --by "$other" "$ref" blocked ;;
	13) ref=$(held blocked "$2") && task-status -r why "$ref" active ;;
	14) ref=$(held paused "$2") && task-status "$ref" active ;;
	15) pick "$2" backlog next current
		task-status -r why --dependents "$(one_of "$3" block pause \
		    keep)" "$ref" paused ;;
	16) pick "$2" backlog && other=$ref && pick "$3" $busy &&
		task-link --on "$other" "$ref" ;;
	17) pick "$2" backlog $busy
		task-note "$ref" "noted $3" ;;
	18) pick "$2" backlog $busy && user=$(sed -n \
		's/^current_dri: *"*\(@[^"]*\)"*$/\1/p' "$dir"/*.task.md) &&
		task-handoff -u "$user" --to @zoe -r leave "$ref" &&
		task-handoff -u @zoe "$(one_of "$3" --accept --reject)" \
		    -r so "$ref" ;;
	19) [ $(($4 % 2)) -eq 0 ] && pick "$2" inbox backlog next current &&
		task-status -r why --dependents "$(one_of "$3" block keep)" \
		    "$ref" canceled ;;
	20) by_hand "$2" "$3" "$4" ;;
	21) pick "$2" backlog $busy && task-new -d "$ref" "New $3" ;;
	22) task-next --claim ;;
	23) pick "$2" current && task-status -r why "$ref" paused &&
		task-status --start "$ref" active ;;
	esac >>"$sandbox/log" 2>&1
}

# What the table of task-format(5) makes of each ledger: "ID stage status".
replayed() {
	find $tasks -name '*.ledger.jsonl' | LC_ALL=C sort | xargs awk '
	function own(key,    v) {
		if (!match($0, "\"" key "\":\"[^\"]*\""))
			return ""
		v = substr($0, RSTART, RLENGTH - 1)
		sub(/.*"/, "", v)
		return v
	}
	function finish() {
		if (id != "")
			print id, stage, status
	}
	FNR == 1 {
		finish()
		id = FILENAME
		sub(/.*\//, "", id)
		sub(/\..*/, "", id)
		stage = status = "none"
	}
	{ event = own("event") }
	event ~ /^created(_from_split)?$/ {
		stage = own("stage") != "" ? own("stage") : "inbox"
		status = "active"
	}
	event == "verified" && stage == "inbox" { stage = "backlog" }
	event == "prioritized" { stage = "next" }
	event == "started" { stage = "current" }
	event == "implemented" { stage = "integration" }
	event == "moved_to_learning" { stage = "learning" }
	event == "moved_to_archived" || event == "closed" { stage = "archived" }
	event == "rollback" { stage = own("to_stage") }
	event == "blocked" || event ~ /^cascade_blocked_/ { status = "blocked" }
	event == "unblocked" { status = "active" }
	event == "paused" || event == "paused_by_p0" {
		if (stage == "current" || event == "paused_by_p0")
			stage = "next"
		status = "paused"
	}
	event == "resumed" {
		stage = own("resumed_to_stage")
		status = "active"
	}
	event == "canceled" || event == "split" {
		stage = "archived"
		status = event
	}
	event == "conflict_resolved" { stage = own("stage") }
	END { finish() }' | sort
}

# The same of the folders and cards.
on_disk() {
	find $tasks -name '*.task.md' | LC_ALL=C sort | xargs awk '
	FNR == 1 {
		id = stage = FILENAME
		sub(/.*\/TASK-/, "", id)
		sub(/-.*/, "", id)
		sub(/.*\.work\/tasks\//, "", stage)
		sub(/\/.*/, "", stage)
		head = 0
	}
	$0 == "---" { head++ }
	head == 1 && /^status:/ {
		gsub(/"/, "")
		print id, stage, $2
	}' | sort
}

clock 0
board
sed '/^  current:/s/limit: 5/limit: 12/' $tasks/policy.yaml >x &&
    cat x >$tasks/policy.yaml && rm x && git commit -qam "policy"
jq -cf "$filter" "$data" | task-new --lenient - >/dev/null 2>&1

it "does $TASK_ROUNDS commands that the rules allow, on 652 real items"
is "$(find $tasks -type d -name 'TASK-*' | wc -l)" "652"
done=0
tried=0
plan "$TASK_SEED" $((TASK_ROUNDS * 4)) >"$sandbox/plan"
while [ "$done" -lt "$TASK_ROUNDS" ] && read -r op a b c; do
	tried=$((tried + 1))
	clock "$tried"
	echo "== $tried: $op $a $b $c" >>"$sandbox/log"
	operate "$op" "$a" "$b" "$c"
	rc=$?
	case $rc in
	0) done=$((done + 1)) ;;
	1 | 66) ;;
	*) fail "operation $op $a $b $c: exit status $rc:" \
	    "$(tail -n 20 "$sandbox/log")" ;;
	esac
done <"$sandbox/plan"
is "$done" "$TASK_ROUNDS"
echo "# $tried commands tried"
is "$(grep -e AddressSanitizer -e 'runtime error' "$sandbox/log")" ""

it "has walked all the ways there are"
on_disk >"$sandbox/disk"
find $tasks -name '*.ledger.jsonl' -exec cat {} + >"$sandbox/ledgers"
for event in verified prioritized started implemented moved_to_learning \
    closed rollback blocked unblocked paused resumed canceled \
    handoff_accepted fast_tracked dependency_updated content_updated; do
	file_has "$sandbox/ledgers" "\"event\":\"$event\""
done

it "leaves a sound board: indexes, git's objects, and nothing uncommitted"
sound
exits 0 task-fsck

it "leaves ledgers that, replayed, give the stages and statuses on disk"
replayed | diff - "$sandbox/disk" >"$out" || show_last
out_is ""

it "and a replay would see a difference"
open=$(awk '$2 != "archived" { print $1; exit }' "$sandbox/disk")
echo '{"ts":"2027-01-01T00:00:00Z","user":"@a","event":"canceled"}' \
    >>"$(ledger "$open")"
replayed | diff - "$sandbox/disk" >"$out"
is "$(grep '^[<>]' "$out" | cut -d' ' -f1-3 | head -n 1)" \
    "< $open archived"
is "$(grep -c '^[<>]' "$out")" "2"

finish
