#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"

tmp=$sandbox/tmp
mkdir "$tmp" || exit 1

# edit ID SED: changes the card by hand.
edit() {
	sed "$2" "$(card "$1")" >"$tmp/edited" &&
	    cat "$tmp/edited" >"$(card "$1")"
}

restore() {
	git checkout -q .work
}

# no_control: nothing in the output that a terminal might obey.
no_control() {
	tr -d '\n\t' <"$out" | grep -q '[[:cntrl:]]' &&
	    fail "a control character: $(od -c "$out" | head -n 20)"
}

it "says that there is no board, and how to make one"
exits 66 task-show 1
err_is "task-show: no .work/tasks here or above (task-init makes one)"

board

it "asks which task is meant"
exits 64 task-show
err_is "task-show: no operand: usage: task-show REF..."

it "says that there is no such task on an empty board"
exits 66 task-show 1
out_is ""
err_is "task-show: TASK-0001: no such task"

full_task "Log in" '"priority":"P1","effort":"3","tags":["auth","web"]' |
    task-new - >"$out"
make_task "Log out" '"depends_on":["TASK-0001"]'

it "shows the head, the body, and what happened, as text"
exits 0 task-show 1
out_is "TASK-0001  Log in
stage inbox  status active  priority P1  effort M  dri @alice  created 2025-10-18  tags auth, web

## Goal

the goal

## Inputs Required

the inputs

## Implementation Details

the details

## Expected Outputs

the outputs

## Acceptance Criteria

- [ ] first
- [ ] second

What happened
  2025-10-18T10:30:00Z  @alice  id_reserved  reserved id 0001
  2025-10-18T10:30:00Z  @alice  created  task package created"
err_is ""

it "leaves out of the head what is not set"
exits 0 task-show 2
is "$(sed -n 2p "$out")" "stage inbox  status active  dri @alice  created 2025-10-18"

it "shows which criteria are ticked"
edit 0001 's/- \[ \] first/- [x] first/'
exits 0 task-show 1
out_has "- [x] first"
out_has "- [ ] second"
restore

it "shows markdown as text: emphasis, code, lists, quotes, links, rules"
cat >>"$(card 0001)" <<'END'

Some *emphasis*, **weight** and `code`,
over two lines, [a link](https://example.org/).

1. one
2. two
   - two and a half

> quoted

---

```sh
	echo "$HOME"
```

<!-- not for readers -->
END
exits 0 task-show 1
sed -n '/second/,/What happened/p' "$out" >"$tmp/part"
cp "$tmp/part" "$out"
out_is '- [ ] second

Some emphasis, weight and `code`, over two lines, a link <https://example.org/>.

1. one
2. two
   - two and a half

> quoted

----

        echo "$HOME"

What happened'
restore

it "does not break lines where it does not write to a terminal"
long=$(head -c 3000 /dev/zero | tr '\0' ' ' | sed 's/ /word /g')
printf '\n%s\n' "$long" >>"$(card 0001)"
exits 0 task-show 1
is "$(grep -c '^word' "$out")" 1
restore

it "shows the context with --context"
exits 0 task-show 1
out_lacks "the context"
exits 0 task-show --context 1
out_has "# Context: Log in"
out_has "the context"

it "shows a task whose context is missing"
rm "$(folder 0001)/0001.context.md"
exits 0 task-show --context 1
out_has "TASK-0001  Log in"
out_lacks "Context"
err_is ""
restore

it "shows what a task waits for, with the stages"
exits 0 task-show 2
sed -n '/^Waits for/,/^$/p' "$out" >"$tmp/part"
is "$(cat "$tmp/part")" "Waits for
  TASK-0001  inbox"
advance 0001 current
exits 0 task-show 2
out_has "  TASK-0001  current"

it "says what of that is canceled or missing"
full_task "Canceled" | task-new - >"$out"
edit 0003 's/^status: .*/status: canceled/'
edit 0002 's/^depends_on: .*/depends_on: [TASK-0003, "TASK-0001", TASK-0099]/'
exits 0 task-show 2
sed -n '/^Waits for/,/^$/p' "$out" >"$tmp/part"
is "$(cat "$tmp/part")" "Waits for
  TASK-0003  canceled
  TASK-0001  current
  TASK-0099  missing"
restore

it "shows the flags of the board"
advance 0001 integration
exits 0 task-show 2
is "$(sed -n 2p "$out")" "stage inbox  status active  dri @alice  created 2025-10-18  flags dep_ready"
edit 0002 's/^status: .*/status: blocked/; s/^blocked_by: .*/blocked_by: "external:a key"/'
exits 0 task-show 2
is "$(sed -n 2p "$out")" "stage inbox  status blocked  dri @alice  created 2025-10-18  flags blocked(external:a key) dep_ready"
restore

it "shows the last five events"
exits 0 task-show 1
sed -n '/^What happened/,$p' "$out" | sed 's/.*@alice  \([a-z_]*\)  .*/\1/' \
    >"$tmp/part"
is "$(cat "$tmp/part")" "What happened
validated
started
signed_off
implemented
verified"

it "shows as many of the last events as are asked for"
exits 0 task-show -N 2 1
is "$(sed -n '/^What happened/,$p' "$out" | wc -l)" 3
is "$(tail -n 2 "$out" | sed 's/.*@alice  \([a-z_]*\)  .*/\1/')" "implemented
verified"
exits 0 task-show --limit 1000 1
is "$(sed -n '/^What happened/,$p' "$out" | wc -l)" "$(($(wc -l <"$(ledger 0001)") + 1))"
exits 0 task-show -N 0 1
out_lacks "What happened"

it "refuses a limit that is none"
exits 64 task-show -N -1 1
err_is "task-show: --limit: '-1' is not a number"
exits 64 task-show -N some 1
err_is "task-show: --limit: 'some' is not a number"

it "shows several tasks in the order in which they are named"
exits 0 task-show -N 0 2 1
is "$(grep '^TASK-' "$out")" "TASK-0002  Log out
TASK-0001  Log in"

it "takes the tasks from the first field of each line of standard input"
exits_with "$(task-ls --sort name)" 0 task-show -N 0 -
is "$(grep '^TASK-' "$out")" "TASK-0003  Canceled
TASK-0001  Log in
TASK-0002  Log out"

it "says what it does not find, goes on, and exits with the first failure"
exits 66 task-show 9 2 login 1
is "$(grep '^TASK-' "$out")" "TASK-0002  Log out
TASK-0001  Log in"
is "$(cat "$err")" "task-show: TASK-0009: no such task
task-show: 'login' is no task (write 42, TASK-0042 or the path of a package)"

it "finds a task by every form of its id"
for ref in 2 0002 00002 TASK-2 TASK-0002; do
	exits 0 task-show "$ref"
	out_has "TASK-0002  Log out"
done

it "finds a task by the path of its package, or of a file in it"
for ref in "$(folder 0002)" "$(folder 0002)/" "./$(folder 0002)" \
    "$PWD/$(folder 0002)" "$(card 0002)" "$(ledger 0002)" \
    "$(folder 0002)/0002.context.md" "$(folder 0002)/notes.txt"; do
	exits 0 task-show "$ref"
	out_has "TASK-0002  Log out"
done

# inside FOLDER STATUS COMMAND...: in that folder.
inside() {
	dir=$1 want=$2
	shift 2
	(cd "$dir" && "$@") >"$out" 2>"$err" </dev/null
	is $? "$want"
}

it "finds a task by a file's name, in its folder"
for ref in 0002-log-out.task.md 0002.context.md 0002.ledger.jsonl; do
	inside "$(folder 0002)" 0 task-show "$ref"
	out_has "TASK-0002  Log out"
done

it "finds a task by a path relative to its folder: ., ./FILE, ../OTHER"
for ref in . ./ ./0002.context.md "../TASK-0002-log-out"; do
	inside "$(folder 0002)" 0 task-show "$ref"
	out_has "TASK-0002  Log out"
done

it "finds a task by its folder's name, in its stage"
inside .work/tasks/inbox 0 task-show TASK-0002-log-out
out_has "TASK-0002  Log out"

it "finds a task by a path where it was before it moved"
exits 0 task-show .work/tasks/inbox/TASK-0001-log-in
out_has "TASK-0001  Log in"

it "says that a path leads to no task"
exits 66 task-show .work/tasks/inbox/TASK-0077-nothing
err_is "task-show: TASK-0077: no such task"
exits 64 task-show .work/tasks/inbox
err_has "'.work/tasks/inbox' is no task"
exits 64 task-show .
err_has "'.' is no task"

it "does not take a path into another board for one of this board"
mkdir -p "$tmp/other"
(cd "$tmp/other" && board && make_task "Another board's")
exits 66 task-show "$tmp"/other/.work/tasks/inbox/TASK-0001-*
out_lacks "Log in"

it "refuses what it does not know"
exits 64 task-show --hmtl 1
err_has "unknown option '--hmtl'; did you mean '--html'?"

it "refuses two forms at once"
for forms in "--raw --html" "--raw -j" "--html --json"; do
	# shellcheck disable=SC2086
	exits 64 task-show $forms 1
	err_is "task-show: --raw, --html and --json exclude each other"
done

it "offers no option that would do nothing"
exits 64 task-show --columns id 1
exits 64 task-show --header 1

it "changes nothing by reading, needs no lock and no git"
exec 9<>.git/task/lock
flock -n 9
exits 0 env TASK_LOCK_TIMEOUT=0 task-show 1
exec 9>&-
mv .git "$tmp/git"
exits 0 task-show 1
mv "$tmp/git" .git
is "$(dirty)" ""

it "is not linked with the git library, as no reading program is"
if under_valgrind; then
	skip "the programs are behind valgrind"
else
	grep -q git_libgit2_init "$TASK_BUILD/tools/task-show" && fail "it is"
	grep -q git_libgit2_init "$TASK_BUILD/tools/task-move" ||
	    fail "this test cannot tell"
fi

it "fails when its output cannot be written"
for form in "" --raw --html -j; do
	# shellcheck disable=SC2086
	task-show $form 1 >/dev/full 2>"$err"
	is $? 74
	err_is "task-show: cannot write to standard output: No space left on device"
done

# --raw

it "prints the card's bytes as they are with --raw"
task-show --raw 1 2 >"$out" 2>"$err"
is $? 0
cat "$(card 0001)" "$(card 0002)" | cmp - "$out" >"$tmp/diff" ||
    fail "$(cat "$tmp/diff")"

it "keeps with --raw CRLF, a byte order mark, control characters, a missing end"
{ printf '\357\273\277'; sed 's/$/\r/' "$(card 0002)"; printf '\033[31m\001\377'; } \
    >"$tmp/odd"
cat "$tmp/odd" >"$(card 0002)"
task-show --raw 2 >"$out" 2>"$err"
is $? 0
cmp "$tmp/odd" "$out" >"$tmp/diff" || fail "$(cat "$tmp/diff")"

it "shows a card with CRLF and a byte order mark as any other"
exits 0 task-show -N 0 2
out_has "TASK-0002  Log out"
out_has "- [ ] first"
no_control
restore

it "prints with --raw a card that cannot be read"
edit 0002 's/^priority: .*/priority: @high/'
task-show --raw 2 >"$out" 2>"$err"
is $? 0
cmp "$(card 0002)" "$out" >"$tmp/diff" || fail "$(cat "$tmp/diff")"
restore

# -j

it "prints an object with all that it shows with -j"
exits 0 task-show -j -N 1 2
is "$(sed 's/"id":"[0-9A-Z]\{10\}"/"id":"X"/' "$out" |
    jq -c '[.id, .name, .stage, .status, .priority, .effort, .flags, .tags,
    .dependencies, .acceptance, .events]')" '["TASK-0002","Log out","inbox","active",null,null,"dep_ready",[],[{"id":"TASK-0001","state":"integration","done":true}],[{"done":false,"text":"first"},{"done":false,"text":"second"}],[{"id":"X","ts":"2025-10-18T10:30:00Z","user":"@alice","event":"created","desc":"task package created","version":"1.0"}]]'
is "$(jq -r .path "$out")" "$(card 0002)"
is "$(wc -l <"$out")" 1

it "calls everything in JSON what task-ls calls it"
task-ls -j inbox | sed -n 1p |
    jq -S '{id,stage,status,priority,effort,dri,name,flags,tags,created}' \
    >"$tmp/ls"
exits 0 task-show -j 2
jq -S '{id,stage,status,priority,effort,dri,name,flags,tags,created}' \
    "$out" >"$tmp/show"
is "$(cat "$tmp/show")" "$(cat "$tmp/ls")"

it "prints body and context in JSON to the byte"
exits 0 task-show -j 1
jq -j .body "$out" >"$tmp/body"
sed '1,/^---$/d' "$(card 0001)" | cmp - "$tmp/body" >"$tmp/diff" || fail "body: $(cat "$tmp/diff")"
jq -j .context "$out" | cmp - "$(folder 0001)/0001.context.md" >"$tmp/diff" ||
    fail "context: $(cat "$tmp/diff")"

it "prints null in JSON for a context that is not there"
rm "$(folder 0001)/0001.context.md"
exits 0 task-show -j 1
is "$(jq -c .context "$out")" null
restore

it "prints an object a line for several tasks, ended by a NUL with -z"
exits 0 task-show -j 2 1
is "$(jq -r .id "$out")" "TASK-0002
TASK-0001"
is "$(wc -l <"$out")" 2
task-show -j -z 2 1 >"$out"
is "$(tr -cd '\0' <"$out" | wc -c)" 2
is "$(tr -cd '\n' <"$out" | wc -c)" 0
is "$(tr '\0' '\n' <"$out" | jq -r .id)" "TASK-0002
TASK-0001"

it "limits the events in JSON, too"
exits 0 task-show -j -N 3 1
is "$(jq -r '.events[].event' "$out")" "signed_off
implemented
verified"
exits 0 task-show -j -N 0 1
is "$(jq -c .events "$out")" "[]"

# --html

it "prints a page with --html"
exits 0 task-show --html 2
is "$(head -n 1 "$out")" "<!DOCTYPE html>"
is "$(tail -n 1 "$out")" "</html>"
out_has '<meta charset="utf-8">'
out_has "<title>TASK-0002 Log out</title>"
out_has "<h1>TASK-0002 Log out</h1>"
out_has "<dt>stage</dt><dd>inbox</dd>"
out_has "<h2>Goal</h2>"
out_has "<p>the goal</p>"
out_has '<li><input type="checkbox" disabled> first</li>'
out_has "<li>TASK-0001: integration</li>"
out_has "<td>created</td><td>task package created</td>"

it "ticks in the page what is ticked"
edit 0002 's/- \[ \] first/- [x] first/'
exits 0 task-show --html 2
out_has '<li><input type="checkbox" checked disabled> first</li>'
restore

it "puts the context into the page with --context"
exits 0 task-show --html 2
out_lacks "the context"
exits 0 task-show --html --context 2
out_has "<p>the context</p>"

it "makes one page of several tasks"
exits 0 task-show --html 2 1
out_has "<h1>TASK-0002 Log out</h1>"
out_has "<h1>TASK-0001 Log in</h1>"
is "$(grep -c '<!DOCTYPE' "$out")" 1
is "$(grep -c '</html>' "$out")" 1

it "fetches nothing from elsewhere"
exits 0 task-show --html 1
out_lacks "http:"
out_lacks "https:"

# Everything in a task that a page must not run.
edit 0002 's|^task_name: .*|task_name: "</title><script>alert(0)</script> \& \\"x\\""|
s|^tags: .*|tags: ["<script>t</script>"]|
s|^current_dri: .*|current_dri: "@<b>bold</b>"|
s|^status: .*|status: blocked|
s|^blocked_by: .*|blocked_by: "external:<i>x</i>"|'
cat >>"$(card 0002)" <<'END'

<script>alert(1)</script>

<b onclick="alert(2)">inline</b> <img src=x onerror=alert(3)>

[a](javascript:alert(4)) [b](JaVaScRiPt:alert(5)) [c](vbscript:x)
[d](data:text/html;base64,PHNjcmlwdD4=) ![e](javascript:alert(6))
<javascript:alert(7)> [f](file:///etc/passwd "title\" onload=\"x")
[g]( java
script:alert(8)) [h](&#106;avascript:alert(9)) [ref]

[ref]: javascript:alert(10)

- [ ] <script>in a criterion</script>

```html"><script>
<script>in code</script>
```

<iframe src="https://evil.example/"></iframe>
<style>body{display:none}</style>
<div
onmouseover="x">

[good](https://example.org/?a=1&b="2")
END
cat >>"$(folder 0002)/0002.context.md" <<'END'
<script>alert(20)</script> [x](javascript:alert(21))
END
task-ledger --no-commit -u '@a' --add late_log \
    -m '<script>alert(30)</script>' 2 >"$out" 2>"$err"

it "lets nothing into the page that runs: no tag that it did not make itself"
exits 0 task-show --html --context 2
grep -o '<[^>]*>' "$out" | grep -vxE \
    -e '<!DOCTYPE html>|<html lang="en">|</html>|<meta [^>]*>' \
    -e '</?(title|style|h[1-6]|dl|dt|dd|p|ul|ol|li|table|tr|td|pre|code|em|strong|blockquote)>' \
    -e '<code class="language-[^"<>]*">|<(br|hr)( /)?>' \
    -e '<input type="checkbox"( checked)? disabled>' \
    -e '<a href="[^"]*"( title="[^"]*")?>|</a>' \
    -e '<img src="[^"]*" alt="[^"]*"( title="[^"]*")? />' \
    -e '<!-- raw HTML omitted -->' >"$tmp/tags" &&
    fail "tags: $(cat "$tmp/tags")"

it "lets no address into the page that runs"
exits 0 task-show --html --context 2
grep -oiE '(href|src)="[^"]*"' "$out" |
    grep -viE '="(https?:|mailto:|#|")' >"$tmp/links" &&
    fail "links: $(cat "$tmp/links")"
out_has 'href="https://example.org/?a=1&amp;b=%222%22"'

it "writes names, tags, people and flags into the page as text"
exits 0 task-show --html 2
out_has '<title>TASK-0002 &lt;/title&gt;&lt;script&gt;alert(0)&lt;/script&gt; &amp; &quot;x&quot;</title>'
out_has '<dd>&lt;script&gt;t&lt;/script&gt;</dd>'
out_has '<dd>@&lt;b&gt;bold&lt;/b&gt;</dd>'
out_has 'blocked(external:&lt;i&gt;x&lt;/i&gt;)'
out_has '<td>&lt;script&gt;alert(30)&lt;/script&gt;</td>'

it "shows raw HTML as the text that it is on the screen"
exits 0 task-show 2
out_has "<script>alert(1)</script>"
out_has '<b onclick="alert(2)">inline</b>'
restore

# Names that are hard.

it "lets no control character reach the terminal, in whatever form"
edit 0002 's|^task_name: .*|task_name: "a\\tb\\nc\\e[31md\\u009be\\u202ef"|'
printf '\n\033]0;title\007 \302\233 text\n\n\tcode \033[31m\n' >>"$(card 0002)"
printf '\033[31m\n' >>"$(folder 0002)/0002.context.md"
printf '{"ts":"2025-10-18T10:00:00Z","user":"@b\\u001b[1m","event":"late_log","desc":"x\\u001b[31my"}\n' \
    >>"$(ledger 0002)"
exits 0 task-show --context 2
no_control
out_has 'a\tb\nc\x1b[31md\xc2\x9be\xe2\x80\xaef'
out_has '\x1b]0;title\x07 \xc2\x9b text'
exits 0 task-show -j 2
no_control
is "$(jq -r .name "$out" | od -An -c | tr -d ' \n')" 'a\tb\nc033[31md302233e342200256f\n'
exits 0 task-show --html --context 2
no_control
restore

it "shows names of every script, and emoji"
edit 0002 's|^task_name: .*|task_name: "Ünïcödé 日本 🙂 עברית -rf ../../etc"|'
exits 0 task-show 2
is "$(head -n 1 "$out")" "TASK-0002  Ünïcödé 日本 🙂 עברית -rf ../../etc"
restore

it "colours only where it is asked to, and never what the text says"
printf '\n\033[35mpurple\n' >>"$(card 0002)"
exits 0 task-show --color always 2
is "$(grep -c "$(printf '\033\\[1m')" "$out" | sed 's/[1-9][0-9]*/some/')" some
is "$(grep -c "$(printf '\033\\[35m')" "$out")" 0
exits 0 env TERM=xterm-256color task-show --color never 2
no_control
exits 0 env TERM=xterm-256color task-show --color auto 2
no_control
restore

# Cards that are not as they should be.
path=$(card 0002)

it "names the line of a card that is no YAML, and shows the others"
edit 0002 's/^priority: .*/priority: @high/'
exits 65 task-show 2 1
out_has "TASK-0001  Log in"
out_lacks "TASK-0002"
err_is "task-show: $path:9:11: a value may not begin with '@': put it in quotes"
restore

# broken BYTES WHERE: such a card is refused, with that place.
broken() {
	printf '%b' "$1" >"$path"
	exits 65 task-show 2
	out_is ""
	grep -q "^task-show: $path:$2: " "$err" ||
	    fail "no place $2: $(cat "$err")"
}

it "names the place where a card is broken"
broken '' 1:1
broken '# no front matter\n' 1:1
broken '---\ntask_id: "0002"\n' 1:1
broken '---\ntask_id: "0002"\ntask_id: "0002"\n---\n' 3:1
broken '---\n- a\n- list\n---\n' 2:1
broken '---\na: b\n\tc: d\n---\n' 3:1
broken '---\na: *nowhere\n---\n' 2:4
broken '---\na: "\\0"\n---\n' 2:4
broken '---\nname: "a\0377b"\n---\n' 2:9
restore

it "shows a body that is not UTF-8, safely"
printf '\nlatin \344\377 text\n' >>"$path"
exits 0 task-show 2
out_has "latin"
exits 0 task-show -j 2
is "$(jq -r .id "$out")" "TASK-0002"
restore

it "says what is in the place of the card"
rm "$path"
mkdir "$path"
exits 65 task-show 2
err_is "task-show: $path: is a directory, not a file"
rmdir "$path"
mkfifo "$path"
exits 65 timeout 20 task-show 2
err_is "task-show: $path: is a FIFO, not a file"
rm "$path"
ln -s "$PWD/$(card 0001)" "$path"
exits 65 task-show 2
out_is ""
err_is "task-show: $path: a symbolic link, which is never followed"
rm "$path"

it "refuses a card beyond the limit instead of reading it all"
truncate -s 100M "$path"
exits 65 task-show 2
err_is "task-show: $path: 104857600 bytes, more than the 4194304 that such a file may have"
rm "$path"

it "says that a package has no card"
exits 65 task-show 2
err_has "task-show: $path: "
err_lacks "No such file or directory"
restore

if [ "$(id -u)" -ne 0 ]; then
	it "says that the card cannot be read"
	chmod 000 "$path"
	exits 74 task-show 2
	err_is "task-show: $path: Permission denied"
	chmod 644 "$path"
fi

it "shows a task without a ledger, and names what is missing"
rm "$(ledger 0002)"
exits 65 task-show 2
out_has "TASK-0002  Log out"
out_lacks "What happened"
err_has "0002.ledger.jsonl: there is no such file: a package has a ledger"
restore

it "shows a task whose ledger has a malformed line, and names the line"
echo hello >>"$(ledger 0002)"
exits 65 task-show 2
out_has "TASK-0002  Log out"
out_has "task package created"
err_has "task-show: $(ledger 0002):3:"
restore

it "says where two packages have one id"
cp -r "$(folder 0002)" .work/tasks/backlog/
exits 65 task-show 2
out_is ""
err_is "task-show: TASK-0002: two packages have this id: inbox/TASK-0002-log-out and backlog/TASK-0002-log-out (give one of them another number)"
rm -r .work/tasks/backlog/TASK-0002-log-out

it "shows what is archived by its id"
advance 0001 archived
exits 0 task-show 1
is "$(sed -n 2p "$out")" "stage archived  status active  priority P1  effort M  dri @alice  created 2025-10-18  tags auth, web"

it "shows a task of a namespace"
mkdir .work/tasks/inbox/TASK-FW-0042-frame
sed -e 's/^task_id: .*/task_id: "FW-0042"/' -e 's/^task_name: .*/task_name: Frame/' \
    "$(card 0002)" >.work/tasks/inbox/TASK-FW-0042-frame/FW-0042-frame.task.md
cp "$(ledger 0002)" .work/tasks/inbox/TASK-FW-0042-frame/FW-0042.ledger.jsonl
for ref in FW-42 FW-0042 TASK-FW-0042 .work/tasks/inbox/TASK-FW-0042-frame; do
	exits 0 task-show "$ref"
	is "$(head -n 1 "$out")" "TASK-FW-0042  Frame"
done

it "works on the board of another folder with -C"
mkdir elsewhere && cd elsewhere || exit 1
exits 0 task-show -C .. 2
out_has "TASK-0002  Log out"

it "works from a folder below, and names files as they are seen from there"
exits 0 task-show -j 2
is "$(jq -r .path "$out")" "../$path"

finish
