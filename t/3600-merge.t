#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"

merge=$TASK_BUILD/t/merge/merge
ready='"priority":"P1","effort":"M"'

# apart NAME: a board, and two clones of it, a and b; the shell is in it.
apart() {
	cd "$sandbox/work" && mkdir "$1" "$1/one" && cd "$1/one" || exit 1
	board
}

clone() {
	cd .. && git clone -q one a && git clone -q one b || exit 1
}

# at HH:MM COMMAND...: what a person does at that time of the day.
at() {
	time=$1
	shift
	TASK_NOW=2025-10-18T$time:00Z "$@" >"$out" 2>"$err" ||
	    fail "$*: $(cat "$err")"
}

# together: each clone merges the other's work; the boards are the same then.
# What the first said is in $out.
together() {
	git -C a fetch -q ../b main:other
	git -C b fetch -q ../a main:other
	(cd b && ok "$merge" other && sound && ok task-fsck)
	cd a || exit 1
	ok "$merge" other
	cp "$out" "$sandbox/said"
	sound
	ok task-fsck
	exits 0 task-verify HEAD~1..HEAD
	cp "$sandbox/said" "$out"
	is "$(git rev-parse HEAD:.work)" "$(git -C ../b rev-parse HEAD:.work)"
	is "$(git rev-list --parents -1 HEAD | wc -w)" 3
}

# key ID NAME: the line of that key in the card, its value only.
key() {
	sed -n "s/^$2: //p" "$(card "$1")"
}

# last ID [N]: the last N lines of its ledger, from the event on.
last() {
	tail -n "${2:-1}" "$(ledger "$1")" |
	    sed 's/.*"event":"\([^"]*\)","desc":"[^"]*"/\1 /;
		s/,"version".*//'
}

it "does nothing where the other side has nothing new"
apart nothing
make_task One
unchanged ok "$merge" HEAD
out_is nothing
git branch old HEAD~1
unchanged ok "$merge" old
out_is nothing

it "goes forward where this side has nothing new"
clone
cd a || exit 1
at 11:00 task-new Two
at 11:01 task-note 1 "more"
at 11:02 task-set 2 name="Another name"
cd ../b || exit 1
git fetch -q ../a main:other
ok "$merge" other
out_has "forward"
out_has "TASK-0002	comes	inbox"
out_has "TASK-0001	changes	inbox"
is "$(git rev-parse HEAD)" "$(git rev-parse other)"
sound
ok task-fsck

it "takes both notes of a task, and both ledgers by time"
apart notes
make_task One
clone
cd a && at 11:00 task-note 1 "one from a" && at 13:00 task-note 1 "two" &&
    cd ../b && at 12:00 task-note 1 "one from b" && cd ..
together
is "$(events 0001 | tail -n 3 | tr '\n' ' ')" \
    "note_added note_added note_added "
is "$(sed 's/.*"ts":"\([^"]*\)".*/\1/' "$(ledger 0001)" | sort -c 2>&1)" ""
is "$(grep -c '^- 2025' "$(folder 0001)/0001.context.md")" 3

it "keeps what only one of them moved"
apart moved
make_task One "\"stage\":\"next\",$ready"
clone
cd a && at 11:00 task-move 1 && cd ../b && at 12:00 task-note 1 "x" && cd ..
together
is "$(folder 0001)" .work/tasks/current/TASK-0001-one
is "$(key 0001 stage)" '"current"'

it "of a task that both moved takes the later move, and says so"
apart twice
make_task One "\"stage\":\"next\",$ready"
clone
cd a && at 11:00 task-move 1 && cd ../b &&
    at 12:00 task-move 1 backlog --reason "not now" && cd ..
together
is "$(folder 0001)" .work/tasks/backlog/TASK-0001-one
is "$(last 0001)" \
    'conflict_resolved ,"field":"stage","kept":"backlog","dropped":"current"'
out_has "TASK-0001	settles	stage: 'backlog', not 'current'"

it "keeps what ended, whatever the other side did later"
apart ended
make_task One "\"stage\":\"next\",$ready"
clone
cd a && at 11:00 task-status --reason "no use" 1 canceled && cd ../b &&
    at 12:00 task-move 1 && at 12:01 task-note 1 "on it" && cd ..
together
is "$(folder 0001)" .work/tasks/archived/TASK-0001-one
is "$(key 0001 status)" '"canceled"'
is "$(last 0001 2)" 'conflict_resolved ,"field":"stage","kept":"archived",'\
'"dropped":"current"
conflict_resolved ,"field":"context","kept":"as it was closed",'\
'"dropped":"context.v1.md"'
file_has "$(folder 0001)/0001.context.v1.md" "on it"

it "counts no sign-off from before the stage was settled"
apart signed
make_task One "\"stage\":\"backlog\",$ready"
clone
cd a && at 11:00 task-sign 1 next && at 11:01 task-move 1 && cd ../b &&
    at 12:00 task-move 1 inbox --reason "think again" &&
    at 12:01 task-move 1 && cd ..
together
is "$(folder 0001)" .work/tasks/backlog/TASK-0001-one
exits 1 task-move 1 next

it "gives the number to the older of two tasks"
apart numbers
make_task One
clone
cd a && at 11:00 task-new "From a" && at 11:01 task-link 2 --on 1 &&
    cd ../b && at 12:00 task-new "From b" && at 12:01 task-new "Also b" &&
    at 12:02 task-link 2 --on 1 && at 12:03 task-note 2 "x" && cd ..
together
is "$(basename "$(folder 0002)")" TASK-0002-from-a
is "$(basename "$(folder 0004)")" TASK-0004-from-b
is "$(basename "$(folder 0003)")" TASK-0003-also-b
is "$(key 0001 depends_on)" '[]'
is "$(key 0002 depends_on)" '["TASK-0001"]'
is "$(key 0004 depends_on)" '["TASK-0001"]'
is "$(key 0004 task_id)" '"0004"'
is "$(cat .work/tasks/ID_COUNTER.txt)" 0005
is "$(last 0004)" 'id_renumbered ,"from":"TASK-0002","to":"TASK-0004"'
out_has "TASK-0004	renumbers	TASK-0002 is TASK-0004 now"

it "rewrites who names it on its side, and only there"
apart names
make_task One
make_task Two
clone
cd a && at 11:00 task-new "From a" && at 11:01 task-link 1 --on 3 &&
    cd ../b && at 12:00 task-new "From b" && at 12:01 task-link 2 --on 3 &&
    at 12:02 task-status --by 3 1 blocked && cd ..
together
is "$(key 0001 depends_on)" '["TASK-0003"]'
is "$(key 0001 blocked_by)" '"task:TASK-0004"'
is "$(key 0002 depends_on)" '["TASK-0004"]'
is "$(last 0002)" 'deps_updated '
file_has .work/tasks/INDEX.md "| TASK-0004 |"

it "brings a task back that one side took away"
apart back
make_task One
clone
cd a && git rm -rq .work/tasks/inbox/TASK-0001-one && task-index >/dev/null &&
    git add -A && git commit -qm "away" && cd ../b &&
    at 12:00 task-note 1 "x" && cd ..
together
is "$(folder 0001)" .work/tasks/inbox/TASK-0001-one

it "takes out of a circle the link that came last"
apart circle
make_task One
make_task Two
make_task Three
clone
cd a && at 11:00 task-link 1 --on 2 && cd ../b && at 12:00 task-link 2 --on 3 &&
    at 10:40 task-link 3 --on 1 && cd ..
together
is "$(key 0001 depends_on)" '["TASK-0002"]'
is "$(key 0003 depends_on)" '["TASK-0001"]'
is "$(key 0002 depends_on)" '[]'
is "$(last 0002)" \
    'conflict_resolved ,"field":"depends_on","kept":"","dropped":"TASK-0003"'

it "leaves markers in a body that both rewrote, and blocks the task"
apart body
make_task One
clone
cd a && sed -i 's/the goal/one goal/' "$(card 0001)" && at 11:00 task-note 1 x &&
    cd ../b && sed -i 's/the goal/two goals/' "$(card 0001)" &&
    at 12:00 task-note 1 y && cd ..
together
is "$(sed -n '/^<<</,/^>>>/p' "$(card 0001)")" \
"<<<<<<< @alice 2025-10-18T11:00:00Z
one goal
=======
two goals
>>>>>>> @alice 2025-10-18T12:00:00Z"
is "$(key 0001 status)" '"blocked"'
is "$(key 0001 blocked_by)" '"decision:merge conflict in body"'
out_has "TASK-0001	blocks	merge conflict in body"

it "ticks what either ticked"
apart ticks
make_task One
clone
cd a && sed -i 's/\[ \] first/[x] first/' "$(card 0001)" &&
    at 11:00 task-note 1 x && cd ../b &&
    sed -i 's/\[ \] second/[x] second/' "$(card 0001)" &&
    at 12:00 task-note 1 y && cd ..
together
is "$(grep -c '\[x\]' "$(card 0001)")" 2

it "merges two names and other keys"
apart keys
make_task One "$ready"
clone
cd a && at 11:00 task-set 1 name="A name" && at 11:01 task-set 1 priority=P2 -r so &&
    at 11:02 task-set 1 tags=x && cd ../b &&
    at 12:00 task-set 1 name="B name" && at 12:01 task-set 1 effort=L -r so &&
    at 12:02 task-set 1 tags=y && cd ..
together
is "$(basename "$(folder 0001)")" TASK-0001-b-name
is "$(key 0001 task_name)" '"B name"'
is "$(key 0001 priority)" '"P2"'
is "$(key 0001 effort_estimate)" '"L"'
is "$(key 0001 tags)" '["x", "y"]'

it "merges again what was merged, and finds nothing to do"
apart again
make_task One
clone
cd a && at 11:00 task-note 1 x && cd ../b && at 12:00 task-note 1 y && cd ..
together
cd ..
git -C a fetch -q ../b main:again
git -C b fetch -q ../a main:again
tree=$(git -C a rev-parse HEAD:.work)
cd a && at 13:00 task-new "Two" && cd ../b && ok "$merge" again
is "$(git rev-parse HEAD:.work)" "$tree"
cd ../a && ok "$merge" again
sound
is "$(ls .work/tasks/inbox)" "INDEX.md
TASK-0001-one
TASK-0002-two"

it "adopts what was changed by hand before it merges"
apart hand
make_task One
clone
cd b && at 12:00 task-note 1 y && cd ../a &&
    sed -i 's/the inputs/other inputs/' "$(card 0001)" &&
    git fetch -q ../b main:other
ok "$merge" other
is "$(git log --format=%s -3 --first-parent | head -n 2)" "merge
task: edited by hand, before a merge"
file_has "$(card 0001)" "other inputs"
sound

it "changes nothing where a file lies in the way, and names it"
apart way
make_task One
clone
cd b && at 12:00 task-new Two && cd ../a &&
    mkdir .work/tasks/inbox/TASK-0002-two &&
    echo mine >.work/tasks/inbox/TASK-0002-two/0002.context.md &&
    git fetch -q ../b main:other
unchanged exits 1 "$merge" other
err_has "TASK-0002-two/0002.context.md"
rm -r .work/tasks/inbox/TASK-0002-two
echo "# mine" >>.work/tasks/policy.yaml
(cd ../b && echo "# theirs" >>.work/tasks/policy.yaml && git commit -qam pol)
git fetch -q ../b main:other
unchanged exits 1 "$merge" other
err_has ".work/tasks/policy.yaml"
git checkout -q .work/tasks/policy.yaml
ok "$merge" other
file_has .work/tasks/policy.yaml "# theirs"

it "merges what belongs to no task by lines, and keeps both of what does not"
apart files
mkdir .work/notes
seq 1 9 >.work/notes/a.txt
echo x >.work/notes/b.txt
git add -A && git commit -qm files
clone
cd a && sed -i 's/^1$/one/' .work/notes/a.txt && echo a >.work/notes/b.txt &&
    git rm -q .work/README.md && git commit -qam a && cd ../b &&
    sed -i 's/^9$/nine/' .work/notes/a.txt && echo b >.work/notes/b.txt &&
    echo new >.work/notes/c.txt && git add -A && git commit -qam b && cd ..
together
is "$(head -n 1 .work/notes/a.txt) $(tail -n 1 .work/notes/a.txt)" "one nine"
is "$(cat .work/notes/b*.txt | sort)" "a
b"
is "$(cat .work/notes/c.txt)" new
[ ! -e .work/README.md ] || fail "what one took away is there"

it "keeps ours of a policy that both changed, and says so"
apart policy
clone
cd a && echo "wip: {next: {limit: 4}}" >.work/tasks/policy.yaml &&
    git add -A && git commit -qm a && cd ../b &&
    echo "wip: {next: {limit: 5}}" >.work/tasks/policy.yaml &&
    git add -A && git commit -qm b && cd ../a && git fetch -q ../b main:other
ok "$merge" other
out_has "	keeps	tasks/policy.yaml: both sides changed it; ours stays"
is "$(cat .work/tasks/policy.yaml)" "wip: {next: {limit: 4}}"

it "refuses a side that changed a line of the ledger, and names the line"
apart ledger
make_task One
clone
cd a && at 11:00 task-note 1 x && cd ../b && at 12:00 task-note 1 y &&
    sed -i '1s/reserved/stolen/' "$(ledger 0001)" && git commit -qam evil &&
    cd ../a && git fetch -q ../b main:other
unchanged exits 1 "$merge" other
err_has "0001.ledger.jsonl: 1: this line of the ledger"

it "leaves what is outside the board as it is on this side"
apart outside
echo 1 >code && git add code && git commit -qm code
make_task One
clone
cd a && at 11:00 task-note 1 x && echo 2 >code && git commit -qam a2 &&
    cd ../b && at 12:00 task-note 1 y && cd ../a && echo dirty >code &&
    git fetch -q ../b main:other
ok "$merge" other
is "$(git show HEAD:code) $(cat code)" "2 dirty"

it "says that committing is turned off"
apart off
make_task One
git config task.commit false
exits 78 "$merge" HEAD
err_has "committing is turned off"
exits 78 "$merge" --no-commit HEAD

it "changes nothing with --dry-run, and says the same"
apart dry
make_task One
clone
cd b && at 12:00 task-move 1 && cd ../a && at 11:00 task-new Two &&
    git fetch -q ../b main:other
unchanged ok "$merge" --dry-run other
out_has "TASK-0001	moves	inbox to backlog"

it "makes one of a task that git split, and renumbers one that it doubled"
apart mend
make_task One "\"stage\":\"next\",$ready"
clone
cd a && at 11:00 task-move 1 && at 11:01 task-new "From a" && cd ../b &&
    at 12:00 task-move 1 backlog --reason "not now" &&
    at 12:01 task-new "From b" && cd ../a && git fetch -q ../b main:other
git merge -q -X ours other >/dev/null 2>&1
git add -A && git commit -qm "as git merges" 2>/dev/null
ok "$merge" --mend HEAD
git cat-file -e "$(cat "$out")" 2>/dev/null && fail "it was written"
is "$(wc -l <"$out")" 1

finish
