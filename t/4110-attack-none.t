#!/bin/sh
# SPDX-License-Identifier: MIT
# No attack at all: what the programs make passes, all of it.
. "${TASK_SRC:?}/t/lib.sh"

# The whole history of the board, commit by commit and as a tree.
all_pass() {
	exits 0 task-verify HEAD
	out_is ""
	exits 0 task-verify --tree HEAD
	out_is ""
}

fresh() {
	mkdir "$sandbox/work/$1" && cd "$sandbox/work/$1" || exit 1
	board
}

# quiet COMMAND...: it succeeds.
quiet() {
	"$@" >"$out" 2>"$err" </dev/null || {
		fail "$*"
		show_last
	}
}

ready='"priority":"P1","effort":"M"'

fresh life
it "finds no fault in a task's life, from its idea to its end"
make_task One "$ready"
quiet task-move 1
quiet task-sign 1 next
quiet task-move 1
quiet task-next --claim
quiet task-note 1 "a note"
quiet task-done --tick all -s 1 "works"
quiet task-move 1
quiet task-move -s --skip-learning "small" 1
quiet task-ledger --add late_log -m "and works still" 1
all_pass

it "finds none in refusals, ways back and new starts"
make_task Two "$ready"
exits 1 task-move 2 next
quiet task-move -s 2
exits 1 task-move 2
quiet task-move -s 2
quiet task-move 2
exits 1 task-move -s 2
quiet task-move -r "too early" 2 backlog
quiet task-move -s 2
quiet task-move 2
quiet task-sign -u @alice 2 integration
quiet task-sign --revoke 2 integration
all_pass

it "finds none in what is blocked, paused, canceled and waits"
make_task Three "$ready"
make_task Four "$ready"
quiet task-link 4 --on 3
quiet task-move -s 3 4 backlog
quiet task-move -s 3 4 next
quiet task-status --by external:API 3 blocked
quiet task-status -r "it came" 3 active
quiet task-move 3
quiet task-status -r "holidays" 3 paused
quiet task-status --start 3 active
quiet task-status -r "nobody wants it" --dependents block 3 canceled
all_pass

it "finds none in what is split, merged and followed up"
make_task Five "$ready"
make_task Six "$ready"
make_task Seven "$ready"
quiet task-split --into "Five, first" --into "Five, second" \
    --criteria 1=1 --criteria 2=2 5
quiet task-merge 6 7
quiet task-new --followup 1 "More of it"
all_pass

it "finds none in a P0 that makes room for itself"
fresh emergency
edit() {
	sed "$2" "$1" >"$sandbox/edited" && cat "$sandbox/edited" >"$1"
}
edit .work/tasks/policy.yaml 's/current: *{limit: 5/current: {limit: 1/'
quiet git commit -qam "one at a time"
make_task Calm "$ready"
make_task Fire '"effort":"S"'
advance 0001 current
quiet task-set -r "the shop is down" 2 priority=P0
quiet task-move -s 2 current
all_pass

it "finds none in edits by hand that are put on record"
fresh hand
make_task One "$ready"
advance 0001 next
for f in $(card 0001); do
	edit "$f" 's/the details/other details/'
done
quiet task-watch --once
tick 0001
quiet task-set -r "later" 1 priority=P3
git mv "$(folder 0001)" .work/tasks/current/
quiet task-watch --once
all_pass

it "finds none in hand-offs, other names and other numbers"
quiet task-handoff 1 --to @bob -r "yours"
quiet task-handoff -u @bob 1 --accept
quiet task-set 1 name="Another name"
echo 'namespaces: {FW: {full_name: Firmware}}' >.work/tasks/NAMESPACES.yaml
quiet task-index
quiet git add -A
quiet git commit -qm "namespaces" --allow-empty
quiet task-set --namespace FW 1
all_pass

it "finds none in an import, and in shards of the archive"
fresh import
for stage in inbox backlog next current integration learning archived; do
	full_task "In $stage" "\"stage\":\"$stage\",$ready"
done | task-new - >/dev/null
edit .work/tasks/policy.yaml 's/archive_shard: 0/archive_shard: 1000/'
quiet task-index
quiet git add -A
quiet git commit -qm "shards" --allow-empty
quiet task-status -r "nobody wants it" 1 canceled
all_pass

it "finds none in what --no-commit left to git"
fresh left
make_task One "$ready"
quiet task-move --no-commit 1
quiet task-sign --no-commit 1 next
quiet git add -A
quiet git commit -qm "by git"
quiet task-move 1
all_pass

it "finds none in a board that was made by hand"
fresh foreign
cat >.work/tasks/people.yaml <<'END'
people:
  "@alice": {email: alice@example.org, gates: [next, policy]}
END
make_task One "$ready"
rm -r .work/templates .work/README.md .work/tasks/policy.yaml
quiet git add -A
quiet git commit -qm "as I like it"
quiet task-move 1
quiet task-move -s 1
all_pass

finish
