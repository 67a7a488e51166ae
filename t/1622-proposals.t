#!/bin/sh
# SPDX-License-Identifier: MIT
# What hooks propose, and what becomes of it.
. "${TASK_SRC:?}/t/lib.sh"

tmp=$sandbox/tmp
tab=$(printf '\t')
dir=.work/tasks/.proposals
mkdir "$tmp" || exit 1

# proposes LINES: a board whose hook "ask" prints them when a task is blocked.
proposes() {
	mkdir -p .work/tasks/.hooks
	printf '%s\n' "$1" >.work/tasks/.hooks/lines
	cat >.work/tasks/.hooks/registry.yaml <<'EOF'
hooks:
  on_blocked:
    - {name: ask, run: [cat, .work/tasks/.hooks/lines]}
EOF
	git add .work && git commit -qm hooks
	task-hook --trust >/dev/null 2>&1 || fail "no trust"
}

# propose ID...: blocks each of these tasks, which makes the hook propose.
propose() {
	task-status "$@" active -r over >/dev/null 2>&1
	task-status "$@" blocked --by external:x >"$out" 2>"$err" ||
	    fail "not blocked"
}

ids() {
	task-ledger --proposals "$@" | cut -f1
}

# last ID: the last line of its ledger, without its random ids.
last() {
	tail -n 1 "$(ledger "$1")" | sed 's/"id":"[^"]*",//;
	    s/"proposal":"[^"]*"/"proposal":"X"/'
}

subject() {
	is "$(git log -1 --format=%s)" "$1"
}

it "says that there is no board, and how to make one"
exits 66 task-ledger --proposals
err_is "task-ledger: no .work/tasks here or above (task-init makes one)"
exits 66 task-ledger --accept 0123456789

board

it "has no proposals on an empty board"
exits 0 task-ledger --proposals
out_is ""
err_is ""
exits 66 task-ledger --proposals 1
unchanged exits 66 task-ledger --accept 0123456789
err_is "task-ledger: 0123456789: no such proposal; it may have been accepted or rejected already"
unchanged exits 66 task-ledger --reject 0123456789

task-new "First" "Second" >/dev/null
proposes '{"event":"waiting_on","desc":"the \"bank\"","who":"bank","n":[1]}'

it "keeps what a hook proposes in a file and a commit of its own"
exits 0 task-status 1 blocked --by external:x
out_is TASK-0001
subject "TASK-0001: proposed by hook ask: waiting_on"
is "$(git log -2 --format=%s | tail -n 1)" "TASK-0001: blocked"
is "$(git show --name-only --format= | sed 's/[0-9A-Z]*\.json$/ID/')" "$dir/ID"
id=$(ids)
err_is "task-status: TASK-0001: hook ask proposes waiting_on: the \"bank\" (task-ledger --accept $id)"
is "$(cat $dir/*.json)" '{"hook":"ask","point":"on_blocked","ts":"2025-10-18T10:30:00Z","task":"TASK-0001","event":"waiting_on","desc":"the \"bank\"","fields":{"who":"bank","n":[1]},"version":"1.0"}'
is "$(events 0001 | tail -n 1)" blocked
sound

it "lists what is proposed"
exits 0 task-ledger --proposals
out_is "$id${tab}TASK-0001${tab}waiting_on${tab}the \"bank\"${tab}ask${tab}2025-10-18T10:30:00Z"
exits 0 task-ledger -j --proposals 1
out_is '{"id":"'"$id"'","task":"TASK-0001","event":"waiting_on","desc":"the \"bank\"","hook":"ask","ts":"2025-10-18T10:30:00Z","point":"on_blocked","fields":{"who":"bank","n":[1]}}'
exits 0 sh -c 'task-ledger -z --proposals --columns task,event | tr "\0" "|"'
out_is "TASK-0001${tab}waiting_on|"
exits 0 task-ledger --proposals 2
out_is ""
exits_with "" 0 task-ledger --proposals -
out_is ""

it "lets no worker accept or reject"
TASK_AGENT=bot unchanged exits 1 task-ledger --accept "$id"
err_is "task-ledger: a worker cannot accept what a hook proposes (TASK_AGENT is 'bot'); ask a person"
TASK_AGENT=bot unchanged exits 1 task-ledger --reject "$id"
mkdir -p .work/tasks/.workers
echo "id: bot" >.work/tasks/.workers/bot.manifest.yaml
unchanged exits 1 task-ledger -u bot --accept "$id"
err_has "'bot' has a manifest"
rm -r .work/tasks/.workers

it "changes nothing with -n"
unchanged exits 0 task-ledger -n --accept "$id"
out_is TASK-0001
unchanged exits 0 task-ledger -n --reject "$id"
out_is "$id"

it "writes what a person accepts, in one commit with the end of the proposal"
exits 0 task-ledger -j -u @bob --accept "$(echo "$id" | tr A-Z a-z)"
sed 's/"event_id":"[0-9A-Z]*"/"event_id":"X"/' "$out" >"$tmp/out"
is "$(cat "$tmp/out")" '{"id":"TASK-0001","event":"waiting_on","event_id":"X"}'
is "$(last 0001)" '{"ts":"2025-10-18T10:30:00Z","user":"@bob","event":"waiting_on","desc":"the \"bank\"","who":"bank","n":[1],"version":"1.0","metadata":{"proposed_by":"ask","proposal":"X"}}'
file_has "$(ledger 0001)" "\"proposal\":\"$id\""
subject "TASK-0001: accepted what hook ask proposed: waiting_on"
is "$(git show --name-status --format= | sed 's/[0-9A-Z]*\.json$/ID/')" "D${tab}$dir/ID
M${tab}$(ledger 0001)"
is "$(ids)" ""
sound

it "says of what was answered that it is no more"
unchanged exits 66 task-ledger --accept "$id"
err_is "task-ledger: $id: no such proposal; it may have been accepted or rejected already"

it "removes what a person rejects, and keeps why"
propose 1
id=$(ids)
exits 0 task-ledger --reject "$id" -r "it is not so"
out_is "$id"
subject "TASK-0001: rejected what hook ask proposed: waiting_on"
is "$(git log -1 --format=%b)" "it is not so"
is "$(ids)" ""
is "$(events 0001 | tail -n 1)" blocked
sound

it "answers several at once, each once, in one commit"
propose 1 2
is "$(ids | wc -l)" 2
is "$(git log -2 --format=%s)" "TASK-0002: proposed by hook ask: waiting_on
TASK-0001: proposed by hook ask: waiting_on"
head=$(git rev-parse HEAD)
exits 0 sh -c 'task-ledger --proposals | task-ledger --accept - "$1"' - "$(ids 1)"
is "$(sort "$out")" "TASK-0001
TASK-0002"
is "$(git rev-parse HEAD^)" "$head"
subject "$(sed -n '1s/$/, /;1h;2{H;x;s/\n//;p}' "$out"): accepted what hook ask proposed: waiting_on"
sound

it "takes what it can when another cannot be taken"
propose 1 2
id=$(ids 2)
exits 66 task-ledger --accept ZZZZZZZZZZ "$id"
out_is TASK-0002
is "$(ids 2)" ""
exits 0 task-ledger --reject "$(ids 1)"

it "leaves the commit to the person with --no-commit"
propose 1
id=$(ids)
head=$(git rev-parse HEAD)
exits 0 task-ledger --no-commit --accept "$id"
is "$(git rev-parse HEAD)" "$head"
[ -e "$dir/$id.json" ] && fail "the file is there"
git add -A .work && git commit -qm "by hand"
task-status -q 1 active -r over >/dev/null
head=$(git rev-parse HEAD)
exits 0 task-status --no-commit 1 blocked --by external:x
is "$(git rev-parse HEAD)" "$head"
is "$(ids | wc -l)" 1
git add -A .work && git commit -qm "by hand"
exits 0 task-ledger --reject "$(ids)"

it "takes proposals for another task, and 32 at most from one run"
proposes '{"event":"late_log","desc":"there","task":"2"}'
propose 1
subject "TASK-0002: proposed by hook ask: late_log"
is "$(task-ledger --proposals --columns task)" TASK-0002
exits 0 task-ledger --reject "$(ids)"
proposes "$(awk 'BEGIN { for (i = 1; i <= 40; i++)
    printf "{\"event\":\"late_log\",\"desc\":\"%d\"}\n", i }')"
propose 1
err_has "warning: hook ask: it proposes more than 32 events; the others are left out"
is "$(ids | wc -l)" 32
exits 0 sh -c 'task-ledger --proposals | task-ledger --accept -'
is "$(task-ledger -e late_log 1 | wc -l)" 32
sound

it "knows tasks of a namespace"
printf 'namespaces: {FW: {}}\n' >.work/tasks/NAMESPACES.yaml
git add .work && git commit -qm namespaces && task-index
exits 0 task-new --namespace FW "Boot"
proposes '{"event":"late_log","desc":"there","task":"FW-1"}
{"event":"late_log","desc":"here"}'
propose FW-1
is "$(git log -1 --format=%s)" \
    "TASK-FW-0001: proposed by hook ask: late_log, late_log"
is "$(ids FW-0001 | wc -l)" 2
exits 0 sh -c 'task-ledger --proposals FW-1 | task-ledger --accept -'
is "$(events FW-0001 | grep -c late_log)" 2
sound

it "checks what is accepted as if it were added by hand"
full_task "Old" '"stage":"archived"' | task-new - >/dev/null
proposes '{"event":"waiting_on","desc":"too late","task":"TASK-0003"}
{"event":"late_log","desc":"late","task":"TASK-0003"}'
propose 1
id=$(task-ledger --proposals | sed -n 's/	.*too late.*//p')
unchanged exits 1 task-ledger --accept "$id"
err_is "task-ledger: $id: TASK-0003: it is closed; only late_log, p0_retrospective and followup_created can still be added"
exits 0 task-ledger --reject "$id"
exits 0 task-ledger --accept "$(ids)"
is "$(events 0003 | tail -n 1)" late_log

it "follows a task into a namespace"
task-new "Moves" >/dev/null
new=$(task-ls --columns id,name | sed -n 's/	Moves$//p')
proposes '{"event":"late_log","desc":"of \",\"task\":\"'"$new"'\","}'
propose "$new"
id=$(ids)
exits 0 task-set "$new" namespace=FW
exits 0 task-ledger --proposals --columns id,task,desc
out_is "$id${tab}TASK-FW-${new#TASK-}${tab}of \",\"task\":\"$new\","
exits 0 task-ledger --accept "$id"
out_is "TASK-FW-${new#TASK-}"
sound

it "refuses what is no id of a proposal"
for id in "" x ../x ../../../etc/passwd "$(printf 'a\tb\n\033[31m\377')" \
    012345678U 01234567890 .proposals; do
	unchanged exits 64 task-ledger --accept -- "$id"
	unchanged exits 64 task-ledger --reject -- "$id"
done
exits 64 task-ledger --accept -- -rf
err_is "task-ledger: '-rf' is no proposal's id (task-ledger --proposals lists them)"

# edited TEXT MESSAGE: the proposal's file is that, and what is said of it.
edited() {
	printf '%s\n' "$1" >"$dir/ZZZZZZZZZZ.json"
	unchanged exits 65 task-ledger --accept ZZZZZZZZZZ
	err_is "task-ledger: $dir/ZZZZZZZZZZ.json:$2"
	unchanged exits 65 task-ledger --reject ZZZZZZZZZZ
	exits 65 task-ledger --proposals
	err_is "task-ledger: $dir/ZZZZZZZZZZ.json:$2"
}

it "says where a proposal that was edited is wrong, and changes nothing"
mkdir -p $dir
edited "rubbish" "1:7: '[' or '{' expected near 'rubbish'"
edited "{}
{}" "2:1: it must be one line"
edited '{"hook":"ask","point":"on_move","ts":"2025-10-18T10:30:00Z","task":"TASK-0001","event":"signed_off","desc":"x"}' \
    "1:1: 'signed_off' is written by task-sign, and cannot be proposed"
edited '{"hook":"ask","point":"on_move","ts":"2025-10-18T10:30:00Z","task":"../../x","event":"late_log","desc":"x"}' \
    "1:1: 'task' must be a reference such as TASK-0042"
edited '{"hook":"ask","point":"on_move","ts":"2025-10-18T10:30:00Z","task":"TASK-0001","event":"late_log","desc":"x","fields":{"user":"@eve"}}' \
    "1:1: 'user' cannot be proposed: it is set when the event is written"
awk 'BEGIN { for (i = 0; i < 100000; i++) print "{}" }' >$dir/ZZZZZZZZZZ.json
unchanged exits 65 task-ledger --accept ZZZZZZZZZZ
rm $dir/ZZZZZZZZZZ.json
ln -s /etc/passwd $dir/ZZZZZZZZZZ.json
unchanged exits 65 task-ledger --accept ZZZZZZZZZZ
err_has "symbolic link"
rm $dir/ZZZZZZZZZZ.json
mkfifo $dir/ZZZZZZZZZZ.json
exits 65 task-ledger --proposals
rm $dir/ZZZZZZZZZZ.json

it "accepts a proposal that was edited well, as it is now"
proposes '{"event":"late_log","desc":"first"}'
propose 1
id=$(ids)
sed -i 's/first/second/' "$dir/$id.json"
exits 0 task-ledger --accept "$id"
is "$(tail -n 1 "$(ledger 0001)" | grep -c '"desc":"second"')" 1
sound

it "says that a task of a proposal is no more there"
propose 1
id=$(ids)
sed -i 's/TASK-0001/TASK-0099/' "$dir/$id.json"
git commit -qam edited
unchanged exits 66 task-ledger --accept "$id"
err_is "task-ledger: $id: TASK-0099: no such task"
exits 0 task-ledger --reject "$id"

it "refuses a wrong command line"
exits 64 task-ledger --accept
err_is "task-ledger: no proposal is named (--proposals lists them)"
exits 64 task-ledger --accept --reject 0123456789
err_is "task-ledger: --add, --proposals, --accept and --reject go alone"
exits 64 task-ledger --proposals -a
exits 64 task-ledger --accept -e closed 0123456789
exits 64 task-ledger --accept -m text 0123456789
exits 64 task-ledger --accept -r why 0123456789
err_is "task-ledger: --reason is for --reject"
exits 64 task-ledger --proposals x
propose 1
unchanged exits 64 task-ledger --accept --columns nothing "$(ids)"
unchanged exits 64 task-ledger --reject --columns nothing "$(ids)"

it "says that a card it belongs to is malformed"
id=$(ids)
cp "$(card 0001)" "$tmp/card"
echo "no card" >"$(card 0001)"
unchanged exits 65 task-ledger --accept "$id"
cat "$tmp/card" >"$(card 0001)"

it "says that standard output is full"
if [ -c /dev/full ]; then
	exits 74 sh -c 'task-ledger --proposals >/dev/full'
fi

it "waits for the lock, and not for ever"
unchanged exits 75 flock .git/task/lock env TASK_LOCK_TIMEOUT=0 \
    task-ledger --accept "$id"
exits 0 flock .git/task/lock task-ledger --proposals

it "loses what is proposed while another holds the lock, and says so"
cat >.work/tasks/.hooks/hold <<'EOF'
#!/bin/sh
flock -F .git/task/lock sh -c 'echo held >held; exec sleep 60' >/dev/null 2>&1 &
while [ ! -e held ]; do sleep 0.05; done
echo $! >holder
echo '{"event":"late_log","desc":"lost"}'
EOF
chmod +x .work/tasks/.hooks/hold
printf 'hooks: {on_blocked: [{name: hold, run: [./hold]}]}\n' \
    >.work/tasks/.hooks/registry.yaml
task-hook --trust >/dev/null 2>&1
task-status -q -r over 2 active >/dev/null
TASK_LOCK_TIMEOUT=0 exits 0 task-status 2 blocked --by external:x
out_is TASK-0002
err_has "warning: what hooks proposed is lost: "
kill "$(cat holder)"
rm held holder
git checkout -q .work/tasks/.hooks/registry.yaml
rm .work/tasks/.hooks/hold
is "$(ids)" "$id"

it "lets one of two who accept at once have it"
for round in 1 2 3; do
	id=$(ids)
	task-ledger -u @a --accept "$id" >"$tmp/a.out" 2>"$tmp/a.err" &
	task-ledger -u @b --accept "$id" >"$tmp/b.out" 2>"$tmp/b.err"
	b=$?
	wait $!
	a=$?
	case $a.$b in
	0.66) file_has "$tmp/b.err" "no such proposal" ;;
	66.0) file_has "$tmp/a.err" "no such proposal" ;;
	*) fail "they end with $a and $b" ;;
	esac
	is "$(grep -c "$id" "$(ledger 0001)")" 1
	propose 1
done
sound

finish
