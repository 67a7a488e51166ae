#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"

it "says that there is no board, and how to make one"
exits 66 task-ls
err_is "task-ls: no .work/tasks here or above (task-init makes one)"

board

it "prints nothing for an empty board"
exits 0 task-ls
out_is ""

make_task "Log in" '"priority":"P1","effort":"M","tags":["auth","web"]'
make_task "Log out" '"priority":"P2","depends_on":["TASK-0001"]'
task-new "Something vague" >/dev/null
task-move 1 2 backlog >/dev/null

it "lists open tasks by stage, tab-separated, the id first"
exits 0 task-ls
out_is "TASK-0003	inbox	active			@alice	Something vague	
TASK-0001	backlog	active	P1	M	@alice	Log in	
TASK-0002	backlog	active	P2		@alice	Log out	"

it "lists only the stages that are named"
exits 0 task-ls inbox
out_is "TASK-0003	inbox	active			@alice	Something vague	"

it "names the stage that was probably meant"
exits 64 task-ls bakclog
err_has "there is no stage 'bakclog'; did you mean 'backlog'?"

it "filters by priority, DRI, tag and text"
exits 0 task-ls -p P1 --columns id
out_is "TASK-0001"
exits 0 task-ls -p none --columns id
out_is "TASK-0003"
exits 0 task-ls -D @bob
out_is ""
exits 0 task-ls -t auth -t web --columns id
out_is "TASK-0001"
exits 0 task-ls --text LOG --columns id
out_is "TASK-0001
TASK-0002"

it "tells what is ready from what waits"
exits 0 task-ls --ready --columns id
out_is "TASK-0003
TASK-0001"
exits 0 task-ls --blocked --columns id
out_is "TASK-0002"

it "sorts by a key and stops at a limit"
exits 0 task-ls --sort name -N 2 --columns name
out_is "Log in
Log out"

it "shows archived tasks with -a or by name only"
advance 0001 archived
exits 0 task-ls --columns id
out_lacks "TASK-0001"
exits 0 task-ls -a --columns id,stage
out_has "TASK-0001	archived"
exits 0 task-ls archived --columns id
out_is "TASK-0001"

it "flags a task whose dependencies are done"
exits 0 task-ls backlog --columns id,flags
out_is "TASK-0002	dep_ready"

it "prints one JSON object a line with -j"
exits 0 task-ls -j backlog
out_has '{"id":"TASK-0002","stage":"backlog","status":"active","priority":"P2","effort":null,"dri":"@alice","name":"Log out","flags":"dep_ready","tags":[],"depends_on":["TASK-0001"],"created":"2025-10-18"'

it "ends records with a NUL with -z"
task-ls -z --columns id | tr '\0' '+' >"$out"
out_is "TASK-0003+TASK-0002+"

it "prints the names of the columns with --header"
exits 0 task-ls --header --columns id,name inbox
out_is "id	name
TASK-0003	Something vague"

it "escapes what a name may hold"
sed 's/Something vague/a\\tb\\e[31m/' "$(card 0003)" >x && cat x >"$(card 0003)"
exits 0 task-ls inbox --columns name
out_is 'a\tb\x1b[31m'

it "fails when its output cannot be written"
task-ls -a >/dev/full 2>"$err"
is $? 74
err_has "cannot write to standard output"

it "names a card that it cannot read, lists the others, and exits 65"
printf -- '---\ntask_id: @x\n---\n' >"$(card 0003)"
exits 65 task-ls --columns id
out_is "TASK-0002"
err_has ".work/tasks/inbox/TASK-0003-something-vague/0003-something-vague.task.md:2:10: a value may not begin with '@': put it in quotes"

it "refuses what it does not know"
exits 64 task-ls --colour
err_has "unknown option '--colour'; did you mean '--color'?"
exits 64 task-ls --columns nothing
exits 64 task-ls -s actve
err_has "did you mean 'active'?"
exits 64 task-ls -N some

it "works from a folder below, and shows paths from there"
mkdir -p src/deep && cd src/deep || exit 1
exits 65 task-ls backlog inbox --columns path
out_has "../../.work/tasks/backlog/TASK-0002-log-out/0002-log-out.task.md"

finish
