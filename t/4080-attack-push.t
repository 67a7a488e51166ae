#!/bin/sh
# SPDX-License-Identifier: MIT
# Attacks on a server: what is pushed, and how.
. "${TASK_SRC:?}/t/attack.sh"

server=$sandbox/server.git

# hook DIR NAME OPTION: one of git's hooks, which asks task-verify.
hook() {
	mkdir -p "$1/hooks"
	printf '#!/bin/sh\nexec task-verify %s\n' "$3" >"$1/hooks/$2" &&
	    chmod +x "$1/hooks/$2" || fail "no hook"
}

# Those of a clone.
hooks_here() {
	hook .git pre-commit --staged
	hook .git pre-push --push
}

# serve: a server with the board, and a clone of it in which to attack.
serve() {
	rm -rf "$server"
	git clone -q --bare . "$server"
	hook "$server" pre-receive --receive
	git remote add origin "$server"
	git fetch -q
	as bob
}

# pushed ARGUMENT...: the server takes it.
pushed() {
	before=$(git -C "$server" for-each-ref)
	exits 0 git push -q origin "$@"
	[ "$before" != "$(git -C "$server" for-each-ref)" ] ||
	    fail "nothing was pushed"
}

# turned_down RULE ARGUMENT...: it does not, and says why; and nothing is there.
turned_down() {
	rule=$1
	shift
	before=$(git -C "$server" for-each-ref)
	exits 1 git push -q origin "$@"
	grep -qE "remote:.*($rule)" "$err" || {
		fail "it does not name $rule"
		show_last
	}
	is "$(git -C "$server" for-each-ref)" "$before"
}

attack "refuses a bad commit on a branch that is there"
serve
edit "$(ledger 0004)" '2s/created/made/'
commit
turned_down ledger-changed main

attack "lets a good one in"
serve
event 0004 @bob note_added
commit
pushed main

attack "refuses a bad commit under a good one"
serve
by_hand 0003 current
commit "bad"
event 0003 @bob note_added
commit "good"
turned_down move-unlogged main

attack "refuses a bad commit on a new branch"
serve
by_hand 0003 current
commit
turned_down move-unlogged HEAD:refs/heads/topic

attack "lets a good one in on a new branch"
serve
task-move -q 3 >/dev/null
pushed HEAD:refs/heads/topic

attack "lets a new branch in that is an old commit"
serve
pushed HEAD~2:refs/heads/topic

attack "refuses a bad commit behind a tag"
serve
by_hand 0003 current
commit
git tag -a -m "tagged" v1
turned_down move-unlogged v1

attack "lets a tag in that is of a good commit"
serve
event 0004 @bob note_added
commit
git tag -a -m "tagged" v1
pushed v1

attack "refuses a bad commit under a name of no branch"
serve
by_hand 0003 current
commit
turned_down move-unlogged HEAD:refs/hidden/topic

attack "refuses to go back to an old commit by force"
serve
turned_down ref-dropped -f HEAD~1:main

attack "refuses another history by force"
serve
git checkout -q --orphan other
git commit -qm "another beginning"
git rm -q -r "$(folder 0004)"
git commit -q --amend -m "another beginning"
turned_down ref-dropped -f other:main

attack "refuses an amended line by force"
serve
event 0004 @bob note_added
commit
git push -q origin main
edit "$(ledger 0004)" '$s/by hand/by foot/'
amend
turned_down ref-dropped -f main

attack "lets an amended message in by force"
serve
event 0004 @bob note_added
commit
git push -q origin main
git commit -q --amend -m "what it was about"
pushed -f main

attack "refuses a rebase that dropped a line"
serve
event 0004 @bob note_added
commit
event 0005 @bob note_added
commit
git push -q origin main
git reset -q --hard "$base"
git cherry-pick origin/main >/dev/null 2>&1
turned_down ref-dropped -f main

attack "lets a rebase in that has all of them"
serve
event 0004 @bob note_added
commit
event 0005 @bob note_added
commit
git push -q origin main
git reset -q --hard "$base"
at 2025-10-19T09:01:00Z
git cherry-pick origin/main~1 origin/main >/dev/null 2>&1
pushed -f main

attack "refuses that the branch of the board is deleted"
serve
git -C "$server" config receive.denyDeleteCurrent ignore
turned_down ref-dropped :main

attack "refuses that lines go with a branch that is deleted"
serve
task-move -q 3 >/dev/null
git push -q origin HEAD:refs/heads/topic
turned_down ref-dropped :topic

attack "lets a branch go that is merged"
serve
task-move -q 3 >/dev/null
git push -q origin HEAD:refs/heads/topic
git push -q origin main
pushed :topic

attack "refuses two branches where one is bad"
serve
event 0004 @bob note_added
commit
git branch good
by_hand 0003 current
commit
git branch bad
turned_down move-unlogged good bad

attack "lets two good ones in"
serve
event 0004 @bob note_added
commit
git branch good
task-move -q 3 >/dev/null
git branch better
pushed good better

attack "refuses here what --no-verify let pass there"
serve
hooks_here
by_hand 0003 current
git add -A
exits 1 git commit -q -m "by hand"
grep -q move-unlogged "$out" "$err" || fail "it does not say why"
exits 0 git commit -q --no-verify -m "by hand"
exits 1 git push -q origin main
grep -q move-unlogged "$out" "$err" || fail "it does not say why"
turned_down move-unlogged --no-verify main

attack "lets the same pass with its events, through all of the hooks"
serve
hooks_here
by_hand 0003 current
started 0003 @bob
git add -A
exits 0 git commit -q -m "by hand"
pushed main

attack "refuses here what a branch from before there were people took"
serve
start=$(git log --format=%H --diff-filter=A -1 -- $TASKS/people.yaml)^
pushed "$start:refs/heads/old"
git checkout -q -b old "$start"
full_task Forged '"priority":"P1","effort":"M","stage":"archived"' |
    task-new -q - >/dev/null
pushed old
git checkout -q main
git merge -q --no-edit old >/dev/null 2>&1
git checkout -q --ours . 2>/dev/null
git mv $TASKS/archived/TASK-0001-forged $TASKS/archived/TASK-0009-forged
for file in $TASKS/archived/TASK-0009-forged/*; do
	git mv "$file" "$(echo "$file" | sed 's/0001/0009/g')"
done
git add -A
git commit -q --no-edit
turned_down born-past-gate main

attack "lets in here what that branch took and may be"
serve
start=$(git log --format=%H --diff-filter=A -1 -- $TASKS/people.yaml)^
git checkout -q -b old "$start"
echo "about" >ABOUT
commit
pushed old
git checkout -q main
git merge -q --no-edit old >/dev/null
pushed main

attack "refuses a bad commit that git replace hides"
serve
task-move -q 3 >/dev/null
good=$(git rev-parse HEAD)
git reset -q --hard "$base"
by_hand 0003 current
commit
git replace HEAD "$good"
turned_down move-unlogged main
turned_down move-unlogged main 'refs/replace/*'

attack "refuses changed rules from one who may not, whatever comes after"
serve
git rm -q $TASKS/people.yaml
commit
git revert --no-edit HEAD >/dev/null
turned_down policy-changed main

attack "lets code in that is none of the board's"
serve
echo "int main;" >main.c
commit
pushed main

attack "lets a branch in that has no board"
serve
git checkout -q --orphan pages
git rm -q -r -f .
echo "about" >index.html
commit
pushed pages

attack "lets a tag in that is no commit"
serve
git tag note "$(blob "a note")"
pushed note

finish
