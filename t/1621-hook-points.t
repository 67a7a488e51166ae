#!/bin/sh
# SPDX-License-Identifier: MIT
# Each hook point is fired by the program that causes it, and whatever a hook
# does, that program is none the worse for it.
. "${TASK_SRC:?}/t/lib.sh"

tmp=$sandbox/tmp
mkdir "$tmp" || exit 1
ready='"priority":"P1","effort":"M"'
FIRED=$sandbox/fired
export FIRED

fresh_board() {
	cd "$sandbox/work" && mkdir "$1" && cd "$1" || exit 1
	board
	mkdir .work/tasks/.hooks
}

# registry: the registry is what stands on standard input, and is trusted.
registry() {
	cat >.work/tasks/.hooks/registry.yaml
	task-hook --trust >/dev/null 2>&1 || fail "no trust"
}

# script NAME: a program beside the registry, from standard input.
script() {
	{ echo '#!/bin/sh'; cat; } >".work/tasks/.hooks/$1"
	chmod +x ".work/tasks/.hooks/$1"
}

# at POINT ARGV: the registry is one hook "one" at that point.
at() {
	printf 'hooks:\n  %s:\n    - name: one\n      run: %s\n%s' "$1" "$2" \
	    "${3:+      $3
}" | registry
}

# in_stage STAGE...: makes a complete task in each.
in_stage() {
	for stage in "$@"; do
		full_task "In $stage" "\"stage\":\"$stage\",$ready"
	done | task-new - >/dev/null
}

# fires LINES COMMAND...: "POINT EVENT TASK" each, as they were recorded.
fires() {
	lines=$1
	shift
	rm -f "$FIRED"
	exits 0 "$@"
	is "$(cat "$FIRED" 2>/dev/null)" "$lines"
}

# A registry in which every point records what it is told.
record_all() {
	script record <<'SCRIPT'
input=$(cat)
printf '%s' "$input" >"$FIRED.input"
event=${input#*\"event\":\{}
event=${event#*\"event\":\"}
task=${input#*\"task\":\{\"id\":\"}
echo "$1 ${event%%\"*} ${task%%\"*}" >>"$FIRED"
SCRIPT
	{
		echo "hooks:"
		for point in validate_pass move blocked slo_missed p0_created \
		    completion rollback dependency_updated; do
			echo "  on_$point:"
			echo "    - {name: record, run: [./record, $point]}"
		done
	} | registry
}

fresh_board points
record_all

it "fires nothing for what no point is for"
fires "" task-new "Something"
fires "" task-note 1 "a note"
fires "" task-set -r why 1 priority=P1 effort=M
fires "" task-set 1 tags+=x

it "fires nothing for a task that is new, unless it is a P0"
make_task "Ordinary" "$ready"
is "$(cat "$FIRED" 2>/dev/null)" ""
full_task "Urgent" '"priority":"P0","effort":"S"' >"$tmp/p0"
fires "p0_created created TASK-0003" sh -c 'task-new - <"$0"' "$tmp/p0"

it "fires on_p0_created when a priority becomes P0, and not when it is no more"
fires "p0_created priority_changed TASK-0001" \
    task-set -r why 1 priority=P0
fires "" task-set -r why 1 priority=P1
task-new "Without" >/dev/null
fires "p0_created priority_set TASK-0004" task-set -r why 4 priority=P0

it "fires on_move once for each step forward, and on_validate_pass"
fires "move verified TASK-0002" task-move 2
fires "validate_pass validated TASK-0002
move prioritized TASK-0002" task-move -s 2
fires "validate_pass validated TASK-0002
move started TASK-0002" task-move 2
fires "move implemented TASK-0002" task-move -s --waive why 2
fires "move moved_to_learning TASK-0002" task-move 2

it "fires on_completion when a task is closed"
fires "move moved_to_archived TASK-0002
completion closed TASK-0002" task-move -s --skip-learning why 2

it "fires on_rollback for a step back"
in_stage current
fires "rollback rollback TASK-0005" task-move -r why 5 next

it "fires on_blocked, also for what a cascade blocks"
fires "blocked blocked TASK-0005" task-status 5 blocked --by external:x
task-status -r over 5 active >/dev/null
in_stage backlog backlog
task-link 7 --on 6 >/dev/null
fires "blocked cascade_blocked_by_cancel TASK-0007" \
    task-status -r why 6 canceled
in_stage current backlog
task-link 9 --on 8 >/dev/null
fires "blocked cascade_blocked_by_pause TASK-0009" \
    task-status -r why --dependents block 8 paused

it "fires on_dependency_updated for each link"
in_stage inbox backlog
fires "dependency_updated dependency_updated TASK-0010
dependency_updated dependency_updated TASK-0010" \
    task-link 10 --on 11 --on 7

it "fires for what a person did by hand, once it is put on record"
sed 's/^priority:.*/priority: P0/' "$(card 0011)" >"$tmp/card" &&
    cat "$tmp/card" >"$(card 0011)"
fires "p0_created priority_changed TASK-0011" task-watch --once
sed 's/^priority:.*/priority: P2/' "$(card 0011)" >"$tmp/card" &&
    cat "$tmp/card" >"$(card 0011)"
fires "" task-note 11 "along with it"

it "fires for who pulls the next task"
in_stage next
rm -f "$FIRED"
exits 0 task-next --claim
is "$(cut -d' ' -f1,2 "$FIRED")" "validate_pass validated
move started"

it "fires for each task of one change, in their order"
in_stage backlog backlog
fires "blocked blocked TASK-0013
blocked blocked TASK-0014" task-status 13 14 blocked --by external:x

it "fires for each task that has moved when others may not"
in_stage backlog
rm -f "$FIRED"
exits 1 task-status 13 15 blocked --by task:15
is "$(cat "$FIRED")" "blocked blocked TASK-0013"

it "fires nothing for an import: it says what was"
full_task "From elsewhere" '"stage":"archived",
"created":"2025-10-01","events":[
{"event":"verified","ts":"2025-10-01T10:00:00Z"},
{"event":"validated","ts":"2025-10-01T10:00:00Z"},
{"event":"prioritized","ts":"2025-10-01T10:00:00Z"},
{"event":"started","ts":"2025-10-01T10:00:00Z"},
{"event":"blocked","ts":"2025-10-01T10:00:00Z"},
{"event":"unblocked","ts":"2025-10-01T10:00:00Z"},
{"event":"implemented","ts":"2025-10-01T10:00:00Z"},
{"event":"moved_to_learning","ts":"2025-10-01T10:00:00Z"},
{"event":"closed","ts":"2025-10-01T10:00:00Z"}]' | tr -d '\n' >"$tmp/import"
fires "" sh -c 'task-new - <"$0"' "$tmp/import"

it "fires nothing for a refusal, for a dry run, and for what was not made"
rm -f "$FIRED"
exits 1 task-move 10 next
exits 1 task-move --atomic -s 13 15
exits 0 task-status -n 15 blocked --by external:x
exits 66 task-status 99 blocked --by external:x
is "$(cat "$FIRED" 2>/dev/null)" ""

it "fires with --no-commit: the files have changed all the same"
fires "blocked blocked TASK-0015" \
    task-status --no-commit 15 blocked --by external:x
git add .work && git commit -qm "by hand"

it "fires for each step of a P0 that takes two at once"
full_task "Down" '"priority":"P0","effort":"S"' | task-new - >/dev/null
id=$(task-ls -a --columns id,name | sed -n 's/	Down$//p')
fires "move verified $id
validate_pass validated $id
move started $id" task-move -s -r why "$id" current

it "fires on_slo_missed once for each miss"
rm -f "$FIRED"
TASK_NOW=2026-01-01T00:00:00Z exits 1 task-fsck --slo "$id"
is "$(cat "$FIRED")" "slo_missed slo_missed $id"
rm -f "$FIRED"
TASK_NOW=2026-01-01T00:00:00Z exits 1 task-fsck --slo "$id"
is "$(cat "$FIRED" 2>/dev/null)" ""

it "fires for the tasks that wait for one that is split"
full_task "Whole" "$ready" | task-new - >/dev/null
id=$(task-ls -a --columns id,name | sed -n 's/	Whole$//p')
task-new --depends-on "$id" "Waiting" >/dev/null
rm -f "$FIRED"
exits 0 task-split --into A --into B --criteria 1=1 --criteria 2=2 \
    --dependents all "$id"
grep -q "^dependency_updated dep.*TASK-" "$FIRED" || fail "$(cat "$FIRED")"

it "leaves the board sound"
git add .work && git commit -qm hooks
sound

fresh_board told
script tell <<'SCRIPT'
cat >"$FIRED.input"
env | sed -n 's/^TASK_\(HOOK\|AGENT\|WORK\)=/\1 /p' | sort >"$FIRED.env"
pwd >"$FIRED.pwd"
printf '%s|' "$@" >"$FIRED.args"
SCRIPT
printf '%s\n' '{"name":"Told \"x\" | ü","priority":"P1",
"tags":["a","b"],"effort":"M"}' | tr -d '\n' | task-new - >/dev/null
task-new "Other" >/dev/null
at on_blocked '[./tell, "a b", $HOME, "*", ""]'
exits 0 task-status 1 blocked --by task:2

if command -v jq >/dev/null 2>&1; then
	it "tells a hook the event and the task as one JSON object"
	is "$(wc -l <"$FIRED.input")" 1
	is "$(jq -c 'keys_unsorted' "$FIRED.input")" \
	    '["point","event","task","board","version"]'
	is "$(jq -c '.point, .version, .board' "$FIRED.input")" "\"on_blocked\"
\"1.0\"
\"$PWD/.work\""
	is "$(jq -c .event "$FIRED.input")" "$(tail -n 1 "$(ledger 0001)")"
	is "$(jq -c '.task | del(.path)' "$FIRED.input")" \
	    '{"id":"TASK-0001","name":"Told \"x\" | ü","stage":"inbox","status":"blocked","priority":"P1","effort":"M","dri":"@alice","tags":["a","b"],"depends_on":[],"blocked_by":"task:TASK-0002"}'
	is "$(jq -r .task.path "$FIRED.input")" "$PWD/$(folder 0001)"
fi

it "runs a hook in the worktree, with its arguments and no shell between"
is "$(cat "$FIRED.pwd")" "$PWD"
# shellcheck disable=SC2016
is "$(cat "$FIRED.args")" 'a b|$HOME|*||'

it "says in its environment where it is, and that it is no person"
is "$(cat "$FIRED.env")" "AGENT one
HOOK on_blocked"
task-status -r over 1 active >/dev/null
TASK_AGENT=bot TASK_WORK=.work exits 0 task-status 1 blocked --by task:2
is "$(cat "$FIRED.env")" "AGENT bot
HOOK on_blocked"

it "says which board it is where that is not found from the worktree"
mkdir sub && git add .work && git mv .work sub/ && git commit -qm below &&
    cd sub || exit 1
task-hook --trust >/dev/null 2>&1
task-new "Below" >/dev/null
exits 0 task-status 3 blocked --by external:x
is "$(sed -n 's/^WORK //p' "$FIRED.env")" "$PWD/.work"
is "$(cat "$FIRED.pwd")" "${PWD%/sub}"

fresh_board harm
in_stage backlog
unblock() {
	task-status -q -r over 1 active >/dev/null || fail "not unblocked"
}

# whatever ARGV [TIMEOUT]: the program does what it does with such a hook.
whatever() {
	at on_blocked "$@"
	exits 0 task-status 1 blocked --by external:x
	out_is TASK-0001
	is "$(git log -1 --format=%s)" "TASK-0001: blocked"
	is "$(task-ledger --proposals)" ""
	unblock
}

proposal='{"event":"late_log","desc":"proposed"}'

it "runs no hook that is not enabled"
whatever "[touch, $FIRED.disabled]" "enabled: false"
err_is ""
[ -e "$FIRED.disabled" ] && fail "it ran"

it "does nothing for a hook that does nothing"
whatever '["true"]'
err_is ""

it "reports a hook that fails, and heeds nothing of what it prints"
script hook <<SCRIPT
echo '$proposal'
exit 3
SCRIPT
whatever '[./hook]'
err_is "task-status: warning: hook one (on_blocked of TASK-0001) failed: '$PWD/.work/tasks/.hooks/hook' ended with status 3"

it "reports a hook that is killed"
whatever "[sh, -c, 'kill -9 \$\$']"
err_has "failed: 'sh' ended with status 137"

it "reports a hook that is not there, or may not be run"
whatever '[no-such-program-here]'
err_has "failed: cannot run 'no-such-program-here': No such file"
whatever '[./nothing]'
err_has "failed: cannot run '$PWD/.work/tasks/.hooks/nothing': No such file"
chmod -x .work/tasks/.hooks/hook
whatever '[./hook]'
err_has "Permission denied"

it "ends a hook that hangs, and heeds nothing of what it printed"
whatever "[sh, -c, 'echo \"{}\"; exec sleep 1000']" 'timeout: 1s'
err_is "task-status: warning: hook one (on_blocked of TASK-0001) failed: 'sh' did not end within 1 s; it is not run again now"

it "ends what a hook leaves behind that holds its output"
script hook <<SCRIPT
echo '$proposal'
(trap '' TERM; while :; do sleep 1; done) &
echo \$! >"\$FIRED.child"
SCRIPT
whatever '[./hook]' 'timeout: 1s'
err_has "did not end within 1 s"
tries=0
while kill -0 "$(cat "$FIRED.child")" 2>/dev/null &&
    ! grep -q '^State:.Z' "/proc/$(cat "$FIRED.child")/status" 2>/dev/null &&
    [ $tries -lt 50 ]; do
	tries=$((tries + 1))
	sleep 0.1
done
[ $tries -lt 50 ] || fail "it is there still"

it "runs a hook that hangs once, not for each task of a change"
in_stage backlog backlog
at on_blocked "[sh, -c, 'echo run >>\"\$FIRED.hung\"; exec sleep 1000']" \
    'timeout: 1s'
exits 0 task-status 2 3 blocked --by external:x
is "$(cat "$FIRED.hung")" run
is "$(wc -l <"$err")" 1

it "heeds nothing of a hook that prints without end"
whatever '["yes"]'
err_has "'yes' prints more than 262144 bytes"

it "minds nothing of a hook that reads nothing and closes all"
whatever "[sh, -c, 'exec <&- >&- 2>&-; exit 0']"
err_is ""

it "names each line that is no proposal, and the hook"
cat >.work/tasks/.hooks/lines <<'LINES'
hello

[]
{"event":"closed","desc":"x"}
{"event":"late_lag","desc":"x"}
{"event":"late_log","desc":"x","task":"TASK-0099"}
LINES
printf '{"event":"late_log","desc":"\377"}\n' >>.work/tasks/.hooks/lines
awk 'BEGIN { printf "{\"event\":\"late_log\",\"desc\":\"x\",\"k\":\""
    for (i = 0; i < 20000; i++) printf "x"; print "\"}" }' \
    >>.work/tasks/.hooks/lines
whatever '[cat, .work/tasks/.hooks/lines]'
sed 's/^task-status: warning: hook one: //' "$err" >"$tmp/said"
is "$(cat "$tmp/said")" "line 1 of its output: no JSON at column 5: '[' or '{' expected near 'hello'
line 3 of its output: it is no JSON object
line 4 of its output: 'closed' is written by task-move, and cannot be proposed
line 5 of its output: there is no event 'late_lag'; did you mean 'late_log'?
line 7 of its output: it is not UTF-8
line 8 of its output: 20038 bytes; the most is 16384
'late_log' cannot be proposed: TASK-0099: no such task"

it "says what a hook says on standard error, and no more than is bearable"
whatever "[sh, -c, 'printf \"\\\\033[31mred\\\\n\\\\nmore\\\\n\" >&2']"
err_is "task-status: hook one: \\x1b[31mred
task-status: hook one: more"
whatever "[sh, -c, 'yes | head -c 1000000 >&2']"
is "$(wc -l <"$err")" 21
err_has "says more, which is left out"

it "says nothing of that with -q"
at on_blocked "[sh, -c, 'echo words >&2; exit 1']"
exits 0 task-status -q 1 blocked --by external:x
err_is ""
unblock

it "has its own output out before hooks run"
at on_blocked "[sh, -c, 'echo hook >&2']"
task-status 1 blocked --by external:x >"$tmp/both" 2>&1
is "$(cat "$tmp/both")" "TASK-0001
task-status: hook one: hook"
unblock

it "says that standard output is full, and runs the hook all the same"
at on_blocked "[touch, $FIRED.full]"
if [ -c /dev/full ]; then
	task-status 1 blocked --by external:x >/dev/full 2>"$err"
	is "$?" 74
	is "$(wc -l <"$err")" 1
	err_has "cannot write to standard output: No space left"
	[ -e "$FIRED.full" ] || fail "it did not run"
	unblock
fi

it "lets hooks use the programs: the lock is free, and they fire nothing"
script hook <<'SCRIPT'
echo run >>"$FIRED.loop"
task-note 1 "from a hook" &&
    task-status 2 active -r over && task-status 2 blocked --by external:y
SCRIPT
at on_blocked '[sh, -c, "exec .work/tasks/.hooks/hook >/dev/null"]'
exits 0 task-status 1 blocked --by external:x
is "$(cat "$FIRED.loop")" run
file_has "$(folder 0001)/0001.context.md" "from a hook"
file_has "$(ledger 0001)" '"metadata":{"worker_id":"one"}'
unblock

it "lets a hook sign nothing, trust nothing, accept nothing and run no hooks"
script hook <<'SCRIPT'
task-sign 1 next; echo $?
task-hook --trust; echo $?
task-ledger --accept 0123456789; echo $?
task-hook --run on_blocked 1; echo $?
SCRIPT
at on_blocked "[sh, -c, 'exec .work/tasks/.hooks/hook >\"\$FIRED.rights\"']"
exits 0 task-status 1 blocked --by external:x
is "$(cat "$FIRED.rights")" "1
1
1
1"
err_has "a worker cannot sign off (TASK_AGENT is 'one')"
err_has "a hook cannot run hooks"
unblock

it "runs the hooks of a point in their order"
registry <<'EOF'
hooks:
  on_blocked:
    - {name: b, run: [sh, -c, 'echo first >&2']}
    - {name: a, run: [sh, -c, 'echo second >&2']}
EOF
exits 0 task-status 1 blocked --by external:x
err_is "task-status: hook b: first
task-status: hook a: second"
unblock

it "tells each hook of the task as the one before it left it"
script hook <<'SCRIPT'
sed 's/.*"stage":"\([a-z]*\)".*"path":"[^"]*\/\([a-z]*\)\/TASK[^"]*".*/\1 \2/' >&2
echo
SCRIPT
registry <<'EOF'
hooks:
  on_blocked:
    - {name: a, run: [sh, -c, 'task-move -r why 1 inbox >&2']}
    - {name: b, run: [./hook]}
EOF
exits 0 task-status 1 blocked --by external:x
err_is "task-status: hook a: TASK-0001
task-status: hook b: inbox inbox"
unblock

it "runs no hook that is not trusted, and says so once"
echo "# changed" >>.work/tasks/.hooks/registry.yaml
exits 0 task-status 1 blocked --by external:x
err_is "task-status: hooks are not trusted on this machine, and none was run: task-hook shows them, task-hook --trust lets them run"
unblock
exits 0 task-note 1 "which fires nothing"
err_is ""

# The file is wrong: it is said, and all else goes on.
wrong() {
	exits 0 task-status 1 blocked --by external:x
	out_is TASK-0001
	err_has "task-status: warning: no hooks run: .work/tasks/.hooks/registry.yaml:"
	unblock
}

it "runs no hooks by a registry that is wrong, and says where"
reg=.work/tasks/.hooks/registry.yaml
printf 'hooks:\n\ton_blocked: []\n' >$reg
wrong
err_has "registry.yaml:2:1:"
printf 'hooks: {on_blocked: [{name: a, run: "rm -rf /"}]}\n' >$reg
wrong
err_has "registry.yaml:1:37: run: must be a list"
awk 'BEGIN { for (i = 0; i < 100000; i++) print "# comment" }' >$reg
wrong
rm $reg
ln -s /etc/passwd $reg
wrong
err_has "symbolic link"
rm $reg
mkdir $reg
wrong
rmdir $reg
mkfifo $reg
wrong
rm $reg

it "needs no registry, and asks for it once"
if command -v strace >/dev/null 2>&1 && [ -z "${TASK_SANITIZED-}" ] &&
    strace -o "$tmp/trace" true 2>/dev/null; then
	rm -r .work/tasks/.hooks
	exits 0 strace -f -o "$tmp/trace" task-status 1 blocked --by external:x
	is "$(grep -c '\.hooks/' "$tmp/trace")" 1
	grep -q 'openat2.*\.hooks/registry.yaml.*ENOENT' "$tmp/trace" ||
	    fail "$(grep '\.hooks/' "$tmp/trace")"
	exits 0 strace -f -o "$tmp/trace" task-ls
	is "$(grep -c '\.hooks/' "$tmp/trace")" 0
else
	skip "no strace"
fi

it "runs the hooks of a worktree in that worktree"
fresh_board away
task-new "Away" >/dev/null
at on_blocked '[sh, -c, "pwd >&2"]'
git add . && git commit -qm hooks
git worktree add -q "$sandbox/work/other" -b other
cd "$sandbox/work/other" || exit 1
exits 0 task-status 1 blocked --by external:x
err_is "task-status: hook one: $sandbox/work/other"

it "does not run the hooks of a repository that was just cloned"
cd "$sandbox/work" && git clone -q away clone && cd clone || exit 1
exits 0 task-status 1 blocked --by external:x
err_has "not trusted on this machine"

finish
