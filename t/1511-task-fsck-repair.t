#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"

tmp=$sandbox/tmp
mkdir "$tmp" || exit 1
tab=$(printf '\t')
ready='"priority":"P1","effort":"M"'
p=.work/tasks

fresh_board() {
	cd "$sandbox/work" && mkdir "$1" && cd "$1" || exit 1
	board
}

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

# The board as it is now is what heal makes it again.
keep() {
	git add -A && git commit -q --allow-empty -m keep
	base=$(git rev-parse HEAD)
}

heal() {
	git reset -q --hard "$base" && git clean -qfdx .work
}

# last ID [N]: the last N lines of its ledger, without their random ids.
last() {
	tail -n "${2:-1}" "$(ledger "$1")" | sed 's/"id":"[^"]*",//'
}

# mends CODE...: these are repaired, nothing is left, and in one commit.
mends() {
	before=$(git rev-parse HEAD)
	unchanged exits 0 task-fsck --repair -n --columns code,state
	cp "$out" "$tmp/dry"
	exits 0 task-fsck --repair --columns code,state
	cmp -s "$out" "$tmp/dry" || fail "-n says something else: $(tr '\n' ' ' \
	    <"$tmp/dry")"
	printf "%s${tab}repaired\n" "$@" | diff - "$out" >"$tmp/diff" ||
	    fail "$(sed 's/^/# /' "$tmp/diff")"
	is "$(git rev-list --count "$before..")" 1
	sound
	exits 0 task-fsck
	out_is ""
	unchanged exits 0 task-fsck --repair
	out_is ""
}

# leaves CODE...: these are left, and nothing changes.
leaves() {
	unchanged exits 1 task-fsck --repair --columns code,state
	printf "%s${tab}error\n" "$@" | diff - "$out" >"$tmp/diff" ||
	    fail "$(sed 's/^/# /' "$tmp/diff")"
}

fresh_board all

it "mends nothing where nothing is wrong, and makes no commit"
unchanged exits 0 task-fsck --repair
out_is ""
in_stage inbox backlog next next current integration learning archived
keep
unchanged exits 0 task-fsck --repair
out_is ""
unchanged exits_with "" 0 task-fsck --repair -

it "mends a missing row, and says so in the ledger of the task"
change $p/INDEX.md '/^| 0005/d'
mends F2-missing-row
is "$(last 0005)" '{"ts":"2025-10-18T10:30:00Z","user":"@alice","event":"orphan_repaired","desc":"a package has no row","version":"1.0","payload":{"code":"F2-missing-row","path":"INDEX.md"}}'
is "$(git log -1 --format=%B)" "task-fsck: 1 finding mended

F2-missing-row TASK-0005 INDEX.md"
heal

it "mends a stale row, and logs the drift and that it is in step again"
change $p/current/INDEX.md 's/| @alice |/| @bob |/'
mends F4-stale-row
is "$(last 0005 2)" '{"ts":"2025-10-18T10:30:00Z","user":"@alice","event":"index_drift_detected","desc":"its row did not say what its card says","version":"1.0","payload":{"code":"F4-stale-row","path":"current/INDEX.md"}}
{"ts":"2025-10-18T10:30:00Z","user":"@alice","event":"index_synced","desc":"its row says what its card says","version":"1.0","payload":{"code":"F4-stale-row","path":"current/INDEX.md"}}'
heal

it "mends rows without a package, doubled ones and their order"
echo '| 0099 | Nobody | @a | active | - | - |' >>$p/inbox/INDEX.md
git commit -qam orphan
mends F2-orphan-row
heal
change $p/inbox/INDEX.md '/^| 0001/p'
mends F2-doubled-row
heal
change $p/next/INDEX.md -e '/^| 0003/{h;d;}' -e '/^| 0004/G'
git commit -qam order
mends F2-row-order
heal

it "mends an index that is missing, and one without a table"
rm $p/INDEX.md
echo "What I wrote." >$p/next/INDEX.md
mends F2-no-index F2-bad-index
file_has $p/next/INDEX.md "What I wrote."
heal

it "leaves the ledger of a closed task as it is where only a row was wrong"
cp "$(ledger 0008)" "$tmp/ledger"
change $p/archived/INDEX.md '/^| 0008/d'
git commit -qam row
mends F2-missing-row
cmp "$tmp/ledger" "$(ledger 0008)" || fail "it has grown"
heal

it "mends a committed stage by the ledger, and says what it was"
change "$(card 0005)" 's/^stage:.*/stage: "next"/'
git commit -qam stage
mends F3-stage
file_has "$(card 0005)" 'stage: "current"'
is "$(last 0005 | jq -r '[.event, .desc] | join(": ")')" "orphan_repaired: the card said stage 'next', folder and ledger say 'current'"
heal

it "mends a stage that was set by hand and not committed"
change "$(card 0005)" 's/^stage:.*/stage: "learning"/'
echo "By hand." >>"$(card 0005)"
mends F3-stage
is "$(events 0005 | tail -n 2 | paste -sd' ' -)" \
    "content_updated orphan_repaired"
is "$(tail -n 1 "$(card 0005)")" "By hand."
heal

it "mends the stage in the card of a closed task"
change "$(card 0008)" 's/^stage:.*/stage: "learning"/'
git commit -qam stage
mends F3-stage
is "$(events 0008 | tail -n 1)" orphan_repaired
heal

it "leaves a stage where the ledger does not say what the folder says"
mv "$(folder 0005)" $p/next/
git add -A && git commit -qm moved && task-index
leaves F3-stage F6-stage
heal
rm -rf $p/next/TASK-0005*

it "mends a counter, and says so in the ledger of the highest task"
full_task "Ninth" | task-new - >/dev/null
for text in "" 3 rubbish; do
	echo "$text" >$p/ID_COUNTER.txt
	mends F8-counter
	is "$(cat $p/ID_COUNTER.txt)" "$([ "$text" = 3 ] || echo 00)10"
	is "$(events 0009 | tail -n 1)" id_counter_recovered
	git reset -q --hard HEAD~1
done
rm $p/ID_COUNTER.txt
mends F8-counter
is "$(last 0009 | jq -r .desc)" \
    "the counter of ids was set anew: it was missing"
heal

it "mends the counter of a namespace"
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
git add -A && git commit -qm far && task-index
mends F8-counter
is "$(cat $p/ID_COUNTER.FW.txt)" 0004
heal

it "mends several things at once, in one commit"
change $p/INDEX.md -e '/^| 0005/d' -e '/^| 0002/s/alice/bob/'
change "$(card 0001)" 's/^stage:.*/stage: "next"/'
echo 1 >$p/ID_COUNTER.txt
mends F3-stage F4-stale-row F2-missing-row F8-counter
heal

it "mends the rows of the tasks that are named, and no others"
change $p/INDEX.md -e '/^| 0005/d' -e '/^| 0002/s/alice/bob/'
grep '^| 0005' $p/current/INDEX.md >>$p/backlog/INDEX.md
echo 1 >$p/ID_COUNTER.txt
exits 0 task-fsck --repair --columns id,code,state 5
out_is "TASK-0005${tab}F2-missing-row${tab}repaired
TASK-0005${tab}F2-orphan-row${tab}repaired"
exits 0 task-fsck 5
exits 1 task-fsck --columns id,code
out_is "TASK-0002${tab}F4-stale-row
${tab}F8-counter"
heal

it "makes the index anew that a task has its row in"
rm $p/current/INDEX.md $p/next/INDEX.md
exits 0 task-fsck --repair --columns code,path 5
out_is "F2-no-index${tab}$p/current/INDEX.md"
[ -f $p/next/INDEX.md ] && fail "it made another"
git checkout -q $p/next
sound
heal

it "lists what it leaves alone, and mends the rest"
change "$(ledger 0001)" '2s/@alice/@mallory/'
change "$(card 0002)" 's/^tags:.*/tags: [/'
change $p/INDEX.md '/^| 0005/d'
exits 1 task-fsck --repair --columns id,code,state
out_is "TASK-0005${tab}F2-missing-row${tab}repaired
TASK-0001${tab}F7-changed-line${tab}error
TASK-0002${tab}F1-card-syntax${tab}error"
is "$(dirty)" " M $(card 0002)
 M $(ledger 0001)"
heal

it "puts no loss on record that it was not asked about"
rm "$(folder 0005)/0005.context.md"
change $p/INDEX.md '/^| 0005/d'
exits 0 task-fsck --repair --columns code,state
out_is "F2-missing-row${tab}repaired
F1-no-context${tab}warning"
is "$(dirty)" " D $(folder 0005)/0005.context.md"
heal

it "leaves two folders of one id as they are"
cp -R "$(folder 0001)" $p/inbox/TASK-0001-twin
mv $p/inbox/TASK-0001-twin/0001-in* $p/inbox/TASK-0001-twin/0001-twin.task.md
exits 1 task-fsck --repair --columns code
out_has F1-same-id
[ -d $p/inbox/TASK-0001-twin ] || fail "it is gone"
heal

. "$TASK_SRC/t/fault/killed.sh"

it "finishes a change that a program died in"
if can_kill; then
	killed_at 'renameat .*INDEX.md' task-new "Half made"
	exits 0 task-fsck --repair --columns code,state
	out_is "F0-unfinished-change${tab}repaired"
	exits 0 task-fsck
	is "$(ls -d $p/inbox/TASK-0009-half-made)" $p/inbox/TASK-0009-half-made
	sound
else
	skip "$why_not"
fi
heal

it "leaves the commit to the person with --no-commit"
change $p/INDEX.md '/^| 0005/d'
git commit -qam row
before=$(git rev-parse HEAD)
exits 0 task-fsck --repair --no-commit
is "$(git rev-parse HEAD)" "$before"
is "$(dirty)" " M $p/INDEX.md
 M $(ledger 0005)"
exits 0 task-fsck
heal

it "leaves alone what else is staged and dirty"
echo a >staged && echo b >dirty && git add staged dirty && git commit -qm f
echo c >>staged && git add staged && echo d >>dirty
change $p/INDEX.md '/^| 0005/d'
exits 0 task-fsck --repair
is "$(dirty)" " M dirty
M  staged"
heal

it "does not wait for the lock with TASK_LOCK_TIMEOUT=0, but for -n"
change $p/INDEX.md '/^| 0005/d'
exec 9>.git/task/lock && flock 9 && echo "task-new (pid 4711)" >&9
unchanged exits 75 env TASK_LOCK_TIMEOUT=0 task-fsck --repair
err_has "task-new (pid 4711)"
unchanged exits 0 env TASK_LOCK_TIMEOUT=0 task-fsck --repair -n
exec 9>&-
heal

it "fails when its output cannot be written, with the repair on record"
change $p/INDEX.md '/^| 0005/d'
task-fsck --repair >/dev/full 2>"$err"
is $? 74
exits 0 task-fsck
heal

it "says which task there is not, and mends the others"
change $p/INDEX.md '/^| 0005/d'
exits 66 task-fsck --repair --columns code 4711 5
out_is F2-missing-row
is "$(grep -c 'TASK-4711: no such task' "$err")" 1
heal

finish
