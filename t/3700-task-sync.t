#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"

server=$sandbox/server
ready='"priority":"P1","effort":"M"'

# A clone of the server by that name, whose user is called so.
clone() {
	git clone -q "$server" "$1" 2>/dev/null &&
	    git -C "$1" config user.email "$1@example.org" || fail "no $1"
}

# in CLONE COMMAND...: there; what it prints is lost.
in_clone() {
	(cd "$sandbox/work/$1" && shift && "$@") >/dev/null 2>&1 ||
	    fail "in $1: $*"
}

# server_hook NAME LINES: what it runs.
server_hook() {
	printf '#!/bin/sh\n%s\n' "$2" >"$server/hooks/$1" &&
	    chmod +x "$server/hooks/$1"
}

# Both clones have the same board, and nothing is wrong with it.
same() {
	is "$(git -C ../a rev-parse HEAD)" "$(git -C ../b rev-parse HEAD)"
	sound
	exits 0 task-fsck
	exits 0 task-verify
}

it "says that there is no board, and how to make one"
exits 66 task-sync
err_is "task-sync: no .work/tasks here or above (task-init makes one)"

git init -q --bare "$server"
mkdir a && cd a && board
git config user.email a@example.org

it "says where there is no remote, and where there is not that one"
unchanged exits 69 task-sync
err_is "task-sync: there is no remote to sync with (git remote add origin URL)"
git remote add origin "$server"
unchanged exits 69 task-sync nope
err_is "task-sync: there is no remote 'nope' (git remote -v lists them)"
unchanged exits 69 task-sync --color=never -- -rf
unchanged exits 69 task-sync '../x'

it "publishes the branch where the remote does not have it, and follows it"
exits 0 task-sync
out_is ""
is "$(git -C "$server" rev-parse main)" "$(git rev-parse HEAD)"
is "$(git rev-parse --abbrev-ref '@{upstream}')" origin/main

it "has nothing to do where both are the same"
unchanged exits 0 task-sync
out_is ""
err_is ""

cd .. && clone b
cd a || exit 1

it "pushes what was done here, a line for each task"
make_task One "$ready"
make_task Two "$ready"
exits 0 task-sync
out_is "TASK-0001	went	new in inbox
TASK-0002	went	new in inbox"
is "$(git -C "$server" rev-parse main)" "$(git rev-parse HEAD)"

it "fetches what was done elsewhere, and makes no commit where nothing was done here"
cd ../b || exit 1
exits 0 task-sync
out_is "TASK-0001	came	new in inbox
TASK-0002	came	new in inbox"
same

it "merges what both did, and pushes it"
in_clone a task-note 1 -m "from a"
in_clone a task-move 1
in_clone a task-sync
task-note 2 -m "from b" >/dev/null
exits 0 task-sync
out_is "TASK-0001	came	inbox to backlog
TASK-0002	went	changed"
err_is ""
is "$(git log -1 --format='%s %P' | wc -w | tr -d ' ')" 7
is "$(git log -1 --format=%s)" "task-sync: merge main of origin"
in_clone a task-sync
same

it "has a task that both changed, and keeps every line of both"
in_clone a task-note 1 -m "once more from a"
in_clone a task-sync
task-note 1 -m "once more from b" >/dev/null
exits 0 task-sync
out_has "TASK-0001	both	there: changed; here: changed"
in_clone a task-sync
same
is "$(grep -c 'once more from' "$(ledger 0001)")" 2
is "$(grep -c 'once more from' "$(folder 0001)/0001.context.md")" 2

it "gives one of two tasks with the same number another, and says so"
in_clone a task-new "Made by a"
in_clone a task-sync
TASK_NOW=2025-10-18T10:40:00Z task-new "Made by b" >/dev/null
exits 0 task-sync
out_has "renumbers"
in_clone a task-sync
same
is "$(ls .work/tasks/inbox | grep -c made-by)" 2
is "$(ls .work/tasks/inbox | sed -n 's/^TASK-\(....\)-made-by.*/\1/p' |
    sort -u | wc -l | tr -d ' ')" 2

# The older task takes the number of one that others know, which gets the number
# and the name of one that b has made since.
it "gives a task the folder of another one, which moves on"
git clone -q "$server" ../c
(cd ../c && git config user.name C && git config user.email c@example.org)
TASK_NOW=2025-10-18T10:42:00Z task-new "Ship it" >/dev/null
exits 0 task-sync
TASK_NOW=2025-10-18T10:41:00Z in_clone c task-new "Older"
in_clone c task-sync
TASK_NOW=2025-10-18T10:43:00Z task-new "Ship it" >/dev/null
exits 0 task-sync
out_has "renumbers"
in_clone a task-sync
same
is "$(ls .work/tasks/inbox | grep -c 'ship-it$')" 2
is "$(ls .work/tasks/inbox/*-ship-it | grep -c 'task.md$')" 2
rm -rf ../c

it "prints objects with -j, and NULs with -z"
in_clone a task-note 2 -m "a note"
in_clone a task-sync
exits 0 task-sync -j
out_is '{"id":"TASK-0002","what":"came","text":"changed"}'
in_clone a task-note 2 -m "a note"
in_clone a task-sync
exits 0 task-sync -z
is "$(tr '\0' '@' <"$out")" "TASK-0002	came	changed@"

it "with --dry-run says what would happen, and changes nothing"
in_clone a task-note 1 -m "dry"
in_clone a task-sync
task-note 2 -m "dry, too" >/dev/null
git -C "$server" for-each-ref >refs
git for-each-ref >here
unchanged exits 0 task-sync -n
out_is "TASK-0001	came	changed
TASK-0002	went	changed"
is "$(git -C "$server" for-each-ref)" "$(cat refs)"
is "$(git for-each-ref)" "$(cat here)"
rm refs here
exits 0 task-sync
out_is "TASK-0001	came	changed
TASK-0002	went	changed"

it "tries again where somebody was faster, and says so"
in_clone a task-sync
in_clone a task-note 1 -m "faster"
git clone -q --bare ../a "$sandbox/faster"
server_hook pre-receive "[ -e once ] && exit 0
unset GIT_QUARANTINE_PATH
touch once
git fetch -q '$sandbox/faster' main && git update-ref refs/heads/main FETCH_HEAD"
task-note 2 -m "slower" >/dev/null
exits 0 task-sync
err_has "task-sync: somebody was faster; again in "
rm "$server/hooks/pre-receive"
out_has "TASK-0001	came	changed"
in_clone a task-sync
same

it "gives up where others are faster again and again, and has merged what came"
server_hook update 'git update-ref refs/heads/main \
    "$(git commit-tree -p main -m more main^{tree})"'
task-note 2 -m "never" >/dev/null
exits 75 task-sync -q
err_has "others were faster 12 times"
rm "$server/hooks/update"
exits 0 task-sync
in_clone a task-sync
same

it "says what the server says where it does not take it, and keeps what is here"
server_hook pre-receive 'echo "the rules say no" >&2; exit 1'
in_clone b task-note 2 -m "not taken"
exits 1 task-sync
err_has "the rules say no"
err_has "'origin' did not take it (pre-receive hook declined)"
file_has "$(ledger 0002)" "not taken"
is "$(dirty)" ""
rm "$server/hooks/pre-receive"
printf '#!/bin/sh\necho "not from here" >&2\nexit 1\n' >.git/hooks/pre-push
chmod +x .git/hooks/pre-push
exits 1 task-sync
err_has "not from here"
err_has "(the hook pre-push, here)"
rm .git/hooks/pre-push
exits 0 task-sync
out_is "TASK-0002	went	changed"

it "changes nothing where the remote cannot be reached"
task-note 2 -m "offline" >/dev/null
git remote set-url origin "$sandbox/nowhere"
unchanged exits 69 task-sync
err_has "does not appear to be a git repository"
err_has "task-sync: 'origin' cannot be reached; what is done here stays here"
unchanged exits 69 task-sync -n
git remote set-url origin "ssh://127.0.0.1:1/x"
GIT_SSH_COMMAND=false unchanged exits 69 task-sync
git remote set-url origin "$server"
exits 0 task-sync

it "syncs with the remote that is named, and follows it no more than before"
git init -q --bare "$sandbox/other"
git remote add other "$sandbox/other"
exits 0 task-sync other
is "$(git -C "$sandbox/other" rev-parse main)" "$(git rev-parse HEAD)"
is "$(git rev-parse --abbrev-ref '@{upstream}')" origin/main

it "says which remotes there are where it cannot know"
git branch --unset-upstream
exits 0 task-sync
git remote rename origin one
git branch --unset-upstream 2>/dev/null
unchanged exits 69 task-sync
err_is "task-sync: there are 2 remotes, and the branch follows none of them: name one (task-sync one)"
git remote rename one origin
git branch -q -u origin/main
git remote remove other

it "takes along what was edited by hand in tasks that come"
in_clone a task-sync
in_clone a task-note 1 -m "beside an edit"
in_clone a task-sync
echo "by hand" >>"$(folder 0001)/0001.context.md"
exits 0 task-sync
in_clone a task-sync
same
file_has "$(folder 0001)/0001.context.md" "by hand"
file_has "$(folder 0001)/0001.context.md" "beside an edit"

it "leaves alone what was edited by hand in others"
in_clone a task-note 1 -m "and again"
in_clone a task-sync
echo "not yet" >>"$(folder 0002)/0002.context.md"
exits 0 task-sync
is "$(dirty)" " M $(folder 0002)/0002.context.md"
file_has "$(folder 0002)/0002.context.md" "not yet"
git checkout -q .

it "brings the code along, and leaves what is staged and dirty as it is"
in_clone a sh -c 'echo a >a.c && echo 1 >both.c && git add . && git commit -qm a'
in_clone a task-note 1 -m "with code"
in_clone a task-sync
echo b >b.c && git add b.c && git commit -qm b
echo staged >staged.c && git add staged.c
echo dirty >>b.c
task-note 2 -m "with code" >/dev/null
exits 0 task-sync
is "$(cat a.c)" a
is "$(git status --porcelain)" " M b.c
A  staged.c"
is "$(git show HEAD:a.c)" a
is "$(git show HEAD:b.c)" b
is "$(git ls-tree HEAD staged.c)" ""
git rm -qf --cached staged.c && rm staged.c && git checkout -q b.c
in_clone a task-sync
same

it "changes nothing where what is dirty is in the way of the code"
in_clone a sh -c 'echo more >>a.c && git commit -qam more'
in_clone a task-note 1 -m "in the way"
in_clone a task-sync
echo mine >>a.c
task-note 2 -m "in the way" >/dev/null
unchanged exits 1 task-sync
err_has "a.c"
err_has "what is changed here outside of the board is in the way"
is "$(git status --porcelain)" " M a.c"
git checkout -q a.c
echo untracked >new.c
in_clone a sh -c 'echo new >new.c && git add . && git commit -qm new'
in_clone a task-sync
unchanged exits 1 task-sync
is "$(cat new.c)" untracked
rm new.c
exits 0 task-sync
in_clone a task-sync
same

it "leaves a conflict of the code to git, and changes nothing"
in_clone a sh -c 'echo 2 >both.c && git commit -qam 2'
in_clone a task-note 1 -m "conflict"
in_clone a task-sync
echo 3 >both.c && git commit -qam 3
task-note 2 -m "conflict" >/dev/null
unchanged exits 1 task-sync
err_is "task-sync: both sides changed both.c: merge that with git (git pull origin), then task-fsck --reconcile puts the board right"
unchanged exits 1 task-sync -n
is "$(git status --porcelain)" ""
git pull -q --no-rebase --no-edit >/dev/null 2>&1
it "and says, while git is at it, that it is"
unchanged exits 75 task-sync
err_has "git is in the middle of a merge, a rebase or another change"
echo 23 >both.c && git add both.c && task-fsck --reconcile >/dev/null 2>&1
git commit -q --no-edit
exits 0 task-sync
in_clone a task-sync
same

it "has nothing to sync where no branch is checked out"
git checkout -q --detach
unchanged exits 1 task-sync
err_is "task-sync: no branch is checked out, so there is nothing to sync (git switch BRANCH)"
git checkout -q main

it "refuses a remote with another history"
git init -q ../c && (cd ../c && git commit -q --allow-empty -m other &&
    task-init >/dev/null)
git remote add stranger ../c
unchanged exits 1 task-sync stranger
err_has "has no history in common with"
git remote remove stranger

it "says of a shallow clone that it is one"
in_clone a task-note 1 -m "deep"
in_clone a task-sync
git clone -q --depth 1 "file://$server" ../d 2>/dev/null
in_clone a task-note 1 -m "deeper"
in_clone a task-sync
cd ../d || exit 1
task-note 2 -m "shallow" >/dev/null
unchanged exits 1 task-sync
err_is "task-sync: this clone is shallow, and has not what both sides come from (git fetch --unshallow origin)"
git fetch -q --unshallow
exits 0 task-sync
cd ../b || exit 1
exits 0 task-sync

it "waits for nobody who holds the lock for too long"
exec 9>>.git/task/lock
flock 9
in_clone a task-note 1 -m "locked"
in_clone a task-sync
TASK_LOCK_TIMEOUT=0 unchanged exits 75 task-sync
exec 9>&-
exits 0 task-sync

it "refuses --no-commit, two remotes, and where committing is turned off"
unchanged exits 64 task-sync --no-commit
unchanged exits 64 task-sync origin other
in_clone a task-note 1 -m "turned off"
in_clone a task-sync
git config task.commit false
unchanged exits 78 task-sync
git config --unset task.commit
exits 0 task-sync

it "fails where its output cannot be written"
[ ! -e /dev/full ] || {
	task-note 1 -m "full" >/dev/null
	task-sync >/dev/full 2>"$err"
	is "$?" 74
}

it "leaves no reference of its own behind"
is "$(git for-each-ref refs/task)" ""

finish
