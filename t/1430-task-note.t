#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"

tmp=$sandbox/tmp
mkdir "$tmp" || exit 1
ready='"priority":"P1","effort":"M"'

context() {
	echo "$(folder "$1")/$1.context.md"
}

# last ID: the last line of its ledger, with its random id taken out.
last() {
	tail -n 1 "$(ledger "$1")" | sed 's/"id":"[^"]*",//'
}

# context_is ID TEXT: the whole of it, "|" for the end of a line.
context_is() {
	is "$(tr '\n' '|' <"$(context "$1")" | sed 's/\r/^/g')" "$2"
}

# wrote ID TEXT: the context is that, by hand, and committed.  The text is a
# format of printf.
wrote() {
	# shellcheck disable=SC2059
	printf "$2" >"$(context "$1")"
	git add .work && git commit -qm "by hand"
}

# versions ID: the numbers of the earlier texts of its context.
versions() {
	find "$(folder "$1")" -name "$1.context.v*.md" |
	    sed 's/.*\.v\([0-9]*\)\.md$/\1/' | sort -n | paste -sd' ' -
}

it "says that there is no board, and how to make one"
exits 66 task-note 1 "a note"
err_is "task-note: no .work/tasks here or above (task-init makes one)"

board

it "says on an empty board that there is no such task"
unchanged exits 66 task-note 1 "a note"
err_is "task-note: TASK-0001: no such task"

it "does nothing for an empty list"
unchanged exits_with "" 0 task-note - "a note"
out_is ""
err_is ""

make_task "Log in" "\"stage\":\"current\",$ready"
make_task "Log out" "\"stage\":\"backlog\",$ready"
make_task "Forget a key"
make_task "Old" "\"stage\":\"archived\",$ready"

# Notes.

it "adds a note with the date and who wrote it, in a section of its own"
exits 0 task-note 1 "the key is 32 bytes"
context_is 0001 "# Context: Log in||the context||## Notes||- 2025-10-18 @alice: the key is 32 bytes|"

it "prints the id of the task that it wrote into"
out_is "TASK-0001"
err_is ""

it "puts the note on record as note_added"
is "$(last 0001)" '{"ts":"2025-10-18T10:30:00Z","user":"@alice","event":"note_added","desc":"the key is 32 bytes","version":"1.0"}'

it "commits context and ledger, and nothing else"
is "$(git log -1 --format=%s)" "TASK-0001: note added"
is "$(git show --format= --name-only HEAD)" "$(context 0001)
$(ledger 0001)"
sound

it "adds the next note below the last one"
exits 0 task-note TASK-0001 "so is the other one"
context_is 0001 "# Context: Log in||the context||## Notes||- 2025-10-18 @alice: the key is 32 bytes|- 2025-10-18 @alice: so is the other one|"

it "makes no version for a note, in whatever stage"
is "$(versions 0001)" ""
exits 0 task-note 2 3 "no version"
is "$(versions 0002)$(versions 0003)" ""

it "takes as the text the last operand that names no task"
exits 0 task-note 1 0002 "$(card 0003)" "for all three"
out_is "TASK-0001
TASK-0002
TASK-0003"
is "$(tail -n 1 "$(context 0003)")" "- 2025-10-18 @alice: for all three"

it "writes into several tasks with one commit"
is "$(git log -1 --format=%s)" "TASK-0001, TASK-0002, TASK-0003: note added"
is "$(git show --format= --name-only HEAD | wc -l)" 6
sound

it "writes once into a task that is named twice"
exits 0 task-note 3 TASK-0003 0003 "once"
out_is "TASK-0003"
is "$(grep -c once "$(context 0003)")" 1

it "takes the text with -m, before or after the tasks, also one that is a number"
exits 0 task-note -m 42 1 2
exits 0 task-note 1 --message 43
is "$(tail -n 2 "$(context 0001)")" "- 2025-10-18 @alice: 42
- 2025-10-18 @alice: 43"
is "$(tail -n 1 "$(context 0002)")" "- 2025-10-18 @alice: 42"

it "reads the text from standard input where no operand is it"
exits_with "from a pipe
" 0 task-note 1 2
out_is "TASK-0001
TASK-0002"
is "$(tail -n 1 "$(context 0001)")" "- 2025-10-18 @alice: from a pipe"
is "$(last 0002 | jq -r .desc)" "from a pipe"

it "reads references from standard input"
task-ls | sort | task-note - "to all that are open" >"$out" 2>"$err"
is $? 0
out_is "TASK-0001
TASK-0002
TASK-0003"
is "$(git log -1 --format=%s)" "TASK-0001, TASK-0002, TASK-0003: note added"
task-ls -z | task-note -m "and again" - >"$out" 2>"$err"
is $? 0
is "$(tail -n 1 "$(context 0002)")" "- 2025-10-18 @alice: and again"

it "reads what another program prints with -j"
task-ls -j | sort | task-note -j - "in JSON" | task-note - "and on" >"$out" 2>"$err"
is $? 0
out_is "TASK-0001
TASK-0002
TASK-0003"

it "prints the id with -j, with a NUL with -z, its name with --header"
exits 0 task-note -j 1 2 x
out_is '{"id":"TASK-0001"}
{"id":"TASK-0002"}'
task-note -z 1 2 x | tr '\0' '+' >"$out"
out_is "TASK-0001+TASK-0002+"
exits 0 task-note --header --columns id 1 x
out_is "id
TASK-0001"

it "writes nothing where a column is asked for that it has not"
unchanged exits 64 task-note --columns id,nothing 1 x

it "makes further lines of the text lines of the item"
exits 0 task-note 3 "first

third
## no heading"
is "$(tail -n 4 "$(context 0003)")" "- 2025-10-18 @alice: first

  third
  ## no heading"
is "$(last 0003 | jq -r .desc)" "first"

it "writes the next note after such an item, not into it"
exits 0 task-note 3 "after it"
is "$(tail -n 2 "$(context 0003)")" "  ## no heading
- 2025-10-18 @alice: after it"

it "goes on after an item that leaves a fence or a comment open"
exits 0 task-note 3 "see
\`\`\`
code"
exits 0 task-note 3 "and
<!--"
exits 0 task-note 3 "after both"
is "$(tail -n 6 "$(context 0003)")" "- 2025-10-18 @alice: see
  \`\`\`
  code
- 2025-10-18 @alice: and
  <!--
- 2025-10-18 @alice: after both"
is "$(grep -c '^## Notes' "$(context 0003)")" 1

it "leaves out blanks and line ends at the end of the text"
exits 0 task-note 3 "kept 	

"
is "$(tail -n 1 "$(context 0003)")" "- 2025-10-18 @alice: kept"
is "$(last 0003 | jq -r .desc)" "kept"

it "writes who it was: -u, before TASK_USER, before git's configuration"
exits 0 env TASK_USER=@dave task-note -u @carol 1 x
exits 0 env TASK_USER=@dave task-note 1 y
is "$(tail -n 2 "$(context 0001)")" "- 2025-10-18 @carol: x
- 2025-10-18 @dave: y"
is "$(last 0001 | jq -r .user)" "@dave"

it "writes which worker it was where TASK_AGENT is set"
exits 0 env TASK_AGENT=worker-7 task-note 1 x
is "$(last 0001 | jq -c .metadata)" '{"worker_id":"worker-7"}'
sound

# Where a note goes.

it "writes into a section Notes wherever it stands, at its end"
wrote 0003 '# C\n\n## Notes\n\n- mine\n\n## After\n\nlast\n'
exits 0 task-note 3 "in the middle"
context_is 0003 "# C||## Notes||- mine|- 2025-10-18 @alice: in the middle||## After||last|"

it "knows the section in upper and lower case, and underlined"
wrote 0003 '## NOTES\n\nmine\n'
exits 0 task-note 3 x
context_is 0003 "## NOTES||mine|- 2025-10-18 @alice: x|"
wrote 0003 'Notes\n-----\n\nmine\n\n## After\n'
exits 0 task-note 3 x
context_is 0003 "Notes|-----||mine|- 2025-10-18 @alice: x||## After|"

it "takes a heading of level three for a part of the section"
wrote 0003 '## Notes\n\nmine\n\n### More\n\nmore\n\n## After\n'
exits 0 task-note 3 x
context_is 0003 "## Notes||mine||### More||more|- 2025-10-18 @alice: x||## After|"

it "puts the first note into a section that is empty"
wrote 0003 '## Notes\n\n## After\n'
exits 0 task-note 3 x
context_is 0003 "## Notes||- 2025-10-18 @alice: x||## After|"
wrote 0003 '## Notes\n'
exits 0 task-note 3 x
context_is 0003 "## Notes||- 2025-10-18 @alice: x|"

it "takes a heading in a block of code for none"
# shellcheck disable=SC2016
wrote 0003 'a\n\n```\n## Notes\n```\n'
exits 0 task-note 3 x
# shellcheck disable=SC2016
context_is 0003 'a||```|## Notes|```||## Notes||- 2025-10-18 @alice: x|'

it "ends its lines as the others end: CRLF"
wrote 0003 '# C\r\n\r\ntext\r\n'
exits 0 task-note 3 "one
two"
context_is 0003 "# C^|^|text^|^|## Notes^|^|- 2025-10-18 @alice: one^|  two^|"
exits 0 task-note 3 "three"
context_is 0003 "# C^|^|text^|^|## Notes^|^|- 2025-10-18 @alice: one^|  two^|- 2025-10-18 @alice: three^|"
sound

it "keeps a last line that does not end"
wrote 0003 '## Notes\n\n- mine\n\n## After\n\nlast'
exits 0 task-note 3 x
context_is 0003 "## Notes||- mine|- 2025-10-18 @alice: x||## After||last"

it "begins on a line of its own where the last line does not end"
wrote 0003 'last'
exits 0 task-note 3 x
context_is 0003 "last||## Notes||- 2025-10-18 @alice: x|"
wrote 0003 '## Notes\n\n- mine'
exits 0 task-note 3 x
context_is 0003 "## Notes||- mine|- 2025-10-18 @alice: x|"

it "keeps a byte order mark, and bytes that are not UTF-8"
wrote 0003 '\357\273\277# C\n\n\377\376\n'
exits 0 task-note 3 x
printf '\357\273\277# C\n\n\377\376\n\n## Notes\n\n- 2025-10-18 @alice: x\n' |
    cmp - "$(context 0003)" >"$out" 2>&1 || fail "$(cat "$out")"

it "writes into a context that is empty"
wrote 0003 ''
exits 0 task-note 3 x
context_is 0003 "## Notes||- 2025-10-18 @alice: x|"

it "gives a context to a task that has none"
git rm -q "$(context 0003)" && git commit -qm "no context"
exits 0 task-note 3 x
context_is 0003 "## Notes||- 2025-10-18 @alice: x|"
sound

# Hostile text.

it "keeps tabs"
exits 0 task-note 3 "a	b"
is "$(tail -n 1 "$(context 0003)")" "- 2025-10-18 @alice: a	b"
is "$(last 0003 | jq -r .desc)" "a	b"

it "takes after -- what looks like an option"
exits 0 task-note -- 3 -rf
is "$(tail -n 1 "$(context 0003)")" "- 2025-10-18 @alice: -rf"
exits 0 task-note 3 -- --help
is "$(tail -n 1 "$(context 0003)")" "- 2025-10-18 @alice: --help"

it "writes quotes, backslashes and markup as they are"
# shellcheck disable=SC2016
exits 0 task-note 3 '"x" \n $(id) `id` [a](b) ../../etc'
# shellcheck disable=SC2016
is "$(tail -n 1 "$(context 0003)")" '- 2025-10-18 @alice: "x" \n $(id) `id` [a](b) ../../etc'
# shellcheck disable=SC2016
is "$(last 0003 | jq -r .desc)" '"x" \n $(id) `id` [a](b) ../../etc'

it "refuses control characters"
unchanged exits 65 task-note 3 "$(printf 'a\033[31m')"
err_is "task-note: the text has a control character (byte 2)"
unchanged exits 65 task-note 3 "$(printf 'a\177')"
unchanged exits 65 task-note 3 "$(printf 'a\342\200\256b')"
unchanged exits 65 task-note --context 3 "$(printf 'ab\033[31m')"
err_has "(byte 3)"

it "refuses text that is not UTF-8"
unchanged exits 65 task-note 3 "$(printf 'ab\377')"
err_is "task-note: the text is not UTF-8 (byte 3)"
printf 'ab\377' >"$tmp/file"
unchanged exits 65 task-note --replace "$tmp/file" 3

it "refuses a text that says nothing"
unchanged exits 64 task-note 3 ""
err_is "task-note: the text is empty"
unchanged exits 64 task-note -m " 	
" 3
unchanged exits 64 task-note 3
err_is "task-note: the text is empty"
unchanged exits 64 task-note --replace /dev/null 3

it "takes a note of 64 KiB and no longer one"
head -c 65536 /dev/zero | tr '\0' x >"$tmp/long"
task-note 3 <"$tmp/long" >"$out" 2>"$err"
is $? 0
is "$(last 0003 | jq -r .desc | wc -c)" 65537
printf x >>"$tmp/long"
unchanged exits 65 sh -c "task-note 3 <$tmp/long"
err_is "task-note: a note of 65537 bytes is too long; the most is 65536 (task-note --context adds more)"

it "adds a longer text with --context"
task-note --context 3 <"$tmp/long" >"$out" 2>"$err"
is $? 0
is "$(tail -n 1 "$(context 0003)" | wc -c)" 65538
sound

# Wrong usage, wrong tasks.

it "refuses no operand at all, and shows what it takes"
unchanged exits 64 task-note
err_has "task-note REF... [TEXT]"
unchanged exits 64 task-note -m x
err_has "task-note REF... [TEXT]"

it "says that a text alone names no task"
unchanged exits 64 task-note "a note"
err_is "task-note: no operand: usage: task-note REF... [TEXT]"

it "does not read both the tasks and the text from standard input"
unchanged exits_with "1" 64 task-note -
err_is "task-note: there is no text: give it as the last operand, with -m, or on standard input"

it "takes the whole text from the file of --replace, and from nowhere else"
echo x >"$tmp/file"
unchanged exits 64 task-note --replace "$tmp/file" --context 3
err_is "task-note: --replace takes all of the text from its file: no --context, no -m"
unchanged exits 64 task-note --replace "$tmp/file" -m x 3

it "names the option that was probably meant"
unchanged exits 64 task-note --contxt 3 x
err_has "did you mean '--context'?"

it "takes with -m a word that is no task for a wrong one"
unchanged exits 64 task-note -m x nonsense
err_has "'nonsense' is no task"

it "says that there is no such task"
unchanged exits 66 task-note 4711 "a note"
err_is "task-note: TASK-4711: no such task"

it "writes into the tasks that there are, and exits with the first failure"
exits 66 task-note -m "some" 4711 4 nonsense 3
out_is "TASK-0003"
err_has "TASK-4711: no such task"
err_has "TASK-0004: it is closed"
err_has "'nonsense' is no task"
is "$(git log -1 --format=%s)" "TASK-0003: note added"
sound

it "writes nothing into a closed task"
unchanged exits 1 task-note 4 "too late"
err_is "task-note: TASK-0004: it is closed"
unchanged exits 1 task-note --context 4 "too late"
unchanged exits 1 task-note --replace "$tmp/file" 4

it "names line and column of a card that is malformed, and changes nothing"
c=$(card 0003)
printf -- '---\npriority: @high\n---\n' >"$c"
unchanged exits 65 task-note 3 "a note"
err_has "$c:2:11: "
git checkout -q .

it "says that the ledger is missing"
l=$(ledger 0003)
rm "$l"
unchanged exits 65 task-note 3 "a note"
err_has "$l: there is no such file"
git checkout -q .

it "refuses where a committed line of the ledger was changed"
sed 's/created/CREATED/' "$l" >x && cat x >"$l" && rm x
unchanged exits 1 task-note 3 "a note"
err_has "a line that was committed has changed"
git checkout -q .

it "never follows a context that is a symbolic link"
echo secret >"$tmp/secret"
rm "$(context 0003)" && ln -s "$tmp/secret" "$(context 0003)"
unchanged exits 65 task-note 3 "a note"
is "$(cat "$tmp/secret")" "secret"
git checkout -q .

it "writes nothing in a folder that was moved by hand, and says what judges that"
d=$(folder 0003)
mv "$d" .work/tasks/backlog/
unchanged exits 1 task-note 3 "a note"
err_has "task-watch --once"
mv ".work/tasks/backlog/${d##*/}" "$d"
sound

# The context as it is: --context and --replace.

it "adds the text as it is with --context, after an empty line"
wrote 0003 '# C\n\ntext\n'
exits 0 task-note --context 3 "## Found

it
"
context_is 0003 "# C||text||## Found||it|"
out_is "TASK-0003"

it "puts it on record as content_updated"
is "$(last 0003)" '{"ts":"2025-10-18T10:30:00Z","user":"@alice","event":"content_updated","desc":"context added to","file":"0003.context.md","version":"1.0"}'
is "$(git log -1 --format=%s)" "TASK-0003: context added to"

it "makes no version in the inbox"
is "$(versions 0003)" ""
sound

it "adds to several tasks, with the text from standard input"
exits_with "## From afar" 0 task-note --context 1 2
out_is "TASK-0001
TASK-0002"
is "$(tail -n 1 "$(context 0001)")$(tail -n 1 "$(context 0002)")" \
    "## From afar## From afar"

it "keeps the text before as a version, once the task has left the inbox"
is "$(versions 0001) $(versions 0002)" "1 1"
git show "HEAD~1:$(context 0001)" |
    cmp - "$(folder 0001)/0001.context.v1.md" >"$out" 2>&1 ||
    fail "it is another text"
is "$(last 0001 | jq -r .new_version)" 2
is "$(git show --format= --name-only HEAD | grep -c 'context.v1.md')" 2
sound

it "keeps the next one as the next version"
cp "$(context 0001)" "$tmp/old"
exits 0 task-note --context 1 "and more"
is "$(versions 0001)" "1 2"
cmp "$tmp/old" "$(folder 0001)/0001.context.v2.md" >"$out" 2>&1 ||
    fail "it is another text"
is "$(last 0001 | jq -r .new_version)" 3
sound

it "never writes over a version that is there"
echo mine >"$(folder 0001)/0001.context.v7.md"
git add .work && git commit -qm "mine"
exits 0 task-note --context 1 "and on"
is "$(versions 0001)" "1 2 7 8"
is "$(cat "$(folder 0001)/0001.context.v7.md")" "mine"
is "$(last 0001 | jq -r .new_version)" 9
sound

it "ends what --context adds as the others end: CRLF"
wrote 0003 '# C\r\n\r\ntext\r\n'
exits 0 task-note --context 3 "one
two"
context_is 0003 "# C^|^|text^|^|one^|two^|"

it "adds with --context to a last line that does not end, and to nothing"
wrote 0003 'last'
exits 0 task-note --context 3 "more"
context_is 0003 "last||more|"
wrote 0003 ''
exits 0 task-note --context 3 "first"
context_is 0003 "first|"

it "gives a context with --context, and makes no version of none"
make_task "Bare" "\"stage\":\"backlog\",$ready"
git rm -q "$(context 0005)" && git commit -qm "no context"
exits 0 task-note --context 5 "first"
context_is 0005 "first|"
is "$(versions 0005)" ""
is "$(last 0005 | jq -r .new_version)" null
sound

it "replaces the context by a file, to the byte"
printf '# New\r\n\ttext \n\n\nno end' >"$tmp/file"
exits 0 task-note --replace "$tmp/file" 3
out_is "TASK-0003"
cmp "$tmp/file" "$(context 0003)" >"$out" 2>&1 || fail "$(cat "$out")"
is "$(last 0003)" '{"ts":"2025-10-18T10:30:00Z","user":"@alice","event":"content_updated","desc":"context replaced","file":"0003.context.md","version":"1.0"}'
is "$(git log -1 --format=%s)" "TASK-0003: context replaced"
is "$(versions 0003)" ""

it "replaces it by what comes on standard input"
exits_with "# From a pipe
" 0 task-note --replace - 2 3
out_is "TASK-0002
TASK-0003"
context_is 0002 "# From a pipe|"
is "$(versions 0002)" "1 2"
sound

it "takes all operands for tasks with --replace"
unchanged exits 64 task-note --replace "$tmp/file" nonsense
err_has "'nonsense' is no task"

it "does nothing where the context is that already"
printf '# From a pipe\n' >"$tmp/file"
unchanged exits 0 task-note --replace "$tmp/file" 2
out_is ""

it "says that there is no such file, or that it is none"
unchanged exits 66 task-note --replace "$tmp/none" 2
err_is "task-note: $tmp/none: No such file or directory"
unchanged exits 74 task-note --replace "$tmp" 2
err_has "$tmp: "

it "replaces a context that is missing"
git rm -q "$(context 0005)" && git commit -qm "no context"
exits 0 task-note --replace "$tmp/file" 5
context_is 0005 "# From a pipe|"
is "$(versions 0005)" ""
sound

# Edits by hand.

it "puts on record, before its own, what was edited in the context, and keeps it"
echo "By hand." >>"$(context 0003)"
echo "By hand." >>"$(card 0003)"
exits 0 task-note 3 "and a note"
is "$(events 0003 | tail -n 3 | paste -sd' ' -)" \
    "content_updated content_updated note_added"
context_is 0003 "# From a pipe|By hand.||## Notes||- 2025-10-18 @alice: and a note|"
is "$(git show --format= --name-only HEAD | sort)" "$(card 0003)
$(context 0003)
$(ledger 0003)"
sound

it "keeps as a version what was committed before an edit by hand and a note"
exits 0 task-note 2 "a note"
cp "$(context 0002)" "$tmp/old"
echo "By hand." >>"$(context 0002)"
exits 0 task-note 2 "another"
is "$(versions 0002)" "1 2 3"
cmp "$tmp/old" "$(folder 0002)/0002.context.v3.md" >"$out" 2>&1 ||
    fail "it is another text"
is "$(tail -n 1 "$(context 0002)")" "- 2025-10-18 @alice: another"
sound

it "keeps both old texts of an edit by hand and a replacement in one go"
make_task "Both" "\"stage\":\"backlog\",$ready"
cp "$(context 0006)" "$tmp/v1"
echo "By hand." >>"$(context 0006)"
cp "$(context 0006)" "$tmp/v2"
exits 0 task-note --replace "$tmp/file" 6
is "$(versions 0006)" "1 2"
cmp "$tmp/v1" "$(folder 0006)/0006.context.v1.md" >"$out" 2>&1 ||
    fail "v1 is another text"
cmp "$tmp/v2" "$(folder 0006)/0006.context.v2.md" >"$out" 2>&1 ||
    fail "v2 is another text"
context_is 0006 "# From a pipe|"
is "$(tail -n 2 "$(ledger 0006)" |
    jq -r '[.event, .desc, .new_version, .metadata.by] | join(" ")')" \
    "content_updated context edited by hand 2 hand
content_updated context replaced 3 "
is "$(git show --format= --name-only HEAD | sort)" "$(context 0006)
$(folder 0006)/0006.context.v1.md
$(folder 0006)/0006.context.v2.md
$(ledger 0006)"
sound

it "follows with the indexes what was edited in the card by hand"
sed 's/^priority: .*/priority: "P0"/' "$(card 0002)" >x &&
    cat x >"$(card 0002)" && rm x
exits 0 task-note 2 "now it is urgent"
is "$(events 0002 | tail -n 2 | paste -sd' ' -)" "priority_changed note_added"
sound

it "leaves alone what else is staged and dirty"
echo a >staged && echo b >dirty && git add staged dirty && git commit -qm files
echo c >>staged && git add staged
echo d >>dirty
echo e >>"$(card 0002)"
exits 0 task-note 1 "quietly"
is "$(dirty)" " M $(card 0002)
 M dirty
M  staged"
is "$(git show --format= --name-only HEAD)" "$(context 0001)
$(ledger 0001)"
git reset -q --hard

# Sign-offs.

it "voids a sign-off, which is bound to the context"
make_task "Signed" "\"stage\":\"backlog\",$ready"
for how in "" --context; do
	exits 0 task-sign 7 next
	exits 0 task-note $how 7 "something new"
	exits 1 task-move 7
	err_has "TASK-0007: "
	err_has "sign"
done
exits 0 task-sign 7 next
exits 0 task-note --replace "$tmp/file" 7
exits 1 task-move 7

it "lets a sign-off that is given after it stand"
exits 0 task-sign 7 next
exits 0 task-move 7
sound

# Dry runs, commits, output, locks.

it "changes nothing with -n, and says which tasks it would write into"
unchanged exits 0 task-note -n 1 2 "a note"
out_is "TASK-0001
TASK-0002"
unchanged exits 0 task-note -n --context 1 "more"
unchanged exits 0 task-note -n --replace "$tmp/file" 1
unchanged exits 1 task-note -n 4 "a note"
unchanged exits 66 task-note -n 4711 "a note"
is "$(dirty)" ""

it "leaves the commit to the person with --no-commit"
before=$(git rev-parse HEAD)
exits 0 task-note --no-commit --context 1 "more"
is "$(git rev-parse HEAD)" "$before"
is "$(dirty)" " M $(context 0001)
 M $(ledger 0001)
?? $(folder 0001)/0001.context.v9.md"
git add .work && git commit -qm "by the person"
exits 0 task-note 1 "and on"
sound

it "fails when its output cannot be written, with the note on record"
task-note 1 "to nobody" >/dev/full 2>"$err"
is $? 74
err_is "task-note: cannot write to standard output: No space left on device"
is "$(last 0001 | jq -r .desc)" "to nobody"
file_has "$(context 0001)" "- 2025-10-18 @alice: to nobody"
sound

it "does not wait for the lock with TASK_LOCK_TIMEOUT=0, and says who holds it"
exec 9>.git/task/lock && flock 9 && echo "task-new (pid 4711)" >&9
unchanged exits 75 env TASK_LOCK_TIMEOUT=0 task-note 1 "a note"
err_has "task-new (pid 4711)"

it "needs no lock for -n"
unchanged exits 0 env TASK_LOCK_TIMEOUT=0 task-note -n 1 "a note"
exec 9>&-

it "keeps all notes of programs that run at the same time"
for n in 1 2 3 4 5 6; do
	task-note 1 "at once $n" >"$tmp/out.$n" 2>&1 &
done
wait
is "$(cat "$tmp"/out.* | sort -u)" "TASK-0001"
is "$(grep 'at once' "$(context 0001)" | sort | sed 's/.*: //' |
    paste -sd+ -)" \
    "at once 1+at once 2+at once 3+at once 4+at once 5+at once 6"
sound

it "keeps the commit's subject short, however many the tasks are"
i=0
while [ $i -lt 40 ]; do
	i=$((i + 1))
	full_task "Task $i"
done | task-new - >"$tmp/many"
task-note - "for all" <"$tmp/many" >"$out" 2>"$err"
is $? 0
is "$(grep -c . "$out")" 40
is "$(git log -1 --format=%s)" "40 tasks: note added"
sound

it "says how to say who one is where nothing says it"
mv "$HOME/.gitconfig" "$HOME/away"
unchanged exits 78 task-note 1 "a note"
err_has "who are you?"
mv "$HOME/away" "$HOME/.gitconfig"

# A board of its own for what follows.

mkdir "$sandbox/work/more" && cd "$sandbox/work/more" || exit 1
board
make_task "One" "\"stage\":\"current\",\"priority\":\"P1\",\"effort\":\"M\""
make_task "Two" "\"stage\":\"backlog\",\"priority\":\"P1\",\"effort\":\"M\""
make_task "Three"
make_task "Old" "\"stage\":\"archived\",\"priority\":\"P1\",\"effort\":\"M\""

# wrote ID TEXT: its context, as printf has it, by hand.
wrote() {
	# shellcheck disable=SC2059
	printf "$2" >"$(folder "$1")/$1.context.md"
	git add .work && git commit -qm "by hand"
}

it "takes no word of standard input for the text"
unchanged exits_with "3
nonsense
" 64 task-note -

it "refuses a NUL"
printf 'a\0b' >"$tmp/nul"
unchanged exits 65 sh -c "task-note 3 <$tmp/nul"
unchanged exits 65 task-note --replace "$tmp/nul" 3

it "takes a text that begins with a number and a full stop for a text"
exits 0 task-note 1 "3. is the next step"
exits 0 task-note 1 "2.5 hours left"
file_has "$(context 0001)" "2.5 hours left"

it "leaves blanks at the end of the lines before a note where they are"
wrote 0003 '## Notes\n\n- mine  \n\n## After\n'
exits 0 task-note 3 x
context_is 0003 "## Notes||- mine  |- 2025-10-18 @alice: x||## After|"

it "leaves out line ends at the beginning of the text"
exits 0 task-note 3 "
foo"
is "$(last 0003 | jq -r .desc)" "foo"

it "has no blanks in an empty line of a text with CRLF"
wrote 0003 '# C\n'
printf 'a\r\n\r\nb\r\n' >"$tmp/crlf"
task-note 3 <"$tmp/crlf" >"$out" 2>"$err"
is "$(tail -n 3 "$(context 0003)")" "- 2025-10-18 @alice: a

  b"

it "makes one section where the title has another level one"
wrote 0003 '# Notes\n\ntext\n'
exits 0 task-note 3 x
exits 0 task-note 3 y
is "$(grep -c '^## Notes' "$(context 0003)")" 1

it "puts an empty line after a heading that ends the file"
wrote 0003 '## Notes'
exits 0 task-note 3 x
context_is 0003 "## Notes||- 2025-10-18 @alice: x|"

it "never makes a context longer than a context may be"
head -c 16777200 /dev/zero | tr '\0' x | fold -w 100 >"$tmp/big"
head -c 16777210 "$tmp/big" >"$(context 0003)"
git commit -qam "big"
big=$(git rev-parse HEAD~1)
unchanged exits 1 task-note 3 "a note"
unchanged exits 1 task-note --context 3 "more"
exits 0 task-show 3
git reset -q --hard "$big"

it "refuses a context that leaves a fence open, which the note would be in"
wrote 0003 'a\n\n```\nb\n'
unchanged exits 1 task-note 3 x
err_has "TASK-0003: its context leaves a code fence or a comment open"

it "tells what it is for and what it takes"
exits 0 task-note -h
out_has "task-note: write into a task's context"
out_has "--replace FILE"

finish
