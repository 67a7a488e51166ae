#!/bin/sh
# SPDX-License-Identifier: MIT
# What is staged and dirty besides: every program that writes leaves it in
# git's index and in the files exactly as it was, whatever kind of index it is.
. "${TASK_SRC:?}/t/lib.sh"

top=$(pwd -P)
tasks=.work/tasks
# Looking at the index must not mend it.
GIT_OPTIONAL_LOCKS=0
export GIT_OPTIONAL_LOCKS

# mess NAME: a repository with a board of four tasks, and with everything
# else that an index may hold.
mess() {
	cd "$top" && mkdir "$1" && cd "$1" && git init -q . || exit 1
	mkdir -p src/deep .work-other
	for f in staged both dirty gone removed renamed assumed skipped exec \
	    conflict '!first' .worj .work-other/x .work.txt 'sp ace' src/a \
	    src/deep/b "größe" zlast; do
		echo "$f" >"$f"
	done
	git add . && git commit -qm "files"
	task-init >/dev/null
	for name in "One" "Two" "Three" "Four"; do
		make_task "$name" '"priority":"P1","effort":"M"'
	done
	base=$(git rev-parse HEAD)
	for f in staged both '!first' .worj .work-other/x .work.txt src/a \
	    src/deep/b "größe" 'sp ace'; do
		echo "staged" >>"$f"
	done
	git add -u
	for f in both dirty src/a; do
		echo "dirty" >>"$f"
	done
	rm gone && git rm -q removed && git mv renamed src/renamed
	echo new >new && ln -s new link && git add new link
	echo intent >intent && git add -N intent
	git update-index --assume-unchanged assumed && echo x >>assumed
	git update-index --skip-worktree skipped && echo x >>skipped
	git update-index --chmod=+x exec
	git update-index --add --cacheinfo \
	    "160000,$(git rev-parse HEAD),module"
	blob=$(git rev-parse HEAD:conflict)
	other=$(git hash-object -w both)
	printf '0 %040d\tconflict\n100644 %s 1\tconflict\n100644 %s 2\tconflict\n100644 %s 3\tconflict\n' \
	    0 "$blob" "$other" "$blob" | git update-index --index-info
	printf '100644 %s 2\t.wore\n' "$other" | git update-index --index-info
	echo untracked >untracked

	# Of the board, too, but in nothing that a program changes.
	echo "mine" >>.work/templates/card.md
	echo "# mine" >>$tasks/policy.yaml
	echo "staged by hand" >>"$(folder 0004)/0004.context.md"
	git add .work && echo "# dirty" >>$tasks/policy.yaml
	# Names that stand beside a package's in the order of the index.
	for f in TASK-0001-one.orig TASK-0001-one- TASK-0001-one0 TASK-0001; do
		git update-index --add --cacheinfo \
		    "100644,$other,$tasks/inbox/$f"
	done
	echo "note" >.work/note && git add -N .work/note
	echo "loose" >.work/loose
}

# Every path but those that the programs change.
not_ours() {
	"$@" -- . ":!$tasks/*INDEX.md" ":!$tasks/ID_COUNTER.txt" \
	    ":!$tasks/*/TASK-0001-*/*" ":!$tasks/*/TASK-0002-*/*" \
	    ":!$tasks/*/TASK-0003-*/*" ":!$tasks/*/TASK-0005-*/*"
}

# What git and the disk have of these paths.
others() {
	echo "-- status"
	not_ours git status --porcelain=v2 --untracked-files=all
	echo "-- staged"
	not_ours git diff --cached --raw --no-renames
	not_ours git diff --cached
	echo "-- dirty"
	not_ours git diff
	echo "-- entries"
	not_ours git ls-files -s -v
	echo "-- files"
	find . -name .git -prune -o -path "./$tasks/*/TASK-000[1235]-*" \
	    -prune -o -name INDEX.md -o -name ID_COUNTER.txt -o -type f \
	    -print0 | sort -z | xargs -0 sha1sum
}

# What the index file is: its version, and the extensions that matter.
kind() {
	# Of a split index, the flags that make it a 3 may be in the other half.
	git config core.splitIndex >/dev/null ||
	    od -An -tu1 -j7 -N1 .git/index
	for x in link UNTR FSMN sdir; do
		LC_ALL=C grep -q "$x" .git/index && echo $x
	done
	git config --get-regexp '^core\.(splitindex|untracked|fsmon|sparse)'
}

# leaves COMMAND...: it works, commits one change, and leaves all else.
leaves() {
	head=$(git rev-parse HEAD)
	others >"$sandbox/before"
	kind >"$sandbox/kind"
	exits 0 "$@"
	is "$(git rev-list --count "$head..HEAD")" 1
	others | diff "$sandbox/before" - >"$sandbox/diff" ||
	    fail "$*: $(head -n 12 "$sandbox/diff")"
	kind | diff "$sandbox/kind" - >"$sandbox/diff" ||
	    fail "$*: the kind of index: $(cat "$sandbox/diff")"
	is "$(git diff --name-only "$head" HEAD -- . ":!$tasks")" ""
	is "$(git status --porcelain -- $tasks/INDEX.md "$tasks/*/INDEX.md" \
	    $tasks/ID_COUNTER.txt)" ""
	for p in $tasks/*/TASK-000[1235]-*; do
		is "$(git status --porcelain -- "$p/")" ""
	done
	git fsck --strict >"$out" 2>&1 || fail "git fsck: $(cat "$out")"
	[ -e .git/index.lock ] && fail "index.lock is left"
	[ -e .git/task/index-pending ] && fail "index-pending is left"
}

# A commit in which the root index lacks a row.
lose_row() {
	sed '/0003/d' $tasks/INDEX.md >"$sandbox/x" &&
	    cat "$sandbox/x" >$tasks/INDEX.md
	blob=$(git hash-object -w $tasks/INDEX.md)
	tree=$(
		GIT_INDEX_FILE=$sandbox/x-index
		export GIT_INDEX_FILE
		git read-tree HEAD
		git update-index --cacheinfo "100644,$blob,$tasks/INDEX.md"
		git write-tree
	)
	git update-ref HEAD "$(git commit-tree -p HEAD -m "a row less" "$tree")"
	git update-index --cacheinfo "100644,$blob,$tasks/INDEX.md"
}

# Every program that writes.
every_program() {
	leaves task-new "Five"
	leaves task-move 2
	leaves task-sign 2 next
	leaves task-move 2
	leaves task-ledger --add waiting_on -m x 3
	leaves task-move 1
	echo "By hand." >>"$(folder 0003)/0003.context.md"
	# Of all that is dirty the watch takes the packages.
	others_context=$(cat "$(folder 0004)/0004.context.md")
	git show "HEAD:$(folder 0004)/0004.context.md" \
	    >"$(folder 0004)/0004.context.md"
	git add "$(folder 0004)"
	leaves task-watch --once
	printf '%s\n' "$others_context" >"$(folder 0004)/0004.context.md"
	git add "$(folder 0004)"
	lose_row
	leaves task-index
	exits 0 task-index --check
}

it "leaves all else as it is: an index as git makes it"
mess plain
every_program

it "says in the commit what it did, and nothing of what else was staged"
is "$(git log --format= --name-only "$base.." -- . ":!.work" | sort -u)" ""
is "$(git show HEAD:.work/templates/card.md | tail -n 1 | grep -c mine)" 0

it "leaves what was staged to be committed by the person, as it was staged"
git update-index --force-remove conflict .wore module
git commit -qm "mine"
git log -1 --format= --name-status --no-renames HEAD | cut -c1 | sort |
    uniq -c | sed 's/ *//' | paste -sd' ' - >"$out"
out_has " A"
is "$(git show HEAD:both)" "both
staged"
is "$(git show HEAD:.work/templates/card.md | tail -n 1)" "mine"
git fsck --strict >"$out" 2>&1 || fail "git fsck: $(cat "$out")"

it "leaves all else as it is: an index of version 4"
mess v4
git update-index --index-version 4
every_program

it "leaves all else as it is: an index with cached trees"
mess trees
git write-tree >/dev/null 2>&1
git update-index --force-remove conflict .wore && git rm -q --cached intent
git write-tree >/dev/null
LC_ALL=C grep -q TREE .git/index || fail "there is no such extension"
every_program
is "$(git write-tree)" "$(
	GIT_INDEX_FILE=$sandbox/fresh-index
	export GIT_INDEX_FILE
	(unset GIT_INDEX_FILE; git ls-files -s) | grep -v '\.work/note$' |
	    git update-index --index-info && git write-tree)"

it "leaves all else as it is: a split index"
mess split
git config core.splitIndex true
git update-index --split-index
every_program

it "leaves all else as it is: an index with an untracked cache"
mess cache
git config core.untrackedCache true
git update-index --force-untracked-cache
GIT_OPTIONAL_LOCKS=1 git status >/dev/null
LC_ALL=C grep -q UNTR .git/index || fail "there is no such extension"
every_program
is "$(git status --porcelain --untracked-files=all)" \
    "$(git -c core.untrackedCache=false status --porcelain --untracked-files=all)"

it "leaves all else as it is: an index with a file system monitor"
mess monitor
cat >"$sandbox/monitor" <<'END'
#!/bin/sh
# Knows nothing: everything may have changed.
printf 'token\0/\0'
END
chmod +x "$sandbox/monitor"
git config core.fsmonitor "$sandbox/monitor"
git update-index --fsmonitor
GIT_OPTIONAL_LOCKS=1 git status >/dev/null
LC_ALL=C grep -q FSMN .git/index || fail "there is no such extension"
every_program

# A checkout without src, with a board of four tasks.
sparse() {
	cd "$top" && mkdir "$1" && cd "$1" && git init -q . || exit 1
	mkdir -p src/deep in && echo a >src/a && echo b >src/deep/b &&
	    echo c >in/c
	git add . && git commit -qm "files"
	task-init >/dev/null
	for name in "One" "Two" "Three" "Four"; do
		make_task "$name" '"priority":"P1","effort":"M"'
	done
	shift
	git sparse-checkout set "$@" 2>"$err" || fail "git: $(cat "$err")"
	echo d >>in/c && git add in/c && echo e >>in/c
}

it "leaves all else as it is: a checkout that is sparse"
sparse sparse --no-cone '/*' '!/src/'
git ls-files -v | grep -q '^S src/a' || fail "it is not sparse"
every_program
[ -e src ] && fail "src is there again"

it "leaves all else as it is: an index that is sparse"
sparse cone --cone --sparse-index .work in
is "$(git ls-files --sparse src)" "src/"
every_program
is "$(git ls-files --sparse src)" "src/"
[ -e src ] && fail "src is there again"

it "leaves all else as it is: an index that is as young as the files"
mess racy
# Written again in the second in which the index was, with the same size.
git config core.trustctime false
echo 111 >racy && touch -d "2025-01-01 00:00:00.1" racy && git add racy
touch -d "2025-01-01 00:00:00.9" .git/index
echo 222 >racy && touch -d "2025-01-01 00:00:00.5" racy
is "$(git diff --name-only -- racy)" racy
every_program
is "$(git diff --name-only -- racy)" racy

it "leaves all else as it is: no index file at all"
cd "$top" && mkdir none && cd none && git init -q . || exit 1
board
make_task "One" '"priority":"P1","effort":"M"'
rm .git/index
exits 0 task-new "Two"
git fsck --strict >"$out" 2>&1 || fail "git fsck: $(cat "$out")"
git read-tree HEAD
is "$(dirty)" ""

it "says that git's index is damaged, and loses nothing"
cd "$top" && mkdir damaged && cd damaged && git init -q . || exit 1
board
printf 'DIRCgarbage' >.git/index
cp .git/index "$sandbox/index"
task-new "One" >"$out" 2>"$err" </dev/null
status=$?
err_has "task-new: "
err_has "index"
cmp -s .git/index "$sandbox/index" || fail "it changed the index"
rm .git/index && git read-tree HEAD
exits 0 task-new "Two"
git read-tree HEAD
is "$(task-ls | wc -l)" "$(($(grep -c . "$out") + 1))"
is "$status $(git rev-list --count HEAD)" "65 3"
sound

# The package's own.

it "commits what was staged in the package that it changes, and nothing less"
cd "$top" && mkdir own && cd own && git init -q . || exit 1
board
make_task "One" '"priority":"P1","effort":"M"'
make_task "Two"
echo "Staged." >>"$(card 0001)" && git add .work
echo "Dirty." >>"$(card 0001)"
exits 0 task-ledger --add waiting_on -m x 1
is "$(git show "HEAD:$(card 0001)" | tail -n 2)" "Staged.
Dirty."
sound

it "takes along a file of the owner's that is committed, staged and dirty as it is"
d=$(folder 0001)
for f in notes assumed skipped; do
	echo "$f" >"$d/$f.txt"
done
git add "$d" && git commit -qm "notes"
echo "staged" >>"$d/notes.txt" && git add "$d"
echo "dirty" >>"$d/notes.txt"
echo "new" >"$d/new.txt" && git add "$d/new.txt"
echo "intent" >"$d/intent.txt" && git add -N "$d/intent.txt"
echo "untracked" >"$d/untracked.txt"
git update-index --assume-unchanged "$d/assumed.txt"
git update-index --skip-worktree "$d/skipped.txt"
picture() {
	git diff --cached -- "$1/*.txt" | sed "s|$1|FOLDER|g"
	echo "--"
	git diff -- "$1/*.txt" | sed "s|$1|FOLDER|g"
	git ls-files -s -v "$1/*.txt" | sed "s|$1|FOLDER|g"
	git status --porcelain "$1/*.txt" | sed "s|$1|FOLDER|g"
}
picture "$d" >"$sandbox/before"
cp -a . "$top/own-v4"
exits 0 task-move 1 backlog
picture "$(folder 0001)" | diff "$sandbox/before" - >"$sandbox/diff" ||
    fail "$(cat "$sandbox/diff")"
is "$(git show "HEAD:$(folder 0001)/notes.txt")" "notes"
is "$(git ls-files $tasks/inbox/TASK-0001-one)" ""

it "does so in an index of version 4, too"
cd "$top/own-v4" || exit 1
git update-index --index-version 4
# What is only announced is empty after git's own program moved it.
git rm -q --cached "$d/intent.txt"
picture "$d" >"$sandbox/before"
exits 0 task-move 1 backlog
picture "$(folder 0001)" | diff "$sandbox/before" - >"$sandbox/diff" ||
    fail "$(cat "$sandbox/diff")"
is "$(git show "HEAD:$(folder 0001)/notes.txt")" "notes"
is "$(git ls-files $tasks/inbox/TASK-0001-one)" ""

it "takes a staged row of an index away for the rows that there are, and keeps prose"
cd "$top" && mkdir rows && cd rows && git init -q . || exit 1
board
make_task "One"
printf '\nStaged prose.\n' >>$tasks/INDEX.md && git add .work
printf '\nDirty prose.\n' >>$tasks/INDEX.md
exits 0 task-new "Two"
file_has $tasks/INDEX.md "Staged prose."
file_has $tasks/INDEX.md "Dirty prose."
exits 0 task-index --check
is "$(dirty)" ""

it "leaves with --no-commit all that is staged, and stages nothing of its own"
mess uncommitted
others >"$sandbox/before"
git diff --cached >"$sandbox/cached"
git ls-files -s >"$sandbox/entries"
exits 0 task-new --no-commit "Five"
exits 0 task-move --no-commit 2
exits 0 task-ledger --no-commit --add waiting_on -m x 3
others | diff "$sandbox/before" - >"$sandbox/diff" ||
    fail "$(head -n 12 "$sandbox/diff")"
git ls-files -s | diff "$sandbox/entries" - >"$sandbox/diff" ||
    fail "it staged: $(head -n 4 "$sandbox/diff")"

# What git sets for its hooks and its aliases.

it "changes the index of its own repository, whatever git's environment says"
cd "$top" && git init -q other && cd other && echo x >x && git add x &&
    git commit -qm "other" && git update-index --index-version 4
cd "$top" && mkdir env && cd env && git init -q . || exit 1
board
git update-index --index-version 4
cp ../other/.git/index "$sandbox/index"
exits 0 env GIT_DIR="$top/other/.git" GIT_INDEX_FILE="$top/other/.git/index" \
    GIT_WORK_TREE="$top/other" task-new "One"
cmp -s ../other/.git/index "$sandbox/index" ||
    fail "it wrote to another repository's index"
sound

it "can be called by a hook of git's, with any kind of index"
for version in 2 4; do
	cd "$top" && mkdir "hook$version" && cd "hook$version" &&
	    git init -q . || exit 1
	board
	make_task "One"
	git update-index --index-version $version
	printf '#!/bin/sh\ntask-ledger --add waiting_on -m "a commit" 1\n' \
	    >.git/hooks/post-commit
	chmod +x .git/hooks/post-commit
	echo x >f && git add f && git commit -qm "f" >"$out" 2>"$err"
	is "$(git log --format=%s -2 | paste -sd/ -)" "TASK-0001: waiting_on/f"
	sound
done

finish
