#!/bin/sh
# SPDX-License-Identifier: MIT
# What is judged, and how it is said; that nobody goes around it is in t/4*.
. "${TASK_SRC:?}/t/lib.sh"

# lie ID: changes the first line of a ledger.
lie() {
	sed -i '1s/reserved/taken/' "$(ledger "$1")"
}

it "says that there is no repository"
exits 66 task-verify
err_has "is not in a git repository"

it "has nothing to say of an empty board, which has to be committed"
git init -q
exits 66 task-verify
board
exits 0 task-verify
out_is ""
exits 0 task-verify -j
out_is ""
exits 0 task-verify --header
out_is "commit	path	line	rule	message"

it "has nothing to say of what the programs did"
make_task One '"priority":"P1","effort":"M"'
make_task Two '"priority":"P1","effort":"M"'
ok task-move 1 backlog
ok task-move -s 1 next
ok task-move 1
ok task-note 2 "a note"
exits 0 task-verify
out_is ""

it "says which commit broke which rule, where"
good=$(git rev-parse HEAD)
lie 0001
git commit -qam lie
lies=$(git rev-parse HEAD)
exits 1 task-verify
out_is "$lies	.work/tasks/current/TASK-0001-one/0001.ledger.jsonl	1	ledger-changed	a line that was there has changed"

it "says it as JSON, and in records that end with NUL"
exits 1 task-verify -j
is "$(jq -r '[.commit, .line, .rule] | @csv' "$out")" \
    "\"$lies\",1,\"ledger-changed\""
exits 0 sh -c "task-verify -z --columns rule | tr '\\0' '!'"
out_is "ledger-changed!"

it "says it by its exit status alone"
exits 1 task-verify -q
out_is ""
err_is ""

it "does not find again what was wrong before"
ok task-note 2 "another"
exits 0 task-verify HEAD^!
exits 0 task-verify "$lies..HEAD"
exits 1 task-verify "$good..HEAD"
exits 1 task-verify "$lies"
exits 1 task-verify "$lies^!"
exits 0 task-verify "$good"

it "judges what a commit has by itself"
exits 0 task-verify --tree HEAD
git mv .work/tasks/current/TASK-0001-one .work/tasks/next
git commit -qm "by hand"
exits 1 task-verify --tree HEAD
exits 1 task-verify --tree HEAD --columns rule,path
out_is "card-stage	.work/tasks/next/TASK-0001-one/0001-one.task.md"
git reset -q --hard "$good"

it "judges what is staged, and nothing else"
exits 0 task-verify --staged
lie 0001
exits 0 task-verify --staged
git add -A
exits 1 task-verify --staged
out_is "	.work/tasks/current/TASK-0001-one/0001.ledger.jsonl	1	ledger-changed	a line that was there has changed"
exits 1 task-verify -j --staged
is "$(jq -r .commit "$out")" null
git reset -q --hard

it "judges what is staged in the middle of a merge against both sides"
git checkout -qb side
ok task-note 2 "on the side"
git checkout -q main
ok task-note 1 "on main"
git merge -q --no-commit side 2>/dev/null
exits 0 task-verify --staged
lie 0002
git add -A
exits 1 task-verify --staged
out_has "ledger-"
git merge --abort
git branch -qD side

it "cannot judge what makes no tree"
git checkout -qb other
echo "one" >>"$(card 0001)" && git commit -qam one
git checkout -q main
echo "two" >>"$(card 0001)" && git commit -qam two
git merge -q other >/dev/null 2>&1
exits 65 task-verify --staged
err_has "git cannot make a tree of what is staged"
git merge --abort
git reset -q --hard "$good"
git branch -qD other

it "judges what a push would send"
git clone -q --bare . "$sandbox/bare.git"
git remote add origin "$sandbox/bare.git"
git fetch -q origin
zero=0000000000000000000000000000000000000000
ok task-note 2 "to be sent"
printf 'refs/heads/main %s refs/heads/main %s\n' "$(git rev-parse HEAD)" \
    "$good" >"$sandbox/push"
exits 0 sh -c "task-verify --push <'$sandbox/push'"
lie 0001
git commit -qam lie
lies=$(git rev-parse HEAD)
printf 'refs/heads/main %s refs/heads/main %s\n' "$lies" "$good" \
    >"$sandbox/push"
exits 0 sh -c "task-verify --push --columns rule <'$sandbox/push' |
    grep ledger-changed"
printf 'refs/heads/new %s refs/heads/new %s\n' "$lies" $zero >"$sandbox/push"
exits 0 sh -c "task-verify --push --columns rule <'$sandbox/push' |
    grep ledger-changed"
printf '(delete) %s refs/heads/new %s\n' $zero "$good" >"$sandbox/push"
exits 0 sh -c "task-verify --push <'$sandbox/push'"
exits 64 sh -c "echo what | task-verify --push"
err_has "is not what git gives a pre-push hook: 'what'"

it "judges what a push brings, in a bare repository, before it is accepted"
printf '#!/bin/sh\nexec task-verify --receive --columns rule,path\n' \
    >"$sandbox/bare.git/hooks/pre-receive"
chmod +x "$sandbox/bare.git/hooks/pre-receive"
exits 1 git push -q origin main
err_has "remote: ledger-changed	.work/tasks/current/TASK-0001-one/0001.ledger.jsonl"
git reset -q --hard HEAD~1
exits 0 git push -q origin main
exits 64 sh -c "echo a b | task-verify --receive"
err_has "is not what git gives a pre-receive hook: 'a b'"

it "works where git's environment names a worktree"
exits 0 env GIT_DIR="$PWD/.git" GIT_WORK_TREE="$PWD" task-verify HEAD^!
exits 0 env GIT_DIR="$PWD/.git" GIT_WORK_TREE="$PWD" task-verify --staged
exits 0 env GIT_DIR="$PWD/.git" GIT_COMMON_DIR="$PWD/.git" task-verify HEAD^!
exits 66 env GIT_DIR="$PWD/none" task-verify
err_has "$PWD/none"

it "keeps the lines that a branch would lose"
git checkout -q HEAD~1
ok task-note 2 "elsewhere"
exits 1 git push -q -f origin HEAD:main
err_has "remote: ref-dropped"
git checkout -q main
exits 1 git push -q origin :main
err_has "remote: ref-dropped"

it "finds a board that lies elsewhere by that of the worktree, or as git is told"
mkdir -p "$sandbox/deep/sub" && cd "$sandbox/deep" && git init -q
exits 0 task-init
git mv .work sub/ && git commit -q --amend -m "a board below"
exits 0 task-new -C sub "Below"
sed -i '1s/reserved/taken/' sub/.work/tasks/inbox/*/0001.ledger.jsonl
git commit -qam lie
exits 1 task-verify -C sub
out_has "	sub/.work/tasks/inbox/TASK-0001-below/0001.ledger.jsonl	1	ledger-changed"
exits 0 task-verify
git config task.place sub/.work/tasks/
exits 1 task-verify
cd "$sandbox/work" || exit 1

it "lets a board go where the commit says it went, and nowhere else"
mkdir "$sandbox/apart" && cd "$sandbox/apart" && git init -q
exits 0 task-init
exits 0 task-new "Goes away"
exits 0 task-init --branch work
exits 0 task-verify
exits 0 task-verify work
git reset -q --hard HEAD~1
git rm -rq .work && git commit -qm "gone"
exits 1 task-verify
out_has "	.work/tasks/		package-gone	the whole board is gone"
git commit -q --amend -m "gone

Task-Board: $(git rev-parse work~1)"
exits 1 task-verify
git commit -q --amend -m "gone

Task-Board: $(git rev-parse work)"
exits 0 task-verify
cd "$sandbox/work" || exit 1

it "judges what there is of a history that ends before its beginning"
git clone -q --depth 2 "file://$sandbox/bare.git" "$sandbox/shallow"
exits 0 task-verify -C "$sandbox/shallow" HEAD~1..HEAD
err_is ""
exits 0 task-verify -C "$sandbox/shallow"
err_is "task-verify: warning: 1 commit was not judged: what it was made of is not in this clone (git fetch --unshallow)"

it "says which rules there are"
exits 0 task-verify --rules
is "$(wc -l <"$out")" 27
exits 0 sh -c "task-verify -j --rules | jq -r .rule | sed -n 1p"
out_is "ledger-changed"

it "makes nothing of hostile names but a safe line"
bad=$(printf '.work/tasks/in\001box\033[31m')
mkdir "$bad" && : >"$bad/$(printf 'x\ty\377')"
git add -A && git commit -qm hostile
exits 1 task-verify HEAD^!
out_has '.work/tasks/in\\x01box\\x1b[31m'
is "$(tr -d '[:print:]\t\n' <"$out" | wc -c)" 0
git reset -q --hard HEAD~1

it "says what is wrong with the command line"
exits 66 task-verify nonsense
err_has "nonsense"
exits 64 task-verify a..b..c
err_is "task-verify: 'a..b..c' is no range (A..B, REV or REV^!)"
exits 64 task-verify A...B
exits 64 task-verify A B
exits 64 task-verify --staged HEAD
err_is "task-verify: 'HEAD' is a range, and something else was asked for"
exits 64 task-verify --staged --tree HEAD
exits 64 task-verify --rules HEAD
exits 66 task-verify --tree nonsense
exits 64 task-verify --columns nonsense

it "does not say that it went well where it could not say so"
lie 0001
git commit -qam lie
exits 1 sh -c "task-verify >/dev/full"
err_is "task-verify: cannot write to standard output: No space left on device"
exits 74 sh -c "task-verify --rules >/dev/full"

finish
