#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"

tmp=$sandbox/tmp
mkdir "$tmp" || exit 1
pid=
trap '[ -n "$pid" ] && tell TERM 2>/dev/null
    chmod -R u+rwx "$sandbox" 2>/dev/null; rm -rf "$sandbox"' EXIT

# follow OPERAND...: starts it in the background; a minute is the end of it in
# any case.
follow() {
	: >"$tmp/out"
	bounded 60 task-ledger -f "$@" >"$tmp/out" 2>"$tmp/err" \
	    </dev/null &
	pid=$!
}

# stops STATUS: asked to end it ends, with that status.
stops() {
	tell TERM 2>/dev/null
	wait "$pid"
	is $? "$1"
	pid=
}

# eventually COMMAND...: succeeds within ten seconds.
eventually() {
	tries=0
	until "$@"; do
		tries=$((tries + 1))
		if [ $tries -gt 100 ]; then
			fail "not within ten seconds: $*"
			sed 's/^/# out: /' "$tmp/out"
			sed 's/^/# err: /' "$tmp/err"
			return 1
		fi
		sleep 0.1
	done
}

prints() {
	eventually grep -qF -e "$1" "$tmp/out"
}

says() {
	eventually grep -qF -e "$1" "$tmp/err"
}

# printed: all of it so far.
printed_is() {
	is "$(cat "$tmp/out")" "$1"
}

add() {
	task-ledger --add late_log -m "$1" "$2" >"$out" 2>"$err" ||
	    fail "cannot add: $(cat "$err")"
}

it "says that there is no board"
exits 66 timeout 20 task-ledger -f -a
err_is "task-ledger: no .work/tasks here or above (task-init makes one)"

board
make_task "Log in" '"priority":"P1","effort":"M"'
make_task "Log out"

it "says that there is no such task instead of waiting for one"
exits 66 timeout 5 task-ledger -f 9
err_is "task-ledger: TASK-0009: no such task"

it "says that a word is no task instead of waiting"
exits 64 timeout 5 task-ledger -f login
err_has "'login' is no task"

it "prints what happened so far, and then what comes"
follow --columns event,desc 1
prints "created"
add "it rained" 1
prints "it rained"
add "it snowed" 1
prints "it snowed"
printed_is "id_reserved	reserved id 0001
created	task package created
late_log	it rained
late_log	it snowed"

it "prints nothing of other tasks"
add "the other one" 2
add "this one" 1
prints "this one"
is "$(grep -c "the other one" "$tmp/out")" 0

it "prints all events of a step, in their order"
task-move 1 backlog >"$out"
prints "verified"
task-move -s 1 >"$out"
prints "prioritized"
is "$(tail -n 4 "$tmp/out" | cut -f 1)" "verified
signed_off
validated
prioritized"

it "follows a task through the stages"
task-move 1 >"$out"
prints "started"
add "in current" 1
prints "in current"

it "prints a line that a person writes into the ledger"
echo '{"ts":"2025-10-18T10:00:00Z","user":"@bob","event":"waiting_on","desc":"written by hand"}' \
    >>"$(ledger 0001)"
prints "written by hand"

it "waits for the rest of a line that is half there"
printf '{"ts":"2025-10-18T10:00:00Z","user":"@bob",' >>"$(ledger 0001)"
echo '"event":"waiting_on","desc":"the whole line"}' >>"$(ledger 0001)"
prints "the whole line"
is "$(grep -c "the whole line" "$tmp/out")" 1

it "prints no line again that comes again"
line=$(grep 'written by hand' "$(ledger 0001)")
echo "$line" >>"$(ledger 0001)"
add "after the repeated one" 1
prints "after the repeated one"
is "$(grep -c "written by hand" "$tmp/out")" 1
is "$(sort "$tmp/out" | uniq -d)" ""

it "has had nothing to complain of, and ends with 0 when it is asked to"
stops 0
is "$(cat "$tmp/err")" ""

it "ends with 0 on an interrupt and on a hang-up"
for signal in INT HUP; do
	follow 1
	prints "created"
	tell "$signal"
	wait "$pid"
	is $? 0
	pid=
done

it "follows all tasks with -a"
follow -a --columns id,desc
prints "TASK-0002	task package created"
add "of the first" 1
prints "TASK-0001	of the first"
add "of the second" 2
prints "TASK-0002	of the second"

it "prints what happens to a task that is made meanwhile"
make_task "Brand new"
prints "TASK-0003	task package created"
add "soon after" 3
prints "TASK-0003	soon after"

it "follows with -a a task through the stages"
task-move 2 >"$out"
prints "TASK-0002	package complete"
add "in the backlog" 2
prints "TASK-0002	in the backlog"
advance 0001 archived 2>"$err"
prints "TASK-0001	closed"
stops 0

it "prints what is added to a closed task that is named"
follow --columns desc 1
prints "closed"
add "long after" 1
prints "long after"
stops 0

it "prints the kinds of event that are asked for"
follow -a -e late_log --columns desc
prints "of the second"
task-ledger --add waiting_on -m "not this" 2 >"$out"
add "but this" 2
prints "but this"
is "$(grep -c "not this" "$tmp/out")" 0
is "$(grep -c "created" "$tmp/out")" 0
stops 0

it "prints what happened since the time that is given"
(
	TASK_NOW=2025-10-18T11:00:00Z
	task-ledger --add late_log -m "at eleven" 2
) >"$out"
follow -a --since 2025-10-18T10:45:00Z --columns desc
prints "at eleven"
(
	TASK_NOW=2025-10-18T12:00:00Z
	task-ledger --add late_log -m "at twelve" 2
) >"$out"
prints "at twelve"
printed_is "at eleven
at twelve"
stops 0

it "prints JSON with -j, a line as soon as it is there"
follow -j -e waiting_on 2
prints '"desc":"not this"'
task-ledger --add waiting_on -m "in JSON" 2 >"$out"
prints '"desc":"in JSON"'
is "$(jq -r '"\(.task) \(.desc)"' "$tmp/out")" "TASK-0002 not this
TASK-0002 in JSON"
stops 0

it "ends records with a NUL with -z"
follow -z -e waiting_on --columns desc 2
prints "in JSON"
task-ledger --add waiting_on -m "with a NUL" 2 >"$out"
prints "with a NUL"
is "$(tr '\0' '+' <"$tmp/out")" "not this+in JSON+with a NUL+"
stops 0

it "prints the names of the columns once"
follow --header -e waiting_on --columns desc 2
prints "with a NUL"
task-ledger --add waiting_on -m "below the header" 2 >"$out"
prints "below the header"
is "$(grep -c '^desc$' "$tmp/out")" 1
stops 0

it "names a malformed line once, and goes on"
follow -e late_log --columns desc 2
prints "at twelve"
echo "this is no event" >>"$(ledger 0002)"
echo '{"ts":"2025-10-18T10:00:00Z","user":"@bob","event":"late_log","desc":"beyond it"}' \
    >>"$(ledger 0002)"
prints "beyond it"
line=$(grep -n "this is no event" "$(ledger 0002)" | cut -d : -f 1)
says "$(ledger 0002):$line:"
echo '{"ts":"2025-10-18T10:00:00Z","user":"@bob","event":"late_log","desc":"and on"}' \
    >>"$(ledger 0002)"
prints "and on"
is "$(grep -cF "$(ledger 0002):$line:" "$tmp/err")" 1
tell TERM
wait "$pid"
pid=
git checkout -q .work

it "names a ledger that went away once, and goes on with the others"
follow -a -e late_log --columns id,desc
prints "TASK-0002	at twelve"
path=$(ledger 0003)
rm "$path"
says "$path"
add "one" 2
prints "TASK-0002	one"
add "two" 2
prints "TASK-0002	two"
is "$(grep -cF "$path" "$tmp/err")" 1
tell TERM
wait "$pid"
pid=
git checkout -q .work

it "ends without a word when nobody reads its output any more"
mkfifo "$tmp/pipe"
timeout -k 1 20 task-ledger -f -e late_log --columns desc 2 \
    >"$tmp/pipe" 2>"$tmp/err" </dev/null &
pid=$!
exec 8<"$tmp/pipe"
read -r line <&8
exec 8<&-
add "to nobody" 2
wait "$pid"
is $? 74
pid=
is "$(cat "$tmp/err")" ""

it "fails where its output cannot be written, and says so once"
timeout -k 1 20 task-ledger -f 2 >/dev/full 2>"$err" </dev/null
is $? 74
err_is "task-ledger: cannot write to standard output: No space left on device"

finish
