#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"

TMPDIR=$sandbox/copies
EDITOR=$sandbox/editor
export TMPDIR EDITOR
mkdir "$TMPDIR" "$sandbox/tmp" || exit 1
ready='"priority":"P1","effort":"M"'

# A board of its own for what follows.
fresh_board() {
	cd "$sandbox/work" && mkdir "$1" && cd "$1" || exit 1
	board
}

# editor COMMANDS: a program that is called with the copy's path as $1.
editor() {
	printf '#!/bin/sh\n%s\n' "$1" >"$sandbox/editor" &&
	    chmod +x "$sandbox/editor"
}

# writes TEXT: an editor that adds a line of it; saves FILE: that copies it.
writes() {
	editor "echo '$1' >>\"\$1\""
}

changes() {
	editor "sed '$1' \"\$1\" >\"\$1.x\" && cat \"\$1.x\" >\"\$1\"; rm \"\$1.x\""
}

# The copies that were kept.
kept() {
	find "$TMPDIR" -type f
}

# nothing_kept: there is none.
nothing_kept() {
	is "$(kept)" ""
}

# kept_has TEXT: there is one, with that; it goes.
kept_has() {
	k=$(kept)
	is "$(echo "$k" | wc -l)" 1
	err_has "the text is kept in $k"
	file_has "$k" "$1"
	rm -f "$k"
}

last() {
	tail -n "${2:-1}" "$(ledger "$1")" | sed 's/"id":"[^"]*",//'
}

more_files() {
	(cd "$(folder "$1")" && ls -A | grep '\.v[0-9]' | paste -sd' ' -)
}

it "says that there is no board, and how to make one"
writes "more"
exits 66 task-edit 1
err_is "task-edit: no .work/tasks here or above (task-init makes one)"

fresh_board edit

it "says on an empty board that there is no such task"
unchanged exits 66 task-edit 1
err_is "task-edit: TASK-0001: no such task"

make_task "Write it" "$ready"

it "saves what was written into the card, and prints the task's id"
exits 0 task-edit 1
out_is "TASK-0001"
err_is ""
is "$(tail -n 1 "$(card 0001)")" "more"
nothing_kept
sound

it "puts it on record, in a commit of its own"
is "$(last 0001)" '{"ts":"2025-10-18T10:30:00Z","user":"@alice","event":"content_updated","desc":"card edited by hand","file":"0001-write-it.task.md","version":"1.0","metadata":{"by":"hand"}}'
is "$(git log -1 --format=%s)" "TASK-0001: card edited"
is "$(git show --format= --name-only HEAD)" "$(card 0001)
$(ledger 0001)"

it "says why, where that is given"
exits 0 task-edit -r "the form was decided" 1
is "$(last 0001 | sed 's/.*"desc":"\([^"]*\)".*/\1/')" "the form was decided"

it "edits the context where that is asked for"
exits 0 task-edit 1 context
is "$(tail -n 1 "$(folder 0001)/0001.context.md")" "more"
is "$(git log -1 --format=%s)" "TASK-0001: context edited"
exits 0 task-edit TASK-0001 card
is "$(git log -1 --format=%s)" "TASK-0001: card edited"

it "edits the part whose path is given"
exits 0 task-edit "$(folder 0001)/0001.context.md"
is "$(git log -1 --format=%s)" "TASK-0001: context edited"
exits 0 task-edit "$(card 0001)"
is "$(git log -1 --format=%s)" "TASK-0001: card edited"
exits 0 task-edit "$(folder 0001)/0001.learning.md" card
is "$(git log -1 --format=%s)" "TASK-0001: card edited"

it "keeps no version in inbox"
is "$(more_files 0001)" ""

it "edits a copy outside of the board that only its owner may read"
editor "ls -l \"\$1\" | cut -c1-10 >$sandbox/tmp/mode; echo \"\$1\" >>$sandbox/tmp/mode; echo x >>\"\$1\""
exits 0 task-edit 1
is "$(sed 's/0001\.[^.]*\./0001.XXXXXX./' "$sandbox/tmp/mode")" \
    "-rw-------
$TMPDIR/TASK-0001.XXXXXX.task.md"

it "takes \$VISUAL before \$EDITOR, with its arguments"
editor 'echo "$#: $1" >"$0.arguments"; echo x >>"$2"'
exits 0 env VISUAL="$sandbox/editor -w" EDITOR=false task-edit 1
is "$(cat "$sandbox/editor.arguments")" "2: -w"

it "takes what an editor wrote into a new file of that name"
editor 'cp "$1" "$1.new"; echo renamed >>"$1.new"; mv "$1.new" "$1"'
exits 0 task-edit 1
is "$(tail -n 1 "$(card 0001)")" "renamed"
nothing_kept

it "changes nothing where the text is left as it was, and says so"
editor 'true'
unchanged exits 0 task-edit 1
out_is ""
err_is "task-edit: TASK-0001: its card was left as it was"
unchanged exits 0 task-edit 1 context
err_is "task-edit: TASK-0001: its context was left as it was"
nothing_kept

it "changes nothing where the editor fails, and says so"
editor 'exit 3'
unchanged exits 74 task-edit 1
err_is "task-edit: TASK-0001: '$sandbox/editor' ended with status 3"
nothing_kept
unchanged exits 66 env EDITOR=/nonexistent/editor task-edit 1
err_has "/nonexistent/editor"
nothing_kept

it "keeps what was written before the editor failed"
editor 'echo precious >>"$1"; exit 3'
unchanged exits 74 task-edit 1
kept_has precious

it "goes on where what is typed to interrupt is for the editor"
editor 'kill -INT $PPID; kill -QUIT $PPID; echo uninterrupted >>"$1"'
exits 0 task-edit 1
is "$(tail -n 1 "$(card 0001)")" "uninterrupted"
nothing_kept

it "says so where the editor took the file away"
editor 'rm "$1"'
unchanged exits 66 task-edit 1
nothing_kept

it "prints the id with -j, with a NUL with -z, its name with --header"
writes more
exits 0 task-edit -j 1
out_is '{"id":"TASK-0001"}'
task-edit -z 1 | tr '\0' '+' >"$out"
out_is "TASK-0001+"
exits 0 task-edit --header --columns id 1
out_is "id
TASK-0001"

it "opens no editor where a column is asked for that it has not"
editor "touch $sandbox/started"
unchanged exits 64 task-edit --columns id,nothing 1
is "$(ls "$sandbox/started" 2>/dev/null)" ""

it "says what is wrong with the command line, and opens no editor"
unchanged exits 64 task-edit
err_is "task-edit: no task is named"
unchanged exits 64 task-edit 1 contxt
err_is "task-edit: 'contxt' is none of card, context, learning; did you mean 'context'?"
unchanged exits 64 task-edit 1 card context
unchanged exits 64 task-edit 1 ledger
unchanged exits 64 task-edit -
unchanged exits 64 task-edit nonsense
unchanged exits 64 task-edit -r "" 1
unchanged exits 64 task-edit -r "two
lines" 1
unchanged exits 66 task-edit 2
is "$(ls "$sandbox/started" 2>/dev/null)" ""

it "writes who it was, and which worker"
writes more
exits 0 env TASK_AGENT=worker-7 task-edit -u @carol 1
last 0001 >"$out"
out_has '"user":"@carol"'
out_has '"metadata":{"worker_id":"worker-7","by":"hand"}'

it "keeps with -n what was written where it is, and changes nothing"
writes "only tried"
unchanged exits 0 task-edit -n 1
out_is "TASK-0001"
err_is "task-edit: TASK-0001: nothing was saved; the text is in $(kept)"
file_has "$(kept)" "only tried"
rm "$(kept)"

it "leaves the commit to the person with --no-commit, and records it once"
head=$(git rev-parse HEAD)
writes "left to me"
exits 0 task-edit --no-commit 1
exits 0 task-edit --no-commit 1
is "$(git rev-parse HEAD)" "$head"
is "$(git diff | grep -c '^+.*content_updated')" 1
git checkout -q .

it "takes along what was edited by hand before, and shows it"
echo "by hand" >>"$(card 0001)"
editor 'tail -n 1 "$1" >'"$sandbox/tmp/seen"'; echo "in the editor" >>"$1"'
exits 0 task-edit 1
is "$(cat "$sandbox/tmp/seen")" "by hand"
is "$(tail -n 2 "$(card 0001)")" "by hand
in the editor"
sound

it "keeps a text to the byte: CRLF, a byte order mark, a last line without end"
{ printf '\357\273\277'; sed 's/$/\r/' "$(card 0001)"; printf 'no end'; } \
    >"$sandbox/tmp/bytes"
editor "cat $sandbox/tmp/bytes >\"\$1\""
exits 0 task-edit 1
cmp "$sandbox/tmp/bytes" "$(card 0001)" >"$out" 2>&1 || fail "$(cat "$out")"
sound

# Versions.

fresh_board versions
make_task "Keep it" "$ready"
advance 0001 backlog

it "keeps the old text as a version once the task has left inbox"
cp "$(card 0001)" "$sandbox/tmp/old"
writes more
exits 0 task-edit -r "was wrong" 1
cmp "$sandbox/tmp/old" "$(folder 0001)/0001-keep-it.task.v1.md" >"$out" 2>&1 ||
    fail "$(cat "$out")"
last 0001 >"$out"
out_has '"desc":"was wrong","file":"0001-keep-it.task.md","new_version":2'
exits 0 task-edit 1 context
is "$(more_files 0001)" "0001-keep-it.task.v1.md 0001.context.v1.md"
sound

it "makes no version of criteria that are ticked"
changes 's/- \[ \]/- [x]/'
exits 0 task-edit 1
is "$(more_files 0001)" "0001-keep-it.task.v1.md 0001.context.v1.md"
last 0001 >"$out"
out_has '"desc":"criteria ticked: 2, before 0"'
sound

it "logs a key as what it is, and keeps the index"
changes 's/^priority: .*/priority: "P2"/'
exits 0 task-edit 1
last 0001 >"$out"
out_has '"event":"priority_changed"'
sound

# Mistakes.

fresh_board mistakes
make_task "Mistaken" "$ready"

it "names line and column of what is wrong, keeps the text, changes nothing"
changes 's/^priority: .*/priority: @high/'
unchanged exits 65 task-edit 1
out_is ""
err_has "$(kept):9:11: a value may not begin with '@'"
err_has "task-edit: TASK-0001: nothing was saved; "
kept_has "priority: @high"

it "names each key that is wrong"
changes 's/^priority: .*/priority: P9/; s/^tags: .*/tags: {a: b}/; s/^stage: .*/stage: next/'
unchanged exits 65 task-edit 1
err_has ":9:11: priority must be null or P0 to P4, not 'P9'"
err_has ": tags must be a list of texts"
err_has ":7:8: stage is not the stage of the folder that the task lies in"
kept_has "priority: P9"

it "refuses another id, and a card without front matter"
changes 's/^task_id: .*/task_id: "0002"/'
unchanged exits 65 task-edit 1
err_has "task_id is not the id of the folder"
kept_has '0002'
editor 'echo "only this" >"$1"'
unchanged exits 65 task-edit 1
err_has ":1:1: no front matter"
kept_has "only this"
editor ': >"$1"'
unchanged exits 65 task-edit 1
rm -f "$(kept)"

it "refuses what only programs change, as a hand edit would be"
for key in 'status: canceled' 'status: split' 'current_dri: "@bob"' \
    'current_dri: null'; do
	changes "s/^${key%%:*}: .*/$key/"
	unchanged exits 1 task-edit 1
	kept_has "$key"
done
err_has "only a hand-off changes (task-handoff)"

it "refuses a card or a context that is too large"
editor 'head -c 5000000 /dev/zero | tr "\0" x >>"$1"'
unchanged exits 65 task-edit 1
err_has "more than"
rm -f "$(kept)"
editor 'head -c 17000000 /dev/zero | tr "\0" x >>"$1"'
unchanged exits 65 task-edit 1 context
rm -f "$(kept)"

it "refuses a context that is no longer UTF-8"
editor 'printf "a\n\377\n" >>"$1"'
unchanged exits 65 task-edit 1 context
err_has ":5:1: the line is not UTF-8"
kept_has "a"

it "does not ask to put right what was wrong before"
sed 's/^created_date: .*/created_date: sometime/' "$(card 0001)" >x &&
    cat x >"$(card 0001)" && rm x && git commit -qam "by hand"
writes more
exits 0 task-edit 1
file_has "$(card 0001)" "created_date: sometime"
sound

it "shows in the editor what a malformed card begins with, and saves it mended"
malformed() {
	sed 's/^priority: .*/priority: @high/; s/sometime/2025-10-18/' \
	    "$(card 0001)" >x && cat x >"$(card 0001)" && rm x &&
	    git commit -qam "by hand"
}
malformed
editor "cp \"\$1\" $sandbox/tmp/seen; sed 's/@high/P1/' \"\$1\" >\"\$1.x\"
    mv \"\$1.x\" \"\$1\""
exits 0 task-edit 1
is "$(sed -n 2p "$sandbox/tmp/seen")" \
    "# task-edit: 10:11: a value may not begin with '@': put it in quotes"
is "$(sed -n 10p "$sandbox/tmp/seen")" "priority: @high"
file_lacks "$(card 0001)" "task-edit"
file_has "$(card 0001)" "priority: P1"
sound

it "leaves a malformed card that is not mended as it is"
malformed
editor true
unchanged exits 0 task-edit 1
writes more
unchanged exits 65 task-edit 1
kept_has "@high"
file_lacks "$(card 0001)" "task-edit"
unchanged exits 65 task-edit 1 context
err_has "$(card 0001):9:11: "
nothing_kept
git reset -q --hard HEAD^

it "shows in the editor what may not have been set by hand, and saves it undone"
cp "$(card 0001)" "$sandbox/tmp/sound"
sed -i 's/^status: .*/status: split/' "$(card 0001)"
editor "cp \"\$1\" $sandbox/tmp/seen; cat $sandbox/tmp/sound >\"\$1\""
exits 0 task-edit 1
is "$(sed -n 2p "$sandbox/tmp/seen" | cut -c1-51)" \
    "# task-edit: TASK-0001: the card's status went from"
cmp -s "$sandbox/tmp/sound" "$(card 0001)" || fail "it is not undone"
is "$(dirty)" ""

# The terminal: script(1) has one.
if command -v script >/dev/null; then
	it "asks on a terminal whether to edit again, with the mistake in view"
	editor "cp \"\$1\" $sandbox/tmp/\$(ls $sandbox/tmp | grep -c pass).pass
		case \$(grep -c ^priority:.*P9 \"\$1\") in
		0) sed 's/^priority: .*/priority: P9/' \"\$1\" >\"\$1.x\" ;;
		*) sed 's/P9/P3/' \"\$1\" >\"\$1.x\" ;;
		esac
		mv \"\$1.x\" \"\$1\""
	printf '\n' | script -qec "task-edit 1" /dev/null >"$out" 2>&1
	out_has "priority must be null or P0 to P4, not 'P9'"
	out_has "edit again? [Y/n] "
	out_has "TASK-0001"
	file_has "$sandbox/tmp/1.pass" \
	    "# task-edit: 10:11: priority must be null or P0 to P4, not 'P9'"
	file_has "$(card 0001)" "priority: P3"
	file_lacks "$(card 0001)" "task-edit"
	nothing_kept
	sound

	it "takes no for an answer, and keeps the text"
	changes 's/^priority: .*/priority: P9/'
	printf 'n\n' >"$sandbox/tmp/no"
	unchanged sh -c 'script -qec "task-edit 1" /dev/null <"$1" >"$2" 2>&1' \
	    sh "$sandbox/tmp/no" "$out"
	out_has "nothing was saved; the text is kept in $(kept)"
	file_has "$(kept)" "priority: P9"
	file_lacks "$(kept)" "task-edit"
	rm "$(kept)"

	it "lets go where the person puts the text back"
	editor "case \$(grep -c ^priority:.*P9 \"\$1\") in
		0) cp \"\$1\" $sandbox/tmp/first
		   sed 's/^priority: .*/priority: P9/' \"\$1\" >\"\$1.x\" ;;
		*) cp $sandbox/tmp/first \"\$1.x\" ;;
		esac
		mv \"\$1.x\" \"\$1\""
	unchanged sh -c 'printf "y\n" | script -qec "task-edit 1" /dev/null \
	    >"$1" 2>&1' sh "$out"
	out_has "its card was left as it was"
	nothing_kept
fi

# Others.

fresh_board others
make_task "Shared" "$ready"
advance 0001 backlog

it "holds no lock while the editor is open"
editor 'TASK_LOCK_TIMEOUT=0 task-new Meanwhile >/dev/null; echo x >>"$1"'
exits 0 task-edit 1
is "$(git log -2 --format=%s)" "TASK-0001: card edited
TASK-0002: new: Meanwhile"

it "keeps what others changed elsewhere in the card meanwhile"
editor 'task-set -r why 1 priority=P2 >/dev/null; echo mine >>"$1"'
exits 0 task-edit 1
err_is "task-edit: TASK-0001: its card was changed elsewhere meanwhile, which is kept"
file_has "$(card 0001)" 'priority: "P2"'
is "$(tail -n 1 "$(card 0001)")" "mine"
sound

it "follows the task where it was moved or renamed meanwhile"
editor 'task-move -s 1 >/dev/null; task-set 1 name=Elsewhere >/dev/null
    echo moved >>"$1"'
exits 0 task-edit 1
is "$(tail -n 1 .work/tasks/next/TASK-0001-elsewhere/0001-elsewhere.task.md)" \
    "moved"
sound

it "refuses where the same lines were changed, keeps the text, changes nothing"
editor 'echo theirs >>.work/tasks/next/TASK-0001-elsewhere/0001.context.md
    task-watch --once >/dev/null; echo mine >>"$1"'
exits 75 task-edit 1 context
err_has "task-edit: TASK-0001: its context was changed meanwhile, in the same lines; "
kept_has mine
is "$(tail -n 1 "$(folder 0001)/0001.context.md")" "theirs"
sound

it "saves what somebody else wrote, too, as one change"
editor 'echo both >>.work/tasks/next/TASK-0001-elsewhere/0001.context.md
    task-watch --once >/dev/null; echo both >>"$1"'
exits 0 task-edit 1 context
is "$(grep -c both "$(folder 0001)/0001.context.md")" 1
sound

it "refuses where the task was closed or the part taken away meanwhile"
editor 'rm .work/tasks/next/TASK-0001-elsewhere/0001.context.md; echo x >>"$1"'
exits 75 task-edit 1 context
kept_has x
git checkout -q .
editor 'task-status 1 canceled -r why >/dev/null; echo late >>"$1"'
exits 1 task-edit 1
kept_has late
sound

it "edits nothing of a closed task"
editor "touch $sandbox/started"
unchanged exits 1 task-edit 1
err_is "task-edit: TASK-0001: it is closed"
is "$(ls "$sandbox/started" 2>/dev/null)" ""

it "opens nothing, or keeps the text, where another program holds the lock"
lock=$(git rev-parse --git-common-dir)/task/lock
unchanged exits 75 env TASK_LOCK_TIMEOUT=0 flock "$lock" task-edit 2
is "$(ls "$sandbox/started" 2>/dev/null)" ""
mkfifo "$sandbox/held" "$sandbox/go"
editor "(exec 9<'$lock'; flock 9; echo >$sandbox/held; read x <$sandbox/go) &
    read x <$sandbox/held; echo locked >>\"\$1\""
unchanged exits 75 env TASK_LOCK_TIMEOUT=0 task-edit 2
echo >"$sandbox/go"
kept_has locked

it "opens no editor for who is nobody"
editor "touch $sandbox/started"
mv "$HOME/.gitconfig" "$HOME/away"
unchanged exits 78 task-edit 2
mv "$HOME/away" "$HOME/.gitconfig"
is "$(ls "$sandbox/started" 2>/dev/null)" ""

it "says that a ledger is missing, or was tampered with"
mv "$(ledger 0002)" "$sandbox/tmp/l"
unchanged exits 65 task-edit 2 context
err_has "a package has a ledger"
sed 's/created/CREATED/' "$sandbox/tmp/l" >"$(ledger 0002)"
unchanged exits 1 task-edit 2 context
git checkout -q .

it "keeps the text where the copy cannot be made or the disk is full"
unchanged exits 66 env TMPDIR=/nonexistent task-edit 2
err_has "/nonexistent"

it "says that its output is lost, and has saved"
writes saved
task-edit 2 >/dev/full 2>"$err"
is $? 74
is "$(tail -n 1 "$(card 0002)")" "saved"
sound

it "does what it is asked with hostile names and texts"
tab=$(printf '\t')
exits 0 task-new -- "-rf ../../etc \$(touch pwned) \`x\`"
id=$(sed 's/TASK-//' "$out")
editor "printf '\\033[31m%s\\n' '$tab\$(touch pwned)' >>\"\$1\""
exits 0 task-edit "$id"
exits 0 task-edit "$id" learning
is "$(find . -name pwned)" ""
sound

# Learning.

fresh_board learning
make_task "Learned" "$ready"
make_task "Urgent" '"priority":"P0","effort":"M"'

it "begins a learning file with its template, and does not save that alone"
editor "cp \"\$1\" $sandbox/tmp/seen"
unchanged exits 0 task-edit 1 learning
err_is "task-edit: TASK-0001: its learning was left as it was"
is "$(head -n 1 "$sandbox/tmp/seen")" "# Learning: Learned"
file_has "$sandbox/tmp/seen" "What went well"
is "$(ls "$(folder 0001)" | grep -c learning)" 0

it "saves what was written into it"
writes "It was fun."
exits 0 task-edit 1 learning
out_is "TASK-0001"
is "$(head -n 1 "$(folder 0001)/0001.learning.md")" "# Learning: Learned"
is "$(tail -n 1 "$(folder 0001)/0001.learning.md")" "It was fun."
last 0001 >"$out"
out_has '"desc":"learning written by hand","file":"0001.learning.md"'
is "$(git log -1 --format=%s)" "TASK-0001: learning edited"
sound

it "opens it again as it is, and keeps no version of it"
editor "cp \"\$1\" $sandbox/tmp/seen; echo More. >>\"\$1\""
exits 0 task-edit 1 learning
is "$(tail -n 1 "$sandbox/tmp/seen")" "It was fun."
is "$(more_files 0001)" ""

it "asks of a P0 what happened and what it displaced"
editor "cp \"\$1\" $sandbox/tmp/seen; echo More. >>\"\$1\""
exits 0 task-edit 2 learning
for title in Incident Timeline Cause Displaced Prevention Retrospective; do
	file_has "$sandbox/tmp/seen" "## $title"
done

it "takes the board's own template"
echo '{name} of {user}, {id}, {date}: {what:so}' >.work/templates/learning.md
exits 0 task-new "Own"
exits 0 task-edit 3 learning
is "$(head -n 1 "$(folder 0003)/0003.learning.md")" \
    "Own of @alice, 0003, 2025-10-18: <!-- so -->"
git checkout -q .work/templates

it "merges what two wrote into a learning file that was not there"
editor 'case $1 in
    *0001*) ;;
    esac
    [ -n "${INNER-}" ] && { sed "s/^## What did not/&\n\nThat./" "$1" >"$1.x"
	cat "$1.x" >"$1"; rm "$1.x"; exit 0; }
    INNER=y task-edit 4 learning >/dev/null; echo "The end." >>"$1"'
exits 0 task-new "Both"
exits 0 task-edit 4 learning
file_has "$(folder 0004)/0004.learning.md" "That."
is "$(tail -n 1 "$(folder 0004)/0004.learning.md")" "The end."
sound

finish
