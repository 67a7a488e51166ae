#!/bin/sh
# SPDX-License-Identifier: MIT
# git-task: the programs by way of git.
. "${TASK_SRC:?}/t/lib.sh"

command -v jq >/dev/null || skip_all "there is no jq"

top=$(pwd -P)

# same COMMAND...: `task-COMMAND …` and `git task COMMAND …` say and print the
# same, with the same status.
same() {
	"task-$@" >"$sandbox/out1" 2>"$sandbox/err1" </dev/null
	want=$?
	git task "$@" >"$sandbox/out2" 2>"$sandbox/err2" </dev/null
	is "$?" "$want"
	cmp -s "$sandbox/out1" "$sandbox/out2" ||
	    fail "git task $* prints something else"
	cmp -s "$sandbox/err1" "$sandbox/err2" ||
	    fail "git task $* says something else: $(cat "$sandbox/err2")"
}

it "lists the programs, each in its own words, outside of any repository, too"
exits 0 git task
err_is ""
for page in "$TASK_SRC"/man/task-*.1; do
	name=$(basename "$page" .1)
	brief=$(sed -n 's/^\.Nd //p' "$page")
	grep -q "^  ${name#task-}  *$brief\$" "$out" ||
	    fail "it does not list '$name' as '$brief'"
done

it "lists each program once, and nothing else"
is "$(grep -c '^  ' "$out")" "$(ls "$TASK_SRC"/man/task-*.1 | wc -l)"
is "$(grep '^  ' "$out" | sort | uniq -d)" ""

it "says first how it is called"
is "$(head -n 1 "$out")" "usage: git task PROGRAM [OPTION]... [OPERAND]..."

it "lists them with -h, and by its own name, too"
cp "$out" "$sandbox/list"
for how in "git task -h" "git task help" "git-task" "git-task -h" \
    "git-task --help"; do
	exits 0 $how
	cmp -s "$out" "$sandbox/list" || fail "$how lists something else"
done

it "prints the version"
exits 0 git task -V
is "$(wc -l <"$out")" 1
out_has "$(task-ls -V | sed 's/.*(\(.*\)).*/\1/')"

it "does not know a program that is none, and says how to see those that are"
exits 64 git task lsx
out_is ""
is "$(wc -l <"$err")" 1
err_has "git-task: "
err_has "lsx"
err_has "git task lists them"

it "does not take a path for a program"
printf '#!/bin/sh\necho "It ran."\n' >evil && chmod +x evil
mkdir task-x
for name in ./evil x/../evil ../work/evil "$top/evil" /bin/sh; do
	exits 64 git task "$name"
	out_lacks "It ran."
done
rm -r evil task-x

it "does not know an option that is none"
exits 64 git task --nothing ls
out_is ""
err_has "git-task: "
err_has "--nothing"

it "prints no control character of what was typed"
for name in "$(printf 'a\033[31mb')" "$(printf -- '-\033[31m')" \
    "$(printf 'a\nb')"; do
	exits 64 git task "$name"
	LC_ALL=C grep -q "$(printf '\033')" "$err" &&
	    fail "an escape reaches the terminal"
	is "$(wc -l <"$err")" 1
done

it "passes on the status of the program: no board"
same ls
exits 66 git task ls

board
git config --global alias.t task

it "makes a task, as task-new does"
exits 0 git task new "The first"
out_is "TASK-0001"
is "$(git log -1 --format=%s)" "TASK-0001: new: The first"
sound

it "moves a task, as task-move does"
make_task "To be moved" '"priority":"P1","effort":"M"'
exits 0 git task move 2 backlog
out_is "TASK-0002"
is "$(folder 0002)" ".work/tasks/backlog/TASK-0002-to-be-moved"
exits 0 git task move -s 2 next
is "$(folder 0002)" ".work/tasks/next/TASK-0002-to-be-moved"
sound

it "says and prints what the program says and prints"
same ls
same ls -j
same ls next --header
same show 2
same ledger 1
same show 99
same move
same ls --nonsense
same index --check
same watch --once

it "passes on the status of the program: refused, unknown, wrong"
exits 1 git task move 1
exits 66 git task show 99
exits 64 git task ls --nonsense
sound

it "passes each argument on as it is: blanks, quotes, patterns, dollars"
name="Two  blanks, 'one', \"two\", \$HOME, \`id\`, * and ?  \\n"
exits 0 git task new "$name"
id=$(cat "$out")
is "$(task-ls -j | jq -r --arg id "$id" 'select(.id == $id).name')" "$name"
exits 0 git task new -- "-rf"
exits 0 git task ledger --add waiting_on -m "  a   b  " 1
file_has "$(ledger 0001)" '"desc":"  a   b  "'
sound

it "passes an empty argument on"
same new ""
same ls ""
same show ""

it "passes standard input on"
echo "TASK-0002	x" >"$sandbox/in"
git task show - <"$sandbox/in" >"$out" 2>"$err"
is $? 0
out_has "To be moved"
git task ls next | git task show --raw - >"$out" 2>"$err"
is $? 0
cmp -s "$out" "$(card 0002)" || fail "not the card's bytes"

it "works from a folder below, with paths from there"
mkdir -p src/deep && cd src/deep || exit 1
same ls
same show "../../$(cd "$top" && folder 0002)"
exits 0 git task new "From below"
out_is "TASK-0005"
cd "$top" || exit 1
is "$(folder 0005)" ".work/tasks/inbox/TASK-0005-from-below"
sound

it "works by a shorter name of the user's, from below, too"
exits 0 git t ls next
out_has "TASK-0002"
cd src/deep || exit 1
exits 0 git t ls next
out_has "TASK-0002"
exits 0 git t show "../../$(cd "$top" && folder 0002)"
exits 0 git t new "A  shorter 'way'"
out_is "TASK-0006"
cd "$top" || exit 1
is "$(task-show -j 6 | jq -r .name)" "A  shorter 'way'"
sound

it "works on the board of git -C"
mkdir "$sandbox/elsewhere" && cd "$sandbox/elsewhere" || exit 1
exits 0 git -C "$top" task ls next
out_has "TASK-0002"
exits 0 git -C "$top" task new "From elsewhere"
out_is "TASK-0007"
exits 0 git -C "$top" t new "From elsewhere by a shorter name"
out_is "TASK-0008"
cd "$top" || exit 1
sound

it "works in a linked worktree, on what is checked out there"
head=$(git rev-parse main)
git worktree add -q ../linked -b linked 2>"$err" || fail "no worktree"
cd ../linked || exit 1
exits 0 git t new "In the linked one"
out_is "TASK-0009"
is "$(git log -1 --format=%s linked)" "TASK-0009: new: In the linked one"
is "$(git rev-parse main)" "$head"
sound
cd "$top" || exit 1
sound

it "finds the programs where it lies itself, before any others in PATH"
mkdir "$sandbox/bin" "$sandbox/other" || exit 1
cp "$(command -v git-task)" "$sandbox/bin/"
printf '#!/bin/sh\necho "beside: $*"\n' >"$sandbox/bin/task-ls"
printf '#!/bin/sh\necho "in PATH: $*"\n' >"$sandbox/other/task-ls"
chmod +x "$sandbox/bin/task-ls" "$sandbox/other/task-ls"
exits 0 env PATH="$sandbox/other:$sandbox/bin:$PATH" git task ls a "b  c"
out_is "beside: a b  c"

it "runs a program that is somewhere else in PATH"
printf '#!/bin/sh\necho "mine: $*"\nexit 3\n' >"$sandbox/other/task-mine"
chmod +x "$sandbox/other/task-mine"
exits 3 env PATH="$PATH:$sandbox/other" git task mine 1
out_is "mine: 1"

it "fails when its list cannot be written"
for how in "git task" "git task -h"; do
	$how >/dev/full 2>"$err"
	is $? 74
	[ -s "$err" ] || fail "$how says nothing"
done

finish
