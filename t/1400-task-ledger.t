#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"

tmp=$sandbox/tmp
mkdir "$tmp" || exit 1

# at MOMENT COMMAND...: as if it were then.
at() {
	(TASK_NOW=$1; shift; "$@")
}

# put_ledger ID: standard input becomes the ledger of the task.
put_ledger() {
	cat >"$(ledger "$1")"
}

it "says that there is no board, and how to make one"
exits 66 task-ledger 1
err_is "task-ledger: no .work/tasks here or above (task-init makes one)"

board

it "prints nothing for an empty board"
exits 0 task-ledger -a
out_is ""
err_is ""

it "asks which task is meant, and names the way to see all"
exits 64 task-ledger
err_is "task-ledger: no task is named (-a prints the events of all)"

at 2025-10-15T08:00:00Z make_task "Log in" '"priority":"P1","effort":"M"'
at 2025-10-16T09:00:00Z make_task "Log out"
at 2025-10-17T10:00:00Z task-ledger --add waiting_on -m "waits for a word" 1 \
    >/dev/null
at 2025-10-18T10:00:00Z task-ledger --add knowledge_captured -m "knows how" 2 \
    >/dev/null

it "prints task, moment, person, event and sentence with tabs between"
exits 0 task-ledger 1
out_is "TASK-0001	2025-10-15T08:00:00Z	@alice	id_reserved	reserved id 0001
TASK-0001	2025-10-15T08:00:00Z	@alice	created	task package created
TASK-0001	2025-10-17T10:00:00Z	@alice	waiting_on	waits for a word"

it "prints several tasks in the order in which they are named"
exits 0 task-ledger --columns id,event 2 TASK-0001
out_is "TASK-0002	id_reserved
TASK-0002	created
TASK-0002	knowledge_captured
TASK-0001	id_reserved
TASK-0001	created
TASK-0001	waiting_on"

it "takes the tasks from the first field of each line of standard input"
exits_with "TASK-0002	inbox	active
TASK-0001	inbox	active
2
TASK-0001
" 0 task-ledger --columns id -e created -
out_is "TASK-0002
TASK-0001
TASK-0002
TASK-0001"

it "takes the tasks from the JSON of another program, and from its own"
exits_with "$(task-ls -j inbox)" 0 task-ledger --columns id -e created -
out_is "TASK-0001
TASK-0002"
exits_with "$(task-ledger -j -e created 1)" 0 \
    task-ledger --columns id -e created -
out_is "TASK-0001"

it "prints all tasks in the order of time with -a"
exits 0 task-ledger -a --columns ts,id,event
out_is "2025-10-15T08:00:00Z	TASK-0001	id_reserved
2025-10-15T08:00:00Z	TASK-0001	created
2025-10-16T09:00:00Z	TASK-0002	id_reserved
2025-10-16T09:00:00Z	TASK-0002	created
2025-10-17T10:00:00Z	TASK-0001	waiting_on
2025-10-18T10:00:00Z	TASK-0002	knowledge_captured"

it "prints one kind of event with -e"
exits 0 task-ledger -a -e created --columns id,event
out_is "TASK-0001	created
TASK-0002	created"

it "prints several kinds of event where -e is repeated"
exits 0 task-ledger -a -e created --event waiting_on --columns id,event
out_is "TASK-0001	created
TASK-0002	created
TASK-0001	waiting_on"

it "prints nothing, and is content, where no event is of that kind"
exits 0 task-ledger -a -e closed
out_is ""

it "names the event that was probably meant"
exits 64 task-ledger -e creatd 1
out_is ""
err_is "task-ledger: there is no event 'creatd'; did you mean 'created'?"

it "prints what happened since a date, that day included"
exits 0 task-ledger -a --columns event --since 2025-10-17
out_is "waiting_on
knowledge_captured"

it "prints what happened since a moment, that moment included"
exits 0 task-ledger -a --columns event --since 2025-10-17T10:00:00Z
out_is "waiting_on
knowledge_captured"
exits 0 task-ledger -a --columns event --since 2025-10-17T10:00:01Z
out_is "knowledge_captured"

it "reads a moment of another zone"
exits 0 task-ledger -a --columns event --since 2025-10-17T15:30:00+05:30
out_is "waiting_on
knowledge_captured"
exits 0 task-ledger -a --columns event --since 2025-10-17T15:30:01+05:30
out_is "knowledge_captured"

it "prints what happened within a span before now"
exits 0 task-ledger -a --columns event --since 24h
out_is "knowledge_captured"
exits 0 task-ledger -a --columns event --since 25h
out_is "waiting_on
knowledge_captured"
exits 0 task-ledger -a --columns event --since 1d
out_is "knowledge_captured"
exits 0 task-ledger -a --columns event --since 30m
out_is "knowledge_captured"
exits 0 task-ledger -a --columns event --since 29m
out_is ""
exits 0 task-ledger -a --columns event -e created --since 1w
out_is "created
created"

it "knows today, yesterday and now"
exits 0 task-ledger -a --columns event --since today
out_is "knowledge_captured"
exits 0 task-ledger -a --columns event --since yesterday
out_is "waiting_on
knowledge_captured"
exits 0 task-ledger -a --columns event --since now
out_is ""
exits 0 task-ledger -a --columns event -e created -e waiting_on --until now
out_is "created
created
waiting_on"

it "prints what happened until a moment, that moment included"
exits 0 task-ledger -a --columns event -e created -e waiting_on \
    --until 2025-10-17T10:00:00Z
out_is "created
created
waiting_on"
exits 0 task-ledger -a --columns event -e created -e waiting_on \
    --until 2025-10-17T11:59:59+02:00
out_is "created
created"

it "prints what happened until a span ago"
exits 0 task-ledger -a --columns event -e created --until 3d
out_is "created"

it "takes in the whole day of a date that --until names"
exits 0 task-ledger -a --columns event -e waiting_on --until 2025-10-17
out_is "waiting_on"
exits 0 task-ledger -a --columns event -e waiting_on --until 2025-10-16
out_is ""

it "takes in the whole day of --until yesterday"
exits 0 task-ledger -a --columns event -e waiting_on --until yesterday
out_is "waiting_on"

it "prints what lies between --since and --until"
exits 0 task-ledger -a --columns id,event --since 2025-10-16 \
    --until 2025-10-17T10:00:00Z
out_is "TASK-0002	id_reserved
TASK-0002	created
TASK-0001	waiting_on"

it "says what a time may look like"
exits 64 task-ledger --since soonish 1
err_is "task-ledger: --since: 'soonish' is no time (2025-10-18, 2025-10-18T10:30:00Z, 7d, yesterday)"
exits 64 task-ledger --until 2025-02-30 1
err_has "--until: '2025-02-30' is no time"
exits 64 task-ledger --since 2025-10-18T10:30:00 1
err_has "--since: '2025-10-18T10:30:00' is no time"
exits 64 task-ledger --since "" 1
err_has "--since: '' is no time"

it "finds a task by every form of its id and by every path in it"
for ref in 1 0001 TASK-0001 "$(folder 0001)" "$(folder 0001)/" \
    "$(folder 0001)/0001.ledger.jsonl" "$PWD/$(folder 0001)"; do
	exits 0 task-ledger --columns id -e created "$ref"
	out_is "TASK-0001"
done

it "finds the task of the folder that one is in"
(cd "$(folder 0001)" && exec task-ledger --columns id -e created .) \
    >"$out" 2>"$err"
is $? 0
out_is "TASK-0001"

it "finds the task of a file named from within its folder"
(cd "$(folder 0001)" && exec task-ledger --columns id -e created \
    0001.ledger.jsonl ./0001.context.md) >"$out" 2>"$err"
is $? 0
out_is "TASK-0001
TASK-0001"

it "says that there is no such task"
exits 66 task-ledger 9
out_is ""
err_is "task-ledger: TASK-0009: no such task"

it "says that a word is no task"
exits 64 task-ledger login
err_is "task-ledger: 'login' is no task (write 42, TASK-0042 or the path of a package)"

it "says what it does not find, goes on, and exits with the first failure"
exits 66 task-ledger --columns id -e created 9 2 login
out_is "TASK-0002"
err_has "TASK-0009: no such task"
err_has "'login' is no task"

it "refuses what it does not know"
exits 64 task-ledger --sinse 1d 1
err_has "unknown option '--sinse'; did you mean '--since'?"
exits 64 task-ledger --columns id,when 1
err_has "--columns: there is no column 'when'"

it "refuses -m and -k, which add an event, without --add"
exits 64 task-ledger -m "waits for a word" 1
err_has "--add"
exits 64 task-ledger -k for=me 1
err_has "--add"

it "prints the columns that are asked for, in that order"
exits 0 task-ledger --columns desc,event,id -e waiting_on 1
out_is "waits for a word	waiting_on	TASK-0001"

it "prints the names of the columns with --header"
exits 0 task-ledger --header -e waiting_on 1
out_is "id	ts	user	event	desc
TASK-0001	2025-10-17T10:00:00Z	@alice	waiting_on	waits for a word"

it "ends records with a NUL with -z"
task-ledger -z --columns id,event 1 | tr '\0' '+' >"$out"
out_is "TASK-0001	id_reserved+TASK-0001	created+TASK-0001	waiting_on+"

it "prints with -j each line as it stands, the task first"
sed 's/^{/{"task":"TASK-0001",/' "$(ledger 0001)" >"$tmp/want"
exits 0 task-ledger -j 1
out_is "$(cat "$tmp/want")"

it "prints JSON in the order of time with -a"
exits 0 task-ledger -j -a
is "$(jq -r '"\(.task) \(.event)"' "$out")" "TASK-0001 id_reserved
TASK-0001 created
TASK-0002 id_reserved
TASK-0002 created
TASK-0001 waiting_on
TASK-0002 knowledge_captured"

it "ends JSON with a NUL with -z"
task-ledger -j -z -a -e created | tr '\0\n' '+#' |
    sed 's/"id":"[^"]*",//g' >"$out"
out_is '{"task":"TASK-0001","ts":"2025-10-15T08:00:00Z","user":"@alice","event":"created","desc":"task package created","version":"1.0"}+{"task":"TASK-0002","ts":"2025-10-16T09:00:00Z","user":"@alice","event":"created","desc":"task package created","version":"1.0"}+'

it "changes nothing by reading"
is "$(dirty)" ""

it "reads while another program holds the lock"
(
	flock -n 9 || fail "the lock was held already"
	exec timeout 20 task-ledger --columns id -e created 1 9>&-
) 9>.git/task/lock >"$out" 2>"$err"
is $? 0
out_is "TASK-0001"

it "reads where there is no git repository any more"
mv .git ../git-aside
exits 0 task-ledger --columns id -e created 1
out_is "TASK-0001"
mv ../git-aside .git

it "fails when its output cannot be written"
task-ledger -a >/dev/full 2>"$err"
is $? 74
err_is "task-ledger: cannot write to standard output: No space left on device"

it "fails without a word when nobody reads its output"
mkfifo "$tmp/pipe"
exec 8<>"$tmp/pipe" 7>"$tmp/pipe" 8<&-
task-ledger -a >&7 2>"$err"
is $? 74
err_is ""
exec 7>&-

# A ledger as people and other programs write them: spaces, no id, no version,
# a reason in place of the sentence, offsets, fractions, fields of its own.
put_ledger 0002 <<'END'
{"ts": "2025-10-16T11:00:00+02:00", "user": "@bob", "event": "created", "desc": "made by hand"}
{"ts":"2025-10-16T09:30:00.250Z","user":"system","event":"rollback","reason":"it was too early","from_stage":"next","to_stage":"backlog"}
{"ts":"2025-10-16T04:15:00-0530","user":"worker-7","event":"flow_rebalanced","version":"1.9","payload":{"why":["a",{"b":1}]}}
END

it "reads a ledger whose lines have no id, no version and no sentence"
exits 0 task-ledger 2
out_is "TASK-0002	2025-10-16T09:00:00Z	@bob	created	made by hand
TASK-0002	2025-10-16T09:30:00Z	system	rollback	it was too early
TASK-0002	2025-10-16T09:45:00Z	worker-7	flow_rebalanced	"
err_is ""

it "sorts moments of different zones by when they were"
exits 0 task-ledger -a --columns ts,event --since 2025-10-16 \
    --until 2025-10-16T23:00:00Z
out_is "2025-10-16T09:00:00Z	created
2025-10-16T09:30:00Z	rollback
2025-10-16T09:45:00Z	flow_rebalanced"

it "finds events of a word that it does not know"
exits 0 task-ledger -e flow_rebalanced --columns id,event 2
out_is "TASK-0002	flow_rebalanced"

it "keeps in JSON what it does not know, and the spaces of the line"
exits 0 task-ledger -j 2
out_is '{"task":"TASK-0002","ts": "2025-10-16T11:00:00+02:00", "user": "@bob", "event": "created", "desc": "made by hand"}
{"task":"TASK-0002","ts":"2025-10-16T09:30:00.250Z","user":"system","event":"rollback","reason":"it was too early","from_stage":"next","to_stage":"backlog"}
{"task":"TASK-0002","ts":"2025-10-16T04:15:00-0530","user":"worker-7","event":"flow_rebalanced","version":"1.9","payload":{"why":["a",{"b":1}]}}'

it "reads a higher minor version and says nothing of it"
exits 0 task-ledger -e flow_rebalanced 2
err_is ""

it "keeps the order of the file among events of one moment"
put_ledger 0002 <<'END'
{"ts":"2025-10-16T09:00:00Z","user":"@b","event":"created","desc":"z"}
{"ts":"2025-10-16T09:00:00Z","user":"@b","event":"late_log","desc":"y"}
{"ts":"2025-10-16T09:00:00Z","user":"@b","event":"late_log","desc":"x"}
{"ts":"2025-10-16T09:00:00Z","user":"@b","event":"late_log","desc":"w"}
END
exits 0 task-ledger -a --columns desc --since 2025-10-16 \
    --until 2025-10-16T12:00:00Z
out_is "z
y
x
w"

it "prints one task in the order of its ledger, whatever the clocks were"
put_ledger 0002 <<'END'
{"ts":"2025-10-16T09:00:00Z","user":"@b","event":"created","desc":"first"}
{"ts":"2025-10-16T08:59:00Z","user":"@b","event":"late_log","desc":"second"}
END
exits 0 task-ledger --columns desc 2
out_is "first
second"

it "counts a line once that is there twice by its id"
put_ledger 0002 <<'END'
{"id":"AAAAAAAAAA","ts":"2025-10-16T09:00:00Z","user":"@b","event":"created","desc":"one"}
{"id":"BBBBBBBBBB","ts":"2025-10-16T09:00:00Z","user":"@b","event":"created","desc":"one"}
{ "id":"AAAAAAAAAA", "ts":"2025-10-16T09:00:00Z", "user":"@b", "event":"created", "desc":"one, merged"}
END
exits 0 task-ledger --columns desc 2
out_is "one
one"
err_is ""

it "counts a line without an id once that is there twice to the byte"
put_ledger 0002 <<'END'
{"ts":"2025-10-16T09:00:00Z","user":"@b","event":"created","desc":"one"}
{"ts":"2025-10-16T09:00:00Z","user":"@b","event":"late_log","desc":"two"}
{"ts":"2025-10-16T09:00:00Z","user":"@b","event":"created","desc":"one"}
{"ts":"2025-10-16T09:00:00Z","user":"@b","event":"created","desc":"one" }
END
exits 0 task-ledger --columns desc 2
out_is "one
two
one"
exits 0 task-ledger -a -e late_log -e created --columns id,desc \
    --since 2025-10-16 --until 2025-10-16T12:00:00Z
out_is "TASK-0002	one
TASK-0002	two
TASK-0002	one"

it "counts a line that came twice once where one of the two ends in CRLF"
printf '%s\r\n%s\n' \
    '{"ts":"2025-10-16T09:00:00Z","user":"@b","event":"created","desc":"one"}' \
    '{"ts":"2025-10-16T09:00:00Z","user":"@b","event":"created","desc":"one"}' |
    put_ledger 0002
exits 0 task-ledger --columns desc 2
out_is "one"

it "reads a ledger with CRLF"
printf '%s\r\n%s\r\n' \
    '{"ts":"2025-10-16T09:00:00Z","user":"@b","event":"created","desc":"one"}' \
    '{"ts":"2025-10-16T09:01:00Z","user":"@b","event":"late_log","desc":"two"}' |
    put_ledger 0002
exits 0 task-ledger --columns event,desc 2
out_is "created	one
late_log	two"
exits 0 task-ledger -j -e created 2
out_is '{"task":"TASK-0002","ts":"2025-10-16T09:00:00Z","user":"@b","event":"created","desc":"one"}'

it "reads a ledger that begins with a byte order mark"
printf '\357\273\277%s\n' \
    '{"ts":"2025-10-16T09:00:00Z","user":"@b","event":"created","desc":"one"}' |
    put_ledger 0002
exits 0 task-ledger -j 2
out_is '{"task":"TASK-0002","ts":"2025-10-16T09:00:00Z","user":"@b","event":"created","desc":"one"}'
err_is ""

it "passes over empty lines"
printf '\n%s\n\n' \
    '{"ts":"2025-10-16T09:00:00Z","user":"@b","event":"created","desc":"one"}' |
    put_ledger 0002
exits 0 task-ledger --columns desc 2
out_is "one"
err_is ""

it "reads a last line that is whole but for its line end"
printf '%s' \
    '{"ts":"2025-10-16T09:00:00Z","user":"@b","event":"created","desc":"one"}' |
    put_ledger 0002
exits 0 task-ledger --columns desc 2
out_is "one"
err_is ""

it "lets no control character of an event reach the terminal"
put_ledger 0002 <<'END'
{"ts":"2025-10-16T09:00:00Z","user":"@b\tob","event":"late_log","desc":"a\tb\nc\u001b[31md\\e\u202ef\u009bg"}
END
exits 0 task-ledger --columns user,desc 2
out_is '@b\tob	a\tb\nc\x1b[31md\\e\xe2\x80\xaef\xc2\x9bg'

it "says with -j which task it is also where the event has a field 'task'"
put_ledger 0002 <<'END'
{"ts":"2025-10-16T09:00:00Z","user":"@b","event":"created","desc":"one","task":"something else"}
END
exits 0 task-ledger -j 2
is "$(jq -r .task "$out")" "TASK-0002"

# What is not as it should be.
good='{"ts":"2025-10-16T09:00:00Z","user":"@b","event":"created","desc":"one"}'
path=$(ledger 0002)

# bad LINE WHAT: it stands second, is named with its line and column, and the
# others are printed.
bad() {
	printf '%s\n%s\n%s\n' "$good" "$1" \
	    "$(echo "$good" | sed 's/one/three/')" >"$path"
	cp "$path" "$tmp/before"
	exits 65 task-ledger --columns desc 2
	out_is "one
three"
	grep -q "^task-ledger: $path:2:[1-9][0-9]*: .*$2" "$err" ||
	    fail "the message is not $path:2:COLUMN: $2"
	cmp -s "$path" "$tmp/before" || fail "the ledger has changed"
}

it "names a line that is no JSON, prints the others and exits 65"
bad 'hello' "expected"
bad '{"ts":"2025-10-16T09:00:00Z","user":"@b",event:1}' "expected"
bad '{"ts":"2025-10-16T09:00:00Z","user":"@b","event":"created"} x' "expected"

it "names a line that is JSON but no object"
bad '["created"]' "an event is a JSON object"

it "names a line without a moment, or with one that is none"
bad '{"user":"@b","event":"created"}' '"ts" must be a moment with its zone, such as 2025-10-18T10:30:00Z'
bad '{"ts":"2025-10-16T09:00:00","user":"@b","event":"created"}' '"ts" must be a moment'
bad '{"ts":"2025-02-30T09:00:00Z","user":"@b","event":"created"}' '"ts" must be a moment'
bad '{"ts":1760605200,"user":"@b","event":"created"}' '"ts" must be a moment'

it "names a line without a person or without an event"
bad '{"ts":"2025-10-16T09:00:00Z","event":"created"}' '"user" is missing'
bad '{"ts":"2025-10-16T09:00:00Z","user":"@b"}' '"event" is missing'
bad '{"ts":"2025-10-16T09:00:00Z","user":7,"event":"created"}' '"user"'

it "names a line that has a key twice"
bad '{"ts":"2025-10-16T09:00:00Z","user":"@b","user":"@c","event":"created"}' "duplicate"

it "names a line that is not UTF-8"
bad "$(printf '{"ts":"2025-10-16T09:00:00Z","user":"@b\377","event":"x"}')" "0xff"

it "names a line that is longer than a line may be"
bad "{\"ts\":\"2025-10-16T09:00:00Z\",\"user\":\"@b\",\"event\":\"created\",\"desc\":\"$(head -c 1100000 /dev/zero | tr '\0' x)\"}" "a line of 1100"

it "refuses a line of a higher major version, and says so"
bad '{"ts":"2025-10-16T09:00:00Z","user":"@b","event":"created","desc":"x","version":"2.0"}' "its version is newer than this program reads"
bad '{"ts":"2025-10-16T09:00:00Z","user":"@b","event":"created","desc":"x","version":"10.0"}' "its version is newer than this program reads"

it "names a version that is none"
bad '{"ts":"2025-10-16T09:00:00Z","user":"@b","event":"created","desc":"x","version":"one"}' '"version" must be MAJOR.MINOR'
bad '{"ts":"2025-10-16T09:00:00Z","user":"@b","event":"created","desc":"x","version":1.0}' '"version" must be MAJOR.MINOR'

it "lets no control character of a malformed line reach the terminal"
printf '%s\n\033[31mred\n' "$good" >"$path"
exits 65 task-ledger --columns desc 2
out_is "one"
err_has "$path:2:"
tr -d '\n' <"$err" | grep -q '[[:cntrl:]]' &&
    fail "a control character in the message"

it "names every malformed line, not just the first"
printf 'a\n%s\nb\n' "$good" >"$path"
exits 65 task-ledger --columns desc 2
out_is "one"
err_has "$path:1:"
err_has "$path:3:"

it "prints the other tasks where one ledger is malformed"
exits 65 task-ledger -a --columns id -e created
out_is "TASK-0001
TASK-0002"

git checkout -q .work
printf '{"ts":"2025-10-16T10' >>"$path"
cp "$path" "$tmp/before"

it "keeps a last line that was cut off, reports it and prints the others"
exits 65 task-ledger --columns event 2
out_is "id_reserved
created
knowledge_captured"
err_has "task-ledger: $path:4:"
cmp "$path" "$tmp/before" >"$out" || fail "the ledger has changed"

it "adds after a last line that was cut off, on a line of its own"
exits 0 task-ledger --add late_log -m "and on it goes" 2
out_is "TASK-0002"
err_has "$path:4:"
(cat "$tmp/before" && echo) >"$tmp/want"
head -n 4 "$path" >"$tmp/after"
cmp "$tmp/after" "$tmp/want" >"$out" 2>&1 ||
    fail "what was cut off is not kept"
is "$(sed -n '5s/.*"desc":"\([^"]*\)".*/\1/p' "$path")" "and on it goes"

git reset -q --hard HEAD~1

it "says that a package has no ledger, and where it should be"
rm "$path"
exits 65 task-ledger 2
out_is ""
err_has "task-ledger: $path: "
err_has "a package has a ledger"

it "prints the other tasks where one has no ledger"
exits 65 task-ledger -a --columns id -e created
out_is "TASK-0001"
err_has "$path"

it "prints nothing for a ledger that is empty"
: >"$path"
exits 0 task-ledger 2
out_is ""

it "says what is in the place of the ledger: a folder"
rm "$path"
mkdir "$path"
exits 65 task-ledger 2
err_is "task-ledger: $path: is a directory, not a file"
rmdir "$path"

it "says what is in the place of the ledger: a FIFO, which it does not wait for"
mkfifo "$path"
exits 65 timeout 20 task-ledger 2
err_is "task-ledger: $path: is a FIFO, not a file"
rm "$path"

it "follows no symbolic link"
cp "$(ledger 0001)" "$tmp/elsewhere"
ln -s "$tmp/elsewhere" "$path"
exits 65 task-ledger 2
out_is ""
err_is "task-ledger: $path: a symbolic link, which is never followed"
rm "$path"

it "refuses a ledger beyond the limit instead of reading it all"
truncate -s 100M "$path"
exits 65 task-ledger 2
err_is "task-ledger: $path: 104857600 bytes, more than the 67108864 that such a file may have"
rm "$path"

git checkout -q .work

it "says where two packages have one id, and shows neither"
cp -r "$(folder 0002)" .work/tasks/backlog/
exits 65 task-ledger --columns id -e created 2 1
out_is "TASK-0001"
err_has "TASK-0002: two packages have this id: inbox/TASK-0002-log-out and backlog/TASK-0002-log-out"
rm -r .work/tasks/backlog/TASK-0002-log-out

it "prints what is archived with -a and by its id"
advance 0001 archived
exits 0 task-ledger -e closed --columns id,event 1
out_is "TASK-0001	closed"
exits 0 task-ledger -a -e closed --columns id,event
out_is "TASK-0001	closed"

it "works on the board of another folder with -C"
mkdir elsewhere && cd elsewhere || exit 1
exits 0 task-ledger -C .. --columns id -e created 2
out_is "TASK-0002"

it "works from a folder below, and names files as they are seen from there"
echo hello >"../$path"
exits 65 task-ledger 2
err_has "task-ledger: ../$path:1:"
cd ..
git checkout -q .work

finish
