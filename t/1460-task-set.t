#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/fault/killed.sh"

tasks=.work/tasks
tab=$(printf '\t')
cr=$(printf '\r')
bom=$(printf '\357\273\277')
ready='"priority":"P1","effort":"M"'

# A board of its own for what follows.
fresh_board() {
	cd "$sandbox/work" && mkdir "$1" && cd "$1" || exit 1
	board
}

picture() {
	git rev-parse HEAD
	git status --porcelain --untracked-files=all
	find .work -type f -print0 | sort -z | xargs -0 -r sha1sum
}

newest() {
	printf '%04d' $(($(sed 's/^0*//' $tasks/ID_COUNTER.txt) - 1))
}

# in_stage STAGE [MEMBERS]: makes a complete task there; its number is $id.
in_stage() {
	make_task "In $1" "\"stage\":\"$1\"${2:+,$2}"
	id=$(newest)
}

# The last event of a task, without its random id.
last_event() {
	tail -n 1 "$(ledger "$1")" | sed 's/"id":"[^"]*"/"id":""/'
}

# logs ID FIELDS: what the last event says from its "event" on.
logs() {
	is "$(last_event "$1" |
	    sed 's/.*\("event":.*\),"version":"1.0"}$/\1/')" "$2"
}

# key ID KEY: its line in the card.
key() {
	grep "^$2:" "$(card "$1")"
}

# edit ID SED: the card, by hand.
edit() {
	sed "$2" "$(card "$1")" >"$sandbox/edited" &&
	    cat "$sandbox/edited" >"$(card "$1")"
}

commits() {
	git rev-list --count HEAD
}

# The order of the rows of next.
pull_order() {
	sed -n 's/^| \([0-9]*\) |.*/\1/p' $tasks/next/INDEX.md | paste -sd' ' -
}

# The files of a package, and nothing about others of that id.
files() {
	(cd $tasks && find . -path "*/TASK-$1-*" ! -type d |
	    sed 's/.*TASK-//' | sort)
}

# already COMMAND...: it says so, and nothing happens.
already() {
	unchanged exits 0 "$@"
	out_is ""
	err_has "is like that already"
}

it "says that there is no board, and how to make one"
exits 66 task-set 1 tags=x
err_is "task-set: no .work/tasks here or above (task-init makes one)"

fresh_board keys
in_stage backlog
number=$(git rev-parse HEAD)

it "sets a priority, and prints the task's id"
exits 0 task-set -r "the fair is near" 1 priority=P2
out_is "TASK-0001"
err_is ""
is "$(key 0001 priority)" 'priority: "P2"'

it "writes into the ledger who set which priority, and why"
is "$(last_event 0001)" '{"id":"","ts":"2025-10-18T10:30:00Z","user":"@alice","event":"priority_set","desc":"the fair is near","value":"P2","version":"1.0"}'

it "commits card and ledger, and says what was set"
is "$(git rev-list --count "$number..")" 1
is "$(git log -1 --format=%s)" "TASK-0001: priority=P2"
is "$(git log -1 --format= --name-only)" "$(card 0001)
$(ledger 0001)"
sound

it "changes a priority, and logs from what to what"
exits 0 task-set -r "no fair" 1 priority=P3
logs 0001 '"event":"priority_changed","desc":"no fair","from":"P2","to":"P3"'

it "does nothing where the value is the same, and says so"
already task-set -r "why" 1 priority=P3
err_is "task-set: TASK-0001: is like that already"

it "takes a priority away with nothing after the ="
exits 0 task-set -r "who knows" 1 priority=
is "$(key 0001 priority)" "priority: null"
logs 0001 '"event":"priority_changed","desc":"who knows","from":"P3","to":null'
already task-set -r "why" 1 priority=
sound

it "sets, changes and takes away an effort"
exits 0 task-set -r "one form" 1 effort=S
is "$(key 0001 effort_estimate)" 'effort_estimate: "S"'
logs 0001 '"event":"effort_estimated","desc":"one form","value":"S"'
exits 0 task-set -r "three forms" 1 effort=XL
logs 0001 '"event":"effort_estimated","desc":"three forms","value":"XL"'
already task-set -r "why" 1 effort=XL
exits 0 task-set -r "who knows" 1 effort=
is "$(key 0001 effort_estimate)" "effort_estimate: null"
logs 0001 '"event":"effort_estimated","desc":"who knows","value":null'
already task-set -r "why" 1 effort=
sound

it "writes an effort in points as a size"
for pair in 1:XS 2:S 3:M 5:L 8:XL; do
	exits 0 task-set -r "points" 1 "effort=${pair%:*}"
	is "$(key 0001 effort_estimate)" "effort_estimate: \"${pair#*:}\""
	logs 0001 "\"event\":\"effort_estimated\",\"desc\":\"points\",\"value\":\"${pair#*:}\""
done
already task-set -r "points" 1 effort=8

it "knows a key by its name in the card, too"
exits 0 task-set -r "why" 1 effort_estimate=M
is "$(key 0001 effort_estimate)" 'effort_estimate: "M"'
exits 0 task-set 1 "task_name=In backlog!"
is "$(key 0001 task_name)" 'task_name: "In backlog!"'

it "wants a reason for priority and effort, and sets nothing without"
unchanged exits 64 task-set 1 priority=P1
err_is "task-set: -r REASON is missing: why the priority is another"
unchanged exits 64 task-set 1 tags=x effort=S
err_has "-r REASON is missing"
unchanged exits 64 task-set -r "  " 1 priority=P1
err_has "the reason is empty"

it "takes no priority, effort or date that there is not"
for word in p1 P5 P -1 high "P1 " "P1,P2"; do
	unchanged exits 64 task-set -r "why" 1 "priority=$word"
	err_has "priority: '$word' is none of P0 to P4"
done
for word in m XXL 4 0 -1 "M "; do
	unchanged exits 64 task-set -r "why" 1 "effort=$word"
	err_has "effort: '$word' is none of XS, S, M, L, XL"
done
for word in tomorrow 2025-02-30 2025-1-1 01.11.2025 2025-11-01T00:00:00Z; do
	unchanged exits 64 task-set 1 "expected_resume_date=$word"
	err_has "'$word' is no date as 2025-11-01"
done

it "sets tags, in the order given, each once"
exits 0 task-set 1 tags=web,api,web
is "$(key 0001 tags)" 'tags: ["web", "api"]'
logs 0001 '"event":"tags_updated","desc":"set by @alice","tags":["web","api"]'

it "adds tags that the task lacks"
exits 0 task-set 1 tags+=api,db,db
is "$(key 0001 tags)" 'tags: ["web", "api", "db"]'
logs 0001 '"event":"tags_updated","desc":"set by @alice","tags":["web","api","db"]'
already task-set 1 tags+=web,db

it "takes tags away that the task has"
exits 0 task-set -r "no web" 1 tags-=web,none
is "$(key 0001 tags)" 'tags: ["api", "db"]'
logs 0001 '"event":"tags_updated","desc":"no web","tags":["api","db"]'
already task-set 1 tags-=web

it "takes tags in another order for another value"
already task-set 1 tags=api,db
exits 0 task-set 1 tags=db,api
is "$(key 0001 tags)" 'tags: ["db", "api"]'

it "takes no empty tag"
exits 0 task-set 1 tags=,a,,b,
is "$(key 0001 tags)" 'tags: ["a", "b"]'
already task-set 1 tags+=
already task-set 1 tags-=

it "empties the tags with nothing after the ="
exits 0 task-set 1 tags=
is "$(key 0001 tags)" 'tags: []'
logs 0001 '"event":"tags_updated","desc":"set by @alice","tags":[]'
already task-set 1 tags=

it "does several things to the tags one after the other"
exits 0 task-set 1 tags=a,b tags+=c tags-=a
is "$(key 0001 tags)" 'tags: ["b", "c"]'
sound

it "keeps what a tag holds that YAML would read otherwise"
exits 0 task-set 1 'tags=#1,a: b,"x",- y,null'
exits 0 task-ls --columns tags
out_is '#1,a: b,"x",- y,null'
sound

it "sets a date and a worker, and logs the keys in one event"
exits 0 task-set 1 expected_resume_date=2025-11-01 assigned_worker=robot
is "$(key 0001 expected_resume_date)" 'expected_resume_date: "2025-11-01"'
is "$(key 0001 assigned_worker)" 'assigned_worker: "robot"'
logs 0001 '"event":"content_updated","desc":"set by @alice","file":"0001-in-backlog.task.md","keys":["expected_resume_date","assigned_worker"]'

it "names only those keys that it changed"
exits 0 task-set -r "later" 1 expected_resume_date=2025-12-01 \
    assigned_worker=robot
logs 0001 '"event":"content_updated","desc":"later","file":"0001-in-backlog.task.md","keys":["expected_resume_date"]'
already task-set 1 expected_resume_date=2025-12-01 assigned_worker=robot

it "takes them away again"
exits 0 task-set 1 expected_resume_date= assigned_worker=
is "$(key 0001 expected_resume_date)" "expected_resume_date: null"
is "$(key 0001 assigned_worker)" "assigned_worker: null"
already task-set 1 expected_resume_date= assigned_worker=
sound

it "does nothing where a key that is missing is taken away"
edit 0001 '/^assigned_worker:/d; /^tags:/d' && git commit -qam "by hand"
already task-set 1 assigned_worker= tags=
is "$(key 0001 assigned_worker)" ""

it "shows another resume date in the indexes"
in_stage next "$ready"
edit "$id" 's/^status: .*/status: "paused"/'
exits 0 task-set "$id" expected_resume_date=2025-12-24
file_has $tasks/INDEX.md "paused(2025-12-24)"
file_has $tasks/next/INDEX.md "paused(2025-12-24)"
is "$(events "$id" | tail -n 2 | paste -sd' ' -)" "paused content_updated"
sound

it "says whose worker did it"
exits 0 env TASK_AGENT=robot task-set 1 tags=x
is "$(last_event 0001 | sed 's/.*"version"/"version"/')" \
    '"version":"1.0","metadata":{"worker_id":"robot"}}'

it "keeps a reason as it is, and on one line"
exits 0 task-set -r "$(printf 'one\ntwo\033[1m "x"')" 1 tags=y
logs 0001 '"event":"tags_updated","desc":"one\ntwo\u001b[1m \"x\"","tags":["y"]'
exits 0 task-set -r "$(printf 'bad\377')" 1 tags=z
iconv -f UTF-8 -t UTF-8 "$(ledger 0001)" >/dev/null || fail "no UTF-8"
sound

fresh_board many
for i in 1 2 3 4; do
	in_stage backlog
done

it "sets several keys of several tasks in one commit"
before=$(commits)
exits 0 task-set -r "why" 1 priority=P1 TASK-0002 tags+=a "$(card 0003)" \
    effort=M
out_is "TASK-0001
TASK-0002
TASK-0003"
is "$(commits)" $((before + 1))
is "$(git log -1 --format=%s)" \
    "TASK-0001, TASK-0002, TASK-0003: priority=P1, tags+=a, effort=M"
for i in 0001 0002 0003; do
	is "$(events $i | tail -n 3 | paste -sd' ' -)" \
	    "priority_set tags_updated effort_estimated"
done
is "$(events 0004 | grep -c tags)" 0
sound

it "changes those only that have it otherwise, and prints those only"
exits 0 task-set 1 4 tags=a
out_is "TASK-0004"
err_is "task-set: TASK-0001: is like that already"
is "$(git log -1 --format=%s)" "TASK-0004: tags=a"

it "reads references from standard input"
task-ls backlog >"$sandbox/list"
task-set - tags=piped <"$sandbox/list" >"$out" 2>"$err"
is $? 0
out_is "TASK-0001
TASK-0002
TASK-0003
TASK-0004"

it "has nothing to do where standard input names no task"
unchanged exits 0 task-set - tags=x
out_is ""
err_is ""

it "takes no KEY=VALUE from standard input"
printf '1\ntags=evil\n' >"$sandbox/list"
task-set - tags+=more <"$sandbox/list" >"$out" 2>"$err"
is $? 64
file_lacks "$(card 0001)" evil

it "sets those that it can, and exits with the first failure"
in_stage archived
exits 66 task-set 4711 "$id" 4 tags=some
out_is "TASK-0004"
err_has "task-set: TASK-4711: no such task"
err_has "task-set: TASK-$id: it is closed"
sound

it "sets a task that is named twice once"
exits 0 task-set 3 TASK-0003 tags=once
out_is "TASK-0003"
is "$(events 0003 | tail -n 2 | paste -sd' ' -)" "tags_updated tags_updated"

it "prints objects with -j, NULs with -z, columns with their name"
exits 0 task-set -j 1 tags=j
out_is '{"id":"TASK-0001"}'
task-set -z 1 2 tags=zz | tr '\0' '+' >"$out"
out_is "TASK-0001+TASK-0002+"
exits 0 task-set --header --columns id 1 tags=h
out_is "id
TASK-0001"

it "sets nothing where a column is asked for that it has not"
unchanged exits 64 task-set --columns id,nothing 1 tags=x

it "prints what the next program of a pipeline reads"
printf '1\n2\n' | task-set - tags=pipe | task-set - tags+=more >"$out"
out_is "TASK-0001
TASK-0002"

it "changes nothing with -n, and prints what it would change"
unchanged exits 0 task-set -n -r "why" 1 2 priority=P3 name=Other
out_is "TASK-0001
TASK-0002"
unchanged exits 1 task-set -n 5 tags=x
unchanged exits 64 task-set -n 1 stage=next

it "leaves the commit to the person with --no-commit"
before=$(git rev-parse HEAD)
exits 0 task-set --no-commit 2 tags=mine
is "$(git rev-parse HEAD)" "$before"
is "$(dirty)" " M $(card 0002)
 M $(ledger 0002)"
git checkout -q .

it "takes along what was changed by hand, and logs that first"
echo "More." >>"$(card 0001)"
edit 0001 's/^effort_estimate: .*/effort_estimate: L/'
exits 0 task-set 1 tags=hand
is "$(events 0001 | tail -n 3 | paste -sd' ' -)" \
    "content_updated effort_estimated tags_updated"
is "$(files 0001 | grep -c 'task.v1.md')" 1
sound

it "leaves what was changed by hand as it is where it has nothing to do"
echo "More." >>"$(card 0001)"
already task-set 1 tags=hand
is "$(dirty)" " M $(card 0001)"
git checkout -q .

it "leaves what is dirty or staged elsewhere as it is"
echo one >main.c && git add main.c && git commit -qm "main"
echo two >main.c && git add main.c && echo three >main.c
echo "Not this one." >>"$(card 0002)"
dirty >"$sandbox/before"
exits 0 task-set 1 tags=only
is "$(dirty)" "$(cat "$sandbox/before")"
is "$(git show :main.c)" "two"
git reset -q --hard

fresh_board order
for p in P1 P2 P2 P3; do
	in_stage next "\"priority\":\"$p\",\"effort\":\"M\""
done

it "puts next into its new order of pulling"
is "$(pull_order)" "0001 0002 0003 0004"
exits 0 task-set -r "now" 4 priority=P0
is "$(pull_order)" "0004 0001 0002 0003"
exits 0 task-set -r "not now" 1 priority=P3
is "$(pull_order)" "0004 0002 0003 0001"
exits 0 task-set -r "first" 2 3 priority=P1
is "$(pull_order)" "0004 0002 0003 0001"
sound

it "voids no sign-off: what was signed is body and context"
in_stage backlog "$ready"
exits 0 task-sign "$id" next
exits 0 task-set -r "why" "$id" priority=P2 tags=x name="Signed already"
exits 0 task-move "$id"
sound

fresh_board names
in_stage backlog "$ready"

it "renames the folder and the card, and keeps the id"
old=$(card 0001)
exits 0 task-set 1 name="Sell vouchers"
out_is "TASK-0001"
is "$(files 0001)" "0001-sell-vouchers/0001-sell-vouchers.task.md
0001-sell-vouchers/0001.context.md
0001-sell-vouchers/0001.ledger.jsonl"
is "$(key 0001 task_id) $(key 0001 task_name)" \
    'task_id: "0001" task_name: "Sell vouchers"'
[ -e "$(dirname "$old")" ] && fail "the old folder is there"

it "logs from what to what"
logs 0001 '"event":"renamed","desc":"set by @alice","from":"In backlog","to":"Sell vouchers"'
exits 0 task-set -r "the shop says so" 1 name="Sell coupons"
logs 0001 '"event":"renamed","desc":"the shop says so","from":"Sell vouchers","to":"Sell coupons"'

it "has the new name in the indexes, and nothing is left to do for others"
file_has $tasks/INDEX.md "| 0001 | Sell coupons |"
file_has $tasks/backlog/INDEX.md "| 0001 | Sell coupons |"
exits 0 task-watch --once
out_is ""
sound

it "changes no other byte of card and context"
exits 0 git diff --stat -M "HEAD~1" -- "*.task.md" "*.context.md"
is "$(git diff HEAD~1 HEAD -M -- "*.task.md" | grep -c '^[-+][^-+]')" 2
is "$(git diff HEAD~1 HEAD -M --name-status -- '*.context.md' | cut -f1)" R100

it "does nothing where that is its name"
already task-set 1 name="Sell coupons"

it "renames no file where only case or punctuation differ"
exits 0 task-set 1 name="SELL -- coupons!"
is "$(key 0001 task_name)" 'task_name: "SELL -- coupons!"'
is "$(folder 0001)" "$tasks/backlog/TASK-0001-sell-coupons"
is "$(git log -1 --format= --name-status | cut -f1 | sort -u)" M
logs 0001 '"event":"renamed","desc":"set by @alice","from":"Sell coupons","to":"SELL -- coupons!"'
file_has $tasks/INDEX.md "| SELL -- coupons! |"
sound

it "takes the new name along with other keys, and logs it last"
exits 0 task-set -r "why" 1 name="Take coupons" priority=P3 \
    assigned_worker=robot
is "$(events 0001 | tail -n 3 | paste -sd' ' -)" \
    "priority_changed renamed content_updated"
logs 0001 '"event":"content_updated","desc":"why","file":"0001-take-coupons.task.md","keys":["assigned_worker"]'
sound

it "renames several tasks"
in_stage inbox
exits 0 task-set 1 2 name="The same name"
is "$(folder 0001) $(folder 0002)" \
    "$tasks/backlog/TASK-0001-the-same-name $tasks/inbox/TASK-0002-the-same-name"
sound

it "is found by its old name as well: a name is only read for the id in it"
exits 0 task-show TASK-0001-sell-vouchers
out_has "The same name"
exits 0 task-show "$old"
out_has "The same name"

it "renames earlier versions of the card along with it"
in_stage backlog "$ready"
for i in 1 2; do
	echo "More $i." >>"$(card "$id")"
	task-watch --once >/dev/null
done
echo "More." >>"$(folder "$id")/$id.context.md"
task-watch --once >/dev/null
for i in 1 2; do
	git show "HEAD:$(folder "$id")/$id-in-backlog.task.v$i.md" \
	    >"$sandbox/v$i"
done
exits 0 task-set "$id" name="With versions"
is "$(files "$id")" "$id-with-versions/$id-with-versions.task.md
$id-with-versions/$id-with-versions.task.v1.md
$id-with-versions/$id-with-versions.task.v2.md
$id-with-versions/$id.context.md
$id-with-versions/$id.context.v1.md
$id-with-versions/$id.ledger.jsonl"
for i in 1 2; do
	cmp -s "$sandbox/v$i" "$(folder "$id")/$id-with-versions.task.v$i.md" ||
	    fail "v$i is another"
done
sound

it "goes on counting versions after that"
echo "More 3." >>"$(card "$id")"
exits 0 task-watch --once
[ -f "$(folder "$id")/$id-with-versions.task.v3.md" ] || fail "no v3"
sound

it "keeps the version that a hand edit calls for"
in_stage backlog "$ready"
cp "$(card "$id")" "$sandbox/v1"
echo "By hand." >>"$(card "$id")"
exits 0 task-set "$id" name="Edited and renamed"
is "$(events "$id" | tail -n 2 | paste -sd' ' -)" "content_updated renamed"
is "$(tail -n 1 "$(card "$id")")" "By hand."
cmp -s "$sandbox/v1" \
    "$(folder "$id")/$id-edited-and-renamed.task.v1.md" ||
    fail "there is no v1, or it is another: $(files "$id")"
sound

it "takes a hand edit of the context along, and keeps its version"
in_stage backlog "$ready"
echo "By hand." >>"$(folder "$id")/$id.context.md"
exits 0 task-set "$id" name="Another context"
is "$(tail -n 1 "$(folder "$id")/$id.context.md")" "By hand."
[ -f "$(folder "$id")/$id.context.v1.md" ] ||
    fail "there is no v1: $(files "$id")"
sound

it "takes along what else lies in the folder, as git and the disk have it"
in_stage backlog "$ready"
f=$(folder "$id")
mkdir "$f/sub" && echo note >"$f/notes.txt" && echo deep >"$f/sub/deep"
echo '*.o' >.gitignore
git add .gitignore "$f" && git commit -qm "files"
echo staged >>"$f/notes.txt" && git add "$f/notes.txt"
echo dirty >>"$f/notes.txt"
echo untracked >"$f/untracked" && echo ignored >"$f/x.o"
echo intent >"$f/intent" && git add -N "$f/intent"
ln -s nowhere "$f/link"
echo other >"$f/$id-in-backlog.txt"
{ dirty; git diff; git diff --cached; } |
    sed 's/-in-backlog\/\(.\)/-moved-on\/\1/g' >"$sandbox/before"
exits 0 task-set "$id" name="Moved on"
f=$(folder "$id")
{ dirty; git diff; git diff --cached; } >"$sandbox/after"
cmp -s "$sandbox/before" "$sandbox/after" ||
    fail "git has: $(diff "$sandbox/before" "$sandbox/after")"
is "$(files "$id")" "$id-moved-on/$id-in-backlog.txt
$id-moved-on/$id-moved-on.task.md
$id-moved-on/$id.context.md
$id-moved-on/$id.ledger.jsonl
$id-moved-on/intent
$id-moved-on/link
$id-moved-on/notes.txt
$id-moved-on/sub/deep
$id-moved-on/untracked
$id-moved-on/x.o"
is "$(paste -sd' ' "$f/notes.txt")" "note staged dirty"
is "$(git show "HEAD:$f/notes.txt")" note
exits 0 task-index --check
git reset -q --hard && git clean -qfdx

# No file of a person's is written over: refused, or kept under some name.
it "never writes over a file that has the new name of the card"
in_stage backlog "$ready"
echo precious >"$(folder "$id")/$id-in-the-way.task.md"
task-set "$id" name="In the way" >"$out" 2>"$err"
grep -rqx precious $tasks || fail "the file is lost"
git reset -q --hard && git clean -qfd

it "never writes over a file that has the new name of an earlier version"
in_stage backlog "$ready"
echo "More." >>"$(card "$id")" && task-watch --once >/dev/null
echo precious >"$(folder "$id")/$id-in-the-way.task.v1.md"
git add . && git commit -qm "precious"
task-set "$id" name="In the way" >"$out" 2>"$err"
grep -rqx precious $tasks || fail "the file is lost"

it "follows no symbolic link for an earlier version"
in_stage backlog "$ready"
ln -s /etc/passwd "$(folder "$id")/$id-in-backlog.task.v1.md"
unchanged exits 65 task-set "$id" name="Linked"
err_has "a symbolic link, which is never followed"
git clean -qfd

it "renames again what was renamed without a commit"
in_stage backlog "$ready"
exits 0 task-set --no-commit "$id" name="First name"
exits 0 task-set --no-commit "$id" name="Second name"
is "$(files "$id")" "$id-second-name/$id-second-name.task.md
$id-second-name/$id.context.md
$id-second-name/$id.ledger.jsonl"
git add -A && git reset -q --hard

it "puts a name on record that was given without a commit"
exits 0 task-set --no-commit "$id" name="Third name"
exits 0 task-set "$id" tags=x
is "$(folder "$id")" "$tasks/backlog/TASK-$id-third-name"
sound

it "renames a package that git does not know yet"
exits 0 task-new --no-commit "Fresh"
id=$(newest)
exits 0 task-set "$id" name="Not so fresh"
is "$(folder "$id")" "$tasks/inbox/TASK-$id-not-so-fresh"
exits 0 task-index --check
is "$(dirty)" " M $tasks/ID_COUNTER.txt"

fresh_board hostile
in_stage backlog "$ready"

it "takes every name that is one line, and keeps YAML and index sound"
while IFS=$tab read -r slug name; do
	exits 0 task-set 1 "name=$name"
	is "$(folder 0001)" "$tasks/backlog/TASK-0001-$slug"
	task-ls -j | grep -qF "\"name\":\"$(printf '%s' "$name" |
	    sed 's/[\\"]/\\&/g')\"" || fail "task-ls has: $(task-ls -j)"
	is "$(grep -c '^| 0001 |' $tasks/INDEX.md)" 1
	exits 0 task-index --check
	is "$(dirty)" ""
done <<END
x-y	"x": 'y'
a-b-c	a | b|c |
a-b-c	a # b: c
a-b-n-c	a \\ b \\n \\| \\" c
null	null
task	~
task	???
item	- item
x	[x]
x	{x: [
x-x	&x *x
x	@x
x	%x
x	\`x\`
x	!x
task	---
x	x: |
rf	-rf
etc-passwd	../../etc/passwd
b-b-b	<b>b</b>
x-y	x=y
größe-ärger	Größe ÄRGER
日本語-テスト	日本語 テスト
привет	ПРИВЕТ
task	😀 🎉
END
sound

it "writes a | of a name into the index as \\|"
exits 0 task-set 1 "name=one | two"
file_has $tasks/INDEX.md '| 0001 | one \| two | @alice |'
exits 0 task-ls --columns name
out_is "one | two"

it "cuts what a long name gives the folder, not the name"
long=$(printf '%0252dlast' 0)
exits 0 task-set 1 "name=$long"
is "$(key 0001 task_name)" "task_name: \"$long\""
is "$(basename "$(folder 0001)")" "TASK-0001-$(printf '%064d' 0)"
exits 0 task-set 1 "name=${long%last}more"
sound

it "refuses a name that is too long, empty or no line of text"
for name in "$long+" "" "  " "$(printf 'a\nb')" "$(printf 'a\tb')" \
    "$(printf 'a\033[31mb')" "$(printf 'a\177')" "$(printf 'a\302\205b')" \
    "$(printf 'a\342\200\250b')" "$(printf 'a\342\200\256b')" \
    "$(printf 'bad\377')"; do
	unchanged exits 64 task-set 1 "name=$name"
	err_has "task-set: name: "
	err_lacks "$(printf '\033')"
done

it "refuses other values that are too long or no line of text"
for value in "$(printf '%04097d' 0)" "$(printf 'a\nb')" \
    "$(printf 'a\033[31mb')" "$(printf 'bad\377')"; do
	for key in tags assigned_worker; do
		unchanged exits 64 task-set 1 "$key=$value"
		err_has "task-set: $key: "
		err_lacks "$(printf '\033')"
	done
done

fresh_board words
in_stage backlog "$ready"

it "refuses a key that there is not, and names the one that was meant"
unchanged exits 64 task-set 1 tag=x
err_is "task-set: there is no key 'tag'; did you mean 'tags'? (--extra sets one of your own)"
unchanged exits 64 task-set 1 ticket=7
err_is "task-set: there is no key 'ticket' (--extra sets one of your own)"

it "sets a key of one's own with --extra"
exits 0 task-set --extra 1 ticket=SHOP-17
is "$(key 0001 ticket)" 'ticket: "SHOP-17"'
logs 0001 '"event":"content_updated","desc":"set by @alice","file":"0001-in-backlog.task.md","keys":["ticket"]'
already task-set --extra 1 ticket=SHOP-17
exits 0 task-set --extra 1 Ticket_2=x ticket=SHOP-18
is "$(key 0001 ticket)" 'ticket: "SHOP-18"'
is "$(key 0001 Ticket_2)" 'Ticket_2: "x"'
sound

it "makes a key of one's own null, and none where there is none"
exits 0 task-set --extra 1 ticket=
is "$(key 0001 ticket)" "ticket: null"
already task-set --extra 1 other=
is "$(key 0001 other)" ""

it "keeps what a value of one's own holds that YAML would read otherwise"
while IFS= read -r value; do
	exits 0 task-set --extra 1 "ticket=$value"
	already task-set --extra 1 "ticket=$value"
	exits 0 task-ls --columns name
	out_is "In backlog"
done <<'END'
a: b
# no comment
"quoted"
it's
- item
[a, b
{a: b}
&anchor
*alias
!tag
| 
> folded
---
...
null
true
0x10
\n \" \\
 spaces around 
a=b
END
sound

it "takes no word for a key that is none"
for word in 1a=x .b=x =x "a b=x" "a:=x" "é=x"; do
	unchanged exits 64 task-set --extra 1 tags=x "$word"
done

it "sets no key with --extra that the toolkit has its own rules for"
for word in related_to=x blocks=x split_into=x split_date=x; do
	unchanged exits 64 task-set --extra 1 "$word"
done

# refers KEY WHAT: it is refused, with --extra as without.
refers() {
	unchanged exits 64 task-set 1 "$1=x"
	err_is "task-set: $1 is not for task-set: $2"
	unchanged exits 64 task-set --extra -r "why" 1 tags=x "$1="
	err_has "$1 is not for task-set: $2"
}

it "refuses a key that is for another program, and names that"
refers stage "task-move changes that"
refers status "task-status changes that"
refers blocked_by "task-status --by says that"
refers paused_reason "task-status -r says that"
refers canceled_reason "task-status -r says that"
refers paused_date "task-status sets that"
refers depends_on "task-link changes that"

it "refuses a key that changes in another way, or never"
for key in dri current_dri previous_dris; do
	refers $key "task-handoff passes that on"
done
refers task_id "namespace= changes it, and nothing else does"
for key in schema_version created_by created_date; do
	refers $key "that was so, and stays"
done

it "refuses a key that is there twice, by whatever name"
unchanged exits 64 task-set 1 name=A name=B
err_is "task-set: name is set twice"
unchanged exits 64 task-set 1 name=A task_name=A
err_has "is set twice"
unchanged exits 64 task-set -r "why" 1 effort=S effort_estimate=S
err_has "is set twice"
unchanged exits 64 task-set --extra 1 own=a own=b
err_has "own is set twice"

it "adds to no key that is no list, and takes nothing away from it"
unchanged exits 64 task-set -r "why" 1 priority+=P1
err_is "task-set: priority is no list: it takes no '+='"
unchanged exits 64 task-set 1 name-=x
err_is "task-set: name is no list: it takes no '-='"
unchanged exits 64 task-set --extra 1 own+=x
err_has "own is no list"

it "says that something to set has to be named"
unchanged exits 64 task-set 1
err_has "KEY=VALUE is missing"
unchanged exits 64 task-set 1 tags
err_has "KEY=VALUE is missing"

it "says that a task has to be named"
unchanged exits 64 task-set tags=x
err_is "task-set: no operand: usage: task-set REF... KEY=VALUE..."

it "refuses no operand at all, and shows what it takes"
unchanged exits 64 task-set
err_has "task-set REF... KEY=VALUE..."

it "names the option that was probably meant"
unchanged exits 64 task-set --extar 1 tags=x
err_has "did you mean '--extra'?"

it "says that there is no such task"
unchanged exits 66 task-set 4711 tags=x
err_is "task-set: TASK-4711: no such task"

it "says that a word is no task"
unchanged exits 64 task-set nonsense tags=x
err_has "'nonsense' is no task"

it "sets nothing of a closed task"
in_stage archived
unchanged exits 1 task-set "$id" tags=x
err_is "task-set: TASK-$id: it is closed"
unchanged exits 1 task-set "$id" name="Too late"
sound

fresh_board bytes

# bytes_are FILE: a task with this card, committed; its number is $id.
bytes_are() {
	in_stage backlog
	sed "s/NUMBER/$id/" "$1" >"$sandbox/original"
	cat "$sandbox/original" >"$(card "$id")"
	git commit -qam "by hand"
}

# becomes SED: of the card's bytes changed what SED does, and no other.
becomes() {
	sed "$1" "$sandbox/original" >"$sandbox/wanted"
	cmp -s "$sandbox/original" "$sandbox/wanted" && fail "the test is wrong"
	cmp -s "$sandbox/wanted" "$(card "$id")" ||
	    fail "the card is not as it should be:" \
	    "$(diff "$sandbox/wanted" "$(card "$id")" | cat -A | head -n 6)"
}

{
	cat <<'END'
---
# first

mine: [1, 2]   # a list
task_name: In backlog	# plain
stage:   backlog
tags:
  - 'one'
  # between
  - two
priority: P1 # urgent
status: 'active'
effort_estimate: "M"
task_id: "NUMBER"
current_dri: "@alice"
text: |
  priority: P9
  tags: [no]

assigned_worker: ~
# last
---

## Goal  
trailing spaces   
tags: in the body
END
	printf 'no newline at the end'
} >"$sandbox/by-hand"
sed "s/\$/$cr/" "$sandbox/by-hand" >"$sandbox/by-hand-cr"
{ printf '%s' "$bom"; cat "$sandbox/by-hand"; } >"$sandbox/by-hand-bom"

everything() {
	exits 0 task-set -r "why" "$id" priority=P2 effort=S tags=a,b \
	    assigned_worker=robot
}

changes='s/^priority: P1/priority: P2/
s/^effort_estimate: "M"/effort_estimate: "S"/
s/^assigned_worker: ~/assigned_worker: "robot"/
s/^  - .one.$/  - "a"/
/^  # between$/d
s/^  - two$/  - "b"/'

it "changes the value's bytes in a card, and no other: order, comments, quotes"
bytes_are "$sandbox/by-hand"
everything
becomes "$changes"
sound

it "keeps them when the task gets another name"
bytes_are "$sandbox/by-hand"
exits 0 task-set "$id" name="Plain"
becomes 's/^task_name: In backlog/task_name: Plain/'
is "$(basename "$(folder "$id")")" "TASK-$id-plain"
sound

it "keeps carriage returns"
bytes_are "$sandbox/by-hand-cr"
everything
tr -d '\r' <"$(card "$id")" >"$sandbox/without"
sed "$changes" "$sandbox/by-hand" | sed "s/NUMBER/$id/" |
    cmp -s - "$sandbox/without" || fail "$(cat -A "$sandbox/without")"
is "$(grep -c "$cr\$" "$(card "$id")")" "$(grep -c '' "$(card "$id")")"
exits 0 task-set "$id" name="Plain"
is "$(grep -c "$cr\$" "$(card "$id")")" "$(grep -c '' "$(card "$id")")"
exits 0 task-index --check

it "keeps a byte order mark, and puts a new key at the end"
bytes_are "$sandbox/by-hand-bom"
exits 0 task-set "$id" expected_resume_date=2025-11-01
becomes '/^# last$/a\
expected_resume_date: "2025-11-01"'
exits 0 task-set "$id" name="Marked"
is "$(head -c 3 "$(card "$id")")" "$bom"
sound

fresh_board malformed
in_stage backlog "$ready"
in_stage backlog "$ready"

it "names line and column of a card that is not valid YAML, and sets the others"
printf -- '---\npriority: @high\n---\n' >"$(card 0001)"
unchanged exits 65 task-set 1 tags=x
err_has "$(card 0001):2:11: "
unchanged exits 65 task-set 1 name="Other"
exits 65 task-set 1 2 tags=x
out_is "TASK-0002"
is "$(dirty)" " M $(card 0001)"
git checkout -q .

it "sets nothing of a card whose tags are no list, the other keys neither"
edit 0001 's/^tags: .*/tags: {a: b}/' && git commit -qam "by hand"
unchanged exits 65 task-set 1 tags=x
err_has "tags must be a list of texts"
unchanged exits 65 task-set 1 tags+=x
unchanged exits 65 task-set -r "why" 1 priority=P2 tags=x name=Other
edit 0001 's/^tags: .*/tags: [a, [b]]/' && git commit -qam "by hand"
unchanged exits 65 task-set 1 tags+=x

it "takes one text for a list of one"
edit 0001 's/^tags: .*/tags: one/' && git commit -qam "by hand"
exits 0 task-set 1 tags+=two
is "$(key 0001 tags)" 'tags: ["one", "two"]'
sound

it "changes no value whose anchor is used elsewhere, and says where it is"
edit 0001 's/^tags: .*/tags: \&t [a]/
/^priority:/a\
more: *t' && git commit -qam "by hand"
unchanged exits 65 task-set 1 tags=x
err_has "anchor"
git revert -n HEAD && git commit -qm "back"

it "says that the ledger is missing"
l=$(ledger 0001)
rm "$l"
unchanged exits 65 task-set 1 tags=x
err_has "$l: there is no such file"
git checkout -q .

it "refuses where a committed line of the ledger was changed"
sed 's/imported":true/imported":false/' "$l" >x && cat x >"$l" && rm x
unchanged exits 1 task-set 1 name=Other
err_has "$l:1: a line that was committed has changed"
git checkout -q .

it "sets nothing in a folder that was moved by hand, and says what judges that"
mv "$(folder 0001)" $tasks/inbox/
unchanged exits 1 task-set 1 name=Other
err_has "task-watch --once"
mv $tasks/inbox/TASK-0001-in-backlog $tasks/backlog/

it "refuses a task that has two packages, and names both"
cp -r "$(folder 0001)" $tasks/inbox/
unchanged exits 65 task-set 1 name=Other
err_has "two packages have this id"
rm -r $tasks/inbox/TASK-0001-in-backlog

it "does not wait for the lock with TASK_LOCK_TIMEOUT=0, and says who holds it"
exec 9>.git/task/lock && flock 9 && echo "task-new (pid 4711)" >&9
unchanged exits 75 env TASK_LOCK_TIMEOUT=0 task-set 1 tags=x
err_has "task-new (pid 4711)"
exec 9>&-

it "fails when its output cannot be written, and leaves a sound tree"
task-set 1 name="Full" >/dev/full 2>"$err"
is $? 74
err_has "cannot write to standard output"
sound

it "fails when its output is closed, and leaves a sound tree"
if under_valgrind; then
	skip "valgrind opens a file where the output was"
else
	task-set 1 name="Closed" >&- 2>"$err"
	is $? 74
	sound
fi

it "says how to say who one is where nothing says it"
mv "$HOME/.gitconfig" "$HOME/away"
unchanged exits 78 task-set 1 tags=x
err_has "who are you?"
mv "$HOME/away" "$HOME/.gitconfig"

fresh_board killed
in_stage backlog "$ready"
echo "More." >>"$(card 0001)" && task-watch --once >/dev/null

# The journal is on disk; the folder has its new name; the branch is to move.
for at in 'openat .*tmp_obj_' 'openat .*other-name.task.md' \
    'rename .*git/refs/heads/main$'; do
	it "is finished by the next program where it was killed: $at"
	if under_valgrind || ! can_kill; then
		skip "${why_not-valgrind}"
		continue
	fi
	git branch -f before
	# The shell would tell of each process that was killed.
	exec 8>&2 2>/dev/null
	killed_at "$at" task-set 1 name="Other name"
	exec 2>&8 8>&-
	exits 0 task-index
	is "$(files 0001)" "0001-other-name/0001-other-name.task.md
0001-other-name/0001-other-name.task.v1.md
0001-other-name/0001.context.md
0001-other-name/0001.ledger.jsonl"
	is "$(git log --format=%s before..)" "TASK-0001: name=Other name"
	is "$(events 0001 | grep -c renamed)" 1
	sound
	git reset -q --hard before
done

it "lets the board be read where the card has not its new name yet"
if under_valgrind || ! can_kill; then
	skip "${why_not-valgrind}"
else
	exec 8>&2 2>/dev/null
	killed_at 'openat .*other-name.task.md' task-set 1 name="Other name"
	exec 2>&8 8>&-
	exits 0 task-ls
	out_has "TASK-0001"
	exits 0 task-show 1
	exits 0 task-index
fi

it "tells what it is for and what it takes"
exits 0 task-set -h
out_has "task-set: change what a card says of a task"
out_has "--extra"

finish
