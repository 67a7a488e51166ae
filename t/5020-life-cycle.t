#!/bin/sh
# SPDX-License-Identifier: MIT
# The table of moves in task(7) is what the programs do: each check of each row
# is broken alone, each row is walked, and each pair of stages is tried.
. "${TASK_SRC:?}/t/lib.sh"

stages="inbox backlog next current integration learning archived"
tab=$(printf '\t')

# The rows of the table: from, to, checks, events; tabs between.
awk -v OFS='\t' '
/^\.It Cm [a-z]+ No to Cm [a-z]+$/ { from = $3; to = $7 }
/^\.It checks$/ { getline checks }
/^\.It logs$/ { getline logs; print from, to, checks, logs }
' "$TASK_SRC/man/task.7" >"$sandbox/table"

# The names of the checks that it explains.
awk '
/^The checks, by the names/ { here = 1 }
here && /^\.It Cm / { print $3 }
here && /^\.El/ { exit }
' "$TASK_SRC/man/task.7" >"$sandbox/checks"

board
n=0

# package STAGE DEFECT: makes a complete package by hand, but for that; its
# number is then in $id.
package() {
	n=$((n + 1))
	id=$(printf '%04d' $n)
	dir=.work/tasks/$1/TASK-$id-x
	mkdir "$dir"
	dri="current_dri: \"@alice\""
	schema=1.0 priority=${urgent:-P2} effort=S deps= status=active created=created
	goal="It is said here." criterion="- [x] it works"
	case $2 in
	p0) priority=P3 ;;
	sanity) schema=2.0 ;;
	sections) goal="<!-- not yet -->" ;;
	criteria) criterion="It works." ;;
	created) created=conflict_resolved ;;
	dri) dri= ;;
	priority) priority=null ;;
	effort) effort=null ;;
	dependencies) deps="\"TASK-9001\"" ;;
	done-before) deps="\"TASK-9002\"" ;;
	cycle) deps="\"TASK-$((5000 + n))\"" ;;
	held) status=paused ;;
	ticked) criterion="- [ ] it works" ;;
	esac
	write_card "$id" "$1" >"$dir/$id-x.task.md"
	printf '{"ts":"2025-10-01T00:00:00Z","user":"@alice",' \
	    >"$dir/$id.ledger.jsonl"
	printf '"event":"%s","stage":"%s","desc":"here"}\n' "$created" "$1" \
	    >>"$dir/$id.ledger.jsonl"
	[ "$2" = package ] || echo "All that is needed." >"$dir/$id.context.md"
	[ "$2" = learning ] || echo "A lot." >"$dir/$id.learning.md"
	[ "$2" != cycle ] || helper $((5000 + n)) integration "$dri" \
	    "\"TASK-$id\""
}

# write_card ID STAGE, of what package() has set
write_card() {
	cat <<-EOF
	---
	task_id: "$1"
	task_name: x
	schema_version: "$schema"
	stage: $2
	status: $status
	priority: $priority
	effort_estimate: $effort
	depends_on: [$deps]
	$dri
	---
	## Goal
	$goal
	## Inputs Required
	None.
	## Implementation Details
	None.
	## Expected Outputs
	None.
	## Acceptance Criteria
	$criterion
	EOF
}

# helper ID STAGE DRI DEPS: a task that others depend on
helper() {
	mkdir ".work/tasks/$2/TASK-$1-y"
	cat >".work/tasks/$2/TASK-$1-y/$1-y.task.md" <<-EOF
	---
	task_id: "$1"
	task_name: y
	stage: $2
	status: active
	depends_on: [$4]
	$3
	---
	EOF
	printf '%s,"event":"created","stage":"%s"}\n' \
	    '{"ts":"2025-10-01T00:00:00Z","user":"@alice"' "$2" \
	    >".work/tasks/$2/TASK-$1-y/$1.ledger.jsonl"
}

# policy STAGE LIMIT GATES: no other limits
policy() {
	echo "wip:"
	for s in $stages; do
		limit="{limit: null}"
		[ "$s" != "$1" ] || limit=$2
		echo "  $s: $limit"
	done
	echo "gates: [$3]"
}

settle() {
	git add -A && git commit -qm "by hand" && task-index &&
	    policy none "" "" >.work/tasks/policy.yaml
}

# The checks that the last event of the task says have failed, each in quotes.
failed() {
	tail -n 1 "$(ledger "$1")" |
	    sed -n 's/.*"event":"validation_failed".*"failed":\[\(.*\)\].*/\1/p'
}

it "has the table, and explains every check in it"
is "$(wc -l <"$sandbox/table")" 10
for check in $(cut -f3 "$sandbox/table"); do
	grep -qx -e "$check" "$sandbox/checks" || fail "$check is not there"
done

helper 9001 integration "" ""
helper 9002 backlog 'current_dri: "@alice"' ""
while IFS=$tab read -r from to checks logs; do
	[ "$from" != any ] || from=learning to=backlog
	while read -r check; do
		[ "$check" != transition ] || continue
		# A P0 has its priority.
		case "$check $checks" in "priority p0 "*) continue ;; esac
		urgent=
		case $checks in "p0 "*) urgent=P0 ;; esac
		package "$from" "$check"
		echo "$from $to $check $id $checks"
	done <"$sandbox/checks"
done <"$sandbox/table" >"$sandbox/cases"
settle || echo "Bail out! no tasks"

last=
while read -r from to check id checks; do
	[ "$from $to" = "$last" ] ||
	    it "checks what the table says before $from to $to"
	last="$from $to"
	set -- -r "a reason" "$id" "$to"
	[ "$check" != reason ] || shift 2
	case $check in
	wip) policy "$to" "{limit: 0, enforce: hard}" "" ;;
	gate) policy none "" "$to" ;;
	*) policy none "" "" ;;
	esac >.work/tasks/policy.yaml
	case " $checks " in
	*" $check "*)
		exits 1 task-move "$@"
		[ "$check" != p0 ] || check=transition
		is "$(failed "$id")" "\"$check\""
		;;
	*)
		exits 0 task-move "$@"
		is "$(failed "$id")" ""
		;;
	esac
done <"$sandbox/cases"

it "allows the moves of the table and no other"
urgent=
for s in $stages; do
	package "$s" none
	echo "$s $id"
done >"$sandbox/one-each"
settle || echo "Bail out! no tasks"
seen=" "
while read -r from id; do
	seen="$seen$from "
	for to in $stages; do
		want=1
		grep "^$from$tab$to$tab" "$sandbox/table" |
		    grep -qv "${tab}p0 " && want=0
		case $seen in
		*" $to "*)
			[ "$from" = "$to" ] || [ "$from" = archived ] ||
			    ! grep -q "^any${tab}earlier" "$sandbox/table" ||
			    want=0
			;;
		esac
		exits $want task-move -n -r "a reason" "$id" "$to"
	done
done <"$sandbox/one-each"

# The events of a row, those with a "?" only where they are named.
expected() {
	for event in $1; do
		case $event in
		*\?) case " $2 " in *" ${event%\?} "*) ;; *) continue ;; esac ;;
		esac
		echo "${event%\?}"
	done
}

# logged NUMBER: the events after the first
logged() {
	events "$1" | sed 1d
}

while IFS=$tab read -r from to checks logs; do
	[ "$from" != any ] || from=integration to=backlog
	it "logs what the table says for $from to $to"
	urgent=
	case $checks in "p0 "*) urgent=P0 ;; esac
	package "$from" none
	settle || fail "no task"
	exits 0 task-move -r "a reason" "$id" "$to"
	is "$(logged "$id")" "$(expected "$logs" learning_documented)"
	[ -d ".work/tasks/$to/TASK-$id-x" ] || fail "it is not in $to"
done <"$sandbox/table"

it "logs what depends on an option, where it is given"
while IFS=$tab read -r from to checks logs; do
	urgent=
	case $checks in "p0 "*) urgent=P0 ;; esac
	case $logs in
	*concurrent_ok*)
		package "$from" done-before
		settle || fail "no task"
		exits 0 task-move -r why --concurrent-ok why "$id" "$to"
		is "$(logged "$id")" "$(expected "$logs" concurrent_ok)"
		;;
	*learning_skipped*)
		package "$from" learning
		settle || fail "no task"
		exits 0 task-move --skip-learning why "$id" "$to"
		is "$(logged "$id")" "$(expected "$logs" learning_skipped)"
		;;
	esac
done <"$sandbox/table"

it "logs a sign-off before, and a limit that is near after, all others"
urgent=
package next none
settle || fail "no task"
policy current "{limit: 1, enforce: soft}" current >.work/tasks/policy.yaml
exits 0 task-move -s "$id" current
is "$(logged "$id")" "signed_off
validated
started
wip_limit_approached"

finish
