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

# in_stage STAGE...: makes a complete task in each.
in_stage() {
	for stage in "$@"; do
		full_task "In $stage" "\"stage\":\"$stage\",$ready"
	done | task-new - >/dev/null
}

# key ID NAME: the line of that key in the card, its value only.
key() {
	sed -n "s/^$2: //p" "$(card "$1")"
}

# on ID LIST: what the task depends on.
on() {
	is "$(key "$1" depends_on)" "$2"
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

it "says that there is no board, and how to make one"
exits 66 task-link --on 1 2
err_is "task-link: no .work/tasks here or above (task-init makes one)"

fresh_board links

it "says on an empty board that there is no such task"
unchanged exits 66 task-link --on 1 2
err_is "task-link: TASK-0001: no such task"

it "does nothing for an empty list"
unchanged exits_with "" 0 task-link --on 1 -
out_is ""
err_is ""

in_stage backlog backlog inbox inbox next current integration archived

it "adds to what a task depends on, and prints its id"
cp "$(card 0001)" "$tmp/old"
exits 0 task-link --on 2 1
out_is "TASK-0001"
err_is ""
on 0001 '["TASK-0002"]'

it "changes that list in the card, and nothing else"
is "$(diff "$tmp/old" "$(card 0001)")" '13c13
< depends_on: []
---
> depends_on: ["TASK-0002"]'

it "puts on record the link, and that it closes no circle"
is "$(last 0001 2)" '{"ts":"2025-10-18T10:30:00Z","user":"@alice","event":"dependency_updated","desc":"dependency added: TASK-0002","action":"added","task_id":"TASK-0002","version":"1.0"}
{"ts":"2025-10-18T10:30:00Z","user":"@alice","event":"cycle_check_passed","desc":"no task waits for itself","version":"1.0"}'

it "commits the card, the ledger and the indexes that show it"
is "$(git log -1 --format=%s)" "TASK-0001: dependencies updated"
is "$(git show --format= --name-only HEAD | sort)" ".work/tasks/INDEX.md
.work/tasks/backlog/INDEX.md
$(card 0001)
$(ledger 0001)"
is "$(grep -c '| 0001 .*TASK-0002' .work/tasks/INDEX.md)" 1
sound

it "takes away what a task does not depend on any more"
exits 0 task-link --off 2 1
out_is "TASK-0001"
cmp "$tmp/old" "$(card 0001)" >"$out" 2>&1 || fail "$(cat "$out")"
is "$(last 0001)" '{"ts":"2025-10-18T10:30:00Z","user":"@alice","event":"dependency_updated","desc":"dependency removed: TASK-0002","action":"removed","task_id":"TASK-0002","version":"1.0"}'
is "$(grep -c '| 0001 .*TASK-0002' .work/tasks/INDEX.md)" 0
sound

it "takes a reference however it is written"
for ref in 2 0002 TASK-0002 "$(folder 0002)" "$(card 0002)" \
    "${PWD}/$(ledger 0002)"; do
	exits 0 task-link --on "$ref" "$(card 0001)"
	on 0001 '["TASK-0002"]'
	exits 0 task-link --off "$ref" TASK-0001
	on 0001 '[]'
done

it "finds a link however it is written in the card"
for old in 'TASK-0002' '"2"' '2' '"0002"' "'TASK-0002'"; do
	set_key 0001 depends_on "[$old]"
	unchanged exits 0 task-link --on 2 1
	exits 0 task-link --off 2 1
	on 0001 '[]'
done

it "adds and takes away several links of one task in one go"
exits 0 task-link --on 2 --on TASK-0003 --on 3 1
on 0001 '["TASK-0002", "TASK-0003"]'
is "$(events 0001 | tail -n 3 | paste -sd' ' -)" \
    "dependency_updated dependency_updated cycle_check_passed"
exits 0 task-link --off 3 --off 2 --on 4 1
on 0001 '["TASK-0004"]'
is "$(tail -n 4 "$(ledger 0001)" |
    jq -r '[.event, .action, .task_id] | join(" ")')" \
    "dependency_updated removed TASK-0003
dependency_updated removed TASK-0002
dependency_updated added TASK-0004
cycle_check_passed  "
sound

it "keeps the order of the links, and puts new ones last"
exits 0 task-link --off 4 1
exits 0 task-link --on 4 --on 2 1
exits 0 task-link --on 3 1
on 0001 '["TASK-0004", "TASK-0002", "TASK-0003"]'
exits 0 task-link --off 2 1
on 0001 '["TASK-0004", "TASK-0003"]'
exits 0 task-link --off 3 --off 4 1

it "checks for no circle where links are only taken away"
is "$(events 0001 | tail -n 2 | sort -u)" "dependency_updated"

it "links several tasks with one commit"
before=$(git rev-parse HEAD)
exits 0 task-link --on 4 1 0002 "$(card 0003)"
out_is "TASK-0001
TASK-0002
TASK-0003"
is "$(git rev-list --count "$before..")" 1
is "$(git log -1 --format=%s)" \
    "TASK-0001, TASK-0002, TASK-0003: dependencies updated"
for id in 0001 0002 0003; do
	on $id '["TASK-0004"]'
done
sound

it "reads references from standard input"
task-ls backlog | sort | task-link --off 4 --on 5 - >"$out" 2>"$err"
is $? 0
out_is "TASK-0001
TASK-0002"
on 0002 '["TASK-0005"]'
task-ls -z backlog | task-link --off 5 --on 4 - >"$out" 2>"$err"
is $? 0
on 0001 '["TASK-0004"]'

it "prints what the next program of a pipeline reads"
task-link -j --off 4 1 2 3 | task-link --on 4 - | task-link --off 4 - \
    >"$out" 2>"$err"
out_is "TASK-0001
TASK-0002
TASK-0003"
sound

it "links a task that is named twice once"
exits 0 task-link --on 4 1 TASK-0001 0001
out_is "TASK-0001"
on 0001 '["TASK-0004"]'
exits 0 task-link --off 4 1 0001
out_is "TASK-0001"

it "says which task is linked like that already, and changes nothing"
exits 0 task-link --on 4 1
unchanged exits 0 task-link --on 4 1
out_is ""
err_is "task-link: TASK-0001: is linked like that already"
exits 0 task-link --on 4 1 2
out_is "TASK-0002"
err_has "TASK-0001: is linked like that already"

it "prints the id with -j, with a NUL with -z, its name with --header"
exits 0 task-link -j --off 4 1 2
out_is '{"id":"TASK-0001"}
{"id":"TASK-0002"}'
task-link -z --on 4 1 2 | tr '\0' '+' >"$out"
out_is "TASK-0001+TASK-0002+"
exits 0 task-link --header --columns id --off 4 1
out_is "id
TASK-0001"

it "links nothing where a column is asked for that it has not"
unchanged exits 64 task-link --columns id,nothing --on 4 1

it "writes who it was, and which worker"
exits 0 env TASK_AGENT=worker-7 task-link -u @carol --on 4 1
is "$(last 0001 2 | jq -c '[.user, .metadata]')" \
    '["@carol",{"worker_id":"worker-7"}]
["@carol",{"worker_id":"worker-7"}]'
exits 0 task-link --off 4 1

it "leaves a sign-off as it is: it is not bound to the front matter"
exits 0 task-sign 1 next
exits 0 task-link --on 7 1
exits 0 task-move 1
sound

# What is refused.

fresh_board refused
in_stage backlog backlog inbox archived
full_task "Not wanted" "\"stage\":\"inbox\",$ready" | task-new - >/dev/null
set_key 0005 status canceled
exits 0 task-index

it "refuses a task that depends on itself"
unchanged exits 1 task-link --on 1 1
err_is "task-link: TASK-0001: it cannot depend on itself"

it "refuses to depend on a task that is closed"
unchanged exits 1 task-link --on 4 1
err_is "task-link: TASK-0001: TASK-0004 is closed: nothing has to wait for it"

it "refuses to depend on a task that is canceled"
unchanged exits 1 task-link --on 5 1
err_is "task-link: TASK-0001: TASK-0005 is canceled: nothing can depend on it"

it "refuses to depend on a task that is missing"
unchanged exits 66 task-link --on 4711 1
err_is "task-link: TASK-4711: no such task"
unchanged exits 64 task-link --on nonsense 1
err_has "'nonsense' is no task"

it "links a closed task to nothing"
unchanged exits 1 task-link --on 1 4
err_is "task-link: TASK-0004: it is closed"
unchanged exits 1 task-link --off 1 4

it "takes away no link that there is not"
unchanged exits 1 task-link --off 2 1
err_is "task-link: TASK-0001: it does not depend on TASK-0002"

it "takes away a link to a task that is closed or canceled meanwhile"
set_key 0001 depends_on '[TASK-0004, TASK-0005]'
exits 0 task-link --off 4 1
exits 0 task-link --off 5 1
on 0001 '[]'

it "makes all changes of a task or none"
exits 0 task-link --on 2 1
unchanged exits 1 task-link --off 2 --on 3 --on 4 1
err_has "TASK-0004 is closed"
unchanged exits 1 task-link --on 3 --off 4 1
err_has "it does not depend on TASK-0004"
on 0001 '["TASK-0002"]'
exits 0 task-link --off 2 1

it "links the tasks that it can, and exits with the first failure"
exits 66 task-link --on 3 4711 1 3 4 nonsense 2
out_is "TASK-0001
TASK-0002"
err_has "TASK-4711: no such task"
err_has "TASK-0003: it cannot depend on itself"
err_has "TASK-0004: it is closed"
err_has "'nonsense' is no task"
is "$(git log -1 --format=%s)" "TASK-0001, TASK-0002: dependencies updated"
exits 0 task-link --off 3 1 2
sound

it "refuses no operand at all, and shows what it takes"
unchanged exits 64 task-link --on 2
err_has "task-link REF..."

it "says that what to depend on is missing"
unchanged exits 64 task-link 1
err_is "task-link: --on REF or --off REF is missing: what it depends on"

it "refuses a task that is given with --on and with --off"
unchanged exits 64 task-link --on 2 --off TASK-0002 1
err_is "task-link: TASK-0002 is given with --on and with --off"

it "names the option that was probably meant"
unchanged exits 64 task-link --on 2 --noblock 1
err_has "did you mean '--no-block'?"

it "takes no hostile word for a task"
unchanged exits 64 task-link --on ../../etc 1
unchanged exits 64 task-link --on "$(printf '1\t2')" 1
unchanged exits 64 task-link --on "$(printf '1\n2')" 1
unchanged exits 64 task-link --on "$(printf 'a\377')" 1
unchanged exits 64 task-link --on 2 -- -rf
err_has "'-rf' is no task"
unchanged exits 64 task-link --on 2 "$(printf 'a\033[31m')"
is "$(grep -c "$(printf '\033')" "$err")" 0
unchanged exits 64 task-link --on "" 1

it "names line and column of a card that is malformed, and changes nothing"
c=$(card 0003)
printf -- '---\npriority: @high\n---\n' >"$c"
unchanged exits 65 task-link --on 2 3
err_has "$c:2:11: "

it "links to no task whose card is malformed"
unchanged exits 65 task-link --on 3 2
err_has "$c:2:11: "
git checkout -q .

it "refuses where the list is none"
set_key 0003 depends_on '{a: b}'
unchanged exits 65 task-link --on 2 3
err_has "depends_on must be a list of texts"
set_key 0003 depends_on '[[TASK-0001]]'
unchanged exits 65 task-link --on 2 3

it "keeps what stands in the list and is no reference, and a comment behind it"
set_key 0003 depends_on '[what, "FW-1"] # and why'
exits 0 task-link --on 2 3
on 0003 '["what", "FW-1", "TASK-0002"] # and why'
exits 0 task-link --off 2 3
on 0003 '["what", "FW-1"] # and why'
set_key 0003 depends_on '[]'

it "writes a list where the card has none"
sed 's/^depends_on:.*/depends_on:/' "$(card 0003)" >"$tmp/card" &&
    cat "$tmp/card" >"$(card 0003)" && git commit -qam "by hand"
exits 0 task-link --on 2 3
on 0003 '["TASK-0002"]'
sed '/^depends_on:/d' "$(card 0003)" >"$tmp/card" &&
    cat "$tmp/card" >"$(card 0003)" && git commit -qam "by hand"
exits 0 task-link --on 2 3
on 0003 '["TASK-0002"]'
exits 0 task-link --off 2 3

it "keeps the layout of a list with an item a line, and CRLF"
sed 's/^depends_on:.*/depends_on:\n  - TASK-0001/' "$(card 0003)" |
    sed 's/$/\r/' >"$tmp/card" && cat "$tmp/card" >"$(card 0003)"
git commit -qam "by hand"
cp "$(card 0003)" "$tmp/old"
exits 0 task-link --on 2 3
is "$(grep -A2 '^depends_on' "$(card 0003)" | tr '\r\n' '^|')" \
    'depends_on:^|  - TASK-0001^|  - "TASK-0002"^|'
is "$(diff "$tmp/old" "$(card 0003)" | grep -c '^[<>]')" 1
exits 0 task-link --off 2 3
sound

it "says that the ledger is missing"
l=$(ledger 0003)
rm "$l"
unchanged exits 65 task-link --on 2 3
err_has "$l: there is no such file"
git checkout -q .

it "refuses where a committed line of the ledger was changed"
sed 's/created/CREATED/' "$l" >x && cat x >"$l" && rm x
unchanged exits 1 task-link --on 2 3
err_has "a line that was committed has changed"
git checkout -q .

it "links nothing in a folder that was moved by hand, and says what judges that"
d=$(folder 0003)
mv "$d" .work/tasks/backlog/
unchanged exits 1 task-link --on 2 3
err_has "task-watch --once"
mv ".work/tasks/backlog/${d##*/}" "$d"
sound

# Circles.

fresh_board circles
in_stage backlog backlog backlog inbox
exits 0 task-link --on 2 1
exits 0 task-link --on 3 2

it "refuses a link that closes a circle, and names the way around it"
cp "$(card 0003)" "$tmp/old"
exits 1 task-link --on 1 3
out_is ""
err_is "task-link: TASK-0003: it would wait for itself: TASK-0003 -> TASK-0001 -> TASK-0002 -> TASK-0003"
cmp "$tmp/old" "$(card 0003)" >"$out" 2>&1 || fail "$(cat "$out")"

it "puts the refusal on record with the way, in a commit of its own"
is "$(last 0003)" '{"ts":"2025-10-18T10:30:00Z","user":"@alice","event":"cycle_detected","desc":"refused: it would wait for itself","cycle_path":["TASK-0003","TASK-0001","TASK-0002","TASK-0003"],"version":"1.0"}'
is "$(git log -1 --format=%s)" "TASK-0003: refused: a circle of dependencies"
is "$(git show --format= --name-only HEAD)" "$(ledger 0003)"
sound

it "does not say the same again"
unchanged exits 1 task-link --on 1 3
err_has "TASK-0003 -> TASK-0001 -> TASK-0002 -> TASK-0003"

it "says another circle, and the first one after that again"
exits 1 task-link --on 2 3
is "$(last 0003 | jq -c .cycle_path)" '["TASK-0003","TASK-0002","TASK-0003"]'
exits 1 task-link --on 1 3
is "$(events 0003 | grep -c cycle_detected)" 3
exits 0 task-note 3 "something else"
exits 1 task-link --on 1 3
is "$(events 0003 | grep -c cycle_detected)" 4

it "makes none of the changes of a task that would wait for itself"
exits 1 task-link --on 4 --on 1 3
on 0003 '[]'
is "$(events 0003 | grep -c 'dependency_updated\|cycle_check_passed')" 0

it "links the others, and records the refusal after that"
before=$(git rev-parse HEAD)
exits 1 task-link --on 2 3 4
out_is "TASK-0004"
is "$(git log --format=%s "$before..")" \
    "TASK-0003: refused: a circle of dependencies
TASK-0004: dependencies updated"
on 0004 '["TASK-0002"]'
sound

it "records each of several refusals"
before=$(git rev-parse HEAD)
exits 1 task-link --on 1 2 3
out_is ""
is "$(git log --format=%s "$before..")" \
    "TASK-0003: refused: a circle of dependencies
TASK-0002: refused: a circle of dependencies"
is "$(last 0002 | jq -c .cycle_path)" '["TASK-0002","TASK-0001","TASK-0002"]'

it "takes two ways to one task for no circle"
exits 0 task-link --on 3 1 4
on 0001 '["TASK-0002", "TASK-0003"]'

it "closes no circle with what is taken away in the same go"
exits 0 task-link --off 3 2
exits 0 task-link --off 3 1
exits 0 task-link --on 2 3
exits 0 task-link --off 2 1
exits 0 task-link --on 1 3
on 0003 '["TASK-0002", "TASK-0001"]'
sound

it "records no circle with -n"
unchanged exits 1 task-link -n --on 3 1
err_has "TASK-0001 -> TASK-0003 -> TASK-0001"

it "leaves the record of a circle to the person with --no-commit, once"
before=$(git rev-parse HEAD)
exits 1 task-link --no-commit --on 3 1
exits 1 task-link --no-commit --on 3 1
is "$(git rev-parse HEAD)" "$before"
is "$(dirty)" " M $(ledger 0001)"
is "$(git diff | grep -c '^+.*cycle_detected')" 1
git checkout -q .

it "refuses a circle through a card that was edited by hand"
sed 's/^depends_on:.*/depends_on: [TASK-0004]/' "$(card 0002)" >"$tmp/card" &&
    cat "$tmp/card" >"$(card 0002)"
exits 0 task-link --off 2 --off 3 4
exits 1 task-link --on 3 4
err_has "TASK-0004 -> TASK-0003 -> TASK-0002 -> TASK-0004"
git checkout -q .

it "follows a way through other namespaces"
d=.work/tasks/backlog/TASK-FW-0001-far
mkdir $d
cat >$d/FW-0001-far.task.md <<'END'
---
task_id: "FW-0001"
task_name: "Far"
stage: "backlog"
status: "active"
current_dri: "@alice"
depends_on: ["TASK-0003"]
---
END
echo '{"ts":"2025-10-01T09:00:00Z","user":"@bob","event":"created","desc":"x"}' \
    >$d/FW-0001.ledger.jsonl
echo '{"ts":"2025-10-01T09:00:00Z","user":"@bob","event":"verified","desc":"x"}' \
    >>$d/FW-0001.ledger.jsonl
git add .work && git commit -qm "from afar"
exits 0 task-index
exits 1 task-link --on FW-1 3 4
out_is "TASK-0004"
on 0004 '["TASK-FW-0001"]'
is "$(last 0003 | jq -c .cycle_path)" \
    '["TASK-0003","TASK-FW-0001","TASK-0003"]'
err_has "TASK-0003 -> TASK-FW-0001 -> TASK-0003"
sound

fresh_board chain

it "refuses a circle of a thousand quickly, and names both ends of the way"
i=1
while [ $i -lt 1001 ]; do
	printf '{"name":"Link %d","key":"k%d","depends_on":["k%d"]}\n' \
	    $i $i $((i + 1))
	i=$((i + 1))
done >"$tmp/chain"
echo '{"name":"Link 1001","key":"k1001"}' >>"$tmp/chain"
task-new - <"$tmp/chain" >"$out"
is "$(wc -l <"$out")" 1001
exits 1 timeout 10 task-link --on 1 1001
err_is "task-link: TASK-1001: it would wait for itself: TASK-1001 -> TASK-0001 -> TASK-0002 -> TASK-0003 -> TASK-0004 -> TASK-0005 -> … 990 more … -> TASK-0996 -> TASK-0997 -> TASK-0998 -> TASK-0999 -> TASK-1000 -> TASK-1001"

it "records all of that way, once"
is "$(last 1001 | jq -c '.cycle_path | [length, .[0], .[500], .[-1]]')" \
    '[1002,"TASK-1001","TASK-0500","TASK-1001"]'
unchanged exits 1 task-link --on 1 1001

it "links the end of a long chain where no circle comes of it"
task-new "Link 1002" >/dev/null
exits 0 timeout 10 task-link --on 1002 1001
exits 0 timeout 10 task-link --off 1002 1001
exits 0 timeout 10 task-link --on 1 1002
sound

# What is being worked on.

fresh_board blocked
in_stage current current backlog current integration next

it "blocks a task in current whose new dependency is not done, and says so"
cp "$(card 0001)" "$tmp/old"
exits 0 task-link --on 3 1
out_is "TASK-0001"
err_is "task-link: TASK-0001: blocked until TASK-0003 is done (--no-block leaves it active)"
is "$(key 0001 status)" '"blocked"'
is "$(key 0001 blocked_by)" '"task:TASK-0003"'
is "$(diff "$tmp/old" "$(card 0001)" | grep -c '^>')" 3

it "puts the block on record with the link"
is "$(last 0001 3)" '{"ts":"2025-10-18T10:30:00Z","user":"@alice","event":"dependency_updated","desc":"dependency added: TASK-0003","action":"added","task_id":"TASK-0003","version":"1.0"}
{"ts":"2025-10-18T10:30:00Z","user":"@alice","event":"cycle_check_passed","desc":"no task waits for itself","version":"1.0"}
{"ts":"2025-10-18T10:30:00Z","user":"@alice","event":"blocked","desc":"blocked by task:TASK-0003","blocked_by":"task:TASK-0003","version":"1.0"}'

it "shows it in the indexes"
file_has .work/tasks/current/INDEX.md "blocked(TASK-0003)"
sound

it "blocks by the first of several that are not done"
exits 0 task-link --on 5 --on 4 --on 3 2
is "$(key 0002 blocked_by)" '"task:TASK-0004"'
on 0002 '["TASK-0005", "TASK-0004", "TASK-0003"]'
is "$(events 0002 | grep -c blocked)" 1

it "leaves what blocks a task that is blocked already"
exits 0 task-link --on 6 1
err_is ""
is "$(key 0001 blocked_by)" '"task:TASK-0003"'
is "$(events 0001 | grep -c blocked)" 1

it "leaves the task blocked when the link is taken away"
exits 0 task-link --off 3 1
is "$(key 0001 status)" '"blocked"'

it "leaves the task active with --no-block"
exits 0 task-link --no-block --on 3 4
is "$(key 0004 status)" '"active"'
is "$(events 0004 | grep -c blocked)" 0
on 0004 '["TASK-0003"]'
sound

it "leaves a task active whose new dependency is done"
exits 0 task-link --off 3 4
exits 0 task-link --on 5 4
err_is ""
is "$(key 0004 status)" '"active"'

it "blocks no task that is not in current"
exits 0 task-link --off 5 4
exits 0 task-link --on 4 3 5 6
for id in 0003 0005 0006; do
	is "$(key $id status)" '"active"'
done
sound

# Hand edits, dry runs, commits, output, locks.

fresh_board rest
in_stage backlog backlog inbox

it "puts on record, before its own, what was edited by hand, and keeps it"
echo "By hand." >>"$(card 0001)"
sed 's/^priority: .*/priority: "P0"/' "$(card 0001)" >x &&
    cat x >"$(card 0001)" && rm x
exits 0 task-link --on 2 1
is "$(events 0001 | tail -n 4 | paste -sd' ' -)" \
    "content_updated priority_changed dependency_updated cycle_check_passed"
is "$(tail -n 1 "$(card 0001)")" "By hand."
sound

it "finds linked already what was linked by hand"
sed 's/^depends_on:.*/depends_on: [2]/' "$(card 0003)" >x &&
    cat x >"$(card 0003)" && rm x
exits 0 task-link --on 2 3
err_has "is linked like that already"
on 0003 '[2]'
git checkout -q .

it "leaves alone what else is staged and dirty"
echo a >staged && echo b >dirty && git add staged dirty && git commit -qm files
echo c >>staged && git add staged
echo d >>dirty
echo e >>"$(card 0003)"
exits 0 task-link --off 2 1
is "$(dirty)" " M $(card 0003)
 M dirty
M  staged"
git reset -q --hard

it "changes nothing with -n, and says which tasks it would link"
unchanged exits 0 task-link -n --on 2 1 3
out_is "TASK-0001
TASK-0003"
unchanged exits 1 task-link -n --on 1 1
unchanged exits 66 task-link -n --on 2 4711

it "leaves the commit to the person with --no-commit"
before=$(git rev-parse HEAD)
exits 0 task-link --no-commit --on 2 1
is "$(git rev-parse HEAD)" "$before"
is "$(dirty)" " M .work/tasks/INDEX.md
 M .work/tasks/backlog/INDEX.md
 M $(card 0001)
 M $(ledger 0001)"
git commit -qam "by the person"
sound

it "fails when its output cannot be written, with the link on record"
task-link --off 2 1 >/dev/full 2>"$err"
is $? 74
err_is "task-link: cannot write to standard output: No space left on device"
on 0001 '[]'
sound

it "does not wait for the lock with TASK_LOCK_TIMEOUT=0, and says who holds it"
exec 9>.git/task/lock && flock 9 && echo "task-new (pid 4711)" >&9
unchanged exits 75 env TASK_LOCK_TIMEOUT=0 task-link --on 2 1
err_has "task-new (pid 4711)"

it "needs no lock for -n"
unchanged exits 0 env TASK_LOCK_TIMEOUT=0 task-link -n --on 2 1
exec 9>&-

it "lets one of two programs close a circle that run at the same time"
task-link --on 2 1 >"$tmp/out.1" 2>&1 &
task-link --on 1 2 >"$tmp/out.2" 2>&1 &
wait
is "$(cat "$tmp"/out.* | grep -c '^TASK-')" 1
is "$(cat "$tmp"/out.* | grep -c 'it would wait for itself')" 1
sound

it "says how to say who one is where nothing says it"
mv "$HOME/.gitconfig" "$HOME/away"
unchanged exits 78 task-link --on 2 3
err_has "who are you?"
mv "$HOME/away" "$HOME/.gitconfig"

it "tells what it is for and what it takes"
exits 0 task-link -h
out_has "task-link: say what a task depends on"
out_has "--on REF"

# A board of its own for what follows.

mkdir "$sandbox/work/more" && cd "$sandbox/work/more" || exit 1
board
make_task "One" "\"stage\":\"current\",\"priority\":\"P1\",\"effort\":\"M\""
make_task "Two" "\"stage\":\"backlog\",\"priority\":\"P1\",\"effort\":\"M\""
make_task "Three"
make_task "Old" "\"stage\":\"archived\",\"priority\":\"P1\",\"effort\":\"M\""

it "keeps one version where a circle is refused after a hand edit"
exits 0 task-link --on 1 2
echo "By hand." >>"$(folder 0001)/0001.context.md"
exits 1 task-link --on 2 1
is "$(ls "$(folder 0001)" | grep -c 'context\.v')" 1
is "$(jq -r 'select(.event == "content_updated").new_version' "$(ledger 0001)")" 2

it "takes away a link to a task that is missing"
sed 's/^depends_on:.*/depends_on: [TASK-4711]/' "$(card 0003)" >x &&
    cat x >"$(card 0003)" && rm x && git commit -qam "dangling"
exits 0 task-link --off 4711 3
file_has "$(card 0003)" "depends_on: []"

it "takes away a link that stands in the list twice"
sed 's/^depends_on:.*/depends_on: [TASK-0002, "2"]/' "$(card 0003)" >x &&
    cat x >"$(card 0003)" && rm x && git commit -qam "twice"
exits 0 task-link --off 2 3
file_has "$(card 0003)" "depends_on: []"

it "says of no task that it is blocked which it then refuses"
exits 0 task-link --off 1 2
exits 1 task-link --on 3 --on 4 1
err_lacks "blocked"

finish
