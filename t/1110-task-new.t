#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"

# A board of its own for what follows.
fresh_board() {
	cd "$sandbox/work" && mkdir "$1" && cd "$1" || exit 1
	board
}

counter=.work/tasks/ID_COUNTER.txt

# Everything below .work, with its content, and the head, as one text.
picture() {
	git rev-parse HEAD
	find .work -type f -print0 | sort -z | xargs -0 -r sha1sum
}

# unchanged COMMAND...: whatever it says, it changes nothing.  Where it does,
# that is undone, so that only this case fails.
unchanged() {
	picture >"$sandbox/before"
	head=$(git rev-parse HEAD)
	"$@"
	picture >"$sandbox/after"
	cmp -s "$sandbox/before" "$sandbox/after" && return 0
	fail "it changed$(diff "$sandbox/before" "$sandbox/after" |
	    sed -n 's/^[<>] [0-9a-f]* */ /p' | sort -u | tr -d '\n')"
	git reset -q --hard "$head" && git clean -qfd .work
}

# The number of the task that was made last, by what was printed.
made() {
	sed -n 's/^TASK-//p' "$out" | tail -n 1
}

# The value of a key in the card of a task, as it is written.
key() {
	sed -n "s/^$2: //p" "$(card "$1")" | head -n 1
}

it "says that there is no board, and how to make one"
exits 66 task-new "First"
err_is "task-new: no .work/tasks here or above (task-init makes one)"

it "says that a board outside of git cannot be worked on"
mkdir -p .work/tasks/inbox
exits 66 task-new "First"
err_has "not in a git repository"
is "$(find .work -type f)" ""
rm -r .work

fresh_board names

it "makes a package in inbox and prints its id"
exits 0 task-new "Log in with a passkey"
out_is "TASK-0001"
err_is ""
is "$(folder 0001)" ".work/tasks/inbox/TASK-0001-log-in-with-a-passkey"

it "makes the three files of a package, named as its folder"
is "$(ls "$(folder 0001)")" "0001-log-in-with-a-passkey.task.md
0001.context.md
0001.ledger.jsonl"

it "writes into the card what is known of the task"
is "$(key 0001 task_id)" '"0001"'
is "$(key 0001 task_name)" '"Log in with a passkey"'
is "$(key 0001 created_by)" '"@alice"'
is "$(key 0001 created_date)" '"2025-10-18"'
is "$(key 0001 schema_version)" '"1.0"'
is "$(key 0001 stage)" '"inbox"'
is "$(key 0001 status)" '"active"'

it "makes its maker responsible for it, without priority and effort"
is "$(key 0001 current_dri)" '"@alice"'
is "$(key 0001 priority)" "null"
is "$(key 0001 effort_estimate)" "null"
is "$(key 0001 tags)" "[]"
is "$(key 0001 depends_on)" "[]"

it "gives the card its five sections"
is "$(grep "^## " "$(card 0001)")" "## Goal
## Inputs Required
## Implementation Details
## Expected Outputs
## Acceptance Criteria"

it "begins the ledger with id_reserved and created"
is "$(events 0001)" "id_reserved
created"

it "writes ledger lines in the order of formats.md, without spaces"
is "$(grep -c '^{"id":"[0-9A-HJKMNP-TV-Z]\{10\}","ts":"2025-10-18T10:30:00Z","user":"@alice","event":"[a-z_]*","desc":"[^"]*","version":"1.0"}$' \
    "$(ledger 0001)")" "2"

it "gives each event an id of its own"
is "$(cut -c1-20 "$(ledger 0001)" | sort -u | wc -l)" "2"

it "adds a row to the index of inbox and to the root's"
file_has .work/tasks/inbox/INDEX.md \
    "| 0001 | Log in with a passkey | @alice | active | - | - |"
file_has .work/tasks/INDEX.md \
    "| 0001 | Log in with a passkey | @alice | inbox | active | - | - |"

it "moves the counter on"
is "$(cat $counter)" "0002"

it "commits all of it as one commit that names the task"
is "$(git log -1 --format=%s)" "TASK-0001: new: Log in with a passkey"
is "$(git log -1 --format= --name-only | sort)" "$counter
.work/tasks/INDEX.md
.work/tasks/inbox/INDEX.md
.work/tasks/inbox/TASK-0001-log-in-with-a-passkey/0001-log-in-with-a-passkey.task.md
.work/tasks/inbox/TASK-0001-log-in-with-a-passkey/0001.context.md
.work/tasks/inbox/TASK-0001-log-in-with-a-passkey/0001.ledger.jsonl"
sound

it "commits as whoever git says we are"
is "$(git log -1 --format='%an <%ae>')" "Alice Example <alice@example.org>"

it "makes a task for each name, in one commit, and prints their ids"
before=$(git rev-parse HEAD)
exits 0 task-new "Second" "Third"
out_is "TASK-0002
TASK-0003"
is "$(git rev-list --count "$before..")" "1"
is "$(git log -1 --format=%B)" "task-new: 2 tasks

TASK-0002: new: Second
TASK-0003: new: Third"
sound

it "makes a commit for each with --each"
before=$(git rev-parse HEAD)
exits 0 task-new --each "Fourth" "Fifth"
is "$(git log --format=%s "$before..")" "TASK-0005: new: Fifth
TASK-0004: new: Fourth"
sound

it "makes two tasks of one name, which are two"
exits 0 task-new "Same" "Same"
out_is "TASK-0006
TASK-0007"

it "shows the path of each card from where it was called, in JSON"
mkdir -p src && cd src || exit 1
exits 0 task-new -j "From below"
out_is '{"id":"TASK-0008","name":"From below","stage":"inbox","path":"../.work/tasks/inbox/TASK-0008-from-below/0008-from-below.task.md"}'
cd ..

it "ends each id with a NUL with -z"
task-new -z "One" "Two" | tr '\0' '+' >"$out"
out_is "TASK-0009+TASK-0010+"

it "prints the columns that are asked for, with their names"
exits 0 task-new --header --columns id,stage "Columns"
out_is "id	stage
TASK-0011	inbox"

it "makes nothing where a column is asked for that it has not"
unchanged exits 64 task-new --columns id,nothing "Not made"

fresh_board options

it "takes priority, effort, tags, DRI and goal from options"
task-new "First" >/dev/null
exits 0 task-new -p P1 -e M -t auth -t "two words" -D @bob -m "It works." "X"
is "$(key 0002 priority)" '"P1"'
is "$(key 0002 effort_estimate)" '"M"'
is "$(key 0002 tags)" '["auth", "two words"]'
is "$(key 0002 current_dri)" '"@bob"'
file_has "$(card 0002)" "It works."
sound

it "says who made it, whoever is responsible"
is "$(key 0002 created_by)" '"@alice"'
file_has .work/tasks/inbox/INDEX.md "| 0002 | X | @bob | active | - | - |"

it "takes the long names of the options"
exits 0 task-new --priority=P4 --effort XL --tag a --dri @carol \
    --message "Goal" --depends-on 1 "Long"
is "$(key 0003 priority)" '"P4"'
is "$(key 0003 effort_estimate)" '"XL"'
is "$(key 0003 current_dri)" '"@carol"'

it "reads efforts that are given as numbers"
exits 0 task-new -e 5 "Points"
is "$(key 0004 effort_estimate)" '"L"'

it "applies the options to every name"
exits 0 task-new -p P2 "One" "Two"
is "$(key 0005 priority)" '"P2"'
is "$(key 0006 priority)" '"P2"'

it "takes options after names, too"
exits 0 task-new "After" -p P3
is "$(key 0007 priority)" '"P3"'

it "takes every form of a reference for -d, and writes the long one"
exits 0 task-new -d 1 -d 0002 -d TASK-0003 -d "$(card 0004)" "Waits"
is "$(key 0008 depends_on)" \
    '["TASK-0001", "TASK-0002", "TASK-0003", "TASK-0004"]'
file_has .work/tasks/inbox/INDEX.md \
    "| 0008 | Waits | @alice | active | - | TASK-0001, TASK-0002, TASK-0003, TASK-0004 |"
sound

it "writes a dependency once, however often it is named"
exits 0 task-new -d 1 -d TASK-0001 -d 0001 "Waits once"
is "$(key 0009 depends_on)" '["TASK-0001"]'

it "makes nothing that depends on a task that is not there"
unchanged exits 66 task-new -d 4711 "Not made"
err_has "4711"

it "says that what -d names is no reference"
unchanged exits 64 task-new -d "First" "Not made"
err_has "First"

it "keeps a heading in the goal within its section"
exits 0 task-new -m "Goal
## Inputs Required
not theirs" "Headings"
is "$(grep -c "^## Inputs Required" "$(card 0010)")" "1"

it "leaves the prompt of a section for which nothing was given"
exits 0 task-new -m "" "Empty goal"
file_has "$(card 0011)" "<!-- What is true when this is done? -->"

it "refuses a priority that there is not, and names those that there are"
unchanged exits 64 task-new -p P9 "Not made"
err_has "'P9'"
err_has "P0 to P4"
unchanged exits 64 task-new -p high "Not made"

it "refuses an effort that there is not, and names those that there are"
unchanged exits 64 task-new -e huge "Not made"
err_has "'huge'"
err_has "XS, S, M, L, XL"
unchanged exits 64 task-new -e 4 "Not made"

it "refuses a DRI that is no user, and shows how one is written"
unchanged exits 64 task-new -D bob "Not made"
err_has "'bob'"
err_has "@alice"
unchanged exits 64 task-new -D @ "Not made"

it "refuses a DRI with a space in it"
unchanged exits 64 task-new -D "@bob smith" "Not made"

it "refuses a DRI with a newline in it"
unchanged exits 64 task-new -D "@bob
status: canceled" "Not made"

it "refuses an empty tag"
unchanged exits 64 task-new -t "" "Not made"

it "keeps a tag with quotes and colons as it is"
exits 0 task-new -t 'a"b: c' "Tagged"
is "$(key 0012 tags)" '["a\"b: c"]'

it "uses the board's own templates"
sed 's/^## Goal/> Ours.\
\
## Goal/' .work/templates/card.md >x && cat x >.work/templates/card.md
echo "Ask {user} about {name}." >.work/templates/context.md
exits 0 task-new "Templates"
file_has "$(card 0013)" "> Ours."
is "$(cat "$(folder 0013)/0013.context.md")" "Ask @alice about Templates."

it "makes the card right where a template leaves keys out"
printf -- '---\ntask_id: "{id}"\n---\n## Goal\n{goal}\n' \
    >.work/templates/card.md
exits 0 task-new -p P1 -t web -d 1 "Bare"
is "$(key 0014 task_name)" '"Bare"'
is "$(key 0014 stage)" '"inbox"'
is "$(key 0014 priority)" '"P1"'
is "$(key 0014 tags)" '["web"]'
is "$(key 0014 depends_on)" '["TASK-0001"]'

it "names a template that does not make a card, with line and column"
printf -- '---\ntask_id: "{id}"\npriority: @{priority}\n---\n' \
    >.work/templates/card.md
unchanged exits 65 task-new "Not made"
err_has ".work/templates/card.md"
err_has "3:11: "

it "uses the templates it was built with where the board has none"
rm -r .work/templates
exits 0 task-new "Built in"
file_has "$(card 0015)" "## Acceptance Criteria"
file_has "$(folder 0015)/0015.context.md" "# Context: Built in"

fresh_board hostile

# named NAME SLUG ID: the name is kept to the letter, the folder has the slug.
named() {
	exits 0 task-new -- "$1"
	is "$(basename "$(folder "$3")")" "TASK-$3-$2"
	task-ls -j inbox >"$out"
	out_has "\"id\":\"TASK-$3\""
}

it "keeps a name with an emoji, and leaves it out of the folder's name"
named "🚀 Launch 🚀" launch 0001
is "$(key 0001 task_name)" '"🚀 Launch 🚀"'

it "makes a folder for a name without letter and digit"
named "🚀!" task 0002

it "takes letters of any script into the folder's name, in lower case"
named "ÄRGER mit Straße 2" ärger-mit-straße-2 0003
named "Καλημέρα 世界" καλημέρα-世界 0004

it "takes a name that is written from right to left"
named "שלום עולם" "שלום-עולם" 0005

it "refuses a name that turns the direction of what follows it"
unchanged exits 64 task-new "$(printf 'a\342\200\256b')"
err_has "control character"

it "takes a name that looks like a path for a name"
named "../../etc/passwd" etc-passwd 0006
is "$(ls "$sandbox/work")" "hostile
names
options"

it "takes a name that begins with '-' after '--'"
named -rf rf 0007

it "says so where '--' is missing"
unchanged exits 64 task-new -rf
err_has "'--'"

it "escapes '|' in the indexes"
named "a|b" a-b 0008
file_has .work/tasks/inbox/INDEX.md "| 0008 | a\\|b | @alice |"

it "keeps quotes, backslashes, '#' and ': ' in a name"
named "\"q\" 'q' \\n #x: y" q-q-n-x-y 0009
exits 0 task-ls -j --columns name
out_has "\"q\\\" 'q' \\\\n #x: y\""

it "keeps blanks around a name out of the folder's name"
named "  Spaced  out  " spaced-out 0010

it "cuts the folder's name at 64 bytes, at a character"
named "$(printf 'é%.0s' $(seq 40))" "$(printf 'é%.0s' $(seq 32))" 0011
named "$(printf 'a%.0s' $(seq 63))éé" "$(printf 'a%.0s' $(seq 63))" 0012
sound

it "leaves no '-' at the end where it cuts"
named "$(printf 'a%.0s' $(seq 63)) bcd" "$(printf 'a%.0s' $(seq 63))" 0013

it "refuses a name of 10,000 bytes, and says what is too long"
unchanged exits 64 task-new "$(printf 'a%.0s' $(seq 10000))"
err_has "10000 bytes"
err_has "256"

it "refuses an empty name"
unchanged exits 64 task-new ""
err_has "the name is empty"

it "refuses a name of blanks"
unchanged exits 64 task-new "   "
err_has "the name is empty"

it "refuses a name with a newline"
unchanged exits 64 task-new "a
b"
err_has "one line"

it "refuses a name with a tab"
unchanged exits 64 task-new "a	b"
err_has "control character"

it "refuses a name with an escape sequence, and does not print it"
unchanged exits 64 task-new "$(printf 'a\033[31mb')"
err_has "control character"
err_lacks "$(printf '\033')"

it "refuses a name that is not UTF-8"
unchanged exits 64 task-new "$(printf 'a\377b')"
err_has "not UTF-8"

it "makes none of several where one name is refused"
unchanged exits 64 task-new "Good" "" "Better"

it "reads '-' as JSON lines only where it stands alone"
unchanged exits 64 task-new "Good" -

fresh_board numbers

# set_counter TEXT: as a person would, who also commits it.
set_counter() {
	printf '%s' "$1" >$counter
	git commit -qam "counter"
}

# recovered ID: the task has it, and its ledger says that the counter was
# set anew.
recovered() {
	out_is "TASK-$1"
	file_has "$(ledger "$1")" '"event":"id_counter_recovered"'
	sound
}

it "takes the number that the counter says"
exits 0 task-new "First"
out_is "TASK-0001"
file_lacks "$(ledger 0001)" "id_counter_recovered"

it "reads a counter without zeros"
set_counter "3
"
exits 0 task-new "No zeros"
out_is "TASK-0003"
file_lacks "$(ledger 0003)" "id_counter_recovered"
is "$(cat $counter)" "4"

it "reads a counter without a line end"
set_counter "0006"
exits 0 task-new "No end"
out_is "TASK-0006"

it "keeps the line end of a counter with CRLF"
set_counter "0007$(printf '\r')
"
exits 0 task-new "CRLF"
out_is "TASK-0007"
is "$(od -An -tx1 $counter)" " 30 30 30 38 0d 0a"

it "sets a missing counter above all ids, and logs it"
git rm -q $counter && git commit -qm "no counter"
exits 0 task-new "Missing"
recovered 0008
is "$(cat $counter)" "0009"

it "says on stderr that the counter was set anew, and which file that is"
git rm -q $counter && git commit -qm "no counter"
exits 0 task-new "Missing again"
err_has "ID_COUNTER.txt"
err_has "missing"

it "sets an empty counter above all ids, and logs it"
set_counter ""
exits 0 task-new "Empty"
recovered 0010
file_has "$(ledger 0010)" "empty"

it "sets a counter that is no number above all ids, and logs it"
set_counter "abc
"
exits 0 task-new "Words"
recovered 0011
file_has "$(ledger 0011)" "no number"

it "sets a counter that is too low above all ids, and logs it"
set_counter "0002
"
exits 0 task-new "Too low"
recovered 0012
file_has "$(ledger 0012)" "too low"

it "takes no number less than 1 from a counter"
set_counter "0
"
exits 0 task-new "Zero"
recovered 0013
set_counter "-5
"
exits 0 task-new "Negative"
recovered 0014

it "takes no number that is too large from a counter"
set_counter "99999999999999999999
"
exits 0 task-new "Too large"
recovered 0015

it "logs the new counter once, in the first of several tasks"
set_counter "abc
"
exits 0 task-new "First of two" "Second of two"
file_has "$(ledger 0016)" "id_counter_recovered"
file_lacks "$(ledger 0017)" "id_counter_recovered"

it "counts archived tasks where the counter is lost"
make_task "Old" '"stage":"archived"'
git rm -q $counter && git commit -qm "no counter"
exits 0 task-new "After the archive"
recovered 0019

it "brings no number back when the counter and the newest task are deleted"
rm -r "$(folder 0019)" $counter
exits 0 task-new "Newer"
out_is "TASK-0020"

it "never follows a counter that is a symbolic link"
git checkout -q . && task-index >/dev/null
echo 0077 >outside
rm $counter && ln -s ../../outside $counter
unchanged exits 65 task-new "Not made"
err_has "$counter: a symbolic link"
is "$(cat outside)" "0077"
git checkout -q $counter
rm outside

it "goes on from 9999 to 10000"
set_counter "9999
"
exits 0 task-new "Last of four" "First of five"
out_is "TASK-9999
TASK-10000"
is "$(ls "$(folder 10000)")" "10000-first-of-five.task.md
10000.context.md
10000.ledger.jsonl"
is "$(key 10000 task_id)" '"10000"'
is "$(cat $counter)" "10001"
sound

it "keeps the indexes in the order of the numbers beyond 9999"
is "$(grep "^| [0-9]" .work/tasks/inbox/INDEX.md | tail -n 2 |
    cut -d' ' -f2)" "9999
10000"

fresh_board identity

# who ID: who made it, by its ledger.
who() {
	sed -n '1s/.*"user":"\([^"]*\)".*/\1/p' "$(ledger "$1")"
}

it "takes the user from the local part of git's user.email"
task-new "Mail" >/dev/null
is "$(who 0001)" "@alice"

it "takes git's task.user before user.email"
git config task.user @carol
exits 0 task-new "Config"
is "$(who 0002)" "@carol"

it "takes TASK_USER before git's task.user"
exits 0 env TASK_USER=@bob task-new "Environment"
is "$(who 0003)" "@bob"
is "$(key 0003 current_dri)" '"@bob"'
is "$(key 0003 created_by)" '"@bob"'

it "takes -u before TASK_USER"
exits 0 env TASK_USER=@bob task-new -u @dora "Option"
is "$(who 0004)" "@dora"

it "adds the '@' that a user was typed without"
exits 0 task-new -u eve "No at"
is "$(who 0005)" "@eve"

it "takes an empty TASK_USER for none"
exits 0 env TASK_USER= task-new "Empty"
is "$(who 0006)" "@carol"

it "refuses a user that cannot be one, and says where it came from"
unchanged exits 78 env TASK_USER="a b" task-new "Not made"
err_has "TASK_USER: 'a b'"
unchanged exits 78 env TASK_USER=system task-new "Not made"
unchanged exits 64 task-new -u "@a
b" "Not made"
err_has "--user"

it "marks what an agent's process writes with the worker's id"
exits 0 env TASK_AGENT=bot-1 TASK_USER=@bob task-new "By an agent"
is "$(who 0007)" "@bob"
is "$(grep -c '"metadata":{"worker_id":"bot-1"}' "$(ledger 0007)")" "2"

it "lets an agent make a task for which the person it works for is responsible"
exits 0 env TASK_AGENT=bot-1 task-new "By an agent alone"
is "$(key "$(made)" current_dri)" '"@carol"'
sound

it "takes the user of an agent's process as that of any other"
exits 0 env TASK_AGENT=bot-1 task-new -D @bob "By an agent alone"
is "$(who "$(made)")" "@carol"
is "$(grep -c '"metadata":{"worker_id":"bot-1"}' "$(ledger "$(made)")")" "2"

it "refuses an id of a worker that leads out of its folder"
unchanged exits 78 env TASK_AGENT=../x task-new "Not made"
err_has "TASK_AGENT: '../x'"

it "says how to make a task as a worker, who cannot be responsible"
mkdir -p .work/tasks/.workers
echo "id: robot" >.work/tasks/.workers/robot.manifest.yaml
unchanged exits 64 task-new -u robot "Not made"
err_has "--dri"

it "makes a task as a worker where a person is named as responsible"
exits 0 task-new -u robot -D @bob "By a robot"
is "$(who "$(made)")" "robot"
is "$(key "$(made)" current_dri)" '"@bob"'

it "says how to say who one is where nothing says it"
fresh_board nobody
mv "$HOME/.gitconfig" "$HOME/away"
unchanged exits 78 task-new "Not made"
err_has "who are you?"
err_has "git config --global user.email"

it "says what git lacks for a commit where only the task's user is known"
unchanged exits 78 env TASK_USER=@bob task-new "Not made"
err_has "user.name"
mv "$HOME/away" "$HOME/.gitconfig"

fresh_board edit

# editor COMMANDS: a program that is called with the card's path as $1.
editor() {
	printf '#!/bin/sh\n%s\n' "$1" >"$sandbox/editor" &&
	    chmod +x "$sandbox/editor"
}
EDITOR=$sandbox/editor
TMPDIR=$sandbox/copies
export EDITOR TMPDIR
mkdir "$TMPDIR" || exit 1

it "opens the new card in \$EDITOR with --edit, and commits what was written"
editor 'echo "Written in the editor." >>"$1"'
exits 0 task-new --edit "Edited"
out_is "TASK-0001"
file_has "$(card 0001)" "Written in the editor."
is "$(git log -2 --format=%s)" "TASK-0001: card edited
TASK-0001: new: Edited"
sound

it "logs what was written in the editor"
is "$(events 0001 | tail -n 1)" "content_updated"
file_has "$(ledger 0001)" '"file":"0001-edited.task.md"'

it "opens the cards of several names one after the other"
editor 'sed -n "s/^task_name: //p" "$1" >>'"$sandbox/opened"
exits 0 task-new --edit "One" "Two"
is "$(cat "$sandbox/opened")" '"One"
"Two"'

it "makes no second commit where nothing was written"
is "$(git log -1 --format=%s)" "task-new: 2 tasks"

it "takes \$VISUAL before \$EDITOR"
exits 0 env VISUAL="touch $sandbox/visual" task-new --edit "Visual"
is "$(ls "$sandbox/visual")" "$sandbox/visual"

it "splits an editor that has arguments"
printf '#!/bin/sh\necho "$#: $1 $2" >"$0.arguments"\n' >"$sandbox/editor"
exits 0 env EDITOR="$sandbox/editor -w" task-new --edit "Arguments"
is "$(sed 's/\.[^.]*\.task/.XXXXXX.task/' "$sandbox/editor.arguments")" \
    "2: -w $TMPDIR/TASK-0005.XXXXXX.task.md"

it "names line and column of a card that the editor broke"
editor 'sed "s/^priority: .*/priority: @high/" "$1" >"$1.x" && mv "$1.x" "$1"'
exits 65 task-new --edit "Broken"
out_is "TASK-0006"
kept=$(echo "$TMPDIR"/TASK-0006.*)
err_has "$kept:9:11: "
err_has "the text is kept in $kept"

it "keeps what was written outside of the board, and the task as it was made"
file_has "$kept" "priority: @high"
is "$(dirty)" ""
is "$(git log -1 --format=%s)" "TASK-0006: new: Broken"

it "keeps the task where the editor fails, and says so"
editor 'exit 3'
exits 74 task-new --edit "Failed"
out_is "TASK-0007"
err_has "status 3"
is "$(git log -1 --format=%s)" "TASK-0007: new: Failed"

it "says that there is no such editor"
exits 66 env EDITOR=/nonexistent/editor task-new --edit "No editor"
err_has "/nonexistent/editor"
sound

it "lets others work on the board while the editor is open"
editor 'task-new "Meanwhile" >/dev/null'
exits 0 env TASK_LOCK_TIMEOUT=0 task-new --edit "Open"
is "$(git log -1 --format=%s)" "TASK-0010: new: Meanwhile"

it "starts no editor with -n"
editor "touch $sandbox/started"
unchanged exits 0 task-new -n --edit "Not made"
is "$(ls "$sandbox/started" 2>/dev/null)" ""
unset TMPDIR

fresh_board dry

it "prints with -n the id that it would give, and changes nothing"
unchanged exits 0 task-new -n "Dry"
out_is "TASK-0001"
unchanged exits 0 task-new -n "Dry" "Drier"
out_is "TASK-0001
TASK-0002"

it "refuses with -n what it would refuse"
unchanged exits 64 task-new -n ""
unchanged exits 64 task-new -n -p P9 "Dry"

it "changes the files and commits nothing with --no-commit"
before=$(git rev-parse HEAD)
exits 0 task-new --no-commit "Files only"
is "$(git rev-parse HEAD)" "$before"
is "$(dirty | grep -c "^?? .*TASK-0001-files-only/")" "3"
exits 0 task-index --check

it "does so always with git config task.commit false"
git add . && git commit -qm "by hand"
git config task.commit false
before=$(git rev-parse HEAD)
exits 0 task-new "Files only, too"
is "$(git rev-parse HEAD)" "$before"
is "$(dirty | grep -c "^?? .*TASK-0002-files-only-too/")" "3"

fresh_board others

it "leaves what is dirty or staged elsewhere as it is"
task-new "First" >/dev/null
echo one >main.c && git add main.c && git commit -qm "main"
echo two >main.c && git add main.c && echo three >main.c
echo loose >loose.c
echo "Edited by hand." >>"$(card 0001)"
dirty >"$sandbox/before"
exits 0 task-new "Second"
is "$(dirty)" "$(cat "$sandbox/before")"
is "$(git show :main.c)" "two"
is "$(git log -1 --format= --name-only | grep -c -e main.c -e TASK-0001)" "0"
git reset -q --hard && rm loose.c

it "keeps prose that was written into an index but not committed"
echo "Ask Bob first." >>.work/tasks/inbox/INDEX.md
exits 0 task-new "Third"
file_has .work/tasks/inbox/INDEX.md "Ask Bob first."
file_has .work/tasks/inbox/INDEX.md "| 0003 | Third |"

it "does its work while another git process holds index.lock"
: >.git/index.lock
exits 0 task-new "Fourth"
is "$(git log -1 --format=%s)" "TASK-0004: new: Fourth"
is "$(ls .git/index.lock)" ".git/index.lock"

it "puts git's index right with the next change"
rm -f .git/index.lock
exits 0 task-new "Fifth"
sound

it "leaves an index file with which git goes on: it can be undone by git"
git commit -q --allow-empty -m "git writes its index"
exits 0 task-new "Undone"
exits 0 git reset -q --hard HEAD~1
is "$(dirty)" ""
rm -f .git/index.lock

it "commits where HEAD is detached, and moves no branch"
before=$(git rev-parse main)
git checkout -q --detach
exits 0 task-new "Detached"
is "$(git log -1 --format=%s)" "TASK-0006: new: Detached"
is "$(git rev-parse main)" "$before"
sound
git checkout -q main

it "goes on where another card cannot be read"
printf -- '---\ntask_id: @x\n---\n' >"$(card 0001)"
exits 0 task-new "Beside a broken one"
out_is "TASK-0006"
git checkout -q .

it "says which board it works on when that lies elsewhere"
cd "$sandbox/work" || exit 1
exits 0 task-new -C others "From afar"
out_is "TASK-0007"
err_has "others/.work"

it "works on the board that TASK_WORK names"
exits 0 env TASK_WORK="$sandbox/work/others/.work" task-new "By TASK_WORK"
out_is "TASK-0008"
exits 66 env TASK_WORK=/nonexistent task-new "Not made"
err_has "TASK_WORK"

it "takes -C before TASK_WORK"
exits 0 env TASK_WORK=/nonexistent task-new -C others "By -C"
out_is "TASK-0009"

fresh_board locked

# held: another process holds the lock, and says so in it.
held() {
	mkdir -p .git/task
	exec 9>.git/task/lock && flock 9 && echo "task-move (pid 4711)" >&9
}

it "does not wait for the lock with TASK_LOCK_TIMEOUT=0, and says who holds it"
held
unchanged exits 75 env TASK_LOCK_TIMEOUT=0 task-new "Not made"
err_has "task-move (pid 4711)"
err_has "try again"

it "waits no longer than TASK_LOCK_TIMEOUT says"
unchanged exits 75 env TASK_LOCK_TIMEOUT=1s task-new "Not made"
err_has "waited 1000 ms"

it "needs no lock for -n"
exits 0 env TASK_LOCK_TIMEOUT=0 task-new -n "Dry"
exec 9>&-

it "works again when the lock is free, whatever is written in it"
exits 0 env TASK_LOCK_TIMEOUT=0 task-new "First"
out_is "TASK-0001"

it "refuses a TASK_LOCK_TIMEOUT that is no time"
unchanged exits 78 env TASK_LOCK_TIMEOUT=soon task-new "Not made"
err_has "TASK_LOCK_TIMEOUT"

it "refuses a TASK_NOW that is no moment"
unchanged exits 78 env TASK_NOW=yesterday task-new "Not made"
err_has "TASK_NOW"

it "fails when its output cannot be written, and leaves a sound tree"
task-new "Second" >/dev/full 2>"$err"
is $? 74
err_has "cannot write to standard output"
sound

it "fails when its output is closed, and writes into no file of ours"
task-new "Third" >&- 2>"$err"
is $? 74
sound

it "refuses no name at all, and shows how one is given"
unchanged exits 64 task-new
err_has "no name is given"

it "names the option that was probably meant"
unchanged exits 64 task-new --prioriti P1 "Not made"
err_has "did you mean '--priority'?"

it "refuses an option without its value"
unchanged exits 64 task-new "Not made" -p
err_has "'-p' needs a value"

it "tells what it is for and what it takes"
exits 0 task-new -h
out_has "task-new: make tasks, from names or from JSON lines"
out_has "--depends-on REF"

finish
