#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"

tmp=$sandbox/tmp
mkdir "$tmp" || exit 1
root=.work/tasks/INDEX.md
inbox=.work/tasks/inbox/INDEX.md
next=.work/tasks/next/INDEX.md
archive=.work/tasks/archived

# at MOMENT COMMAND...: as if it were then.
at() {
	(TASK_NOW=$1; shift; "$@")
}

# edit ID SED: changes the card by hand.
edit() {
	sed "$2" "$(card "$1")" >"$tmp/edited" &&
	    cat "$tmp/edited" >"$(card "$1")"
}

# change FILE SED
change() {
	sed "$2" "$1" >"$tmp/changed" && cat "$tmp/changed" >"$1"
}

# The rows of a table, without its head; its ids on one line.
rows() {
	sed -n '/^|[-|]*|/,$p' "$1" | sed 1d | grep '^|'
}

ids() {
	rows "$1" | cut -d ' ' -f 2 | tr '\n' ' '
}

commits() {
	git rev-list --count HEAD
}

it "says that there is no board, and how to make one"
exits 66 task-index
err_is "task-index: no .work/tasks here or above (task-init makes one)"

board

it "finds nothing to say of an empty board"
exits 0 task-index --check
out_is ""
err_is ""

it "makes nothing, and no commit, where nothing is to be made"
exits 0 task-index
is "$(commits)" 1
is "$(dirty)" ""

it "says so with -v"
exits 0 task-index -v
err_is "task-index: the board is .work
task-index: the indexes are as they should be"

make_task "Log in" '"priority":"P1","effort":"M"'
make_task "Log out" '"priority":"P2","depends_on":["TASK-0001"]'

it "lists a task in its stage's index and in the root's"
is "$(rows $inbox)" "| 0001 | Log in | @alice | active | - | - |
| 0002 | Log out | @alice | active | - | TASK-0001 |"
is "$(rows $root)" "| 0001 | Log in | @alice | inbox | active | - | - |
| 0002 | Log out | @alice | inbox | active | - | TASK-0001 |"
exits 0 task-index --check

change $root 's/| Log in/| Sign in/'

it "prints the drift line by line, and exits 1"
exits 1 task-index --check
out_is "$root	12	-	| 0001 | Sign in | @alice | inbox | active | - | - |
$root	12	+	| 0001 | Log in | @alice | inbox | active | - | - |"
err_is ""

it "changes nothing with --check"
is "$(dirty)" " M $root"
is "$(commits)" 3

it "checks only the indexes of the stages that are named"
exits 0 task-index --check inbox backlog
out_is ""
change $inbox 's/| Log out/| Sign out/'
exits 1 task-index --check inbox
out_is "$inbox	15	-	| 0002 | Sign out | @alice | active | - | TASK-0001 |
$inbox	15	+	| 0002 | Log out | @alice | active | - | TASK-0001 |"
exits 0 task-index --check next

it "prints the drift as JSON with -j"
exits 1 task-index --check -j inbox
out_is "{\"path\":\"$inbox\",\"line\":15,\"sign\":\"-\",\"row\":\"| 0002 | Sign out | @alice | active | - | TASK-0001 |\"}
{\"path\":\"$inbox\",\"line\":15,\"sign\":\"+\",\"row\":\"| 0002 | Log out | @alice | active | - | TASK-0001 |\"}"

it "prints the columns that are asked for, and their names with --header"
exits 1 task-index --check --header --columns sign,line inbox
out_is "sign	line
-	15
+	15"

it "ends records with a NUL with -z"
task-index --check -z --columns sign,line inbox | tr '\0' '+' >"$out"
out_is "-	15++	15+"

it "needs no git repository to check"
mv .git "$tmp/git"
exits 1 task-index --check --columns sign inbox
out_is "-
+"
mv "$tmp/git" .git

it "needs no lock to check"
exec 9<>.git/task/lock
flock -n 9
exits 1 env TASK_LOCK_TIMEOUT=0 task-index --check --columns sign inbox
exec 9>&-

it "is no success where the drift cannot be written"
task-index --check >/dev/full 2>"$err"
case $? in 1 | 74) ;; *) fail "exit status $?";; esac
err_is "task-index: cannot write to standard output: No space left on device"

it "says with -n which indexes it would make, and changes nothing"
cp $inbox "$tmp/before"
exits 0 task-index -n
out_has "$inbox"
out_has "$root"
cmp $inbox "$tmp/before" >"$out" || fail "the index has changed"
is "$(commits)" 3

it "makes only the indexes of the stages that are named, and commits them"
git commit -qam "drift"
exits 0 task-index inbox
exits 1 task-index --check --columns path
out_is "$root
$root"
is "$(git show --format=%s --name-only HEAD)" "task-index: make the indexes

$inbox"
exits 0 task-index --check inbox

it "makes all of them in one commit"
change $inbox 's/| Log out/| Sign out/'
git commit -qam "more drift"
exits 0 task-index
is "$(commits)" 7
is "$(git show --format= --name-only HEAD)" "$root
$inbox"
sound

it "prints which indexes it made"
change $inbox 's/| Log out/| Sign out/'
exits 0 task-index
out_is "$inbox"

it "refuses a stage that there is not, and names the one that was meant"
exits 64 task-index bakclog
err_is "task-index: there is no stage 'bakclog'; did you mean 'backlog'?"
exits 64 task-index --check inbox nothing
err_is "task-index: there is no stage 'nothing'"
exits 64 task-index --chek
err_has "unknown option '--chek'; did you mean '--check'?"

it "waits for the lock, but not for ever"
change $root '/0001/d'
exec 9<>.git/task/lock
flock -n 9
exits 75 env TASK_LOCK_TIMEOUT=0 task-index
err_has "the board is locked by"
exec 9>&-
git checkout -q .work

it "puts back a row that is missing, removes one that has no package"
change $root '/| 0001/d'
echo '| 0007 | Gone | @bob | next | active | - | - |' >>$root
exits 1 task-index --check
out_is "$root	12	+	| 0001 | Log in | @alice | inbox | active | - | - |
$root	13	-	| 0007 | Gone | @bob | next | active | - | - |"
exits 0 task-index
is "$(ids $root)" "0001 0002 "
sound

it "removes a row that is there twice"
rows $root | tail -n 1 >>$root
exits 1 task-index --check
out_is "$root	14	-	| 0002 | Log out | @alice | inbox | active | - | TASK-0001 |"
exits 0 task-index
is "$(ids $root)" "0001 0002 "
git checkout -q .work

it "puts rows in the order of their ids"
{ sed '/^| 0001/d' $root; grep '^| 0001' $root; } >"$tmp/scrambled"
cat "$tmp/scrambled" >$root
exits 1 task-index --check --columns sign
exits 0 task-index
is "$(ids $root)" "0001 0002 "

it "replaces a row that is no task's"
echo '| my own line | of | this | table | - | - | - |' >>$root
exits 0 task-index
is "$(ids $root)" "0001 0002 "

it "takes from the card what was edited by hand, and leaves the card to the person"
edit 0001 's/^task_name: .*/task_name: "Sign in"/'
exits 0 task-index
is "$(rows $inbox | head -n 1)" "| 0001 | Sign in | @alice | active | - | - |"
is "$(dirty)" " M $(card 0001)"
git checkout -q .work
task-index

it "leaves alone what else is staged and dirty"
echo a >staged && echo b >dirty && git add staged dirty
git commit -qm files
echo c >>staged && git add staged
echo d >>dirty
echo e >new
change $root '/| 0001/d'
exits 0 task-index
is "$(dirty)" " M dirty
M  staged
?? new"
is "$(git rev-parse HEAD:$root)" "$(git hash-object $root)"
git reset -q --hard
rm new

it "changes the files and leaves the commit to the person with --no-commit"
commits >"$tmp/count"
change $root '/| 0001/d'
git commit -qam "drift"
exits 0 task-index --no-commit
is "$(dirty)" " M $root"
is "$(commits)" "$(($(cat "$tmp/count") + 1))"
is "$(ids $root)" "0001 0002 "
git commit -qam "mended"

# What the owner writes.
cp $inbox "$tmp/inbox.md"
cat >$inbox <<'END'
---
type: index   # of the inbox
stage: 'inbox'
owner: "@bob"
last_updated: "2024-01-31"   # by the programs
parent: ../INDEX.md
---
#  My inbox

Prose, with a | bar, and two blanks at the end.  

| What | Means |
|------|-------|
| 0001 | one   |

| ID | Name | DRI | Status | Flags | Dependencies |
|:---|:----:|-----|--------|-------|-------------:|
| 0007 | Gone | @bob | active | - | - |

More prose, and a table of mine:

| ID | Name |
|----|------|
| 0001 | x |
END
printf 'no line end' >>$inbox

it "keeps prose, front matter, comments and the owner's other tables"
sed -e 's/2024-01-31/2025-10-18/' -e '/^| 0007/{
i\
| 0001 | Log in | @alice | active | - | - |
i\
| 0002 | Log out | @alice | active | - | TASK-0001 |
d
}' $inbox >"$tmp/want"
exits 0 task-index inbox
diff "$tmp/want" $inbox >"$tmp/diff" || fail "$(cat "$tmp/diff")"

it "keeps a table of the owner's whose first column is ID, too, before ours"
cat >$inbox <<'END'
# Inbox

| ID | What it is |
|----|------------|
| a number | never used again |

| ID | Name | DRI | Status | Flags | Dependencies |
|----|------|-----|--------|-------|--------------|
| 0007 | Gone | @bob | active | - | - |
END
exits 0 task-index inbox
file_has $inbox "| ID | What it is |"
file_has $inbox "| a number | never used again |"
file_lacks $inbox "Gone"

cp "$tmp/inbox.md" $inbox
git commit -qam "the inbox as it was"

it "changes last_updated where a row changes"
change $inbox 's/| Log out/| Sign out/'
(TASK_NOW=2025-11-02T00:30:00Z; task-index inbox) >"$out" 2>"$err"
file_has $inbox "last_updated: 2025-11-02"

it "changes last_updated nowhere else"
cp $inbox "$tmp/before"
(TASK_NOW=2025-12-24T12:00:00Z; task-index) >"$out" 2>"$err"
cmp $inbox "$tmp/before" >"$out" || fail "the index has changed"
file_has $root "last_updated: 2025-10-18"
is "$(git log -1 --format=%s)" "task-index: make the indexes"
exits 0 task-index --check

it "makes the same bytes again in every locale and every time zone"
cp $root "$tmp/root"
cp $inbox "$tmp/inbox"
for place in "C UTC" "C.UTF-8 Pacific/Kiritimati" "tr_TR.UTF-8 America/Los_Angeles"; do
	rm $root $inbox
	TASK_NOW=2025-10-18T23:30:00Z TZ=${place#* } LC_ALL=${place% *} \
	    task-index >"$out" 2>&1
	sha1sum $root $inbox
done >"$tmp/sums"
is "$(sort -u "$tmp/sums" | wc -l)" 2
file_has $root "last_updated: 2025-10-18"

it "makes an index that is missing, with front matter, heading and prose"
rm $root $next
exits 1 task-index --check
exits 0 task-index
is "$(cat $next)" "---
type: index
stage: next
parent: ../INDEX.md
last_updated: 2025-10-18
---

# Next Index

Tasks that may be started, in the order of pulling.

| ID | Name | DRI | Status | Flags | Dependencies |
|----|------|-----|--------|-------|--------------|"
is "$(cat $root)" "---
type: root_index
last_updated: 2025-10-18
---

# Task Index

Every task of every stage.

| ID | Name | DRI | Stage | Status | Flags | Dependencies |
|----|------|-----|-------|--------|-------|--------------|
| 0001 | Log in | @alice | inbox | active | - | - |
| 0002 | Log out | @alice | inbox | active | - | TASK-0001 |"
sound

it "makes the indexes of a stage whose folder is missing"
rm -r .work/tasks/learning
exits 1 task-index --check learning
exits 0 task-index
file_has .work/tasks/learning/INDEX.md "stage: learning"
sound

it "adds the table to an index that has none"
printf 'Just prose.' >$inbox
exits 0 task-index
is "$(cat $inbox)" "Just prose.

| ID | Name | DRI | Status | Flags | Dependencies |
|----|------|-----|--------|-------|--------------|
| 0001 | Log in | @alice | active | - | - |
| 0002 | Log out | @alice | active | - | TASK-0001 |"
exits 0 task-index --check

it "fills an index that is empty"
: >$inbox
exits 0 task-index
file_has $inbox "# Inbox Index"
is "$(ids $inbox)" "0001 0002 "
exits 0 task-index --check

it "gives a table with other columns the columns that it should have"
printf 'Before.\n\n| ID | Title | Status |\n|---|---|---|\n| 0001 | x | y |\n\nAfter.\n' \
    >$inbox
exits 0 task-index
is "$(cat $inbox)" "Before.

| ID | Name | DRI | Status | Flags | Dependencies |
|----|------|-----|--------|-------|--------------|
| 0001 | Log in | @alice | active | - | - |
| 0002 | Log out | @alice | active | - | TASK-0001 |

After."
exits 0 task-index --check

cp "$tmp/inbox.md" $inbox
git commit -qam "the inbox as it was"

it "keeps CRLF, in the rows that it makes as well"
sed -e 's/$/\r/' -e 's/| Log out/| Sign out/' $inbox >"$tmp/crlf"
cat "$tmp/crlf" >$inbox
sed 's/| Sign out/| Log out/' "$tmp/crlf" >"$tmp/want"
exits 0 task-index
cmp $inbox "$tmp/want" >"$out" 2>&1 || fail "$(diff $inbox "$tmp/want")"
exits 0 task-index --check

it "shows the drift of an index with CRLF without the line ends"
change $inbox 's/| Log out/| Sign out/'
exits 1 task-index --check --columns row
out_is "| 0002 | Sign out | @alice | active | - | TASK-0001 |
| 0002 | Log out | @alice | active | - | TASK-0001 |"

it "keeps a byte order mark"
{ printf '\357\273\277'; sed 's/\r$//' $inbox; } >"$tmp/bom"
cat "$tmp/bom" >$inbox
exits 0 task-index
sed 's/| Sign out/| Log out/' "$tmp/bom" | cmp - $inbox >"$out" 2>&1 ||
    fail "$(head -n 1 $inbox | od -c)"

cp "$tmp/inbox.md" $inbox
git commit -qam "the inbox as it was"

it "writes a bar in a name as \\|, and reads it so"
edit 0001 's/^task_name: .*/task_name: "a | b || c"/'
exits 0 task-index
is "$(rows $root | head -n 1)" '| 0001 | a \| b \|\| c | @alice | inbox | active | - | - |'
exits 0 task-index --check
task-ledger --add late_log -m x 2 >"$out"
exits 0 task-index --check

it "keeps a row one line, whatever the name holds"
edit 0001 's/^task_name: .*/task_name: "a\\tb\\nc\\rd"/'
exits 0 task-index
is "$(rows $root | head -n 1)" "| 0001 | a b c d | @alice | inbox | active | - | - |"
exits 0 task-index --check

it "lets no control character into an index"
edit 0001 's/^task_name: .*/task_name: "a\\e[31mb"/'
exits 0 task-index
tr -d '\n' <$root | grep -q '[[:cntrl:]]' && fail "it holds one"
exits 0 task-index --check

it "keeps letters of every script"
edit 0001 's/^task_name: .*/task_name: "Ünïcödé 日本 🙂 עברית"/'
exits 0 task-index
is "$(rows $root | head -n 1)" "| 0001 | Ünïcödé 日本 🙂 עברית | @alice | inbox | active | - | - |"

it "writes - for what is not set"
edit 0001 's/^current_dri: .*/current_dri: null/'
exits 0 task-index
is "$(rows $inbox | head -n 1)" "| 0001 | Ünïcödé 日本 🙂 עברית | - | active | - | - |"

git checkout -q .work
task-index >"$out"

# flag ID STATUS BLOCKED_BY: the flags that its row then has.
flag() {
	edit "$1" "s/^status: .*/status: $2/; s/^blocked_by: .*/blocked_by: $3/"
	exits 0 task-index
	is "$(rows $inbox | grep "^| $1" | cut -d '|' -f 6)" " $4 "
	exits 0 task-index --check
}

it "flags what a task is blocked by"
flag 0002 blocked '"task:TASK-0001"' 'blocked(TASK-0001)'
flag 0002 blocked '"external:API access"' 'blocked(external:API access)'
flag 0002 blocked '"decision:which one"' 'blocked(decision:which one)'

it "flags a blocker that is canceled"
edit 0001 's/^status: .*/status: canceled/'
flag 0002 blocked '"task:TASK-0001"' 'blocked(TASK-0001:canceled)'
git checkout -q .work
task-index >"$out"

it "flags a task that is paused, and until when"
edit 0002 's/^tags: /expected_resume_date: "2025-11-01"\ntags: /'
flag 0002 paused null 'paused(2025-11-01)'
git checkout -q .work
task-index >"$out"

it "flags a task that was split"
flag 0002 split null 'split(children)'
git checkout -q .work
task-index >"$out"

it "flags a task whose dependencies are done, beside its other flags"
advance 0001 integration
is "$(rows $inbox | grep '^| 0002' | cut -d '|' -f 6)" " dep_ready "
flag 0002 blocked '"external:x"' 'blocked(external:x) dep_ready'
git checkout -q .work
task-index >"$out"
sound

it "lists dependencies with a comma and a blank between"
edit 0002 's/^depends_on: .*/depends_on: ["TASK-0001", "TASK-0099"]/'
exits 0 task-index
is "$(rows $inbox | grep '^| 0002' | cut -d '|' -f 6,7)" " - | TASK-0001, TASK-0099 "
git checkout -q .work
task-index >"$out"

# A card that cannot be read.
edit 0002 's/^priority: .*/priority: @high/'
bad="$(card 0002):9:11: a value may not begin with '@': put it in quotes"

it "names a card that it cannot read, keeps its row, and exits 65"
change $inbox 's/| Log out/| Sign out/'
cp $inbox "$tmp/before"
exits 65 task-index
err_has "$bad"
err_has "1 card cannot be read; its row stays as it was"
cmp $inbox "$tmp/before" >"$out" || fail "the row has changed"

it "names it once"
is "$(grep -cF "$bad" "$err")" 1

it "names it where only errors are asked for, too"
exits 65 task-index -q
err_has "$bad"

it "exits 65 with --check, too, where nothing else is wrong"
git checkout -q $inbox
exits 65 task-index --check
out_is ""
err_has "$bad"

it "mends the other rows all the same"
change $root 's/| Log in/| Sign in/'
exits 65 task-index
is "$(rows $root | head -n 1)" "| 0001 | Log in | @alice | integration | active | - | - |"

it "gives a card that cannot be read and has no row one with its folder's name"
change $inbox '/^| 0002/d'
exits 65 task-index
is "$(rows $inbox)" "| 0002 | log-out | - | - | - | - |"
git checkout -q .work
task-index >"$out"

it "says where two packages have one id, and exits 65"
cp -r "$(folder 0002)" .work/tasks/backlog/
exits 65 task-index --check
err_has "TASK-0002: two packages have this id: inbox/TASK-0002-log-out and backlog/TASK-0002-log-out"
exits 65 task-index
err_has "TASK-0002: two packages have this id: inbox/TASK-0002-log-out and backlog/TASK-0002-log-out"
rm -r .work/tasks/backlog/TASK-0002-log-out
git checkout -q .work
task-index >"$out"

it "says what is in the place of an index, and makes nothing"
commits >"$tmp/count"
mv $inbox "$tmp/inbox"
mkdir $inbox
exits 65 task-index
err_is "task-index: $inbox: is a directory, not a file"
rmdir $inbox
mkfifo $inbox
exits 65 timeout 20 task-index
err_is "task-index: $inbox: is a FIFO, not a file"
rm $inbox
ln -s "$tmp/inbox" $inbox
cp "$tmp/inbox" "$tmp/same"
exits 65 task-index
err_is "task-index: $inbox: a symbolic link, which is never followed"
cmp "$tmp/inbox" "$tmp/same" >"$out" || fail "the link was followed"
rm $inbox
mv "$tmp/inbox" $inbox
is "$(commits)" "$(cat "$tmp/count")"

it "stops at a policy that is wrong, and names the line"
cp .work/tasks/policy.yaml "$tmp/policy"
change .work/tasks/policy.yaml 's/archive_shard: 0/archive_shard: many/'
exits 78 task-index
grep -q "^task-index: .work/tasks/policy.yaml:[0-9]*:[0-9]*: " "$err" ||
    fail "no line is named: $(cat "$err")"
cp "$tmp/policy" .work/tasks/policy.yaml

it "says that the board is in no git repository"
mv .git "$tmp/git"
exits 66 task-index
err_has "is not in a git repository"
mv "$tmp/git" .git
sound

# A name that is hard for a table: rows are looked into for what waits.
rm -rf ./* .work .git
board

it "finds the dependencies in a row whose name has a backslash before a bar"
make_task "first" '"priority":"P1","effort":"M"'
make_task 'a\\| b' '"depends_on":["TASK-0001"]'
exits 0 task-ls --columns name inbox
out_is 'first
a\\| b'
advance 0001 integration
exits 0 task-index --check
file_has $inbox "dep_ready"

# The order of pulling: six tasks that came into next, two of them back.
rm -rf .work .git
board
for n in 1:P2 2:P1 3:P1 4:P1 5:P1 6:P2 7:P0; do
	make_task "Task ${n%:*}" "\"priority\":\"${n#*:}\",\"effort\":\"S\""
done
{
	task-move 1 2 3 4 5 6 7 backlog
	at 2025-10-18T10:05:00Z task-move -s 2 next
	at 2025-10-18T10:01:00Z task-move -s 3 next
	at 2025-10-18T10:00:00Z task-move -s 4 5 next
	at 2025-10-18T09:00:00Z task-move -s 6 next
	at 2025-10-18T10:30:00Z task-move -s 1 next
	at 2025-10-18T11:00:00Z task-move 4 5 current
	at 2025-10-18T11:10:00Z task-move -r "too early" 4 next
	at 2025-10-18T11:20:00Z task-move -r "too early" 5 next
} >"$out" 2>"$err"

it "lists next by priority, rework last in first out, the rest first in first out"
is "$(ids $next)" "0005 0004 0003 0002 0006 0001 "
exits 0 task-index --check

it "puts next in that order where it is not"
{ sed '/^|/d' $next; grep '^|' $next | sort; } >"$tmp/sorted"
sed -n '/^| ID/p;/^|--/p' $next >"$tmp/head"
{ sed '/^|/d' $next; cat "$tmp/head"; rows $next | sort; } >"$tmp/sorted"
cat "$tmp/sorted" >$next
is "$(ids $next)" "0001 0002 0003 0004 0005 0006 "
exits 1 task-index --check next
exits 0 task-index
is "$(ids $next)" "0005 0004 0003 0002 0006 0001 "

it "puts a task in its place in next when its priority changes"
edit 0001 's/^priority: .*/priority: "P1"/'
exits 0 task-index
is "$(ids $next)" "0005 0004 0003 0002 0001 0006 "
git checkout -q .work
task-index >"$out"

it "lists every other stage by id"
{
	task-move 5 current
	task-move 2 current
	task-move 4 current
} >"$out" 2>"$err"
is "$(ids .work/tasks/current/INDEX.md)" "0002 0004 0005 "
is "$(ids $root)" "0001 0002 0003 0004 0005 0006 0007 "
sound

# Namespaces.
cat >.work/tasks/NAMESPACES.yaml <<'END'
namespaces:
END
it "gives no column to namespaces of which there are none"
exits 0 task-index --check

cat >>.work/tasks/NAMESPACES.yaml <<'END'
  FW: {name: Framework}
END

it "gives every index a column once NAMESPACES.yaml names one"
exits 1 task-index --check
exits 0 task-index
is "$(sed -n '/^| Name/p' $next $root)" "| Namespace | ID | Name | DRI | Status | Flags | Dependencies |
| Namespace | ID | Name | DRI | Stage | Status | Flags | Dependencies |"
is "$(rows $next | head -n 1)" "| - | 0003 | Task 3 | @alice | active | - | - |"
is "$(rows $root | head -n 1)" "| - | 0001 | Task 1 | @alice | next | active | - | - |"

it "is done with that at once"
exits 0 task-index --check

it "lists tasks of a namespace after those of none, by their ids"
task-index >"$out" 2>&1
mkdir .work/tasks/inbox/TASK-FW-0001-frame
sed -e 's/^task_id: .*/task_id: "FW-0001"/' -e 's/^stage: .*/stage: "inbox"/' \
    -e 's/^task_name: .*/task_name: "Frame"/' "$(card 0001)" \
    >.work/tasks/inbox/TASK-FW-0001-frame/FW-0001-frame.task.md
exits 0 task-index
is "$(rows $inbox)" "| FW | FW-0001 | Frame | @alice | active | - | - |"
is "$(rows $root | tail -n 2)" "| - | 0007 | Task 7 | @alice | backlog | active | - | - |
| FW | FW-0001 | Frame | @alice | inbox | active | - | - |"
exits 0 task-index --check

it "takes the column away where NAMESPACES.yaml goes"
rm -r .work/tasks/NAMESPACES.yaml .work/tasks/inbox/TASK-FW-0001-frame
exits 0 task-index
is "$(rows $next | head -n 1)" "| 0003 | Task 3 | @alice | active | - | - |"
exits 0 task-index --check

it "names the line where NAMESPACES.yaml is malformed"
printf 'namespaces:\n\t- x\n' >.work/tasks/NAMESPACES.yaml
exits 78 task-index --check
err_has "task-index: .work/tasks/NAMESPACES.yaml:2:"
rm .work/tasks/NAMESPACES.yaml
git checkout -q .work
task-index >"$out" 2>&1

# Scale: the archive.
advance 0002 archived 2>"$err"
advance 0004 archived 2>"$err"

it "lists what is archived in the root, as long as the policy says all"
is "$(ids $root)" "0001 0002 0003 0004 0005 0006 0007 "

it "lists it in the archive only where the policy says open"
change .work/tasks/policy.yaml 's/root_index: all/root_index: open/'
exits 1 task-index --check
out_is "$root	13	-	| 0002 | Task 2 | @alice | archived | active | - | - |
$root	15	-	| 0004 | Task 4 | @alice | archived | active | - | - |"
exits 0 task-index
is "$(ids $root)" "0001 0003 0005 0006 0007 "
is "$(ids $archive/INDEX.md)" "0002 0004 "
exits 0 task-index --check

it "takes a task that is archived then out of the root by itself"
advance 0005 archived 2>"$err"
is "$(ids $root)" "0001 0003 0006 0007 "
is "$(ids $archive/INDEX.md)" "0002 0004 0005 "
exits 0 task-index --check

change .work/tasks/policy.yaml 's/archive_shard: 0/archive_shard: 3/'
git add .work && git commit -qm "archive_shard: 3"

it "says what belongs into sub-folders of the archive, and exits 1"
exits 1 task-index --check
out_has "0000-0002"
out_has "0003-0005"

it "moves packages into the archive's sub-folders, in one commit, to the byte"
commits >"$tmp/count"
(cd $archive && cat TASK-0004-*/* | sha1sum) >"$tmp/sum"
exits 0 task-index
is "$(commits)" "$(($(cat "$tmp/count") + 1))"
is "$(cd $archive && echo TASK-* [0-9]*/TASK-*)" "TASK-* 0000-0002/TASK-0002-task-2 0003-0005/TASK-0004-task-4 0003-0005/TASK-0005-task-5"
(cd $archive && cat 0003-0005/TASK-0004-*/* | sha1sum) | cmp - "$tmp/sum" \
    >"$out" || fail "the package has changed"
is "$(git show --format= --name-status -M HEAD | grep -c '^R100')" 9

it "gives each sub-folder an index of its own"
is "$(ids $archive/0000-0002/INDEX.md)" "0002 "
is "$(ids $archive/0003-0005/INDEX.md)" "0004 0005 "

it "names the path of the index above in a sub-folder's index"
file_has $archive/0000-0002/INDEX.md "parent: ../INDEX.md"

it "lists the sub-folders in the archive's index, and nothing else"
is "$(grep '^|' $archive/INDEX.md)" "| Folder | Tasks |
|--------|-------|
| [0000-0002](0000-0002/INDEX.md) | 1 |
| [0003-0005](0003-0005/INDEX.md) | 2 |"
sound

it "finds what lies in a sub-folder"
exits 0 task-ls archived --columns id
out_is "TASK-0002
TASK-0004
TASK-0005"
exits 0 task-show 4
out_has "Task 4"
exits 0 task-ledger -e closed --columns id "$archive/0003-0005/TASK-0004-task-4"
out_is "TASK-0004"

it "archives a task into its sub-folder, with its row, and makes the folder"
task-move -s 6 3 current >"$out" 2>"$err"
for stage in integration archived; do
	task-move -s --waive x --skip-learning y 6 3 $stage >"$out" 2>"$err"
done
is "$(cd $archive && echo [0-9]*/TASK-*)" "0000-0002/TASK-0002-task-2 0003-0005/TASK-0003-task-3 0003-0005/TASK-0004-task-4 0003-0005/TASK-0005-task-5 0006-0008/TASK-0006-task-6"
is "$(ids $archive/0003-0005/INDEX.md)" "0003 0004 0005 "
is "$(ids $archive/0006-0008/INDEX.md)" "0006 "
file_has $archive/INDEX.md "| [0003-0005](0003-0005/INDEX.md) | 3 |"
file_has $archive/INDEX.md "| [0006-0008](0006-0008/INDEX.md) | 1 |"
sound

it "checks the index of a sub-folder"
change $archive/0003-0005/INDEX.md '/^| 0004/d'
exits 1 task-index --check
out_is "$archive/0003-0005/INDEX.md	15	+	| 0004 | Task 4 | @alice | active | - | - |"
exits 0 task-index archived
exits 0 task-index --check

it "says with other sub-folders by policy that packages are to move"
change .work/tasks/policy.yaml 's/archive_shard: 3/archive_shard: 1000/'
git commit -qam "archive_shard: 1000"
exits 1 task-index --check
out_has "0000-0999"

it "moves packages from sub-folders to others, and leaves no row behind"
exits 0 task-index
is "$(cd $archive && echo [0-9]*/TASK-* | tr ' ' '\n' | cut -d / -f 1 | sort -u)" "0000-0999"
is "$(ids $archive/0000-0999/INDEX.md)" "0002 0003 0004 0005 0006 "
is "$(cat $archive/0003-0005/INDEX.md 2>/dev/null | grep -c 'Task')" 0
sound

it "brings packages back out of sub-folders"
change .work/tasks/policy.yaml 's/archive_shard: 1000/archive_shard: 0/'
git commit -qam "archive_shard: 0"
exits 1 task-index --check
exits 0 task-index
is "$(cd $archive && echo [0-9]*/TASK-*)" "[0-9]*/TASK-*"
is "$(ids $archive/INDEX.md)" "0002 0003 0004 0005 0006 "
sound

finish
