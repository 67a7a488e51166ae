#!/bin/sh
# SPDX-License-Identifier: MIT
# Limits of work in progress that a namespace has for itself, beside the board's.
. "${TASK_SRC:?}/t/lib.sh"

tasks=.work/tasks

# fresh_board NAME POLICY NAMESPACES
fresh_board() {
	cd "$sandbox/work" && mkdir "$1" && cd "$1" || exit 1
	board
	printf 'gates: []\nwip: %s\n' "$2" >$tasks/policy.yaml
	printf 'namespaces:\n%s\n' "$3" >$tasks/NAMESPACES.yaml
	task-index >/dev/null && git add -A && git commit -qm "rules"
}

# make NAMESPACE STAGE [PRIORITY [DRI]]: a complete task; its id is $id.
make() {
	id=$(full_task "Task of $1" "$(printf '"stage":"%s",%s%s' "$2" \
	    "\"effort\":\"M\",\"priority\":\"${3:-P2}\",\"dri\":\"${4:-@alice}\"" \
	    "${1:+,\"namespace\":\"$1\"}")" | task-new -)
	id=${id#TASK-}
}

last_event() {
	tail -n 1 "$(ledger "$1")" | sed 's/"id":"[^"]*"/"id":""/'
}

none='{current: {limit: null}, next: {limit: null}}'

fresh_board hard "$none" '  FW: {wip: {current: {limit: 2}}}
  WEB: {}'
make FW current
make FW next

it "counts the tasks of the namespace alone"
for ns in WEB WEB "" ""; do
	make "$ns" next
	exits 0 task-move "$id"
	err_is ""
done
exits 0 task-move FW-2
err_is ""

it "tells the ledger that the limit is near, and whose"
is "$(events FW-0002 | tail -n 1)" wip_limit_approached
is "$(last_event FW-0002)" '{"id":"","ts":"2025-10-18T10:30:00Z","user":"@alice","event":"wip_limit_approached","desc":"current at 2 of 2 in namespace FW","version":"1.0","payload":{"count":2,"limit":2,"namespace":"FW"}}'

it "refuses a task beyond a limit that is hard, as that of current is"
make FW next
exits 1 task-move "$id"
err_is "task-move: TASK-FW-0003: 'current' is full: 2 of 2 in namespace FW (finish or move back a task there first; NAMESPACES.yaml sets the limit)"
is "$(events FW-0003 | tail -n 2 | paste -sd' ' -)" "wip_limit_blocked validation_failed"
grep wip_limit_blocked "$(ledger FW-0003)" >"$out"
out_has '"payload":{"count":3,"limit":2,"namespace":"FW"}'
sound

it "passes over it in task-next"
exits 1 task-next --namespace FW
err_has "'current' is full: 2 of 2 in namespace FW"
make WEB next
exits 0 task-next --columns id
out_is "TASK-$id"

it "lets it go once another of the namespace is done"
tick FW-0001 && task-watch --once >/dev/null
exits 0 task-move FW-1 integration
exits 0 task-move FW-3
sound

it "judges a folder that is moved by hand by it"
make FW next
mv "$(folder "$id")" $tasks/current/
exits 1 task-watch --once
err_has "'current' is full: 2 of 2 in namespace FW"
mv "$(folder "$id")" $tasks/next/

fresh_board soft "$none" '  FW: {wip: {next: {limit: 1}, integration: {limit: 1, enforce: hard}}}'
make FW next
make FW backlog

it "warns where it is soft, as those of the other stages are"
exits 0 task-move "$id" next
err_is "task-move: warning: TASK-FW-0002: 'next' holds 2 tasks in namespace FW, more than the 1 that NAMESPACES.yaml advises"

it "is as hard as the file says"
make FW integration
make FW current
tick "$id" && task-watch --once >/dev/null
exits 1 task-move "$id" integration
err_has "'integration' is full: 1 of 1 in namespace FW"

fresh_board dri "$none" '  FW: {wip: {current: {limit: 1, scope: dri}, next: {limit: 1, scope: dri, enforce: soft}}}'
make FW current P2 @bob
make "" current P2 @alice
make FW next

it "counts those of one DRI, of the namespace alone"
exits 0 task-move "$id"
make FW next P2 @bob
exits 1 task-move "$id"
err_has "'current' is full: 1 of 1 of @bob in namespace FW"

it "takes what the index says for that where it is soft"
make "" next P2 @bob
make FW backlog P2 @bob
exits 0 task-move "$id" next
err_has "'next' holds 2 tasks of @bob in namespace FW, more than the 1 that NAMESPACES.yaml advises"

fresh_board both '{current: {limit: 3, scope: system, enforce: hard}}' '  FW: {wip: {current: {limit: 2}}}
  WEB: {wip: {current: {limit: 9}}}'

it "holds in addition to the limit of the board"
make FW current && make WEB current && make "" current
make FW next
exits 1 task-move "$id"
err_is "task-move: TASK-FW-0002: 'current' is full: 3 of 3 (finish or move back a task there first; policy.yaml sets the limit)"
make WEB next
exits 1 task-move "$id"
err_has "3 of 3 (finish"
err_lacks "namespace"

it "names both where both are full"
make FW current
make FW next
exits 1 task-move "$id"
err_has "2 of 2 in namespace FW"
err_has "4 of 3 (finish"

fresh_board p0 '{current: {limit: 3, scope: system, enforce: hard}}' '  FW: {wip: {current: {limit: 1}}}'

it "lets a P0 displace one of its namespace"
make "" current P3
make FW current P2
make FW backlog P0
exits 0 task-move -r "it burns" "$id"
err_has "TASK-FW-0001 (Task of FW) was paused to make room"
is "$(task-ls --columns id current | paste -sd' ' -)" "TASK-0001 TASK-FW-0002"
sound

it "needs one to make room where the board is full, too"
make "" current P3
exits 0 task-move -r "done" FW-2 backlog
task-status FW-1 active >/dev/null 2>&1
exits 0 task-move FW-1 current
exits 0 task-move -r "it burns again" FW-2
is "$(task-ls --columns id current | paste -sd' ' -)" "TASK-0001 TASK-0002 TASK-FW-0002"
is "$(last_event FW-0002 | grep -o '"event":"[a-z_]*"')" '"event":"displaced"'
sound

it "displaces by the board's limit where the namespace has room"
make "" backlog P0
exits 0 task-move -r "everything burns" "$id"
is "$(task-ls --columns id current | wc -l)" 3
sound

it "names the place of a limit that is wrong, and moves nothing"
printf 'namespaces:\n  FW: {wip: {current: {limit: -1}}}\n' >$tasks/NAMESPACES.yaml
make_task "Any" '"stage":"next","priority":"P2","effort":"M"' 2>/dev/null
unchanged exits 78 task-move FW-1 current
err_has ".work/tasks/NAMESPACES.yaml:2:31: limit: must be a number"

finish
