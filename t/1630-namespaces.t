#!/bin/sh
# SPDX-License-Identifier: MIT
# Namespaces: tasks that are numbered apart, and what is asked of them.
. "${TASK_SRC:?}/t/lib.sh"

tasks=.work/tasks
tab=$(printf '\t')
ready='"priority":"P1","effort":"M"'

# namespaces: what comes on standard input is NAMESPACES.yaml.
namespaces() {
	cat >$tasks/NAMESPACES.yaml
	task-index >/dev/null && git add .work &&
	    git commit -qm "namespaces" || echo "Bail out! no namespaces"
}

# ids COMMAND...: what the list has in its first column, in one line.
ids() {
	exits 0 "$@"
	cut -f1 "$out" | paste -sd' ' -
}

last_event() {
	tail -n 1 "$(ledger "$1")" | sed 's/"id":"[^"]*"/"id":""/'
}

board
task-new "Plain" >/dev/null

it "knows no namespace where there is no NAMESPACES.yaml"
unchanged exits 64 task-new --namespace FW "Boot"
err_is "task-new: --namespace: there is no namespace 'FW' (.work/tasks/NAMESPACES.yaml names those that there are)"
unchanged exits 64 task-ls --namespace FW

namespaces <<'END'
namespaces:
  FW:
    full_name: "Firmware"
    description: "All that boots"
    team: "Devices"
    created: "2025-10-01"
    id_counter_file: ".work/tasks/fw/ID_COUNTER.txt"
  WEB:
    wip:
      current: {limit: 1}
      next: {limit: 1, scope: dri, enforce: soft}
  OLD: {status: archived}
END

it "takes the keys of a registry made by hand without a word"
exits 0 task-new "Also plain"
err_is ""
out_is "TASK-0002"

it "numbers a task in its namespace, from 0001 up"
exits 0 task-new --namespace FW "Boot in a second"
out_is "TASK-FW-0001"
err_is ""
exits 0 task-new --namespace WEB "Sort by price" "Filter by size"
out_is "TASK-WEB-0001
TASK-WEB-0002"
is "$(cat $tasks/ID_COUNTER.FW.txt $tasks/ID_COUNTER.WEB.txt)" "0002
0003"
is "$(cat $tasks/ID_COUNTER.txt)" "0003"
sound

it "names folder, files and card by that id"
is "$(cd $tasks/inbox && echo TASK-FW-*/*)" "TASK-FW-0001-boot-in-a-second/FW-0001-boot-in-a-second.task.md TASK-FW-0001-boot-in-a-second/FW-0001.context.md TASK-FW-0001-boot-in-a-second/FW-0001.ledger.jsonl"
file_has "$(card FW-0001)" 'task_id: "FW-0001"'
is "$(events FW-0001 | paste -sd' ' -)" "id_reserved created"

it "goes on with tasks of no namespace as they are"
exits 0 task-new "Plain again"
out_is "TASK-0003"

it "gives every index the column"
for f in $tasks/INDEX.md $tasks/*/INDEX.md; do
	file_has "$f" "| Namespace | ID | Name |"
done
file_has $tasks/inbox/INDEX.md "| FW | FW-0001 | Boot in a second | @alice | active | - | - |"
file_has $tasks/INDEX.md "| - | 0003 | Plain again | @alice | inbox | active | - | - |"

it "makes the same indexes twice"
task-index && cp -r $tasks "$sandbox/once" && task-index
for f in INDEX.md inbox/INDEX.md archived/INDEX.md; do
	cmp -s $tasks/$f "$sandbox/once/$f" || fail "$f differs"
done

it "takes a namespace from each JSON line, and the option's where it has none"
printf '%s\n' '{"name":"a","namespace":"WEB","key":"A"}' \
    '{"name":"b","depends_on":["A","WEB-1"]}' \
    '{"name":"c","namespace":null}' '{"name":"d","namespace":"WEB"}' \
    >"$sandbox/lines"
exits 0 sh -c 'task-new --namespace FW - <"$1"' sh "$sandbox/lines"
out_is "TASK-WEB-0003
TASK-FW-0002
TASK-FW-0003
TASK-WEB-0004"
file_has "$(card FW-0002)" 'depends_on: ["TASK-WEB-0003", "TASK-WEB-0001"]'
sound

it "numbers them in commits of their own, too"
exits_with '{"name":"e","namespace":"WEB"}
{"name":"f"}
{"name":"g","namespace":"WEB"}
' 0 task-new --each -
out_is "TASK-WEB-0005
TASK-0004
TASK-WEB-0006"
sound

it "refuses one that is not there, and says which are and what was meant"
unchanged exits 64 task-new --namespace PLAT "x"
err_is "task-new: --namespace: there is no namespace 'PLAT' (there are FW, WEB, OLD)"
unchanged exits 64 task-new --namespace fw "x"
err_is "task-new: --namespace: there is no namespace 'fw'; did you mean 'FW'? (there are FW, WEB, OLD)"
for word in "" - ../FW "F${tab}W" FW-0001 TASK; do
	unchanged exits 64 task-new --namespace "$word" "x"
done

it "refuses one that is archived"
unchanged exits 1 task-new --namespace OLD "x"
err_is "task-new: --namespace: namespace OLD is archived: nothing new comes into it (NAMESPACES.yaml says so)"

it "names each line whose namespace is none, and makes nothing"
unchanged exits_with '{"name":"x","namespace":"WBE"}
{"name":"y","namespace":"OLD"}
{"name":"z","namespace":3}
' 65 task-new -
err_has "task-new: -:1: namespace: there is no namespace 'WBE'; did you mean 'WEB'?"
err_has "task-new: -:2: namespace: namespace OLD is archived"
err_has "task-new: -:3: namespace: must be a text"

it "keeps such a line without its namespace with --lenient"
exits_with '{"name":"lenient","namespace":"OLD"}
' 0 task-new --lenient -
out_is "TASK-0005"
err_has "left out"
file_has "$(ledger 0005)" "namespace OLD is archived"

it "recovers a counter of a namespace that is missing, and says so"
rm $tasks/ID_COUNTER.WEB.txt && git commit -qam "gone"
exits 0 task-new --namespace WEB "After"
out_is "TASK-WEB-0007"
err_has "the counter ID_COUNTER.WEB.txt was set anew: it was missing"
is "$(events WEB-0007 | paste -sd' ' -)" "id_reserved id_counter_recovered created"
sound

it "recovers one that is too low, or no number"
for text in 2 x 0; do
	echo $text >$tasks/ID_COUNTER.FW.txt && git commit -qam "wrong"
	exits 0 task-new --namespace FW "After"
	err_has "ID_COUNTER.FW.txt was set anew"
done
out_is "TASK-FW-0006"
is "$(cat $tasks/ID_COUNTER.FW.txt)" "0007"

it "looks into the archive for that"
make_task "Retired" '"namespace":"FW","stage":"archived"'
echo 0001 >$tasks/ID_COUNTER.FW.txt && git commit -qam "wrong"
exits 0 task-new --namespace FW "After"
out_is "TASK-FW-0008"

it "takes a reference in every form, in every program"
for ref in FW-1 FW-0001 TASK-FW-0001 "$(folder FW-0001)" \
    "$(card FW-0001)" "$(ledger FW-0001)"; do
	exits 0 task-show "$ref"
	out_has "TASK-FW-0001  Boot in a second"
	exits 0 task-note "$ref" "said"
	out_is "TASK-FW-0001"
	exits 0 task-ledger -e note_added "$ref"
	exits 0 task-graph "$ref"
	out_has "TASK-FW-0001"
done
exits 0 task-set -r why FW-1 priority=P2 effort=M
exits 0 task-link WEB-1 --on FW-1
exits 0 task-link WEB-1 --off TASK-FW-0001
exits 0 task-ledger --add waiting_on -m "x" FW-0001
exits 0 task-status FW-1 blocked --by task:WEB-2
exits 0 task-status FW-1 active -r "never mind"
exits 0 task-handoff FW-1 --to @bob -r "it is his"
is "$(find $tasks -path '*TASK-FW-0001-*' -type f | sed 's/.*TASK-//' |
    sort | paste -sd' ' -)" "FW-0001-boot-in-a-second/FW-0001-boot-in-a-second.task.md FW-0001-boot-in-a-second/FW-0001.context.md FW-0001-boot-in-a-second/FW-0001.ledger.jsonl"
sound

it "takes no reference in small letters, or of another shape"
for ref in fw-1 FW-0 FW- FW1 FW-1-2 F-1 ABCDEFG-1; do
	exits 64 task-show "$ref"
	err_has "'$ref' is no task"
done
exits 66 task-show ABCDEF-1
err_has "TASK-ABCDEF-0001: no such task"

it "lists those of a namespace, of several, of none"
is "$(ids task-ls --namespace FW)" "TASK-FW-0001 TASK-FW-0002 TASK-FW-0003 TASK-FW-0004 TASK-FW-0005 TASK-FW-0006 TASK-FW-0008"
is "$(ids task-ls -a --namespace FW --text retired)" "TASK-FW-0007"
is "$(ids task-ls --namespace - --text plain)" "TASK-0001 TASK-0002 TASK-0003"
is "$(ids task-ls --namespace - --namespace WEB --text p)" "$(ids task-ls --text p |
    tr ' ' '\n' | grep -v FW | paste -sd' ' -)"
is "$(ids task-ls --namespace OLD)" ""
unchanged exits 64 task-ls --namespace WBE
err_has "task-ls: there is no namespace 'WBE'; did you mean 'WEB'?"
unchanged exits 64 task-ls --namespace ""

it "has a column for the namespace, which is shown when asked for"
exits 0 task-ls --columns id,namespace --text plain
out_is "TASK-0001${tab}
TASK-0002${tab}
TASK-0003${tab}"
exits 0 task-ls --columns namespace --text Boot
out_is "FW"
exits 0 task-ls -j --text Boot
out_has '"namespace":"FW"}'
exits 0 task-ls -j --text "Also plain"
out_has '"namespace":null}'
exits 0 task-ls -z --namespace OLD
out_is ""

it "lists a namespace that no file names but some task is in"
mv $tasks/NAMESPACES.yaml "$sandbox/away"
is "$(ids task-ls -a --namespace FW --text retired)" "TASK-FW-0007"
exits 64 task-ls --namespace OLD
mv "$sandbox/away" $tasks/NAMESPACES.yaml

mkdir "$sandbox/work/flow" && cd "$sandbox/work/flow" && board
namespaces <<'END'
namespaces:
  FW:
  WEB:
END
make_task "One" "$ready,\"namespace\":\"FW\""
make_task "Two" "$ready,\"namespace\":\"WEB\""
make_task "Three" "$ready"

it "moves tasks of namespaces through all stages"
advance FW-0001 next
advance WEB-0001 next
advance 0001 next
is "$(ids task-ls next)" "TASK-0001 TASK-FW-0001 TASK-WEB-0001"
sound

it "says what is to be pulled now in a namespace"
exits 0 task-next --columns id
out_is "TASK-0001"
exits 0 task-next --columns id --namespace WEB
out_is "TASK-WEB-0001"
exits 0 task-next --columns id --namespace WEB --namespace FW
out_is "TASK-FW-0001"
exits 0 task-next --columns id --namespace -
out_is "TASK-0001"
exits 64 task-next --namespace WBE
err_has "did you mean 'WEB'?"
exits 64 task-next --claim --namespace X
err_has "(there are FW, WEB)"

it "claims one of a namespace"
exits 0 task-next --claim --namespace WEB
out_has "TASK-WEB-0001"
exits 1 task-next --namespace WEB
err_is "task-next: nothing can be pulled: no task in namespace WEB is in 'next'"
exits 1 task-next -D @bob --namespace WEB --namespace -
err_is "task-next: nothing can be pulled: no task of @bob in namespace WEB, - is in 'next'"
sound

it "lets tasks wait for those of another namespace, and none go round in a circle"
exits 0 task-link FW-1 --on WEB-1
exits 1 task-move FW-1
err_has "TASK-WEB-0001"
exits 0 task-link 1 --on FW-1
exits 1 task-link WEB-1 --on 1
err_has "it would wait for itself: TASK-WEB-0001 -> TASK-0001 -> TASK-FW-0001 -> TASK-WEB-0001"
is "$(last_event WEB-0001 | grep -o '"cycle_path":.*]')" '"cycle_path":["TASK-WEB-0001","TASK-0001","TASK-FW-0001","TASK-WEB-0001"]'
sound

it "draws those of a namespace"
exits 0 task-graph --namespace FW
out_has "TASK-FW-0001"
out_lacks "WEB"
exits 0 task-graph --namespace FW --namespace WEB --dot
out_has '"TASK-WEB-0001" -> "TASK-FW-0001"'
out_lacks '"TASK-0001"'
is "$(ids task-graph --namespace - --columns id)" "TASK-0001"
is "$(ids task-graph --namespace FW --blocked)" "TASK-FW-0001"
exits 64 task-graph --namespace WBE
err_has "did you mean 'WEB'?"
exits 64 task-graph --cycles --namespace FW
err_has "--cycles looks at all tasks"
exits 64 task-graph --critical 1 --namespace FW

it "ends the wait across namespaces with the task that was waited for"
advance WEB-0001 integration
file_has $tasks/next/INDEX.md "| FW | FW-0001 | One | @alice | active | dep_ready | TASK-WEB-0001 |"
sound

it "blocks across namespaces what depends on a task that is canceled"
exits 0 task-status WEB-1 canceled -r "no web" --dependents block
file_has $tasks/next/INDEX.md "blocked(TASK-WEB-0001:canceled)"
is "$(events FW-0001 | tail -n 1)" cascade_blocked_by_cancel
sound

it "hands a task of a namespace on"
exits 0 task-handoff FW-1 --to @bob -r "it is his"
exits 0 task-handoff -u @bob FW-1 --accept
is "$(ids task-ls -D @bob)" "TASK-FW-0001"
sound

it "signs and archives one, sharded, too"
make_task "Four" "$ready,\"namespace\":\"WEB\""
sed 's/archive_shard: 0/archive_shard: 1000/' $tasks/policy.yaml >x &&
    mv x $tasks/policy.yaml && task-index && git add .work &&
    git commit -qm "shards"
advance WEB-0002 integration
exits 0 task-move -s --skip-learning x WEB-2 archived
[ -d $tasks/archived/0000-0999/TASK-WEB-0002-four ] || fail "not there"
file_has $tasks/archived/0000-0999/INDEX.md "| WEB | WEB-0002 | Four |"
exits 0 task-new --namespace WEB "After the archive"
out_is "TASK-WEB-0003"
sound

# What is wrong in the file stops whoever needs it, and says where.
wrong() {
	cat >$tasks/NAMESPACES.yaml
	unchanged exits 78 task-new --namespace FW x
	err_has "task-new: .work/tasks/NAMESPACES.yaml:$1"
	unchanged exits 78 task-set 1 tags=x
	unchanged exits 78 task-ls --namespace FW
	err_has "task-ls: .work/tasks/NAMESPACES.yaml:$1"
	exits 0 task-ls
	git checkout -q $tasks/NAMESPACES.yaml
}

it "names the place where NAMESPACES.yaml is wrong, and changes nothing"
printf 'namespaces:\n\tFW: {}\n' | wrong "2:1: a tab may not indent"
printf 'namespaces: []\n' | wrong "1:13: namespaces: must be a mapping"
printf 'namespaces:\n  fw: {}\n' |
    wrong "2:3: 'fw' is no name of a namespace: 2 to 6 of A-Z and 0-9, a letter first"
printf 'namespaces:\n  TASK: {}\n' | wrong "2:3: no namespace can be called"
printf 'namespaces:\n  FW: {wip: {current: {limit: -1}}}\n' |
    wrong "2:31: limit: must be a number from 0 up, or null"
printf 'namespaces:\n  FW: {status: gone}\n' |
    wrong "2:16: status: must be active or archived"
printf 'namespaces:\n  FW: {}\n  FW: {}\n' | wrong "3:3: the key 'FW'"
printf 'namespaces: \377\n' | wrong "1:"

it "reads no NAMESPACES.yaml of more than a megabyte, or that is no file"
{ echo 'namespaces: {FW: {}}'; head -c 1100000 /dev/zero | tr '\0' '#'; } \
    >$tasks/NAMESPACES.yaml
unchanged exits 65 task-new --namespace FW x
err_has ".work/tasks/NAMESPACES.yaml: 1100021 bytes, more than"
rm $tasks/NAMESPACES.yaml && mkfifo $tasks/NAMESPACES.yaml
exits 65 timeout 20 task-new --namespace FW x
err_has "a FIFO"
rm $tasks/NAMESPACES.yaml && git checkout -q $tasks/NAMESPACES.yaml

it "refuses a bomb of aliases, soon"
{
	echo 'namespaces:'
	echo '  AA: &a {wip: {current: {limit: 9}}}'
	p=a
	for l in b c d e f g h i j k l m n o p q r s t; do
		echo "  A$(echo $l | tr a-z A-Z): &$l {wip: *$p, team: [*$p, *$p]}"
		p=$l
	done
	echo '  FW: {}'
} >$tasks/NAMESPACES.yaml
exits 78 timeout 20 task-ls --namespace FW
err_has "with its aliases there are too many values"
git checkout -q $tasks/NAMESPACES.yaml

it "warns of a key that it does not know"
printf 'namespaces:\n  FW: {staus: archived}\n' >$tasks/NAMESPACES.yaml
exits 0 task-ls --namespace FW
err_is "task-ls: warning: .work/tasks/NAMESPACES.yaml:2:8: unknown key 'staus'"
git checkout -q $tasks/NAMESPACES.yaml

it "changes nothing with --dry-run, and says the id"
unchanged exits 0 task-new -n --namespace FW "x"
out_is "TASK-FW-0002"

it "fails when its output cannot be written, and leaves a sound tree"
task-new --namespace FW "Full" >/dev/full 2>"$err"
is $? 74
sound
task-ls --namespace FW >/dev/full 2>"$err"
is $? 74

finish
