#!/bin/sh
# SPDX-License-Identifier: MIT
# What a program leaves to its user to commit is told of once, by that program.
. "${TASK_SRC:?}/t/lib.sh"

board
cat >.work/tasks/NAMESPACES.yaml <<END
namespaces:
  FW: {full_name: Framework}
END
ok task-index
git add -A && git commit -qm "namespaces"
make_task one '"priority":"P2","effort":"M"'
make_task two '"priority":"P2","effort":"M"'
make_task three '"namespace":"FW","depends_on":["TASK-0001"]'
ok task-move 1 2
printf '#!/bin/sh\nsed -i "s/^the goal/%s/" "$1"\n' 'another goal' >edit
chmod +x edit
echo edit >>.git/info/exclude
EDITOR=$PWD/edit
export EDITOR

by_hand() {
	cat .work/tasks/*/TASK-*/*.jsonl | grep -c '"by":"hand"'
}

# told_once COMMAND...: task-watch commits what it left, and has nothing to add.
told_once() {
	ok "$@" --no-commit
	cat .work/tasks/*/TASK-*/*.jsonl | sort >"$sandbox/told"
	ok task-watch --once
	cat .work/tasks/*/TASK-*/*.jsonl | sort >"$sandbox/after"
	case $1 in
	task-edit) ;;
	*) is "$(by_hand)" "0" ;;
	esac
	cmp -s "$sandbox/told" "$sandbox/after" ||
	    fail "$(diff "$sandbox/told" "$sandbox/after" | grep '^>')"
	ok task-watch --once
	out_is ""
	sound
}

it "a note is told of once"
told_once task-note 1 "a note"

it "so are links, keys, states and texts"
told_once task-link 1 --on 2
told_once task-link 1 --off 2
told_once task-set 1 tags=x expected_resume_date=2027-01-01
told_once task-set --extra -r x 1 priority=P1 mine=yes
told_once task-note --context 1 "more to know"
told_once task-status --by info:x 1 blocked
told_once task-status 1 active
told_once task-status -r x 1 paused
told_once task-status 1 active

it "so is what two tasks have that are one"
printf '{"name":"four","context":"another","acceptance":["third"]}\n' |
    task-new - >/dev/null
told_once task-merge 2 3

it "so are its parts"
told_once task-split FW-1 --into a --into b --criteria 1=1 --criteria 2=2 \
    --dependents all

it "so is another name"
told_once task-set 2 name="another name"

it "so is another id"
told_once task-set 2 namespace=FW

it "so is a hand-off, and its answer"
told_once task-handoff FW-4 --to @bob -r "on holiday"
told_once task-handoff -u @bob FW-4 --accept

it "so is who claims a task"
ok task-move -s 1
told_once task-next --claim

it "so is what is ticked and noted on the way"
told_once task-done 1 --tick all -s "all is done"

it "so is what is late"
TASK_NOW=2026-10-18T10:30:00Z
exits 1 task-fsck --slo -n
exits 1 task-fsck --slo --no-commit
ok task-watch --once
is "$(by_hand)" "0"
sound

it "so is what is canceled, and what follows it up"
task-new Gone >/dev/null
told_once task-status -r x --followup Later \
    "$(task-ls --columns id,name | sed -n 's/	Gone$//p')" canceled

it "so is an edit, as one by hand"
told_once task-edit FW-4 card

it "one after the other, with task.commit false"
git config task.commit false
n=$(by_hand)
versions=$(ls "$(folder FW-0004)" | grep -c '\.v')
ok task-note FW-4 "one"
ok task-note FW-4 "two"
ok task-set FW-4 effort=L -r "more than that"
ok task-done -s FW-4 "three"
is "$(by_hand)" "$n"
is "$(ls "$(folder FW-0004)" | grep -c '\.v')" "$versions"
git config --unset task.commit
ok task-watch --once

it "what a person changes after that is told of"
echo "by hand" >>"$(folder FW-0004)/FW-0004.context.md"
ok task-watch --once
is "$(by_hand)" $((n + 1))
grep -F '"context edited by hand"' "$(ledger FW-0004)" >"$out"
out_has '"file":"FW-0004.context.md"'
sound

it "what is put back as a program once left it is an edit all the same"
cp "$(folder FW-0004)/FW-0004.context.md" "$sandbox/before"
ok task-note --no-commit FW-4 "four"
cp "$(folder FW-0004)/FW-0004.context.md" "$sandbox/left"
git add -A && git commit -qm "by the user"
cp "$sandbox/before" "$(folder FW-0004)/FW-0004.context.md"
ok task-watch --once
cp "$sandbox/left" "$(folder FW-0004)/FW-0004.context.md"
n=$(by_hand)
ok task-watch --once
is "$(by_hand)" $((n + 1))
sound

it "a file of it that cannot be read is as good as none"
ok task-note --no-commit FW-4 "five"
printf 'rubbish\n\n%0200d\n' 0 >.git/task/left
ok task-watch --once
out_is "TASK-FW-0004	edited"
ok task-note --no-commit FW-4 "six"
head -c 5000000 /dev/zero >.git/task/left
ok task-watch --once
sound

finish
