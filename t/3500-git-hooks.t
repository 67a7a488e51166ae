#!/bin/sh
# SPDX-License-Identifier: MIT
# The hooks of git, where core.hooksPath is not set.
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/githooks.sh"

installed="pre-commit installed
pre-push installed
post-merge installed
post-rewrite installed
post-checkout installed
merge.task-card installed
merge.task-index installed"
zero=0000000000000000000000000000000000000000

it "says that there is no repository"
exits 66 task-hook install
err_has "not in a git repository"
exits 66 task-hook status
exits 66 task-hook uninstall

board
touch_code
git commit -qm code
setup >"$sandbox/as-it-was"

it "says with status what is not in force, and what to do"
exits 1 task-hook status
out_is "pre-commit${tab}absent${tab}hooks/pre-commit${tab}task-hook install
pre-push${tab}absent${tab}hooks/pre-push${tab}task-hook install
post-merge${tab}absent${tab}hooks/post-merge${tab}task-hook install
post-rewrite${tab}absent${tab}hooks/post-rewrite${tab}task-hook install
post-checkout${tab}absent${tab}hooks/post-checkout${tab}task-hook install
merge.task-card${tab}absent${tab}task/hooks.config${tab}task-hook install
merge.task-index${tab}absent${tab}task/hooks.config${tab}task-hook install"
is "$(setup)" "$(cat "$sandbox/as-it-was")"

it "says with -n what it would do, and does nothing"
exits 0 task-hook install -n
err_has "task-hook: would write hooks/pre-commit"
err_has "task-hook: would include task/hooks.config in config"
out_is ""
is "$(setup)" "$(cat "$sandbox/as-it-was")"

it "installs five hooks and two merge drivers, and lists them"
unchanged exits 0 task-hook install
is "$(cut -f1,2 "$out" | tr '\t' ' ')" "$installed"
err_is ""
exits 0 task-hook status
is "$(cut -f1,2 "$out" | tr '\t' ' ')" "$installed"
for name in pre-commit pre-push post-merge post-rewrite post-checkout; do
	[ -x .git/hooks/$name ] || fail "no $name"
done
is "$(git config merge.task-card.driver)" \
    "PATH='$bin':\"\$PATH\" task-fsck --merge-file card %O %A %B %P"
is "$(git config merge.task-index.driver)" \
    "PATH='$bin':\"\$PATH\" task-fsck --merge-file index %O %A %B %P"
is "$(dirty)" ""

it "has nothing to do the second time"
setup >"$sandbox/as-installed"
exits 0 task-hook install -v
err_is "task-hook: there is nothing to do"
is "$(setup)" "$(cat "$sandbox/as-installed")"

it "says the same with -j and -z"
exits 0 task-hook status -j
is "$(head -n 1 "$out")" '{"hook":"pre-commit","state":"installed","path":"hooks/pre-commit","note":""}'
exits 0 sh -c "task-hook status -z | tr '\0' '@'"
out_has "pre-commit${tab}installed${tab}hooks/pre-commit${tab}@"

it "leaves the repository byte for byte as it was"
exits 0 task-hook uninstall
out_is ""
is "$(setup)" "$(cat "$sandbox/as-it-was")"
exits 0 task-hook uninstall -v
err_is "task-hook: there is nothing to do"
exits 1 task-hook status

it "says with -n what it would take away, and takes nothing away"
task-hook install >"$out"
exits 0 task-hook uninstall -n
err_has "task-hook: would remove hooks/pre-commit"
err_has "task-hook: would take our lines out of config"
is "$(setup)" "$(cat "$sandbox/as-installed")"

it "judges a commit that changes the board, and no other"
touch_code
exits 0 git commit -qm code
called ""
touch_board
exits 0 git commit -qm board
called "task-verify --staged"
touch_code
exits 0 git commit -qm both
called ""

it "judges the first commit of a repository, and a board in a folder"
git init -q ../first && cd ../first || exit 1
task-hook install >"$out"
mkdir -p sub/.work/tasks && echo x >sub/.work/tasks/x && git add .
exits 0 git commit -qm first
called "task-verify --staged"

it "judges a commit on a board's branch, whose root is the board"
git init -q ../branch && cd ../branch || exit 1
task-hook install >"$out"
mkdir -p tasks/inbox && echo x >tasks/inbox/INDEX.md && git add .
exits 0 git commit -qm first
called "task-verify --staged"
cd ../work || exit 1

it "refuses a commit with what was found, readable"
answer task-verify 1 "-${tab}.work/tasks/x${tab}3${tab}ledger-line${tab}no JSON
-${tab}.work/y${tab}${tab}id-twice${tab}two of one number
"
touch_board
exits 1 git commit -qm refused
err_is "task-hook: .work/tasks/x:3: no JSON (ledger-line)
task-hook: .work/y: two of one number (id-twice)
task-hook: the commit is refused; task-verify --staged says why"
out_is ""

it "shows twenty findings, and how many more there are"
i=0
: >"$answers/task-verify"
while [ $i -lt 25 ]; do
	i=$((i + 1))
	echo "$zero${tab}p$i${tab}${tab}rule${tab}said" >>"$answers/task-verify"
done
exits 1 git commit -qm refused
err_has "task-hook: 0000000000 p20: said (rule)"
err_lacks "p21"
err_has "task-hook: and 5 more"

it "refuses what could not be judged, and says so"
answer task-verify 65
exits 1 git commit -qm refused
err_is "task-hook: the commit is refused; task-verify --staged says why (task-verify could not judge it, status 65)"
answer task-verify 0

it "refuses a commit of the board without the program, and no other commit"
mv "$bin/task-verify" "$bin/gone"
PATH=/usr/bin:/bin exits 1 git commit -qm refused
err_is "task-hook: task-verify is neither in $bin nor in the PATH: the commit changes the board, and is refused (install the programs again, or give git a PATH with them)"
git reset -q --hard
touch_code
PATH=/usr/bin:/bin exits 0 git commit -qm code
mv "$bin/gone" "$bin/task-verify"
rm -f "$calls"

it "finds the programs where they were when the PATH is poor"
touch_board
PATH=/usr/bin:/bin exits 0 git commit -qm board
called "task-verify --staged"

it "finds them in the PATH when they are elsewhere now"
mkdir "$sandbox/elsewhere"
mv "$bin/task-verify" "$sandbox/elsewhere"
touch_board
PATH=$sandbox/elsewhere:/usr/bin:/bin exits 0 git commit -qm board
called "task-verify --staged"
PATH=$sandbox/elsewhere:$PATH exits 0 task-hook status
mv "$sandbox/elsewhere/task-verify" "$bin"

it "says that a program is missing"
mv "$bin/task-fsck" "$bin/gone"
PATH=$bin:/usr/bin:/bin exits 1 task-hook status
out_has "post-merge${tab}no-program${tab}hooks/post-merge${tab}task-fsck is neither in $bin nor in the PATH"
out_has "merge.task-card${tab}no-program"
mv "$bin/gone" "$bin/task-fsck"

it "judges a push of the board, and no other push"
git init -q --bare ../remote.git
git remote add origin ../remote.git
head=$(git rev-parse HEAD)
exits 0 git push -q -u origin main
called "task-verify --push
refs/heads/main $head refs/heads/main $zero"
touch_code
git commit -qm code
exits 0 git push -q
called ""
exits 0 git push -q origin HEAD:refs/heads/other
called ""
exits 0 git push -q "$sandbox/remote.git" HEAD:refs/heads/another
called ""
touch_board
git commit -qm board
git revert --no-edit HEAD >"$out"
rm -f "$calls"
exits 0 git push -q
called "task-verify --push
refs/heads/main $(git rev-parse HEAD) refs/heads/main $(git rev-parse HEAD~2)"

it "judges a merge that loses what the other side did to the board"
touch_board
git commit -qm board
git push -q
git checkout -qb side HEAD~1
touch_code
git commit -qm code
git merge -q -s ours main -m evil
rm -f "$calls"
exits 0 git push -q origin side
called "task-verify --push
refs/heads/side $(git rev-parse HEAD) refs/heads/side $zero"

it "leaves the judging of a deletion to task-verify"
exits 0 git push -q origin :side
called "task-verify --push
(delete) $zero refs/heads/side $(git rev-parse HEAD)"
git checkout -q main
rm -f "$calls"

it "refuses a push with what was found"
answer task-verify 1 "$head${tab}.work/x${tab}${tab}id-twice${tab}said
"
touch_board
git commit -q --no-verify -m board
exits 1 git push -q
err_has "task-hook: $(echo "$head" | cut -c1-10) .work/x: said (id-twice)
task-hook: nothing was pushed"
answer task-verify 0
rm -f "$calls"

it "mends the board after a merge that changed it, and after no other"
git checkout -qb board main
touch_board
git commit -qm board
git checkout -qb code main
touch_code
git commit -qm code
git checkout -q main
rm -f "$calls"
exits 0 git merge -q code
called ""
exits 0 git merge -q --no-edit board
called "task-fsck --reconcile"
git checkout -q -b squash board
touch_board
git commit -qm more
git checkout -q board
rm -f "$calls"
exits 0 git merge -q --squash squash
called ""
git commit -qm squashed
rm -f "$calls"

it "says what to do where the board could not be mended"
git checkout -qb again main
touch_board
git commit -qm again
git checkout -q main
answer task-fsck 1 "TASK-0001 has two numbers
"
exits 0 git merge -q --no-edit again
err_has "TASK-0001 has two numbers"
err_has "task-hook: the board is not mended yet: task-fsck --reconcile"
answer task-fsck 0
rm -f "$calls"

it "mends the board after a rebase of commits that changed it"
git checkout -qb rebased HEAD~1
echo topic >topic && git add topic && git commit -qm topic
echo "a file" >.work/file && git add .work && git commit -qm board
code=$(git rev-parse HEAD~1)
old=$(git rev-parse HEAD)
rm -f "$calls"
exits 0 git rebase -q main
called "task-fsck --reconcile --rewritten
$code $(git rev-parse HEAD~1)
$old $(git rev-parse HEAD)"

it "mends the board after an amendment of a commit that changed it, and of no other"
old=$(git rev-parse HEAD)
exits 0 git commit -q --amend -m other
called "task-fsck --reconcile --rewritten
$old $(git rev-parse HEAD)"
touch_code
git commit -qm code
exits 0 git commit -q --amend -m code
called ""

it "says after a checkout that the board there needs mending, and changes nothing"
exits 0 git checkout -q main
called "task-fsck --reconcile --dry-run"
err_is ""
answer task-fsck 1 "TASK-0001 would be renumbered"
exits 0 git checkout -q board
err_is "task-hook: the board here needs mending: task-fsck --reconcile"
answer task-fsck 70 "oh"
exits 0 git checkout -q main
err_is ""
rm -f "$calls"
git branch -q same
exits 0 git checkout -q same
exits 0 git checkout -q main -- .work
called ""
answer task-fsck 0
git checkout -q main

it "only warns after a merge when the program is gone"
git checkout -qb late
touch_board
git commit -qm late
git checkout -q main
mv "$bin/task-fsck" "$bin/gone"
PATH=/usr/bin:/bin exits 0 git merge -q --no-edit late
err_is "task-hook: task-fsck is neither in $bin nor in the PATH: the board may need task-fsck --reconcile (install the programs again, or give git a PATH with them)"
PATH=/usr/bin:/bin exits 0 git checkout -q board
err_is ""
mv "$bin/gone" "$bin/task-fsck"
git checkout -q main
rm -f "$calls"

it "takes away what it installed, and leaves what was configured meanwhile"
task-hook uninstall
git config --get-regexp '^merge\.task' >"$out"
out_is ""
is "$(git config remote.origin.url)" "../remote.git"
setup >"$sandbox/as-it-was"

it "works in a linked worktree, and is installed from there"
git worktree add -q ../linked -b linked
cd ../linked || exit 1
exits 0 task-hook install
is "$(cut -f1,2 "$out" | tr '\t' ' ')" "$installed"
touch_board
exits 0 git commit -qm board
called "task-verify --staged"
exits 0 git config merge.task-card.driver
cd ../work || exit 1
exits 0 task-hook status
exits 0 task-hook uninstall
is "$(setup)" "$(cat "$sandbox/as-it-was")"

it "works in a submodule, and touches that only"
git init -q ../super && cd ../super || exit 1
git -c protocol.file.allow=always submodule --quiet add "$sandbox/work" sub
setup >"$sandbox/super.setup"
cd sub || exit 1
exits 0 task-hook install
touch_board
exits 0 git commit -qm board
called "task-verify --staged"
exits 0 task-hook status
cd .. || exit 1
is "$(setup)" "$(cat "$sandbox/super.setup")"

it "has nothing to do in a repository without a board"
git init -q ../none && cd ../none || exit 1
exits 0 task-hook install
touch_code
exits 0 git commit -qm code
called ""
cd ../work || exit 1

it "works where a path has blanks, quotes and what is special to patterns"
odd="$sandbox/it's [a] \"*\" \\ \$x"
git init -q "$odd" && cd "$odd" || exit 1
task-init >"$out"
setup >"$sandbox/odd"
exits 0 task-hook install
touch_board
exits 0 git commit -qm board
called "task-verify --staged"
exits 0 git config merge.task-card.driver
git config core.hooksPath .githooks
hook .githooks/pre-commit
exits 0 task-hook install
touch_board
exits 0 git commit -qm board
called "former .githooks/pre-commit 
task-verify --staged"
exits 0 task-hook uninstall
git config --unset core.hooksPath
rm -r .githooks
is "$(setup)" "$(cat "$sandbox/odd")"
cd ../work || exit 1

it "works when the programs lie in such a path"
cp -r "$bin" "$sandbox/it's 100%A"
exits 0 "$sandbox/it's 100%A/task-hook" install
touch_board
PATH=/usr/bin:/bin exits 0 git commit -qm board
called "task-verify --staged"
echo ".work/README.md merge=task-card" >.git/info/attributes
git checkout -qb one && echo one >>.work/README.md &&
    git commit -qam one
git checkout -qb two main && echo other >>.work/README.md &&
    git commit -qam two
rm -f "$calls"
git merge -q --no-edit one >"$out" 2>"$err"
file_has "$calls" "task-fsck --merge-file card .merge_file"
file_has "$calls" " .work/README.md"
rm -f "$calls" .git/info/attributes
git checkout -q main
exits 0 task-hook uninstall

it "refuses a path with a line end, which git's configuration cannot name"
git init -q "$sandbox/two
lines" && cd "$sandbox/two
lines" || exit 1
setup >"$sandbox/as-it-was"
exits 78 task-hook install
err_has "a path with a line end cannot stand in git's configuration"
exits 0 task-hook uninstall
is "$(setup)" "$(cat "$sandbox/as-it-was")"
cd ../work || exit 1

it "says that a bare repository has only the server's hook"
exits 78 task-hook install -C ../remote.git
err_is "task-hook: $sandbox/remote.git is a bare repository: what is pushed there is judged by task-hook install --server"

it "installs the hooks with the board"
git init -q ../fresh && cd ../fresh || exit 1
exits 0 task-init -n --hooks
err_has "would write hooks/pre-commit"
exits 0 task-init --hooks
out_is "$sandbox/fresh/.work"
exits 0 task-hook status
exits 0 task-init --hooks
cd ../work || exit 1

it "says what is wrong with the command line"
exits 64 task-hook instal
err_is "task-hook: 'instal': did you mean 'install'?"
exits 64 task-hook install pre-commit
err_is "task-hook: 'pre-commit': install takes no operand"
exits 64 task-hook --server
exits 64 task-hook status --server
exits 64 task-hook uninstall --server
err_is "task-hook: --server goes with install"
exits 64 task-hook 42
err_has "tasks are named with --run POINT"

it "waits no longer for a lock than it is told to"
setup >"$sandbox/was-so"
exec 9>.git/task/lock && flock 9 && echo "task-new (pid 4711)" >&9
TASK_LOCK_TIMEOUT=0 exits 75 task-hook install
err_has "the board is locked by task-new (pid 4711)"
TASK_LOCK_TIMEOUT=0 exits 75 task-hook uninstall
exits 1 task-hook status
exec 9>&-
is "$(setup)" "$(cat "$sandbox/was-so")"

it "says that git is writing its configuration"
: >.git/config.lock
exits 75 task-hook install
err_is "task-hook: git's config.lock is there: something writes to git's configuration, or died doing so; try again"
rm .git/config.lock
exits 0 task-hook uninstall
is "$(setup)" "$(cat "$sandbox/was-so")"

it "says that nothing can be written"
task-hook install >"$out"
exits 74 sh -c "task-hook status >/dev/full"
err_has "cannot write to standard output"

finish
