#!/bin/sh
# SPDX-License-Identifier: MIT
# task-set --namespace: a task gets another id, and all that names it follows.
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/fault/killed.sh"

tasks=.work/tasks
tab=$(printf '\t')
ready='"priority":"P1","effort":"M"'

fresh_board() {
	cd "$sandbox/work" && mkdir "$1" && cd "$1" || exit 1
	board
	cat >$tasks/NAMESPACES.yaml <<'END'
namespaces:
  FW:
  WEB:
  OLD: {status: archived}
END
	task-index >/dev/null && git add .work && git commit -qm "namespaces"
}

# The board is as it should be, by every rule.
clean() {
	sound
	exits 0 task-fsck
}

# The last event of a task from its word on.
last_event() {
	tail -n 1 "$(ledger "$1")" |
	    sed 's/.*\("event":.*\)}$/\1/; s/,"version":"1.0"//'
}

key() {
	grep "^$2:" "$(card "$1")"
}

# edit ID SED: the card, by hand, committed.
edit() {
	sed "$2" "$(card "$1")" >"$sandbox/edited" &&
	    cat "$sandbox/edited" >"$(card "$1")" && git commit -qam "by hand"
}

counters() {
	(cd $tasks && head -n 1 -q ID_COUNTER*.txt | paste -sd' ' -)
}

fresh_board first
make_task "User login" "$ready"
make_task "Waits" '"depends_on":["1"]'
make_task "Apart"
git tag -f before >/dev/null

it "moves a task into a namespace, prints the new id, and those that name it"
exits 0 task-set 1 namespace=FW
out_is "TASK-FW-0001
TASK-0002"
err_is ""

it "keeps its number where that is free there"
is "$(cd $tasks/inbox && echo TASK-FW-*/*)" "TASK-FW-0001-user-login/FW-0001-user-login.task.md TASK-FW-0001-user-login/FW-0001.context.md TASK-FW-0001-user-login/FW-0001.ledger.jsonl"
is "$(folder 0001)" ""

it "changes of the card its id, and no other byte"
git show before:$tasks/inbox/TASK-0001-user-login/0001-user-login.task.md |
    sed 's/^task_id: "0001"/task_id: "FW-0001"/' | diff - "$(card FW-0001)" \
    >"$out" || fail "$(cat "$out")"
git show before:$tasks/inbox/TASK-0001-user-login/0001.context.md |
    cmp -s - "$(folder FW-0001)/FW-0001.context.md" || fail "context changed"

it "keeps the ledger, and adds what the id was"
is "$(sed '$d' "$(ledger FW-0001)")" "$(git show before:$tasks/inbox/TASK-0001-user-login/0001.ledger.jsonl)"
is "$(last_event FW-0001)" '"event":"id_renumbered","desc":"set by @alice","from":"TASK-0001","to":"TASK-FW-0001"'

it "rewrites what another card says of it, and logs that"
is "$(key 0002 depends_on)" 'depends_on: ["TASK-FW-0001"]'
is "$(last_event 0002)" '"event":"deps_updated","desc":"TASK-0001 is TASK-FW-0001 now","payload":{"keys":["depends_on"],"renumbered":{"TASK-0001":"TASK-FW-0001"}}'

it "has its row, and that of who names it, right in all indexes"
file_has $tasks/inbox/INDEX.md "| FW | FW-0001 | User login | @alice | active | - | - |"
file_has $tasks/inbox/INDEX.md "| - | 0002 | Waits | @alice | active | - | TASK-FW-0001 |"
file_lacks $tasks/INDEX.md "| 0001 |"
sound

it "puts both counters above the number"
is "$(counters)" "0002 0004"

it "is one commit, which says what it was called"
is "$(git rev-list --count before..)" 1
is "$(git log -1 --format=%B)" "TASK-FW-0001: namespace=FW (was TASK-0001)

and along with it: TASK-0002"
is "$(git log --follow --format=%s -- "$(card FW-0001)" | wc -l)" 2

it "knows the task by its old id no more"
exits 66 task-show 1
exits 0 task-show FW-1
out_has "User login"

it "takes the option for the same thing"
exits 0 task-set 3 --namespace WEB -r "it is theirs"
out_is "TASK-WEB-0003"
is "$(last_event WEB-0003)" '"event":"id_renumbered","desc":"it is theirs","from":"TASK-0003","to":"TASK-WEB-0003"'
sound

it "gives the next free number where its own is taken"
task-new "Another" >/dev/null && task-new --namespace WEB "Taken" >/dev/null
exits 0 task-set 4 --namespace WEB
out_is "TASK-WEB-0005"
is "$(cat $tasks/ID_COUNTER.WEB.txt)" "0006"
sound

it "does nothing where the task is there already, and says so"
unchanged exits 0 task-set FW-1 namespace=FW
out_is ""
err_is "task-set: TASK-FW-0001: is like that already"
unchanged exits 0 task-set 2 namespace=
err_has "is like that already"
unchanged exits 0 task-set 2 namespace=-

it "moves it from one namespace into another, and out of all"
exits 0 task-set FW-1 --namespace WEB
out_is "TASK-WEB-0001
TASK-0002"
exits 0 task-set WEB-3 namespace=
out_is "TASK-0003"
is "$(key 0003 task_id)" 'task_id: "0003"'
sound

it "gives a task its own old number back, and no other task that"
exits 0 task-set WEB-1 namespace=-
out_has "TASK-0001"
exits 0 task-set 1 namespace=FW
task-new --namespace WEB "Wants to be 1" >/dev/null
id=$(task-ls --text "Wants to be 1" --columns id)
is "$id" "TASK-WEB-0006"
echo 0001 >$tasks/ID_COUNTER.FW.txt && git commit -qam "lost"
exits 0 task-new --namespace FW "New"
out_is "TASK-FW-0002"
sound

it "lets no id come back that a task gave up"
fresh_board back
task-new A B >/dev/null
task-set 1 namespace=FW >/dev/null
task-set FW-1 namespace=WEB >/dev/null
exits 0 task-new --namespace FW "C"
out_is "TASK-FW-0002"
exits 0 task-new "D"
out_is "TASK-0003"
# B was 0002, E would be FW-0003; X comes from the number that A left.
task-set 2 namespace=WEB >/dev/null
exits 0 task-set FW-2 namespace=
out_is "TASK-0004"
sound

it "may jump over numbers that nobody had, and give them later"
fresh_board order
task-new A B C >/dev/null
exits 0 task-set 3 namespace=FW
out_is "TASK-FW-0003"
exits 0 task-set 1 namespace=FW
out_is "TASK-FW-0001"
is "$(cat $tasks/ID_COUNTER.FW.txt)" "0004"
exits 0 task-new --namespace FW "D"
out_is "TASK-FW-0004"
sound

fresh_board many
make_task "One" "$ready"
make_task "Two" '"depends_on":["1"]'
make_task "Three" '"depends_on":["1","2"]'
make_task "Four" '"depends_on":["2"]'

it "moves many as one commit, and they go on naming each other"
exits 0 task-set 1 2 3 namespace=FW
out_is "TASK-FW-0001
TASK-FW-0002
TASK-FW-0003
TASK-0004"
is "$(git log -1 --format=%s)" "TASK-FW-0001, TASK-FW-0002, TASK-FW-0003: namespace=FW (was TASK-0001, TASK-0002, TASK-0003)"
is "$(key FW-0003 depends_on)" 'depends_on: ["TASK-FW-0001", "TASK-FW-0002"]'
is "$(key 0004 depends_on)" 'depends_on: ["TASK-FW-0002"]'
is "$(events FW-0003 | paste -sd' ' -)" "id_reserved created id_renumbered deps_updated"
clean
is "$(last_event FW-0003)" '"event":"deps_updated","desc":"TASK-0001 is TASK-FW-0001 now, TASK-0002 is TASK-FW-0002 now","payload":{"keys":["depends_on"],"renumbered":{"TASK-0001":"TASK-FW-0001","TASK-0002":"TASK-FW-0002"}}'
sound

it "takes them from standard input"
exits_with "TASK-FW-0001${tab}One
TASK-0004
" 0 task-set - --namespace WEB
out_is "TASK-WEB-0001
TASK-WEB-0004
TASK-FW-0002
TASK-FW-0003"
exits_with "" 0 task-set - --namespace WEB
out_is ""
sound

it "names two that want one number one after the other"
fresh_board clash
task-new A >/dev/null && task-new --namespace WEB B >/dev/null
exits 0 task-set 1 WEB-1 namespace=FW
out_is "TASK-FW-0001
TASK-FW-0002"
sound

it "sets other keys along with it"
exits 0 task-set -r why FW-1 priority=P1 tags=x assigned_worker=robot \
    namespace=WEB
out_is "TASK-WEB-0002"
is "$(events WEB-0002 | tail -n 4 | paste -sd' ' -)" "priority_set tags_updated id_renumbered content_updated"
is "$(last_event WEB-0002)" '"event":"content_updated","desc":"why","file":"WEB-0002-a.task.md","keys":["assigned_worker"]'
sound

fresh_board keys
make_task "Named"
make_task "Names it"

# All ways in which a card names a task, with what a person wrote about them.
it "rewrites every key that names tasks, in every form"
sed '/^blocks:/d; /^related_to:/d; /^blocked_by:/d
s/^status: .*/status: "blocked"/
s/^depends_on:.*/depends_on: [1, "0001", TASK-0001, 0010, TASK-0011]/
/^depends_on:/a\
blocks:   # mine\
  - "TASK-0001"\
  - TASK-0012\
related_to: TASK-0001\
split_into: []\
split_from: 0001\
blocked_by: "task:TASK-0001"\
mine: ["TASK-0001"]\
canceled_reason: "duplicate: merged into TASK-0001"' "$(card 0002)" >x &&
    cat x >"$(card 0002)" && rm x
echo "See TASK-0001 and task:TASK-0001." >>"$(card 0002)"
exits 0 task-watch --once
cp "$(card 0002)" "$sandbox/was"
exits 0 task-set 1 namespace=FW
out_is "TASK-FW-0001
TASK-0002"
sed 's/^depends_on:.*/depends_on: ["TASK-FW-0001", "TASK-FW-0001", "TASK-FW-0001", "0010", "TASK-0011"]/
s/^  - "TASK-0001"/  - "TASK-FW-0001"/
s/^related_to: TASK-0001/related_to: TASK-FW-0001/
s/^split_from: 0001/split_from: TASK-FW-0001/
s/^blocked_by: "task:TASK-0001"/blocked_by: "task:TASK-FW-0001"/' \
    "$sandbox/was" | diff - "$(card 0002)" >"$out" || fail "$(cat "$out")"
is "$(last_event 0002)" '"event":"deps_updated","desc":"TASK-0001 is TASK-FW-0001 now","payload":{"keys":["depends_on","blocks","related_to","blocked_by","split_from"],"renumbered":{"TASK-0001":"TASK-FW-0001"}}'
file_has $tasks/inbox/INDEX.md "blocked(TASK-FW-0001)"

exits 0 task-ledger --add waiting_on -m x FW-1

it "leaves alone what only looks like it"
fresh_board alike
task-new A B C D >/dev/null
echo 10001 >$tasks/ID_COUNTER.txt && task-new "Large" >/dev/null
task-new --namespace FW "F" >/dev/null
task-link 2 --on 10001 >/dev/null && task-link 3 --on FW-1 >/dev/null
edit 0004 's/^tags:.*/tags: ["TASK-0001", "1"]/
s/^created_date:.*/created_date: "0001-01-01"/'
git ls-files -s $tasks/inbox | grep -v TASK-0001 | grep TASK >"$sandbox/was"
exits 0 task-set 1 namespace=WEB
out_is "TASK-WEB-0001"
git ls-files -s $tasks/inbox | grep -v TASK-WEB | grep TASK |
    diff "$sandbox/was" - >"$out" || fail "$(cat "$out")"

fresh_board stages
make_task "Base" "$ready"
make_task "Closed" "$ready,\"depends_on\":[\"1\"]"
make_task "Running" "$ready"
sed 's/^gates:.*/gates: []/' $tasks/policy.yaml >x && mv x $tasks/policy.yaml
git add -A && git commit -qm "no gates"
advance 0001 backlog
advance 0001 next
advance 0001 current
advance 0001 integration
advance 0002 archived
advance 0003 next
echo "More." >>"$(card 0003)" && task-watch --once >/dev/null
echo "More." >>"$(folder 0003)/0003.context.md" && task-watch --once >/dev/null

it "takes earlier versions and all that is in the folder along"
echo mine >"$(folder 0003)/mine.txt" && git add . && git commit -qm mine
exits 0 task-set 3 namespace=FW
is "$(cd $tasks/next/TASK-FW-0003-running && echo *)" "FW-0003-running.task.md FW-0003-running.task.v1.md FW-0003.context.md FW-0003.context.v1.md FW-0003.ledger.jsonl mine.txt"
file_has $tasks/next/INDEX.md "| FW | FW-0003 | Running |"
sound

it "goes on with the task in its stage"
exits 0 task-move FW-3
out_has "TASK-FW-0003"
exits 0 task-note FW-3 "it goes on"
sound

it "rewrites what a closed task says of it, which is all that changes there"
cp "$(card 0002)" "$sandbox/was"
exits 0 task-set 1 namespace=FW
out_is "TASK-FW-0001
TASK-0002"
sed 's/TASK-0001/TASK-FW-0001/' "$sandbox/was" | diff - "$(card 0002)" \
    >"$out" || fail "$(cat "$out")"
is "$(last_event 0002)" '"event":"late_log","desc":"TASK-0001 is TASK-FW-0001 now","payload":{"keys":["depends_on"],"renumbered":{"TASK-0001":"TASK-FW-0001"}}'
file_has $tasks/archived/INDEX.md "| - | 0002 | Closed | @alice | active | - | TASK-FW-0001 |"
clean

it "refuses a closed task, and goes on with the others"
unchanged exits 1 task-set 2 namespace=FW
err_is "task-set: TASK-0002: it is closed"
task-new "Open" >/dev/null
exits 1 task-set 2 4 namespace=FW
out_is "TASK-FW-0004"
sound

it "resumes what waits for a paused task that has another id by now"
make_task "Paused"
make_task "Waits for it" '"depends_on":["5"]'
advance 0005 backlog
task-status 5 paused -r "a break" --dependents block >/dev/null
is "$(key 0006 blocked_by)" 'blocked_by: "task:TASK-0005"'
exits 0 task-set 5 namespace=WEB
is "$(key 0006 blocked_by)" 'blocked_by: "task:TASK-WEB-0005"'
exits 0 task-status WEB-5 active
out_is "TASK-WEB-0005
TASK-0006"
is "$(key 0006 status)" 'status: "active"'
sound

it "waits for each of two paused tasks, whatever they are called by now"
for name in "Paused A" "Paused B"; do make_task "$name"; done
make_task "Waits for both" '"depends_on":["7","8"]'
advance 0007 backlog && advance 0008 backlog
task-status 7 paused -r "a break" --dependents block >/dev/null
task-status 8 paused -r "a break" --dependents block >/dev/null
exits 0 task-set 7 8 namespace=FW
exits 0 task-status FW-8 active
is "$(key 0009 status) $(key 0009 blocked_by)" 'status: "blocked" blocked_by: "task:TASK-FW-0007"'
exits 0 task-status FW-7 active
is "$(key 0009 status)" 'status: "active"'
sound

it "names what a P0 displaced when it is closed, whatever both are called by now"
fresh_board p0
printf 'wip: {current: {limit: 1, enforce: hard}}\ngates: []\n' >$tasks/policy.yaml
git commit -qam "one at a time"
make_task "Running" '"stage":"next","priority":"P2","effort":"M"'
make_task "Running, too" '"stage":"next","priority":"P2","effort":"M"'
task-move 1 >/dev/null
make_task "It burns" '"stage":"backlog","priority":"P0","effort":"M"'
task-move -r "it burns" 3 >/dev/null 2>&1
is "$(grep -c paused_by_p0 "$(ledger 0001)")" 1
exits 0 task-set 3 namespace=FW
out_is "TASK-FW-0003
TASK-0001"
is "$(last_event 0001)" '"event":"deps_updated","desc":"TASK-0003 is TASK-FW-0003 now","payload":{"keys":[],"renumbered":{"TASK-0003":"TASK-FW-0003"}}'
exits 0 task-set 1 namespace=WEB
out_is "TASK-WEB-0001
TASK-FW-0003"
exits 0 task-set WEB-1 FW-3 namespace=
exits 0 task-set 1 3 namespace=FW
tick FW-0003 && task-watch --once >/dev/null
exits 0 task-move --waive x FW-3 integration
exits 0 task-move --skip-learning x FW-3 archived
err_has "TASK-FW-0001 is still paused because of it"
sound

it "keeps a sign-off, which is about the content"
fresh_board signed
make_task "Signed" "$ready"
advance 0001 backlog
task-sign 1 next >/dev/null
exits 0 task-set 1 namespace=FW
exits 0 task-move FW-1
out_has "TASK-FW-0001"
sound

it "refuses a namespace that is not there, or archived"
unchanged exits 64 task-set FW-1 namespace=WBE
err_is "task-set: namespace: there is no namespace 'WBE'; did you mean 'WEB'? (there are FW, WEB, OLD)"
unchanged exits 64 task-set FW-1 --namespace web
err_has "did you mean 'WEB'?"
unchanged exits 1 task-set FW-1 --namespace OLD
err_is "task-set: namespace: namespace OLD is archived: nothing new comes into it (NAMESPACES.yaml says so)"
for word in ../WEB "W${tab}B" "$(printf 'a\nb')" "$(printf '\033[2J')" \
    "$(printf '\377')" -rf TASK; do
	unchanged exits 64 task-set FW-1 "namespace=$word"
	unchanged exits 64 task-set FW-1 --namespace "$word"
done

it "refuses it twice, together with a name, and as a list"
unchanged exits 64 task-set FW-1 namespace=WEB --namespace WEB
err_is "task-set: namespace is set twice"
unchanged exits 64 task-set FW-1 namespace=WEB name=Other
err_is "task-set: namespace and name are set one after the other"
unchanged exits 64 task-set FW-1 name=Other --namespace WEB
unchanged exits 64 task-set FW-1 namespace+=WEB
err_has "namespace is no list"
unchanged exits 64 task-set --namespace WEB
err_has "no operand"

it "says that task_id is not set by hand, and what does it"
unchanged exits 64 task-set FW-1 task_id=WEB-0001
err_is "task-set: task_id is not for task-set: namespace= changes it, and nothing else does"

it "says that there is no such task"
unchanged exits 66 task-set FW-9 namespace=WEB
err_is "task-set: TASK-FW-0009: no such task"

it "refuses where NAMESPACES.yaml is wrong, and says where"
cp $tasks/NAMESPACES.yaml "$sandbox/names"
printf 'namespaces:\n\tFW: {}\n' >$tasks/NAMESPACES.yaml
unchanged exits 78 task-set FW-1 namespace=WEB
err_has ".work/tasks/NAMESPACES.yaml:2:1:"
cat "$sandbox/names" >$tasks/NAMESPACES.yaml

it "refuses where a file in the folder has that name already"
echo mine >"$(folder FW-0001)/WEB-0001.context.md"
unchanged exits 1 task-set FW-1 namespace=WEB
err_is "task-set: TASK-FW-0001: 'WEB-0001.context.md' lies in its folder already; give that another name first"
rm "$(folder FW-0001)/WEB-0001.context.md"

it "does nothing at all where a card that names the task cannot be read"
make_task "Broken"
make_task "Also here"
printf -- '---\ntask_id: "0002"\ndepends_on: ["TASK-FW-0001"\nx: [\n---\n' \
    >"$(card 0002)"
unchanged exits 65 task-set FW-1 3 namespace=WEB
out_is ""
err_has "$(card 0002):"

it "passes over one that cannot be read and does not name it"
printf -- '---\ntask_id: "0002"\ndepends_on: ["TASK-FW-0011"\nx: [1\n---\n' \
    >"$(card 0002)"
exits 0 task-set FW-1 namespace=WEB
out_is "TASK-WEB-0001"
git checkout -q .
sound

it "says what is wrong with a card that cannot be rewritten"
task-link 3 --on WEB-1 >/dev/null
edit 0003 's/^depends_on: \(.*\)/depends_on: \&d \1/
/^depends_on:/a\
more: *d'
unchanged exits 65 task-set WEB-1 namespace=FW
err_has "$(card 0003):"
err_has "anchor"
git revert -n HEAD && git commit -qm "back"

it "refuses where a closed task that names it was edited by hand"
fresh_board edited
make_task "Base" "$ready"
make_task "Closed" '"depends_on":["1"],"stage":"archived"'
echo "by hand" >>"$(card 0002)"
unchanged exits 1 task-set 1 namespace=FW
err_has "TASK-0002: it is closed, and was edited by hand"
git checkout -q .

it "takes along what was edited by hand in a task that names it"
make_task "Waits" '"depends_on":["1"]'
echo "by hand" >>"$(card 0003)"
exits 0 task-set 1 namespace=FW
is "$(events 0003 | tail -n 2 | paste -sd' ' -)" "content_updated deps_updated"
sound

it "changes nothing with --dry-run, and prints the ids"
unchanged exits 0 task-set -n FW-1 namespace=WEB
out_is "TASK-WEB-0001
TASK-0003
TASK-0002"

it "leaves the commit to its user with --no-commit"
head=$(git rev-parse HEAD)
exits 0 task-set --no-commit FW-1 namespace=WEB
is "$(git rev-parse HEAD)" "$head"
exits 0 task-show WEB-1
exits 0 task-index --check
exits 0 task-fsck
exits 0 task-note --no-commit WEB-1 "more"
git add -A .work && git commit -qm "mine"
sound

it "is committed along with what the next program does to the task"
exits 0 task-set --no-commit WEB-1 namespace=FW
exits 0 task-note FW-1 "and now for good"
is "$(git ls-files | grep WEB-0001)" ""
is "$(events FW-0001 | tail -n 2 | paste -sd' ' -)" "id_renumbered note_added"
exits 0 task-watch --once
is "$(last_event 0003)" '"event":"deps_updated","desc":"TASK-WEB-0001 is TASK-FW-0001 now","payload":{"keys":["depends_on"],"renumbered":{"TASK-WEB-0001":"TASK-FW-0001"}}'
is "$(last_event 0002)" '"event":"late_log","desc":"TASK-WEB-0001 is TASK-FW-0001 now","payload":{"keys":["depends_on"],"renumbered":{"TASK-WEB-0001":"TASK-FW-0001"}}'
sound

it "is taken for what it is by task-watch, too"
exits 0 task-set --no-commit FW-1 namespace=WEB
exits 0 task-watch --once
out_has "TASK-WEB-0001${tab}renamed"
err_is ""
is "$(last_event WEB-0001)" '"event":"id_renumbered","desc":"set by @alice","from":"TASK-FW-0001","to":"TASK-WEB-0001"'
sound

it "does not take an edit by hand of a closed card for that"
head=$(git rev-parse HEAD)
exits 0 task-set --no-commit WEB-1 namespace=FW
sed 's/^tags:.*/tags: ["x"]/' "$(card 0002)" >x && cat x >"$(card 0002)" && rm x
exits 1 task-watch --once
err_has "TASK-0002: it is closed, and was edited by hand"
git reset -q --hard "$head" && git clean -qfd .work

it "prints JSON, and records that end with a NUL"
exits 0 task-set -j WEB-1 namespace=FW
out_is '{"id":"TASK-FW-0001"}
{"id":"TASK-0003"}
{"id":"TASK-0002"}'
task-set -z FW-1 namespace=WEB | tr '\0' '!' >"$out"
is "$(tr -d '\n' <"$out")" "TASK-WEB-0001!TASK-0003!TASK-0002!"
sound

it "keeps a hostile name as it is"
task-new -- '-rf ../x "q" # $(id)' >/dev/null
exits 0 task-set 4 namespace=FW
exits 0 task-ls --namespace FW --columns name
out_is '-rf ../x "q" # $(id)'
sound

it "says that there is no board, and how to make one"
cd / && exits 66 task-set 1 namespace=FW
err_has "task-init"
cd "$sandbox/work/edited" || exit 1

it "says that a board without the file has no namespaces"
git rm -q $tasks/NAMESPACES.yaml && git commit -qm "none" && task-index
unchanged exits 64 task-set 2 3 namespace=FW
err_has "NAMESPACES.yaml names those that there are"
git revert -n HEAD~1 2>/dev/null || git checkout -q HEAD~2 -- $tasks/NAMESPACES.yaml
task-index; git add -A .work; git commit -qm "again"

it "moves a task out of a namespace that is archived, or no more"
exits 0 task-set WEB-1 namespace=-
out_has "TASK-0001"
sound

it "does not wait for the lock with TASK_LOCK_TIMEOUT=0"
exec 9>.git/task/lock && flock 9 && echo "task-new (pid 4711)" >&9
unchanged exits 75 env TASK_LOCK_TIMEOUT=0 task-set 1 namespace=FW
err_has "task-new (pid 4711)"
exec 9>&-

it "fails when its output cannot be written, and leaves a sound tree"
task-set 1 namespace=FW >/dev/full 2>"$err"
is $? 74
sound

fresh_board killed
make_task "Base" "$ready"
make_task "Waits" '"depends_on":["1"]'
advance 0001 backlog
echo "More." >>"$(card 0001)" && task-watch --once >/dev/null

# The journal is on disk; the folder has its new name; the branch is to move.
for at in 'openat .*tmp_obj_' 'openat .*FW-0001.context.md' \
    'rename .*git/refs/heads/main$'; do
	it "is finished by the next program where it was killed: $at"
	if under_valgrind || ! can_kill; then
		skip "${why_not-valgrind}"
		continue
	fi
	git branch -f before
	# The shell would tell of each process that was killed.
	exec 8>&2 2>/dev/null
	killed_at "$at" task-set 1 namespace=FW
	exec 2>&8 8>&-
	exits 0 task-index
	is "$(cd $tasks/backlog && echo TASK-FW-*/*)" "TASK-FW-0001-base/FW-0001-base.task.md TASK-FW-0001-base/FW-0001-base.task.v1.md TASK-FW-0001-base/FW-0001.context.md TASK-FW-0001-base/FW-0001.ledger.jsonl"
	is "$(key 0002 depends_on)" 'depends_on: ["TASK-FW-0001"]'
	is "$(git rev-list --count before..)" 1
	sound
	git reset -q --hard before && git clean -qfd .work
done

finish
