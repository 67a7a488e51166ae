#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/places.sh"

# Runs a program to which the permissions of files apply, root or not.
bound() {
	if [ "$(id -u)" -eq 0 ]; then
		setpriv --bounding-set -dac_override,-dac_read_search \
		    --inh-caps -all "$@"
	else
		"$@"
	fi
}

# Every file below the folder, with its content, as one text.
picture() {
	find "$1" -type f -print0 | sort -z | xargs -0 -r sha1sum
}

# What the commits since the first one, or all of them, touched.
touched() {
	git log --format= --name-only "$@" | sort -u
}

it "says that there is no git repository, and how to make one"
exits 66 task-init
err_has "task-init: "
err_has "not in a git repository"
err_has "task-init --git"
is "$(ls -A)" ""

it "makes a repository with --git, and the board in it"
fresh git
exits 0 task-init --git
out_is "$(pwd -P)/.work"
is "$(git log --format=%s)" "task-init: a board in .work"
sound

it "makes the folder that -C names along with the repository"
cd "$top" || exit 1
exits 0 task-init --git -C new/folder
out_is "$top/new/folder/.work"
is "$(git -C new/folder log --format=%s)" "task-init: a board in .work"
cd git || exit 1

it "makes no second repository with --git where there is one"
mkdir src && cd src || exit 1
exits 0 task-init --git
is "$(git rev-parse --show-toplevel)" "$top/git"
is "$(ls -A)" ""

it "puts the board into a repository without a commit, as its first"
fresh unborn
git init -q .
exits 0 task-init
is "$(git log --format=%s)" "task-init: a board in .work"
is "$(git symbolic-ref HEAD)" "refs/heads/main"
sound

it "prints the path of the board"
out_is ""
exits 0 task-init
out_is "$(pwd -P)/.work"

it "makes a folder with an index for each of the seven stages"
for stage in inbox backlog next current integration learning archived; do
	file_has ".work/tasks/$stage/INDEX.md" "stage: $stage"
	file_has ".work/tasks/$stage/INDEX.md" \
	    "| ID | Name | DRI | Status | Flags | Dependencies |"
done
file_has .work/tasks/INDEX.md \
    "| ID | Name | DRI | Stage | Status | Flags | Dependencies |"

it "dates the indexes with the day on which it ran"
is "$(grep -rhc "^last_updated: 2025-10-18$" .work/tasks --include=INDEX.md |
    sort -u)" "1"

it "begins the ids at 0001"
is "$(cat .work/tasks/ID_COUNTER.txt)" "0001"

it "writes a policy with the values that hold without one"
file_has .work/tasks/policy.yaml \
    "current:     {limit: 5, scope: system, enforce: hard}"
file_has .work/tasks/policy.yaml "gates: [next, integration, archived]"

it "brings the templates of card, context, hand-off and learning"
is "$(ls .work/templates)" "bug.md
card.md
context.md
handoff.md
learning-p0.md
learning.md"
file_has .work/templates/card.md 'task_id: "{id}"'

it "has git merge ledgers line by line"
is "$(git check-attr merge .work/tasks/next/TASK-0001-x/0001.ledger.jsonl |
    sed 's/.*: //')" "union"

it "makes a board that the other programs take"
exits 0 task-new "First"
out_is "TASK-0001"
sound

it "commits nothing outside of .work"
is "$(touched | grep -v "^\.work/")" ""

it "changes nothing when it is run again"
before=$(git rev-parse HEAD)
picture .work >"$sandbox/before"
exits 0 task-init
is "$(git rev-parse HEAD)" "$before"
is "$(picture .work)" "$(cat "$sandbox/before")"
is "$(dirty)" ""

it "says with -v that nothing is missing"
exits 0 task-init -v
err_has "nothing is missing"

it "adds what was removed, and nothing else, when it is run again"
repository again
task-init >/dev/null
git rm -q .work/tasks/policy.yaml .work/templates/learning.md
echo "One more blank." >>.work/templates/card.md
git commit -qam "ours"
before=$(git rev-parse HEAD)
exits 0 task-init
is "$(touched "$before..")" ".work/tasks/policy.yaml
.work/templates/learning.md"
file_has .work/templates/card.md "One more blank."
sound

it "says with -v what it adds"
git rm -q .work/tasks/policy.yaml && git commit -qm "again"
exits 0 task-init -v
err_has ".work/tasks/policy.yaml"

it "brings back a file that was deleted by hand but not committed"
before=$(git rev-parse HEAD)
rm .work/templates/context.md
exits 0 task-init
file_has .work/templates/context.md "{context:"
is "$(git rev-parse HEAD)" "$before"
sound

it "leaves a policy that was edited but not committed as it is"
before=$(git rev-parse HEAD)
echo "# mine" >>.work/tasks/policy.yaml
exits 0 task-init
is "$(git rev-parse HEAD)" "$before"
is "$(dirty)" " M .work/tasks/policy.yaml"
git checkout -q .work

it "keeps the prose that the owner wrote into an index"
echo "Ask Bob before you pull." >>.work/tasks/next/INDEX.md
git commit -qam "prose"
before=$(git rev-parse HEAD)
exits 0 task-init
file_has .work/tasks/next/INDEX.md "Ask Bob before you pull."
is "$(git rev-parse HEAD)" "$before"

it "makes a missing index from the tasks that are there"
task-new "First" >/dev/null
git rm -q .work/tasks/inbox/INDEX.md && git commit -qm "no index"
exits 0 task-init
file_has .work/tasks/inbox/INDEX.md "| 0001 | First |"
sound

it "keeps the counter of a board that has tasks"
is "$(cat .work/tasks/ID_COUNTER.txt)" "0002"

it "sets a missing counter above the ids that are there"
git rm -q .work/tasks/ID_COUNTER.txt && git commit -qm "no counter"
exits 0 task-init
is "$(cat .work/tasks/ID_COUNTER.txt)" "0002"

it "puts the board at the root when it is run in a sub-folder"
repository sub
mkdir -p src/deep && cd src/deep || exit 1
exits 0 task-init
out_is "$top/sub/.work"
is "$(ls -A)" ""
is "$(task-new "From below")" "TASK-0001"
sound

it "works on another folder with -C"
repository other
cd ..
exits 0 task-init -C other
out_is "$(pwd -P)/other/.work"
is "$(git -C other log -1 --format=%s)" "task-init: a board in .work"

it "works in a linked worktree, on the branch that is checked out there"
repository linked
git worktree add -q -b topic ../linked-topic
before=$(git rev-parse main)
cd ../linked-topic || exit 1
exits 0 task-init
out_is "$top/linked-topic/.work"
is "$(git log -1 --format=%s topic)" "task-init: a board in .work"
is "$(git rev-parse main)" "$before"
sound

it "leaves the main worktree alone when it runs in a linked one"
cd ../linked || exit 1
is "$(ls -A)" ".git
main.c"
is "$(dirty)" ""

it "works where .git is a file"
fresh apart
git init -q --separate-git-dir ../apart.git .
exits 0 task-init
is "$(git log --format=%s)" "task-init: a board in .work"
sound

it "works in a submodule, and changes nothing in what holds it"
repository library
repository holder
git -c protocol.file.allow=always submodule --quiet add ../library lib &&
    git commit -qm "submodule"
before=$(git rev-parse HEAD)
cd lib || exit 1
exits 0 task-init
out_is "$top/holder/lib/.work"
sound
is "$(git -C .. rev-parse HEAD)" "$before"
is "$(git -C .. status --porcelain)" " M lib"

it "commits onto a detached HEAD and moves no branch"
repository detached
before=$(git rev-parse main)
git checkout -q --detach
exits 0 task-init
is "$(git log -1 --format=%s HEAD)" "task-init: a board in .work"
is "$(git rev-parse main)" "$before"
sound

it "keeps what is dirty dirty and what is staged staged"
repository busy
echo old >half.txt
echo gone >gone.txt
git add . && git commit -qm "more"
echo "int other;" >main.c
echo staged >half.txt && git add half.txt && echo worktree >half.txt
git rm -q --cached gone.txt
echo new >new.txt && git add new.txt
echo meant >meant.txt && git add -N meant.txt
echo loose >loose.txt
dirty >"$sandbox/before"
git diff --cached -- . ':!.work' >"$sandbox/staged"
exits 0 task-init
is "$(dirty)" "$(cat "$sandbox/before")"
is "$(git diff --cached -- . ':!.work')" "$(cat "$sandbox/staged")"
is "$(cat half.txt)" "worktree"

it "leaves what is dirty and staged out of its commit"
is "$(touched HEAD~1.. | grep -v "^\.work/")" ""

it "keeps what is staged in a repository without a commit"
fresh unborn-staged
git init -q .
echo "int main;" >main.c && git add main.c
exits 0 task-init
is "$(dirty)" "A  main.c"

it "leaves git status clean with core.autocrlf"
repository crlf
git config core.autocrlf true
exits 0 task-init
is "$(dirty)" ""

it "works where .work is ignored"
repository ignored
echo ".work" >.gitignore && git add .gitignore && git commit -qm "ignore"
exits 0 task-init
is "$(touched HEAD~1.. | grep -c "^\.work/tasks/.*/INDEX.md$")" "7"
sound

# A tree by hand, to formats.md, with none of our own files.
by_hand() {
	d=.work/tasks/backlog/TASK-0007-by-hand
	mkdir -p "$d"
	cat >"$d/0007-by-hand.task.md" <<-END
	---
	task_id: "0007"        # the seventh
	task_name: By hand
	stage: backlog
	status: active
	current_dri: "@bob"
	---
	## Goal
	A tree by hand.
	END
	echo "All of it." >"$d/0007.context.md"
	cat >"$d/0007.ledger.jsonl" <<-END
	{"ts":"2025-10-01T09:00:00+02:00","user":"@bob","event":"created","reason":"by hand"}
	{"ts":"2025-10-02T09:00:00+02:00","user":"@bob","event":"verified","reason":"by hand"}
	END
}

it "adds what it needs to a tree that was made by hand"
repository hand
by_hand
git add . && git commit -qm "by hand"
before=$(git rev-parse HEAD)
picture .work/tasks/backlog >"$sandbox/before"
exits 0 task-init
is "$(find .work -name INDEX.md | wc -l)" "8"
file_has .work/tasks/policy.yaml "gates:"
sound

it "does so in one commit"
is "$(git rev-list --count "$before..")" "1"

it "keeps every byte of the packages in such a tree"
is "$(picture .work/tasks/backlog | grep -v INDEX.md)" \
    "$(cat "$sandbox/before")"

it "lists the tasks of such a tree in the indexes"
file_has .work/tasks/backlog/INDEX.md "| 0007 | By hand | @bob | active | - | - |"
file_has .work/tasks/INDEX.md "| 0007 | By hand | @bob | backlog | active | - | - |"

it "begins the ids of such a tree above those that are there"
is "$(cat .work/tasks/ID_COUNTER.txt)" "0008"

it "leaves packages that are not committed to their owner"
repository hand-loose
by_hand
picture .work/tasks/backlog >"$sandbox/before"
exits 0 task-init
is "$(picture .work/tasks/backlog | grep -v INDEX.md)" \
    "$(cat "$sandbox/before")"
is "$(touched | grep -c TASK-0007)" "0"
is "$(dirty | cut -c1-2 | sort -u)" "??"

it "names a card of such a tree that it cannot read, and does the rest"
repository hand-broken
by_hand
printf -- '---\ntask_id: @x\n---\n' >"$(card 0007)"
git add . && git commit -qm "by hand"
picture .work/tasks/backlog >"$sandbox/before"
exits 65 task-init
err_has "0007-by-hand.task.md:2:10: "
file_has .work/tasks/policy.yaml "gates:"
is "$(picture .work/tasks/backlog | grep -v INDEX.md)" \
    "$(cat "$sandbox/before")"

it "refuses a bare repository, and leaves it as it is"
cd "$top" && git init -q --bare bare.git && cd bare.git || exit 1
picture . >"$sandbox/before"
exits 78 task-init
err_has "bare"
err_has "worktree"
is "$(picture .)" "$(cat "$sandbox/before")"

it "refuses a repository with SHA-256 ids, saying so"
fresh sha256
git init -q --object-format=sha256 .
exits 78 task-init
err_has "SHA-256"
is "$(ls -A)" ".git"

it "refuses without a git identity, says how to set one, and makes nothing"
repository nobody
before=$(git rev-parse HEAD)
mv "$HOME/.gitconfig" "$HOME/away"
exits 78 task-init
err_has "git config"
mv "$HOME/away" "$HOME/.gitconfig"
is "$(git rev-parse HEAD)" "$before"
is "$(ls -A)" ".git
main.c"

it "says which folder it may not write, and makes no commit"
repository readonly
before=$(git rev-parse HEAD)
chmod a-w .
exits 74 bound task-init
err_has "Permission denied"
is "$(git rev-parse HEAD)" "$before"

it "names the folder, not a temporary name of our own"
err_has ".work: "
err_lacks ".tmp"

it "can be run when the folder may be written again"
chmod u+w .
exits 0 task-init
is "$(git log --format=%s HEAD~1..)" "task-init: a board in .work"
sound

it "says that it may not write the git directory, and makes nothing"
repository readonly-git
chmod -R a-w .git
exits 74 bound task-init
err_has "Permission denied"
is "$(ls -A)" ".git
main.c"
chmod -R u+w .git

it "never follows a symbolic link out of the repository"
repository link
mkdir ../outside
ln -s ../outside .work
exits 65 task-init
err_has ".work"
is "$(ls -A ../outside)" ""
is "$(git log --format=%s)" "first"

it "follows none that lies deeper in .work, either"
repository link-deeper
mkdir -p ../outside .work/tasks/inbox
echo theirs >../outside/theirs
ln -s ../../../../outside/theirs .work/tasks/inbox/INDEX.md
exits 65 task-init
err_has ".work/tasks/inbox/INDEX.md"
is "$(cat ../outside/theirs)" "theirs"
is "$(git log --format=%s)" "first"

it "refuses where .work is a file"
repository file
echo mine >.work
exits 74 task-init
err_has ".work"
is "$(cat .work)" "mine"
is "$(git log --format=%s)" "first"

it "makes nothing with -n"
repository dry
exits 0 task-init -n
is "$(ls -A)" ".git
main.c"
is "$(git log --format=%s)" "first"

it "says with -n which files it would add"
exits 0 task-init -n
cat "$err" >>"$out"
out_has ".work/tasks/policy.yaml"

it "makes no repository with -n --git"
fresh dry-git
task-init -n --git >"$out" 2>"$err"
is "$(ls -A)" ""

it "leaves the commit to the person with --no-commit"
repository uncommitted
exits 0 task-init --no-commit
is "$(git log --format=%s)" "first"
is "$(dirty | grep -c "^?? .work/tasks/.*INDEX.md$")" "8"

it "leaves the commit to the person with git config task.commit false"
repository unconfigured
git config task.commit false
exits 0 task-init
is "$(git log --format=%s)" "first"
file_has .work/tasks/policy.yaml "gates:"

it "waits no longer than it is told for the lock, and says who holds it"
repository locked
mkdir .git/task
exec 9>.git/task/lock && flock 9 && echo "task-move (pid 4711)" >&9
TASK_LOCK_TIMEOUT=0 task-init >"$out" 2>"$err"
is $? 75
err_has "task-move (pid 4711)"
exec 9>&-
is "$(ls -A)" ".git
main.c"

it "fails when its output cannot be written"
repository full
task-init >/dev/full 2>"$err"
is $? 74
err_has "cannot write to standard output"

it "fails when its output is closed, and writes into no file of ours"
repository closed
task-init >&- 2>"$err"
is $? 74
sound

it "refuses operands, and says what names another folder"
repository usage
exits 64 task-init here
err_has "-C"
is "$(ls -A)" ".git
main.c"

it "names the option that was probably meant"
exits 64 task-init --gti
err_has "unknown option '--gti'; did you mean '--git'?"

it "says which folder does not exist"
exits 66 task-init -C nowhere
err_has "nowhere"

it "tells what it is for and what it takes"
exits 0 task-init -h
out_has "task-init: put a board into a git repository"
out_has "--git"
exits 0 task-init --version
out_has "task-init ("

finish
