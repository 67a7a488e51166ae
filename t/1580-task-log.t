#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"

tab=$(printf '\t')
ready='"priority":"P1","effort":"M"'

# A board of its own for what follows.
fresh_board() {
	cd "$sandbox/work" && mkdir "$1" && cd "$1" || exit 1
	board
}

# log ARGUMENT...: event (or the subject of a commit) and its commit's subject.
log() {
	exits 0 task-log --columns event,desc,commit "$@"
	tr '\t' '|' <"$out" | while IFS='|' read -r event desc commit; do
		echo "${event:-($desc)} ${commit:+: $(git log -1 --format=%s \
		    "$commit")}"
	done >"$sandbox/logged"
	cat "$sandbox/logged" >"$out"
}

# at SECONDS COMMAND...: at that time of 2025-10-18.
at() {
	when=2025-10-18T$1Z
	shift
	TASK_NOW=$when GIT_AUTHOR_DATE=$when GIT_COMMITTER_DATE=$when "$@"
}

by_hand() {
	echo "$2" >>"$(card "$1")" && git commit -qam "$2"
}

it "says that there is no board, and how to make one"
exits 66 task-log 1
err_is "task-log: no .work/tasks here or above (task-init makes one)"

fresh_board log

it "says on an empty board that there is no such task"
exits 66 task-log 1
err_is "task-log: TASK-0001: no such task"
out_is ""

at 10:00:00 make_task "Follow me" "$ready"
at 10:00:01 make_task "Another" "$ready"

it "prints each event with the commit that it came with, the latest first"
at 10:01:00 task-note 1 "a note" >/dev/null
exits 0 task-log 1
note=$(git rev-parse HEAD)
new=$(git rev-parse HEAD~2)
out_is "2025-10-18T10:01:00Z	@alice	note_added	a note	$(echo "$note" | cut -c1-10)
2025-10-18T10:00:00Z	@alice	created	task package created	$(echo "$new" | cut -c1-10)
2025-10-18T10:00:00Z	@alice	id_reserved	reserved id 0001	$(echo "$new" | cut -c1-10)"
err_is ""

it "takes a reference however it is written, and from standard input"
cp "$out" "$sandbox/all"
for ref in 0001 TASK-0001 "$(folder 0001)" "$(card 0001)"; do
	exits 0 task-log "$ref"
	cmp -s "$out" "$sandbox/all" || fail "another log of $ref"
done
task-ls -a | grep Follow | task-log - >"$out" 2>"$err"
is $? 0
cmp -s "$out" "$sandbox/all" || fail "another log from a pipe"

it "prints the commits of nobody else's task"
at 10:01:30 task-note 2 "not mine" >/dev/null
echo x >code && git add code && git commit -qm code
exits 0 task-log 1
cmp -s "$out" "$sandbox/all" || fail "another log"

it "puts in between commits that touched the task and came with no event"
at 10:02:00 by_hand 0001 "by hand"
at 10:03:00 task-note 1 "another note" >/dev/null
log 1
out_is "note_added : TASK-0001: note added
(by hand) : by hand
note_added : TASK-0001: note added
created : TASK-0001: new: Follow me
id_reserved : TASK-0001: new: Follow me"

it "names the author of such a commit as a user, or by name"
exits 0 task-log --columns ts,user,desc -N 2 1
out_is "2025-10-18T10:03:00Z	@alice	another note
2025-10-18T10:02:00Z	@alice	by hand"
echo more >>"$(card 0001)"
git -c user.email='"a b"@x' -c user.name='A. Body' commit -qam "who"
exits 0 task-log --columns user -N 1 1
out_is "A. Body"

it "follows the task through stages, and names"
at 10:04:00 advance 0001 next >/dev/null
at 10:05:00 task-set 1 name="Called differently" >/dev/null
at 10:06:00 task-move 1 >/dev/null
at 10:07:00 by_hand 0001 "once more by hand"
log 1
is "$(head -n 4 "$out")" "(once more by hand) : once more by hand
started : TASK-0001: next to current: Called differently
validated : TASK-0001: next to current: Called differently
renamed : TASK-0001: name=Called differently"
is "$(tail -n 1 "$out")" "id_reserved : TASK-0001: new: Follow me"
is "$(grep -c . "$out")" "$(($(wc -l <"$(ledger 0001)") + 3))"

it "follows it into the archive, and its sub-folders"
printf 'version: 1\nscale: {archive_shard: 1000}\n' >.work/tasks/policy.yaml
git commit -qam policy && exits 0 task-index
advance 0001 integration >/dev/null
task-move -s --skip-learning "nothing new" 1 archived >/dev/null
is "$(folder 0001)" \
    ".work/tasks/archived/0000-0999/TASK-0001-called-differently"
log 1
is "$(head -n 1 "$out")" \
    "closed : TASK-0001: integration to archived: Called differently"
is "$(tail -n 1 "$out")" "id_reserved : TASK-0001: new: Follow me"
exits 0 task-log -j --columns path -N 1 1
out_is "{\"path\":\"$(folder 0001)\"}"

it "has every event of the ledger, in its order, and all with a commit"
exits 0 task-log --reverse --columns event 1
grep . "$out" >"$sandbox/got"
events 0001 | cmp -s - "$sandbox/got" || fail "not the events of the ledger"
exits 0 task-log --columns commit 1
is "$(grep -c '^$' "$out")" 0
is "$(sort -u "$out" | grep -vc '^[0-9a-f]\{10\}$')" 0

it "says nothing of a commit for what is not committed"
exits 0 task-note --no-commit 2 "not yet"
exits 0 task-log -j -N 1 2
out_is '{"id":"TASK-0002","ts":"2025-10-18T10:30:00Z","user":"@alice","event":"note_added","desc":"not yet","commit":null,"path":null,"patch":null}'
git add .work && git commit -qm "now it is"
log -N 1 2
out_is "note_added : now it is"

it "puts a move by hand where it belongs"
mv "$(folder 0002)" .work/tasks/backlog && git add -A .work &&
    git commit -qm "moved by hand"
log -N 2 2
out_is "(moved by hand) : moved by hand
note_added : now it is"

it "finds in HEAD what was moved by hand and not committed"
mv "$(folder 0002)" .work/tasks/inbox
log -N 1 2
out_is "(moved by hand) : moved by hand"
git checkout -q . && git clean -qfd

it "begins with a task that no commit has yet"
exits 0 task-new --no-commit "Not committed"
exits 0 task-log --columns event,commit 3
out_is "created	
id_reserved	"
git checkout -q . && git clean -qfd

# How much, and how.

it "prints the oldest first with --reverse"
task-log 1 | tac >"$sandbox/tac"
exits 0 task-log --reverse 1
cmp -s "$out" "$sandbox/tac" || fail "not the reverse"

it "prints only the last ones with -N"
task-log 1 | head -n 3 >"$sandbox/head"
exits 0 task-log -N 3 1
cmp -s "$out" "$sandbox/head" || fail "not the last three"
task-log --reverse 1 | tail -n 3 >"$sandbox/head"
exits 0 task-log --reverse --limit 3 1
cmp -s "$out" "$sandbox/head" || fail "not the last three, reversed"
exits 0 task-log -N 0 1
out_is ""

it "prints only what happened since a time with --since"
exits 0 task-log --columns desc,ts --since 2025-10-18T10:06:30Z --reverse 1
is "$(head -n 2 "$out" | cut -f1)" "who
once more by hand"
is "$(cut -f2 "$out" | sort -u | head -n 1)" "2025-10-18T10:07:00Z"
exits 0 task-log --since 2025-10-19 1
out_is ""
exits 64 task-log --since nonsense 1
err_has "'nonsense' is no time"

it "shows with -p what each commit changed in the texts"
exits 0 task-log -p --since 2025-10-18T10:01:00Z --reverse 1
hand=$(git log --format=%h --abbrev=10 --grep '^by hand$')
is "$(sed -n "/by hand$tab$hand/,/^\$/p" "$out")" "2025-10-18T10:02:00Z	@alice		by hand	$hand
--- 0001-follow-me.task.md
+++ 0001-follow-me.task.md
@@ -36,3 +36,4 @@ the outputs
 
 - [ ] first
 - [ ] second
+by hand"
is "$(sed -n '/another note/,/^$/p' "$out" | grep '^[-+]')" "--- 0001.context.md
+++ 0001.context.md
+- 2025-10-18 @alice: another note"
is "$(sed -n '/renamed/,/^$/p' "$out" | grep '^[-+]')" "--- 0001-follow-me.task.md
+++ 0001-called-differently.task.md
-task_name: \"Follow me\"
+task_name: \"Called differently\""

it "shows what a new task began with as all new, once a commit"
exits 0 task-log -p 1
is "$(grep -c '^--- /dev/null' "$out")" 2
is "$(grep -c '^+task_id: "0001"' "$out")" 1
is "$(tail -n 2 "$out" | head -n 1)" "+the context"

it "gives the patch with -j, and as a column"
exits 0 sh -c 'task-log -jp -N 2 --since 2025-10-18T10:03:00Z 1 |
    jq -c ".patch | type" | sort -u'
out_is '"null"
"string"'
exits 0 task-log -p --columns patch --reverse -N 1 1
out_has '--- 0001-called-differently.task.md\n+++ 0001'
is "$(wc -l <"$out")" 1

it "prints objects with -j, records with -z, names with --header"
exits 0 task-log -j -N 1 1
is "$(jq -r 'keys_unsorted | join(" ")' "$out")" \
    "id ts user event desc commit path patch"
is "$(jq -r .commit "$out")" "$(git log -1 --format=%H --grep archived)"
task-log -z -N 2 --columns event 1 | tr '\0' '+' >"$out"
out_is "closed+moved_to_archived+"
exits 0 task-log --header -N 1 --columns event,desc 1
is "$(head -n 1 "$out")" "event	desc"
exits 64 task-log --columns nothing 1
exits 64 task-log -pz 1
err_has "-p is text for a person"
exits 0 sh -c 'task-log -pz --columns event,patch 1 | tr -cd "\000" | wc -c'
out_is "$(task-log 1 | wc -l)"

it "says what is wrong with the command line"
exits 64 task-log
exits 64 task-log 1 2
err_has "one task is to be named, and not 2"
exits 64 task-log nonsense
exits 64 task-log ""
exits 66 task-log 4711
exits 64 task-log --nonsense 1

it "changes nothing, and needs nobody and no lock"
mv "$HOME/.gitconfig" "$HOME/away"
lock=$(git rev-parse --git-common-dir)/task/lock
unchanged exits 0 env TASK_LOCK_TIMEOUT=0 flock "$lock" task-log -p 1
mv "$HOME/away" "$HOME/.gitconfig"

it "says that its output is lost"
task-log 1 >/dev/full 2>"$err"
is $? 74

it "keeps what a terminal would obey from it"
printf '\033[31mred\a\n' >>"$(card 0002)"
git commit -qam "$(printf 'sub\033[31mject')"
exits 0 task-log -p -N 1 2
out_has 'sub\x1b[31mject'
out_has '+\x1b[31mred\x07'
is "$(tr -d '\n\t -~' <"$out")" ""

it "prints what there is of a malformed ledger, and says what is wrong"
echo 'no event' >>"$(ledger 0002)"
exits 65 task-log 2
err_has "$(ledger 0002):"
out_has "id_reserved"
git checkout -q .
rm "$(ledger 0002)"
exits 65 task-log 2
err_has "there is no such file: a package has a ledger"
out_has "moved by hand"
git checkout -q .

# Other histories.

fresh_board branches
at 10:00:00 make_task "On branches" "$ready"

it "gives an event of a branch the commit on that branch"
git checkout -qb side
at 10:01:00 task-note 1 "on the side" >/dev/null
git checkout -q main
at 10:02:00 task-note 1 "on main" >/dev/null
git merge -q side >/dev/null 2>&1
git checkout -q --theirs .work 2>/dev/null; git add .work
git show main:"$(ledger 0001)" | tail -n 1 >"$sandbox/line"
cat "$sandbox/line" >>"$(ledger 0001)"
at 10:03:00 git -c core.editor=true commit -qam "merged"
log 1
out_is "(merged) : merged
note_added : TASK-0001: note added
note_added : TASK-0001: note added
created : TASK-0001: new: On branches
id_reserved : TASK-0001: new: On branches"
exits 0 task-log --columns desc,commit 1
is "$(sed -n 2,3p "$out" | sort)" \
    "on main	$(git log --format=%h --abbrev=10 -1 HEAD^1)
on the side	$(git log --format=%h --abbrev=10 -1 side)"

it "follows at a merge the one side that the task comes from"
git checkout -qb quiet
echo x >code && git add code && git commit -qm code
git checkout -q main
at 10:04:00 task-note 1 "while it was quiet" >/dev/null
git merge -q --no-edit quiet >/dev/null 2>&1
log -N 1 1
out_is "note_added : TASK-0001: note added"
exits 0 task-log --columns desc -N 1 1
out_is "while it was quiet"

it "ends where a shallow clone ends, with what was there by then"
at 10:05:00 task-note 1 "the last" >/dev/null
git clone -q --depth 1 "file://$PWD" ../shallow 2>/dev/null
cd ../shallow || exit 1
log 1
is "$(grep -c "TASK-0001: note added$" "$out")" "$(sort -u "$(ledger 0001)" |
    wc -l)"
is "$(grep -vc "TASK-0001: note added$" "$out")" 0
cd ../branches || exit 1

it "follows a task to the number that it had, and to no other's"
fresh_board numbers
at 10:00:00 make_task "First" "$ready"
at 10:01:00 make_task "Renumbered" "$ready"
at 10:02:00 task-note 2 "before" >/dev/null
id=$(sed -n '1s/.*"id":"\([^"]*\)".*/\1/p' "$(ledger 0002)")
d=.work/tasks/inbox/TASK-0005-renumbered
git mv "$(folder 0002)" $d
for f in $d/0002*; do
	git mv "$f" "$(echo "$f" | sed 's/0002/0005/')"
done
sed -i 's/^task_id: .*/task_id: "0005"/' $d/0005-*.task.md
echo '{"id":"ABCDEFGH12","ts":"2025-10-18T10:03:00Z","user":"@alice","event":"id_renumbered","desc":"x","from":"TASK-0002","to":"TASK-0005","version":"1.0"}' \
    >>$d/0005.ledger.jsonl
# In the same commit the old number goes to a task that is another.
cp -r "$(folder 0001)" .work/tasks/inbox/TASK-0002-first
(cd .work/tasks/inbox/TASK-0002-first && for f in *; do
	mv "$f" "$(echo "$f" | sed 's/0001/0002/')"
done)
git add -A .work && at 10:03:00 git commit -qm "renumbered"
at 10:04:00 git commit -q --allow-empty -m empty
log 5
out_is "id_renumbered : renumbered
note_added : TASK-0002: note added
created : TASK-0002: new: Renumbered
id_reserved : TASK-0002: new: Renumbered"
is "$(sed -n '1s/.*"id":"\([^"]*\)".*/\1/p' $d/0005.ledger.jsonl)" "$id"
log 2
out_is "created : renumbered
id_reserved : renumbered"

it "follows a task into a namespace"
printf 'namespaces:\n  FW: {}\n' >.work/tasks/NAMESPACES.yaml
git add .work && git commit -qm namespaces
exits 0 task-set --namespace FW 1
log FW-1
is "$(grep -c . "$out")" 3
is "$(tail -n 1 "$out")" "id_reserved : TASK-0001: new: First"

it "prints what there is where nothing is committed at all"
mkdir ../unborn && cd ../unborn && git init -q . &&
    task-init --no-commit >/dev/null && task-new --no-commit "Unborn" >/dev/null
exits 0 task-log --columns event,commit 1
out_is "created	
id_reserved	"

it "says that the board is in no repository"
rm -rf .git
exits 66 task-log 1
err_has "is not in a git repository"

it "works on the board of another folder"
cd "$sandbox/work" || exit 1
exits 0 task-log -C log -N 1 --columns event 1
out_is "closed"
cd log/.work/tasks || exit 1
exits 0 task-log -N 1 --columns event 1
out_is "closed"

it "works where the board lies deeper in the repository"
fresh_board deep
mkdir -p a/b && git mv .work a/b/ && git commit -qm "deeper" && cd a/b || exit 1
exits 0 task-new "Deep"
exits 0 task-log -j 1
is "$(jq -r .path "$out" | sort -u)" "a/b/.work/tasks/inbox/TASK-0001-deep"

finish
