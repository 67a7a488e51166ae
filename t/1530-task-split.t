#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"

tmp=$sandbox/tmp
mkdir "$tmp" || exit 1
ready='"priority":"P1","effort":"M"'

# A board of its own for what follows.
fresh_board() {
	cd "$sandbox/work" && mkdir "$1" && cd "$1" || exit 1
	board
}

# key ID NAME: the line of that key in the card, its value only.
key() {
	sed -n "s/^$2: //p" "$(card "$1")"
}

# set_key ID KEY VALUE: by hand, and committed.
set_key() {
	sed "s/^$2:.*/$2: $3/" "$(card "$1")" >"$tmp/card" &&
	    cat "$tmp/card" >"$(card "$1")" && git add .work &&
	    git commit -qm "by hand"
}

# last ID [N]: the last N lines of its ledger, without their random ids.
last() {
	tail -n "${2:-1}" "$(ledger "$1")" | sed 's/"id":"[^"]*",//'
}

# criteria ID: its acceptance criteria.
criteria() {
	grep '^- \[' "$(card "$1")"
}

# again: the board as it was when save was called.
save() {
	cp -a . "$tmp/$1"
}
again() {
	find . -mindepth 1 -delete && cp -a "$tmp/$1/." .
}

it "says that there is no board, and how to make one"
exits 66 task-split --into A --into B 1
err_is "task-split: no .work/tasks here or above (task-init makes one)"

fresh_board parts

it "says on an empty board that there is no such task"
unchanged exits 66 task-split --into A --into B 1
err_is "task-split: TASK-0001: no such task"

make_task "Base"
make_task "Other base"
full_task "Log in" '"tags":["web","login"],"priority":"P2","effort":"L",
"depends_on":["1","2"],"dri":"@bob",
"acceptance":["first",{"done":true,"text":"`second` of <all>"},"third"]' |
    tr -d '\n' | sed 's/"acceptance":\["first","second"\],//' |
    task-new - >/dev/null
save parts

it "makes a task of each part, and prints their ids in order"
exits 0 task-split --into 'By name' --into 'By key' --into 'By mail' \
    --criteria 1=1,3 --criteria 3=2 -r 'three people' 3
out_is "TASK-0004
TASK-0005
TASK-0006"
err_is ""
is "$(task-ls inbox --columns id,name | tail -n 3 | tr '\t' ' ')" \
    "TASK-0004 By name
TASK-0005 By key
TASK-0006 By mail"

it "gives each part what the task depends on, its tags, priority and DRI"
for id in 0004 0005 0006; do
	is "$(key $id depends_on)" '["TASK-0001", "TASK-0002"]'
	is "$(key $id tags)" '["web", "login"]'
	is "$(key $id priority)" '"P2"'
	is "$(key $id current_dri)" '"@bob"'
	is "$(key $id effort_estimate)" null
	is "$(key $id status)" '"active"'
	is "$(key $id stage)" '"inbox"'
	is "$(key $id created_by)" '"@alice"'
done

it "shares out the criteria, and what is ticked stays ticked"
is "$(criteria 0004)" "- [ ] first
- [ ] third"
is "$(criteria 0005)" ""
is "$(criteria 0006)" '- [x] `second` of <all>'

it "says in the card of a part whence it comes, and which part it is"
is "$(key 0004 split_from) $(key 0004 split_part)" '"TASK-0003" "1/3"'
is "$(key 0006 split_from) $(key 0006 split_part)" '"TASK-0003" "3/3"'

it "says in the context of a part where the whole is"
is "$(cat "$(folder 0004)/0004.context.md")" "# Context: By name

Part 1/3 of TASK-0003 (Log in), whose card and context tell of the whole."

it "begins the ledger of a part with its id, and with the split"
is "$(last 0006 9)" '{"ts":"2025-10-18T10:30:00Z","user":"@alice","event":"id_reserved","desc":"reserved id 0006","version":"1.0"}
{"ts":"2025-10-18T10:30:00Z","user":"@alice","event":"created_from_split","desc":"part 3/3 of TASK-0003","version":"1.0","payload":{"split_from":"TASK-0003","split_part":"3/3"}}'

it "archives the task as split, with into what, when and why"
is "$(folder 0003)" .work/tasks/archived/TASK-0003-log-in
is "$(diff "$tmp/parts/.work/tasks/inbox/TASK-0003-log-in/0003-log-in.task.md" \
    "$(card 0003)")" '7,8c7,8
< stage: "inbox"
< status: "active"
---
> stage: "archived"
> status: "split"
16a17,19
> split_into: ["TASK-0004", "TASK-0005", "TASK-0006"]
> split_date: "2025-10-18"
> split_reason: "three people"'

it "puts the split on record, with the parts"
is "$(last 0003)" '{"ts":"2025-10-18T10:30:00Z","user":"@alice","event":"split","desc":"three people","into":["TASK-0004","TASK-0005","TASK-0006"],"version":"1.0"}'

it "is one commit, with the counter and the indexes"
is "$(git log -1 --format=%s)" \
    "TASK-0003: split into TASK-0004, TASK-0005, TASK-0006"
is "$(git rev-list --count HEAD)" 5
is "$(git show --format= --name-only HEAD | grep -v /TASK-)" \
    ".work/tasks/ID_COUNTER.txt
.work/tasks/INDEX.md
.work/tasks/archived/INDEX.md
.work/tasks/inbox/INDEX.md"
is "$(cat .work/tasks/ID_COUNTER.txt)" 0007
file_has .work/tasks/archived/INDEX.md \
    "| 0003 | Log in | @bob | split | split(children) | TASK-0001, TASK-0002 |"
sound

it "makes parts that the rules let on, once a person has written them"
for f in $(card 0004); do
	sed 's/^<!--.*-->$/Said here./' "$f" >x && cat x >"$f" && rm x
done
exits 0 task-move 4
out_is "TASK-0004"
sound

it "does not split a part again"
unchanged exits 1 task-split --into A --into B 5
err_is "task-split: TASK-0005: it is a part of TASK-0003 itself, and is not split again"
unchanged exits 1 task-split --into A --into B --criteria 1=1,2 4
err_has "it is a part of TASK-0003 itself"

it "does not split what is split, closed or canceled"
unchanged exits 1 task-split --into A --into B 3
err_is "task-split: TASK-0003: it is split already"
task-status -r no 5 canceled >/dev/null
unchanged exits 1 task-split --into A --into B 5
err_is "task-split: TASK-0005: it is canceled"
make_task "Old" "\"stage\":\"archived\",$ready"
unchanged exits 1 task-split --into A --into B --criteria 1=1,2 7
err_is "task-split: TASK-0007: it is closed"

it "takes what is split for no task that is done"
sed 's/^depends_on:.*/depends_on: [TASK-0003]/' "$(card 0001)" >x &&
    cat x >"$(card 0001)" && rm x && git commit -qam "by hand"
task-index >/dev/null
exits 0 task-graph --blocked
out_has "TASK-0001"
exits 0 task-show -j 1
is "$(jq -c '.dependencies' "$out")" \
    '[{"id":"TASK-0003","state":"split","done":false}]'
task-move 1 >/dev/null
task-set -r x 1 priority=P1 effort=S >/dev/null
unchanged exits 1 task-move -n -s 1
err_has "it depends on TASK-0003, which was split"

it "splits a task in any stage, also one that is blocked or paused"
for how in backlog:active next:active current:active current:blocked \
    next:paused integration:active learning:active; do
	again parts
	make_task "Stage" "\"stage\":\"${how%:*}\",$ready"
	case $how in
	*:blocked) task-status --by info:x 4 blocked >/dev/null ;;
	*:paused) task-status -r x 4 paused >/dev/null ;;
	esac
	exits 0 task-split --into A --into B --criteria 1=1,2 4
	is "$(key 0004 status)" '"split"'
	is "$(key 0005 status)$(key 0005 blocked_by)" '"active"null'
	sound
done

# Whom it concerns: dependencies, and those that depend on it.

it "leaves out of a part what it does not depend on, and says so"
again parts
exits 0 task-split --into A --into B --criteria 1=1,2,3 --drop-dep 1:2 \
    --drop-dep B:TASK-0001 --drop-dep B:1 -r 'no need' 3
is "$(key 0004 depends_on)" '["TASK-0001"]'
is "$(key 0005 depends_on)" '["TASK-0002"]'
is "$(last 0005)" '{"ts":"2025-10-18T10:30:00Z","user":"@alice","event":"deps_updated","desc":"it does not depend on TASK-0001: no need","version":"1.0","payload":{"dropped":["TASK-0001"]}}'
is "$(events 0005 | paste -sd' ' -)" \
    "id_reserved created_from_split deps_updated"
sound

it "refuses to leave out what the task does not depend on"
again parts
for drop in 1:3 1:99 1:x 1 :1 C:1 3:1 0:1 1: ""; do
	unchanged exits 64 task-split --into A --into B --criteria 1=1,2,3 \
	    --drop-dep "$drop" 3
	err_has "--drop-dep"
done

again parts
task-new -d 3 "Waits" >/dev/null
task-new "Blocked" >/dev/null
task-status --by 3 5 blocked >/dev/null
make_task "Closed" "\"stage\":\"archived\",\"depends_on\":[\"3\"],$ready"
make_task "At work" "\"stage\":\"current\",\"depends_on\":[\"2\",\"3\"],$ready"
save dependents

it "wants to be told who takes over the dependents, and names them"
unchanged exits 1 task-split --into A --into B --criteria 1=1,2,3 3
out_is ""
err_is "task-split: TASK-0003: say with --dependents PART, all or aggregate who takes over what depends on it: TASK-0004, TASK-0005, TASK-0007"

it "hands them over to one part, by its number or its name"
for who in 2 B; do
	again dependents
	exits 0 task-split --into A --into B --criteria 1=1,2,3 \
	    --dependents $who 3
	out_is "TASK-0008
TASK-0009"
	is "$(key 0004 depends_on)" '["TASK-0009"]'
	is "$(key 0005 blocked_by)" '"task:TASK-0009"'
	is "$(key 0007 depends_on)" '["TASK-0002", "TASK-0009"]'
	sound
done

it "puts that on record in each of them"
is "$(last 0004)" '{"ts":"2025-10-18T10:30:00Z","user":"@alice","event":"deps_updated","desc":"TASK-0003 was split: it names TASK-0009 instead","version":"1.0","payload":{"from":"TASK-0003","to":["TASK-0009"],"keys":["depends_on"]}}'
is "$(last 0005 | jq -c .payload.keys)" '["blocked_by"]'
is "$(git log -1 --format=%b | head -n 1)" \
    "and along with it: TASK-0004, TASK-0005, TASK-0007"

it "blocks nothing that is at work"
is "$(key 0007 status)" '"active"'

it "leaves what is closed as it is"
is "$(key 0006 depends_on)" '["TASK-0003"]'
is "$(events 0006 | grep -c deps_updated)" 0

it "hands them over to all parts"
again dependents
exits 0 task-split --into A --into B --criteria 1=1,2,3 --dependents all 3
is "$(key 0004 depends_on)" '["TASK-0008", "TASK-0009"]'
is "$(key 0005 blocked_by)" '"task:TASK-0008"'
is "$(key 0007 depends_on)" '["TASK-0002", "TASK-0008", "TASK-0009"]'
sound

it "hands them over to a task that brings the parts together"
again dependents
exits 0 task-split --into A --into B --criteria 1=1,2,3 \
    --dependents aggregate 3
out_is "TASK-0008
TASK-0009
TASK-0010"
is "$(key 0010 task_name)" '"Log in: together"'
is "$(key 0010 depends_on)" '["TASK-0008", "TASK-0009"]'
is "$(key 0010 related_to)" '["TASK-0003"]'
is "$(key 0010 split_from)" ''
is "$(key 0010 tags) $(key 0010 priority) $(key 0010 current_dri)" \
    '["web", "login"] "P2" "@bob"'
is "$(events 0010 | paste -sd' ' -)" "id_reserved created_from_split"
is "$(key 0003 split_into)" '["TASK-0008", "TASK-0009"]'
is "$(key 0004 depends_on)" '["TASK-0010"]'
sound

it "closes no circle"
exits 0 task-graph --cycles
out_is ""

it "cuts the name of that task where it would be too long"
again parts
long=$(printf 'ä%.0s' $(seq 127))
set_key 0003 task_name "\"x$long\""
exits 0 task-split --into A --into B --criteria 1=1,2,3 \
    --dependents aggregate 3
is "$(key 0006 task_name)" "\"x$(printf 'ä%.0s' $(seq 122)): together\""
sound

it "hands over each however it is written, and once"
again dependents
set_key 0004 depends_on '[3, "0003", TASK-0003]'
exits 0 task-split --into A --into B --criteria 1=1,2,3 --dependents all 3
is "$(key 0004 depends_on)" '["TASK-0008", "TASK-0009"]'

it "hands over nothing where nothing depends on it"
again parts
exits 0 task-split --into A --into B --criteria 1=1,2,3 --dependents all 3
out_is "TASK-0004
TASK-0005"

it "refuses another who"
again dependents
for who in 0 3 C none "" 99999999999999999999; do
	unchanged exits 64 task-split --into A --into B --criteria 1=1,2,3 \
	    --dependents "$who" 3
	err_has "--dependents: '$who' is none of the parts"
done

# The criteria.

again parts

it "wants to be told who gets the criteria, and lists them"
unchanged exits 1 task-split --into A --into B 3
err_is "task-split: criterion 1: first
task-split: criterion 2: \`second\` of <all>
task-split: criterion 3: third
task-split: TASK-0003: 3 of its 3 acceptance criteria are given to no part (--criteria 1=1,3 --criteria 2=2)"

it "wants all of them to be given"
unchanged exits 1 task-split --into A --into B --criteria A=1 --criteria B=3 3
err_is "task-split: criterion 2: \`second\` of <all>
task-split: TASK-0003: criterion 2 is given to no part (--criteria PART=2)"

it "gives none of them twice"
unchanged exits 64 task-split --into A --into B --criteria 1=1,2,3 \
    --criteria 2=3 3
err_is "task-split: --criteria '2=3': criterion 3 is given to 'A' already"
unchanged exits 64 task-split --into A --into B --criteria 1=1,1 3

it "gives none that there is not"
for n in 0 4 99999999999 18446744073709551617 -1 +1 1-3 x "" 1, ,1 "1 " 1,,2
do
	unchanged exits 64 task-split --into A --into B --criteria "1=$n" 3
	err_has "is no criterion; there are 3"
done

it "gives none to a part that there is not"
for given in 0=1 3=1 C=1 =1 1 "" 1:1 99999999999=1; do
	unchanged exits 64 task-split --into A --into B --criteria "$given" 3
	err_has "--criteria: '$given' does not name a part and its criteria"
done

it "adds up what one part is given"
exits 0 task-split --into A --into B --criteria 2=3 --criteria B=1,02 3
is "$(criteria 0005)" '- [ ] first
- [x] `second` of <all>
- [ ] third'

it "splits a task without criteria, and wants none"
again parts
task-new "Idea" >/dev/null
unchanged exits 64 task-split --into A --into B --criteria 1=1 4
err_has "'1' is no criterion; there are 0"
exits 0 task-split --into A --into B 4
sound

# Names.

it "wants two names at least"
again parts
unchanged exits 64 task-split 3
err_is "task-split: --into NAME is missing: a task is split into two parts or more"
unchanged exits 64 task-split --into A --criteria 1=1,2,3 3
err_is "task-split: --into NAME is given once: a task is split into two parts or more"

it "refuses a name that is given twice"
unchanged exits 64 task-split --into A --into B --into A --criteria 1=1,2,3 3
err_is "task-split: --into: 'A' is the name of two parts"

it "takes a hundred parts, and no more"
# shellcheck disable=SC2046
unchanged exits 64 task-split $(printf -- '--into N%d ' $(seq 200)) \
    --criteria 1=1,2,3 3
err_is "task-split: 200 parts are too many; the most is 100"
# shellcheck disable=SC2046
exits 0 task-split $(printf -- '--into N%d ' $(seq 100)) \
    --criteria 100=1,2,3 3
is "$(wc -l <"$out")" 100
is "$(key 0103 split_part)" '"100/100"'
is "$(key 0003 split_into | tr ',' '\n' | wc -l)" 100
sound

it "takes a part by its number before one whose name is a number"
again parts
exits 0 task-split --into 2 --into 1 --criteria 1=1,3 --criteria 2=2 3
is "$(key 0004 task_name) $(criteria 0004 | wc -l)" '"2" 2'

it "takes names that look like something else"
again parts
exits 0 task-split --into=-rf --into '../../x | y: "z" =1' \
    --into '# [x] ä {name}' --criteria '../../x | y: "z" =1=1,2,3' 3
is "$(folder 0004) $(folder 0005) $(folder 0006)" \
    ".work/tasks/inbox/TASK-0004-rf .work/tasks/inbox/TASK-0005-x-y-z-1 .work/tasks/inbox/TASK-0006-x-ä-name"
is "$(key 0005 task_name)" '"../../x | y: \"z\" =1"'
is "$(criteria 0005 | wc -l)" 3
sound

it "refuses names that are none"
again parts
for name in "" " " "$(printf 'a\tb')" "$(printf 'a\nb')" \
    "$(printf 'a\033[31mb')" "$(printf 'a\377b')" \
    "$(printf 'x%.0s' $(seq 257))"; do
	unchanged exits 64 task-split --into A --into "$name" \
	    --criteria 1=1,2,3 3
	err_has "--into: "
done

# What is malformed.

it "says where the card is malformed, and changes nothing"
f=$(card 0003)
sed 's/^tags:.*/tags: [/' "$f" >x && cat x >"$f" && rm x
unchanged exits 65 task-split --into A --into B --criteria 1=1,2,3 3
err_has "$f:"
git checkout -q .

it "says which dependency is none"
set_key 0003 depends_on '[TASK-0001, nonsense]'
unchanged exits 65 task-split --into A --into B --criteria 1=1,2,3 3
err_is "task-split: $f: depends_on: 'nonsense' is no task"
git reset -q --hard HEAD^

it "says which list is none"
for list in depends_on tags; do
	set_key 0003 $list '{a: b}'
	unchanged exits 65 task-split --into A --into B --criteria 1=1,2,3 3
	err_has "$list must be a list of texts"
	git reset -q --hard HEAD^
done

it "says that the ledger is missing"
rm "$(ledger 0003)"
unchanged exits 65 task-split --into A --into B --criteria 1=1,2,3 3
err_has "0003.ledger.jsonl: there is no such file"
git checkout -q .

it "says which dependent is malformed"
again dependents
f=$(card 0007)
sed 's/^tags:.*/tags: [/' "$f" >x && cat x >"$f" && rm x
unchanged exits 65 task-split --into A --into B --criteria 1=1,2,3 \
    --dependents all 3
err_has "$f:"
git checkout -q .

it "does not mind a malformed card that does not name it"
task-new "Odd" >/dev/null
f=$(card 0008)
sed 's/^tags:.*/tags: [3/' "$f" >x && cat x >"$f" && rm x
exits 0 task-split --into A --into B --criteria 1=1,2,3 --dependents all 3
git checkout -q .

it "says what is wrong with the board's template"
again parts
sed 's/^tags:.*/tags: [/' .work/templates/card.md >x &&
    cat x >.work/templates/card.md && rm x
unchanged exits 65 task-split --into A --into B --criteria 1=1,2,3 3
err_has ".work/templates/card.md, filled in"
git checkout -q .

it "takes no word of the parts from a template that has no room for it"
printf -- '---\ntask_id: 1\nsplit_part: 7\nschema_version: "1.0"\n---\n' \
    >.work/templates/card.md
exits 0 task-split --into A --into B --criteria 1=1,2,3 3
is "$(key 0004 split_part) $(key 0004 split_from)" '"1/2" "TASK-0003"'
is "$(key 0004 depends_on)" '["TASK-0001", "TASK-0002"]'

# The command line, hand edits, dry runs, commits, output, locks.

it "splits one task at a time"
again parts
unchanged exits 64 task-split --into A --into B
unchanged exits 64 task-split --into A --into B 3 1
err_is "task-split: 2 tasks are named; one is split at a time"
unchanged exits 64 task-split --into A --into B nonsense
err_has "'nonsense' is no task"

it "refuses a reason that is none"
unchanged exits 64 task-split --into A --into B -r ' ' 3
err_is "task-split: --reason: the reason is empty"
unchanged exits 64 task-split --into A --into B -r "$(printf 'a\377')" 3
err_is "task-split: --reason: the reason is not UTF-8"

it "reads the reference from standard input, and takes a path"
for ref in - "$(card 0003)" TASK-0003 0003; do
	again parts
	exits_with "TASK-0003
" 0 task-split --into A --into B --criteria 1=1,2,3 "$ref"
	out_is "TASK-0004
TASK-0005"
done

it "prints the ids with -z, with names with -j and --columns"
again parts
task-split -z --into A --into B --criteria 1=1,2,3 3 | tr '\0' '+' >"$out"
out_is "TASK-0004+TASK-0005+"
again parts
exits 0 task-split -j --into A --into B --criteria 1=1,2,3 3
out_is '{"id":"TASK-0004","name":"A"}
{"id":"TASK-0005","name":"B"}'
again parts
exits 0 task-split --header --columns name,id --into A --into B \
    --criteria 1=1,2,3 3
is "$(head -n 1 "$out")" "name	id"
unchanged exits 64 task-split --columns id,nothing --into A --into B 1

it "writes who it was, and which worker, and leaves the DRI"
again parts
exits 0 env TASK_AGENT=worker-7 task-split -u @carol --into A --into B \
    --criteria 1=1,2,3 3
is "$(last 0004 | jq -c '[.user, .metadata.worker_id]')" \
    '["@carol","worker-7"]'
is "$(last 0003 | jq -c '[.user, .metadata.worker_id]')" \
    '["@carol","worker-7"]'
is "$(key 0004 created_by) $(key 0004 current_dri)" '"@carol" "@bob"'
sound

it "sets a counter anew that is too low, and says so"
again parts
echo 0002 >.work/tasks/ID_COUNTER.txt
exits 0 task-split --into A --into B --criteria 1=1,2,3 3
err_has "the id counter was set anew: it was too low"
is "$(events 0004 | paste -sd' ' -)" \
    "id_reserved id_counter_recovered created_from_split"
is "$(events 0005 | paste -sd' ' -)" "id_reserved created_from_split"
sound

it "keeps the namespace of the task"
again parts
d=.work/tasks/inbox/TASK-FW-0007-far
mkdir $d
cat >$d/FW-0007-far.task.md <<'END'
---
task_id: "FW-0007"
task_name: "Far"
stage: "inbox"
status: "active"
current_dri: "@alice"
---
END
echo '{"ts":"2025-10-01T09:00:00Z","user":"@bob","event":"created","desc":"x"}' \
    >$d/FW-0007.ledger.jsonl
git add .work && git commit -qm "from afar"
exits 0 task-split --into A --into B FW-7
out_is "TASK-FW-0008
TASK-FW-0009"

it "makes no part in a namespace that is archived"
git reset -q --hard HEAD^
echo 'namespaces: {FW: {status: archived}}' >.work/tasks/NAMESPACES.yaml
git add .work && git commit -qm archived
unchanged exits 1 task-split --into A --into B FW-7
err_has "task-split: namespace FW is archived: nothing new comes into it (NAMESPACES.yaml says so)"

it "puts on record, before its own, what was edited by hand"
again dependents
echo "By hand." >>"$(card 0003)"
echo "By hand." >>"$(folder 0004)/0004.context.md"
exits 0 task-split --into A --into B --criteria 1=1,2,3 --dependents 1 3
is "$(events 0003 | tail -n 2 | paste -sd' ' -)" "content_updated split"
is "$(events 0004 | tail -n 2 | paste -sd' ' -)" \
    "content_updated deps_updated"
sound

it "splits nothing where a dependent's folder was moved by hand"
again dependents
d=$(folder 0004)
mv "$d" .work/tasks/backlog/
unchanged exits 1 task-split --into A --into B --criteria 1=1,2,3 \
    --dependents 1 3
err_has "task-watch --once"

it "leaves alone what else is staged and dirty"
again parts
echo a >staged && echo b >dirty && git add staged dirty && git commit -qm files
echo c >>staged && git add staged
echo d >>dirty
echo e >>"$(card 0001)"
exits 0 task-split --into A --into B --criteria 1=1,2,3 3
is "$(dirty)" " M $(card 0001)
 M dirty
M  staged"

it "changes nothing with -n, and prints the ids that the parts would get"
again dependents
unchanged exits 0 task-split -n --into A --into B --criteria 1=1,2,3 \
    --dependents aggregate 3
out_is "TASK-0008
TASK-0009
TASK-0010"

it "leaves the commit to the person with --no-commit"
before=$(git rev-parse HEAD)
exits 0 task-split --no-commit --into A --into B --criteria 1=1,2,3 \
    --dependents 1 3
is "$(git rev-parse HEAD)" "$before"
is "$(key 0004 depends_on)" '["TASK-0008"]'
git add .work && git commit -qm "by the person"
sound

it "fails when its output cannot be written, with the split on record"
again parts
task-split --into A --into B --criteria 1=1,2,3 3 >/dev/full 2>"$err"
is $? 74
err_is "task-split: cannot write to standard output: No space left on device"
is "$(key 0003 status)" '"split"'
sound

it "does not wait for the lock with TASK_LOCK_TIMEOUT=0, and says who holds it"
again parts
exec 9>.git/task/lock && flock 9 && echo "task-new (pid 4711)" >&9
unchanged exits 75 env TASK_LOCK_TIMEOUT=0 task-split --into A --into B 3
err_has "task-new (pid 4711)"

it "needs no lock for -n"
unchanged exits 0 env TASK_LOCK_TIMEOUT=0 task-split -n --into A --into B \
    --criteria 1=1,2,3 3
exec 9>&-

it "lets one of two programs split a task that run at the same time"
task-split --into A --into B --criteria 1=1,2,3 3 >"$tmp/out.1" 2>&1 &
task-split --into C --into D --criteria 1=1,2,3 3 >"$tmp/out.2" 2>&1 &
wait
is "$(cat "$tmp"/out.* | grep -c '^TASK-')" 2
is "$(cat "$tmp"/out.* | grep -c 'it is split already')" 1
sound

it "splits into a shard of the archive where the policy says so"
again parts
printf 'version: 1\nscale:\n  archive_shard: 10\n' >.work/tasks/policy.yaml
git commit -qam policy && task-index >/dev/null
exits 0 task-split --into A --into B --criteria 1=1,2,3 3
is "$(folder 0003)" .work/tasks/archived/0000-0009/TASK-0003-log-in
sound

it "says how to say who one is where nothing says it"
again parts
mv "$HOME/.gitconfig" "$HOME/away"
unchanged exits 78 task-split --into A --into B --criteria 1=1,2,3 3
err_has "who are you?"
mv "$HOME/away" "$HOME/.gitconfig"

it "tells what it is for and what it takes"
exits 0 task-split -h
out_has "task-split: make several tasks of one"
out_has "--into NAME"

finish
