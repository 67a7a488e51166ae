#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"

tmp=$sandbox/tmp
mkdir "$tmp" || exit 1
tab=$(printf '\t')
ready='"priority":"P1","effort":"M"'
: >"$tmp/seen"

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

# change FILE SED...: by hand.
change() {
	file=$1
	shift
	sed "$@" "$file" >"$tmp/changed" && cat "$tmp/changed" >"$file"
}

# The board as it was committed.
heal() {
	git reset -q --hard "$base" && git clean -qfdx .work
}

# The board as it is now is what heal makes it again.
keep() {
	git add -A && git commit -q --allow-empty -m keep
	base=$(git rev-parse HEAD)
}

# found STATUS LINE...: that is what there is: id, code and path below tasks
# with the line behind a colon, and nothing else; nothing changes.
found() {
	status=$1
	shift
	unchanged exits "$status" task-fsck --columns id,code,path,line
	sed 's/\.work\/tasks\///' "$out" | awk -F'\t' '{
		printf "%s%s %s%s\n", $1 == "" ? "" : $1 " ", $2, $3,
		    $4 == "" ? "" : ":" $4
	}' >"$tmp/found"
	awk '{ print $1 ~ /^F/ ? $1 : $2 }' "$tmp/found" >>"$tmp/seen"
	printf '%s\n' "$@" | diff - "$tmp/found" >"$tmp/diff" ||
	    fail "$(sed 's/^/# /' "$tmp/diff")"
	err_is ""
}

clean() {
	unchanged exits 0 task-fsck
	out_is ""
	err_is ""
}

it "says that there is no board, and how to make one"
exits 66 task-fsck
err_is "task-fsck: no .work/tasks here or above (task-init makes one)"

fresh_board all

it "finds nothing on an empty board"
clean

it "looks at nothing for an empty list"
unchanged exits_with "" 0 task-fsck -
out_is ""
err_is ""

in_stage inbox backlog next next current integration learning archived
keep

it "finds nothing on a board that the programs made"
clean
exits 0 task-fsck 1 8
out_is ""

p=.work/tasks

# Rule 1: ids, names, parts, cards.

it "finds a folder that begins as a package and is none"
mkdir $p/inbox/TASK-9-short $p/archived/TASK-0009_x
found 1 "F1-folder-name archived/TASK-0009_x" \
    "F1-folder-name inbox/TASK-9-short"
heal

it "finds two folders with one id, and both of them"
cp -R "$(folder 0001)" $p/backlog/TASK-0001-another
for f in $p/backlog/TASK-0001-another/0001-in*; do
	mv "$f" $p/backlog/TASK-0001-another/0001-another.task.md
done
change $p/backlog/TASK-0001-another/*.task.md 's/^stage:.*/stage: backlog/'
echo '{"ts":"2025-10-18T10:30:00Z","user":"@a","event":"verified"}' \
    >>$p/backlog/TASK-0001-another/0001.ledger.jsonl
found 1 "TASK-0001 F2-missing-row backlog/INDEX.md" \
    "TASK-0001 F1-same-id backlog/TASK-0001-another" \
    "TASK-0001 F1-same-id inbox/TASK-0001-in-inbox"
exits 1 task-fsck --columns code 1
is "$(sort "$out" | uniq -c | tr -s ' ')" " 2 F1-same-id
 1 F2-missing-row"
heal

it "finds a task_id that is not the folder's"
change "$(card 0001)" 's/^task_id:.*/task_id: "0002"/'
found 1 "TASK-0001 F1-card-id inbox/TASK-0001-in-inbox/0001-in-inbox.task.md:2"
heal

it "finds a card that is not named as its folder is"
mv "$(card 0001)" "$(folder 0001)/0001-other.task.md"
found 1 \
    "TASK-0001 F1-missing-file inbox/TASK-0001-in-inbox/0001-in-inbox.task.md" \
    "TASK-0001 F1-file-name inbox/TASK-0001-in-inbox/0001-other.task.md"
heal

it "finds a ledger that is named for another task, and what git had"
mv "$(ledger 0001)" "$(folder 0001)/0002.ledger.jsonl"
found 1 \
    "TASK-0001 F1-missing-file inbox/TASK-0001-in-inbox/0001.ledger.jsonl" \
    "TASK-0001 F7-gone inbox/TASK-0001-in-inbox/0001.ledger.jsonl" \
    "TASK-0001 F1-file-name inbox/TASK-0001-in-inbox/0002.ledger.jsonl"
heal

it "finds a package without a card"
rm "$(card 0008)"
found 1 "TASK-0008 F1-missing-file archived/TASK-0008-in-archived/0008-in-archived.task.md"
heal

it "warns of a package without a context, which is no failure"
rm "$(folder 0001)/0001.context.md"
found 0 "TASK-0001 F1-no-context inbox/TASK-0001-in-inbox/0001.context.md"
heal

it "follows no link, reads no device, and opens no FIFO"
for part in 0001-in-inbox.task.md 0001.context.md; do
	mv "$(folder 0001)/$part" "$tmp/part"
	ln -s "$tmp/part" "$(folder 0001)/$part"
	found 1 "TASK-0001 F1-unreadable-file inbox/TASK-0001-in-inbox/$part"
	rm "$(folder 0001)/$part"
	mkfifo "$(folder 0001)/$part"
	found 1 "TASK-0001 F1-unreadable-file inbox/TASK-0001-in-inbox/$part"
	heal
done
mv "$(folder 0001)" "$tmp/folder"
ln -s "$tmp/folder" $p/inbox/TASK-0001-in-inbox
exits 1 task-fsck --columns code
out_has F1-unreadable-file
rm $p/inbox/TASK-0001-in-inbox
rm -r "$tmp/folder"
heal

it "finds a stage that is a link, and judges the others"
mv $p/learning "$tmp/learning"
ln -s "$tmp/learning" $p/learning
change "$(card 0001)" 's/^task_id:.*/task_id: "0002"/'
exits 1 task-fsck --columns id,code
out_has "${tab}F1-unreadable-file"
out_has "TASK-0001${tab}F1-card-id"
out_has "TASK-0007${tab}F7-gone"
exits 1 task-fsck --columns code 1
rm $p/learning
rm -r "$tmp/learning"
heal

it "finds a learning file that is none"
mkdir "$(folder 0007)/0007.learning.md"
found 1 "TASK-0007 F1-unreadable-file learning/TASK-0007-in-learning/0007.learning.md"
heal

it "finds files that are too large, without reading them"
truncate -s 5M "$(card 0001)"
truncate -s 65M "$(ledger 0002)"
truncate -s 17M "$(folder 0003)/0003.context.md"
exits 1 timeout 10 task-fsck --columns id,code
out_is "TASK-0001${tab}F1-unreadable-file
TASK-0002${tab}F1-unreadable-file
TASK-0003${tab}F1-unreadable-file"
heal

it "finds a front matter that does not parse, and judges all others"
change "$(card 0001)" 's/^tags:.*/tags: [/'
change "$(card 0002)" 's/^status:.*/status: "done"/'
exits 1 task-fsck --columns id,code
out_is "TASK-0001${tab}F1-card-syntax
TASK-0002${tab}F4-stale-row
TASK-0002${tab}F4-stale-row
TASK-0002${tab}F1-card-value"
heal
change "$(card 0001)" 's/^tags:.*/tags: [/'
found 1 "TASK-0001 F1-card-syntax inbox/TASK-0001-in-inbox/0001-in-inbox.task.md:14"
heal

it "finds a key of a card that is not as it should be"
change "$(card 0001)" 's/^priority:.*/priority: "P9"/'
found 1 "TASK-0001 F1-card-value inbox/TASK-0001-in-inbox/0001-in-inbox.task.md:9"
heal

# Rules 2 and 4: rows.

it "finds an index that is missing, and not each row of it"
rm $p/INDEX.md
found 1 "F2-no-index INDEX.md"
heal

it "finds an index without a table of the right columns"
change $p/next/INDEX.md 's/| Name |/| Names |/'
found 1 "F2-bad-index next/INDEX.md"
heal
rm $p/next/INDEX.md && mkdir $p/next/INDEX.md
found 1 "F2-bad-index next/INDEX.md"
rmdir $p/next/INDEX.md
heal

it "finds a row of a task that there is not, and one of no task"
echo '| 0099 | Nobody | @a | active | - | - |' >>$p/inbox/INDEX.md
found 1 "TASK-0099 F2-orphan-row inbox/INDEX.md:15"
echo '| what | Nobody | @a | active | - | - |' >>$p/inbox/INDEX.md
found 1 "TASK-0099 F2-orphan-row inbox/INDEX.md:15" \
    "F2-orphan-row inbox/INDEX.md:16"
heal

it "finds a row of a task that lies in another stage"
grep '^| 0001' $p/inbox/INDEX.md >>$p/backlog/INDEX.md
found 1 "TASK-0001 F2-orphan-row backlog/INDEX.md:15"
exits 1 task-fsck --columns message 1
out_is "the task has its row elsewhere"
exits 0 task-fsck 2
heal

it "finds a package without a row"
change $p/INDEX.md '/^| 0005/d'
found 1 "TASK-0005 F2-missing-row INDEX.md"
exits 1 task-fsck --columns code 5
out_is F2-missing-row
exits 0 task-fsck 4
heal

it "finds a row that is there twice"
change $p/archived/INDEX.md -e '/^| 0008/{p;}'
found 1 "TASK-0008 F2-doubled-row archived/INDEX.md:15"
heal

it "finds rows that are not in their order, once"
change $p/next/INDEX.md -e '/^| 0003/{h;d;}' -e '/^| 0004/G'
found 1 "F2-row-order next/INDEX.md:14"
heal

it "finds a row that does not say what the card says"
change $p/current/INDEX.md 's/| @alice |/| @bob |/'
found 1 "TASK-0005 F4-stale-row current/INDEX.md:14"
exits 1 task-fsck --columns message
out_is "has to be: | 0005 | In current | @alice | active | - | - |"
heal

it "finds rows stale by flags and dependencies, and no others"
exits 0 task-link --on 6 2
exits 0 task-status 4 blocked --by task:1
exits 0 task-status 3 paused --until 2025-12-01 -r later
clean
for id in 0002 0003 0004; do
	change $p/INDEX.md "/^| $id/s/| [^|]* | [^|]* |\$/| - | - |/"
done
found 1 "TASK-0002 F4-stale-row INDEX.md:13" \
    "TASK-0003 F4-stale-row INDEX.md:14" \
    "TASK-0004 F4-stale-row INDEX.md:15"
exits 1 task-fsck --columns code 2
out_is F4-stale-row
heal

it "says nothing of rows of a card that cannot be read, but that one is there"
change "$(card 0001)" 's/^tags:.*/tags: [/'
change $p/INDEX.md 's/| In inbox |/| Whatever |/'
found 1 "TASK-0001 F1-card-syntax inbox/TASK-0001-in-inbox/0001-in-inbox.task.md:14"
heal

it "takes a policy with open rows in the root, and a sharded archive"
echo 'scale: {root_index: open, archive_shard: 1000}' >$p/policy.yaml
exits 1 task-fsck --columns code
out_has F2-wrong-folder
found 1 "TASK-0008 F2-orphan-row INDEX.md:19" \
    "TASK-0008 F2-wrong-folder archived/TASK-0008-in-archived" \
    "F2-bad-index archived/INDEX.md"
exits 0 task-index
clean
mkdir $p/archived/1000-1999 && mv "$(folder 0008)" $p/archived/1000-1999/
found 1 "TASK-0008 F2-wrong-folder archived/1000-1999/TASK-0008-in-archived" \
    "F2-no-index archived/1000-1999/INDEX.md" \
    "F4-stale-row archived/INDEX.md"
heal

# Rules 3, 5, 6.

it "finds a card whose stage is not its folder's"
change "$(card 0005)" 's/^stage:.*/stage: "next"/'
found 1 "TASK-0005 F3-stage current/TASK-0005-in-current/0005-in-current.task.md:7"
heal

it "finds a dependency on what there is not"
change "$(card 0001)" 's/^depends_on:.*/depends_on: ["TASK-4711"]/'
task-index
found 1 "TASK-0001 F5-missing-task inbox/TASK-0001-in-inbox/0001-in-inbox.task.md"
exits 1 task-fsck 1
out_has "depends on TASK-4711, which there is not"
heal

it "finds a circle once, with the whole way around"
change "$(card 0001)" 's/^depends_on:.*/depends_on: ["TASK-0002"]/'
change "$(card 0002)" 's/^depends_on:.*/depends_on: ["TASK-0004"]/'
change "$(card 0004)" 's/^depends_on:.*/depends_on: ["TASK-0001"]/'
task-index
found 1 "TASK-0001 F5-cycle inbox/TASK-0001-in-inbox/0001-in-inbox.task.md"
exits 1 task-fsck --columns message
out_is "TASK-0001 -> TASK-0002 -> TASK-0004 -> TASK-0001"
exits 1 task-fsck --columns message 2
out_is "TASK-0002 -> TASK-0004 -> TASK-0001 -> TASK-0002"
exits 0 task-fsck 3
heal

it "asks nothing of what a closed task depends on"
change "$(card 0008)" 's/^depends_on:.*/depends_on: ["TASK-4711", "TASK-0008"]/'
task-index
clean
exits 0 task-fsck 8
change "$(card 0001)" 's/^depends_on:.*/depends_on: ["TASK-0008"]/'
change "$(card 0008)" 's/^depends_on:.*/depends_on: ["TASK-0001"]/'
task-index
found 1 "TASK-0001 F5-cycle inbox/TASK-0001-in-inbox/0001-in-inbox.task.md"
heal

it "finds a line of a ledger that is no event, and where"
echo 'nonsense' >>"$(ledger 0001)"
echo '{"ts":"2025-10-18T10:30:00Z","user":"@a","event":"note_added","desc":"x"}' \
    >>"$(ledger 0001)"
n=$(($(wc -l <"$(ledger 0001)") - 1))
found 1 "TASK-0001 F6-bad-line inbox/TASK-0001-in-inbox/0001.ledger.jsonl:$n"
heal

it "tells of the first hundred such lines, and how many there are"
seq 1 5000 | sed 's/^/x/' >>"$(ledger 0001)"
exits 1 task-fsck --columns code,message
is "$(grep -c F6-bad-line "$out")" 101
out_has "and so 5000 lines in all"
heal

it "finds a last line that was cut off"
printf '{"ts":"2025-10-18T10:30:00Z","user":"@a","ev' >>"$(ledger 0001)"
found 1 "TASK-0001 F6-torn-line inbox/TASK-0001-in-inbox/0001.ledger.jsonl:$n"
heal

it "finds a line of a later format, and judges nothing by that ledger"
echo '{"ts":"2025-10-18T10:30:00Z","user":"@a","event":"started","version":"2.0"}' \
    >>"$(ledger 0001)"
found 1 "TASK-0001 F6-newer-line inbox/TASK-0001-in-inbox/0001.ledger.jsonl:$n"
heal

it "warns of times that run backwards, which is no failure"
echo '{"ts":"2024-10-18T10:30:00Z","user":"@a","event":"note_added","desc":"x"}' \
    >>"$(ledger 0001)"
found 0 "TASK-0001 F6-backwards inbox/TASK-0001-in-inbox/0001.ledger.jsonl:$n"
exits 0 task-fsck --columns state 1
out_is warning
heal

it "finds a ledger that says another stage than the folder"
echo '{"ts":"2025-10-18T10:30:00Z","user":"@a","event":"started","desc":"x"}' \
    >>"$(ledger 0001)"
found 1 "TASK-0001 F6-stage inbox/TASK-0001-in-inbox/0001.ledger.jsonl"
exits 1 task-fsck --columns message 1
out_is "the ledger says 'current', the folder lies in 'inbox'"
heal

it "finds a ledger that says another status than the card"
echo '{"ts":"2025-10-18T10:30:00Z","user":"@a","event":"blocked","desc":"x"}' \
    >>"$(ledger 0001)"
found 1 "TASK-0001 F6-status inbox/TASK-0001-in-inbox/0001.ledger.jsonl"
exits 1 task-fsck --columns message 1
out_is "the ledger says 'blocked', the card 'active'"
heal

# Rule 7: what git has.

it "finds a committed line that was changed, and one that is gone"
change "$(ledger 0001)" '2s/@alice/@mallory/'
found 1 "TASK-0001 F7-changed-line inbox/TASK-0001-in-inbox/0001.ledger.jsonl:2"
heal
change "$(ledger 0001)" '$d'
exits 1 task-fsck --columns code 1
out_has F7-changed-line
heal

it "finds nothing in a ledger that has grown"
echo '{"ts":"2025-10-18T10:30:00Z","user":"@a","event":"note_added","desc":"x"}' \
    >>"$(ledger 0001)"
clean
heal

it "finds a changed line whatever git's index knows"
change "$(ledger 0008)" '1s/@alice/@mallory/'
where="archived/TASK-0008-in-archived/0008.ledger.jsonl:1"
for how in "git status" "git read-tree HEAD" "git write-tree" "git add -A" \
    "git update-index --index-version 4" "git update-index --split-index" \
    "git update-index --no-split-index" "rm .git/index" "git read-tree --empty" "git reset"; do
	$how >/dev/null 2>&1
	found 1 "TASK-0008 F7-changed-line $where"
done
echo rubbish >.git/index
found 1 "TASK-0008 F7-changed-line $where"
rm .git/index
git reset -q
heal
clean

it "finds it in a package that was moved by hand, and one staged away"
change "$(ledger 0001)" '1s/@alice/@mallory/'
mv "$(folder 0001)" $p/backlog/
git add -A
exits 1 task-fsck --columns code
out_has F7-changed-line
git reset -q
rm -r $p/backlog/TASK-0001*
heal

it "finds a package that git has and that is gone"
rm -r "$(folder 0006)"
found 1 "TASK-0006 F2-orphan-row INDEX.md:17" \
    "TASK-0006 F2-orphan-row integration/INDEX.md:14" \
    "TASK-0006 F7-gone integration/TASK-0006-in-integration"
heal

it "reads a ledger with carriage returns as git has it"
git config core.autocrlf true
for f in $p/*/*/*.jsonl; do
	change "$f" 's/$/\r/'
done
clean
git config --unset core.autocrlf
heal

it "says what of git is damaged, and judges all else"
object=$(git rev-parse HEAD:$p/inbox | sed 's/^../&\//')
mv ".git/objects/$object" "$tmp/object" || fail "it is packed"
echo 1 >$p/ID_COUNTER.txt
exits 65 task-fsck --columns code
out_is F8-counter
mv "$tmp/object" ".git/objects/$object"
object=$(git rev-parse "HEAD:$(ledger 0001)" | sed 's/^../&\//')
mv ".git/objects/$object" "$tmp/object" || fail "it is packed"
echo >>"$(ledger 0001)"
exits 65 task-fsck --columns code
out_is F8-counter
mv "$tmp/object" ".git/objects/$object"
heal

# Rule 8, and a change that was interrupted.

it "finds a counter that is missing, wrong or too low"
rm $p/ID_COUNTER.txt
found 1 "F8-counter ID_COUNTER.txt"
for text in x 0 "" -3 99999999999; do
	echo "$text" >$p/ID_COUNTER.txt
	found 1 "F8-counter ID_COUNTER.txt"
done
echo 8 >$p/ID_COUNTER.txt
found 1 "F8-counter ID_COUNTER.txt:1"
echo 9 >$p/ID_COUNTER.txt
clean
exits 0 task-fsck 1
heal

it "looks at the counter of each namespace that has a task"
d=$p/inbox/TASK-FW-0003-far
mkdir $d
cat >$d/FW-0003-far.task.md <<'END'
---
task_id: "FW-0003"
task_name: "Far"
stage: "inbox"
status: "active"
---
END
echo '{"ts":"2025-10-01T09:00:00Z","user":"@bob","event":"created"}' \
    >$d/FW-0003.ledger.jsonl
echo Far. >$d/FW-0003.context.md
exits 0 task-index
found 1 "F8-counter ID_COUNTER.FW.txt"
echo 3 >$p/ID_COUNTER.FW.txt
found 1 "F8-counter ID_COUNTER.FW.txt:1"
echo 4 >$p/ID_COUNTER.FW.txt
clean
heal

. "$TASK_SRC/t/fault/killed.sh"

it "finds a change that a program died in"
if can_kill; then
	killed_at 'renameat .*INDEX.md' task-new "Half made" 2>/dev/null
	exits 1 task-fsck --columns code
	out_has F0-unfinished-change
	sort -u "$out" >>"$tmp/seen"
	exits 0 task-index
	clean
else
	skip "$why_not"
	echo F0-unfinished-change >>"$tmp/seen"
fi

# Many, and hostile ones.

it "finds a circle of two thousand, without trouble"
fresh_board chain
i=1
while [ $i -lt 2000 ]; do
	printf '{"name":"Link %d","key":"k%d","depends_on":["k%d"]}\n' \
	    $i $i $((i + 1))
	i=$((i + 1))
done >"$tmp/chain"
echo '{"name":"Link 2000","key":"k2000"}' >>"$tmp/chain"
task-new - <"$tmp/chain" >/dev/null
clean
change "$(card 2000)" 's/^depends_on:.*/depends_on: ["TASK-0001"]/'
exits 1 timeout 20 task-fsck --columns code,message
is "$(grep -c F5-cycle "$out")" 1
is "$(sed -n "s/^F5-cycle$tab//p" "$out" | sed 's/ -> /\n/g' | wc -l)" 2001

it "reads a name with a tab, a newline, an escape and no UTF-8 safely"
fresh_board hostile
in_stage inbox
keep
printf '| 0009 | \033[31m\tx\377 | ../../etc | -rf | - | - |\n' \
    >>.work/tasks/inbox/INDEX.md
change "$(card 0001)" 's/^priority:.*/priority: "\\e[31m\\n\\tP"/'
mkdir .work/tasks/inbox/"TASK-$(printf '\033[31m\n\t')"
exits 1 task-fsck
LC_ALL=C grep -q "$(printf '\033')" "$out" && fail "an escape came through"
is "$(wc -l <"$out")" 3
exits 1 task-fsck -j
is "$(wc -l <"$out")" 3

it "goes on where ledgers are large, deep or not UTF-8"
printf '{"a":%s' "$(printf '[%.0s' $(seq 1 5000))" >"$(ledger 0001)"
printf '\377\n\0\n{}\n[]\n"x"\n' >>"$(ledger 0001)"
exits 1 timeout 20 task-fsck --columns code
out_has F6-bad-line
heal

# Forms.

fresh_board forms
in_stage inbox inbox
change .work/tasks/INDEX.md '/^| 0001/d'
echo 1 >.work/tasks/ID_COUNTER.txt

it "prints lines, objects with -j, records with -z, a header with --header"
exits 1 task-fsck
out_is "TASK-0001${tab}F2-missing-row${tab}error${tab}.work/tasks/INDEX.md${tab}${tab}the task has no row here${tab}task-fsck --repair
${tab}F8-counter${tab}error${tab}.work/tasks/ID_COUNTER.txt${tab}1${tab}the next number is 1, and 2 is taken${tab}task-fsck --repair"
exits 1 task-fsck -j
out_is '{"id":"TASK-0001","code":"F2-missing-row","state":"error","path":".work/tasks/INDEX.md","line":null,"message":"the task has no row here","repair":"task-fsck --repair"}
{"id":null,"code":"F8-counter","state":"error","path":".work/tasks/ID_COUNTER.txt","line":1,"message":"the next number is 1, and 2 is taken","repair":"task-fsck --repair"}'
task-fsck -z --columns code | tr '\0' '+' >"$out"
out_is "F2-missing-row+F8-counter+"
exits 1 task-fsck --header --columns id,code 1
out_is "id${tab}code
TASK-0001${tab}F2-missing-row"

it "prints what the next program of a pipeline reads"
task-fsck | task-show --columns id - >"$out" 2>"$err" ||
    task-fsck | task-fsck --columns id - >"$out" 2>"$err"
out_has "TASK-0001"

it "fails when its output cannot be written"
task-fsck --codes >/dev/full 2>"$err"
is $? 74
task-fsck >/dev/full 2>"$err"
is $? 1
err_is "task-fsck: cannot write to standard output: No space left on device"

it "says which task there is not, and looks at the others"
unchanged exits 66 task-fsck --columns code 4711 1
out_is F2-missing-row
err_is "task-fsck: TASK-4711: no such task"
unchanged exits 64 task-fsck nonsense
unchanged exits 64 task-fsck --columns nothing
unchanged exits 64 task-fsck --repair --slo
unchanged exits 64 task-fsck --codes 1
unchanged exits 64 task-fsck --no-commit

it "stops at a policy that is wrong"
cp .work/tasks/policy.yaml "$tmp/policy"
echo 'slo: 3' >.work/tasks/policy.yaml
unchanged exits 78 task-fsck
err_has "policy.yaml:1:6: slo: must be"
cp "$tmp/policy" .work/tasks/policy.yaml

it "needs no lock, and waits for nobody"
git checkout -q .work
exec 9>.git/task/lock && flock 9
unchanged exits 0 timeout 10 task-fsck
exec 9>&-

it "says what it does not look at where there is no git"
cp -R .work "$tmp/bare" && mkdir "$sandbox/work/nogit" &&
    mv "$tmp/bare" "$sandbox/work/nogit/.work"
(cd "$sandbox/work/nogit" && task-fsck) >"$out" 2>"$err"
is $? 0
err_has "that no ledger was changed is not checked"

it "finds nothing while others change the board"
i=0
while [ $i -lt 15 ]; do
	task-new "Number $i" >/dev/null 2>&1
	i=$((i + 1))
done &
while kill -0 $! 2>/dev/null; do
	exits 0 task-fsck
done
wait
exits 0 task-fsck

it "tells what it is for and what it takes"
exits 0 task-fsck -h
out_has "task-fsck: check that everything fits together"
out_has "--repair"

it "has its codes in the page, with the same words, in the same order"
task-fsck --codes | awk -F'\t' '{
	print ".It Cm " $1 ($2 == "warning" ? " Pq warning" : "")
	print $4 ":"
	print $5 "."
}' >"$tmp/codes"
sed -n '/^\.Sh FINDINGS/,/^\.El/p' "$TASK_SRC/man/task-fsck.1" |
    sed -n '/^\.It/,$p' | grep -v '^\.El' | diff "$tmp/codes" - >"$out"
out_is ""
[ -s "$tmp/codes" ] || fail "there are none"

it "was seen here to find each of them but those of time"
task-fsck --codes --columns code | grep -v '^F9' | sort >"$tmp/all"
sort -u "$tmp/seen" | diff "$tmp/all" - >"$out"
out_is ""

finish
