#!/bin/sh
# SPDX-License-Identifier: MIT
# Cards of every kind that YAML and people allow: a program that changes a value
# changes that value's bytes and nothing else; one that changes no card leaves
# it as it is; one that is not valid is never written.
. "${TASK_SRC:?}/t/lib.sh"

command -v jq >/dev/null || skip_all "there is no jq"

tasks=.work/tasks
cr=$(printf '\r')
bom=$(printf '\357\273\277')

board
cat >$tasks/policy.yaml <<'END'
gates: [next]
wip: {next: {limit: null}}
END
git add . && git commit -qm "policy"

number=0
# card NAME: a package in backlog; its card is what comes on standard input.
card_of() {
	number=$((number + 1))
	id=$(printf '%04d' $number)
	d=$tasks/backlog/TASK-$id-$1
	mkdir -p "$d" || exit 1
	file=$d/$id-$1.task.md
	sed "s/NUMBER/$id/" >"$file"
	echo "The context." >"$d/$id.context.md"
	cat >"$d/$id.ledger.jsonl" <<-'END'
	{"ts":"2025-10-01T09:00:00Z","user":"@bob","event":"created","reason":"by hand"}
	{"ts":"2025-10-02T09:00:00Z","user":"@bob","event":"verified","reason":"by hand"}
	END
	git add . && git commit -qm "$1"
	cp "$file" "$sandbox/original"
}

# The keys that a task needs, but for the stage, and a body.
keys='task_id: "NUMBER"
task_name: A name
status: active
current_dri: "@bob"
priority: P1
effort_estimate: M'
body='## Goal
g
## Inputs Required
i
## Implementation Details
d
## Expected Outputs
e
## Acceptance Criteria
- [ ] a'

same_card() {
	cmp -s "$sandbox/$1" "$file" || {
		fail "$2: the card is not as it should be:" \
		    "$(diff "$sandbox/$1" "$file" | cat -A | cut -c1-100 |
		    head -n 6)"
	}
}

# keeps [SED]: every program works on the last card, and of its bytes changes
# only the stage, as SED does to the original.
keeps() {
	sed "${1-s/^stage: backlog/stage: next/}" "$sandbox/original" \
	    >"$sandbox/moved"
	cmp -s "$sandbox/original" "$sandbox/moved" && fail "the test is wrong"
	exits 0 task-ledger --add waiting_on -m x "$id"
	same_card original task-ledger
	exits 0 task-watch --once
	out_is ""
	same_card original "task-watch"
	exits 0 task-index
	exits 0 task-sign "$id" next
	same_card original task-sign
	exits 0 task-move "$id" next
	file=$(echo "$tasks"/next/TASK-"$id"-*/*.task.md)
	same_card moved task-move
	# By hand: one more key and one more line, as typed.
	sed "\$s/\$/ By hand/" "$file" >"$sandbox/edited"
	cat "$sandbox/edited" >"$file"
	exits 0 task-watch --once
	out_is "TASK-$id	edited"
	same_card edited task-watch
	cp "$sandbox/moved" "$file"
	exits 0 task-move -r "back" "$id" backlog
	file=$(echo "$tasks"/backlog/TASK-"$id"-*/"$id"-*.task.md)
	same_card original "task-move back"
	is "$(git show "HEAD:$file" | cksum)" "$(cksum <"$file")"
	is "$(dirty)" ""
}

it "keeps comments, wherever they are"
card_of comments <<END
---
# first

   # indented
task_id: "NUMBER" # the id: "x"
task_name: A name  # 'a name'
stage: backlog     # stage: inbox
status: active	# after a tab
current_dri: "@bob" #none
priority: P1
effort_estimate: M
# stage: commented out
#
---
$body
<!-- stage: backlog -->
END
keeps

it "keeps anchors, aliases and merge keys"
card_of anchors <<END
---
base: &base {a: 1, b: [x, y]}
copy: *base
<<: *base
$keys
stage: backlog
list: [&x one, *x]
---
$body
END
keeps

it "keeps block scalars and folded scalars, whatever they hold"
card_of scalars <<END
---
$keys
text: |
  stage: inbox
  --- 
    indented

  # no comment
folded: >+
  folded
  text


stage: backlog
strip: |2-
    two more
quoted: "over
  two lines \\
  and three"
plain: over
  two lines
---
$body
END
keeps

it "keeps CRLF, a byte order mark, and both"
printf '%s\n' "---" "$keys" "stage: backlog" "# comment" "---" "$body" |
    sed "s/\$/$cr/" >"$sandbox/crlf"
card_of crlf <"$sandbox/crlf"
keeps
{
	printf '%s' "$bom"
	printf '%s\n' "---" "$keys" "stage: backlog" "---" "$body"
} >"$sandbox/in"
card_of bom <"$sandbox/in"
keeps
{ printf '%s' "$bom"; cat "$sandbox/crlf"; } >"$sandbox/in"
card_of both <"$sandbox/in"
keeps

it "keeps line ends that are mixed"
{
	printf -- '---\r\n%s\nstage: backlog\r\nmore: x\n---\n' "$keys"
	printf 'a\r\nb\n%s\r\n' "$body"
} >"$sandbox/in"
card_of mixed <"$sandbox/in"
keeps

it "keeps a missing newline at the end"
printf '%s\n' "---" "$keys" "stage: backlog" "---" "$body" |
    head -c -1 >"$sandbox/in"
card_of no-newline <"$sandbox/in"
keeps

it "keeps tabs, and blanks at the end of lines"
{
	printf -- '---  \n%s\n' "$keys"
	printf 'stage: backlog \t  \nmore: x   \n\n\n   \n--- \t\n'
	printf '%s\n\tcode\nhard break  \n \t \n\n\n' "$body"
} >"$sandbox/in"
card_of blanks <"$sandbox/in"
keeps

it "keeps flow maps and lists over several lines"
card_of flow <<END
---
{task_id: "NUMBER", # a comment
 task_name: 'A name',
 "stage": "backlog", status: active,
 current_dri: "@bob", priority: P1,
   more: [a,
     {b: c}, # another
     d ],
 effort_estimate: M
}
---
$body
END
keeps 's/"stage": "backlog"/"stage": "next"/'

it "keeps the style of the stage's own quotes"
for value in "'backlog'" '"backlog"' backlog; do
	card_of style <<-END
	---
	$keys
	stage:    $value
	---
	$body
	END
	keeps "s/^\\(stage:    .*\\)backlog/\\1next/"
done

it "keeps keys that it does not know, deep ones and odd ones"
card_of unknown <<END
---
$keys
stage: backlog
"quoted key": 1
? complex
: value
nested:
  stage: inbox
  deep:
  - stage: learning
  -   - a
empty:
tilde: ~
date: 2025-10-18
number: 0x1F
yes: no
tagged: !mine {a: b}
---
$body
END
keeps

it "keeps very long lines"
long=$(head -c 100000 /dev/zero | tr '\0' x)
card_of long <<END
---
$keys
long: "$long"
stage: backlog
list: [$(seq -s, 5000)]
---
$body
$long $long
END
keeps

it "keeps letters of every script, as they are composed"
{
	printf -- '---\n%s\nstage: backlog\n' "$keys"
	printf 'composed: \303\251, decomposed: e\314\201\n' | sed 's/, /\n/'
	printf 'emoji: "👩‍👩‍👧 🇨🇭 \342\200\217\327\251\327\234\327\225\327\235"\n'
	printf 'line_sep: "a\342\200\250b\342\200\251c"\n---\n'
	printf '%s\n\302\240nbsp \357\273\277 zero\342\200\213width 任务\n' "$body"
} >"$sandbox/in"
card_of unicode <"$sandbox/in"
keeps

it "keeps lines of dashes and dots in the body, and keys that stand there"
card_of dashes <<END
---
$keys
stage: backlog
---
---
stage: backlog2
---
$body
...
--- 
stage: "inbox"
END
keeps 's/^stage: backlog$/stage: next/'

it "keeps control characters, and bytes that are not UTF-8, in the body"
{
	printf -- '---\n%s\nstage: backlog\n---\n%s\n' "$keys" "$body"
	printf 'bell \007 escape \033[31m form \014 feed \001 vertical \013\n'
} >"$sandbox/in"
card_of control <"$sandbox/in"
keeps

# spelled VALUE: a stage in an odd spelling is changed, or refused with what is
# to be done; never anything else of the card.
spelled() {
	printf '%s\n' "---" "$keys" "$1" "after: it" "---" "$body" \
	    >"$sandbox/in"
	card_of spelled <"$sandbox/in"
	task-move -s "$id" next >"$out" 2>"$err" </dev/null
	status=$?
	case $status in
	0)
		is "$(task-show -j "$id" | jq -r .stage)" next
		file=$(echo "$tasks"/next/TASK-"$id"-*/*.task.md)
		sed '/^ *after: it/,$!d' "$file" >"$sandbox/x"
		sed '/^ *after: it/,$!d' "$sandbox/original" |
		    cmp -s - "$sandbox/x" || fail "$1: what follows changed"
		is "$(head -n 7 "$file")" "$(head -n 7 "$sandbox/original")"
		exits 0 task-move -r "back" "$id" backlog
		;;
	1 | 65)
		err_has "task-move: "
		same_card original "task-move"
		;;
	*) fail "$1: exit status $status" ;;
	esac
	is "$(dirty)" ""
}

it "changes a stage that is spelled in an odd way, or refuses; and nothing else"
spelled 'stage: !!str backlog'
spelled 'stage: !!str "backlog"'
spelled 'stage: "back\x6cog"'
spelled '"st\x61ge": backlog'
spelled "stage:
  backlog"
spelled "stage: |-
  backlog"
spelled "stage: >-
  backlog"
spelled "? stage
: backlog"
spelled "stage: &here backlog"
spelled "stage : backlog"

it "does not change a stage whose anchor is used elsewhere, and says so"
card_of anchored <<END
---
$keys
stage: &s backlog
previous: *s
---
$body
END
exits 65 task-move -s "$id" next
out_is ""
err_has "$file:8:"
same_card original task-move
exits 0 task-ledger --add waiting_on -m x "$id"
same_card original task-ledger
is "$(dirty)" ""

# invalid LINE TEXT: the last card is an error at that line; nobody writes it,
# nor anything else.
invalid() {
	before=$(git rev-parse HEAD)
	for command in "task-move -s $id next" "task-sign $id next" \
	    "task-ledger --add waiting_on -m x $id"; do
		exits 65 $command
		err_has "${command%% *}: $file:$1:"
		err_has "$2"
		is "$(wc -l <"$err")" 1
		same_card original "$command"
	done
	echo "By hand." >>"$file" && cp "$file" "$sandbox/edited"
	exits 65 task-watch --once
	err_has "task-watch: $file:$1:"
	same_card edited task-watch
	is "$(git rev-parse HEAD)" "$before"
	is "$(dirty)" " M $file"
	git rm -qrf "$(dirname "$file")" && git commit -qm "gone"
	task-index 2>/dev/null
}

it "names a key that is there twice, and writes nothing"
card_of twice <<END
---
$keys
stage: backlog
priority: P2
---
$body
END
invalid 9 "priority"

it "names a key that is there twice in two spellings"
card_of spelled-twice <<END
---
$keys
stage: backlog
"stage": backlog
---
$body
END
invalid 9 "stage"

it "names a tab that indents, and writes nothing"
card_of tab <<END
---
$keys
stage: backlog
map:
	key: x
---
$body
END
invalid 10 "tab"

it "keeps a card that has no body, with and without a newline at its end"
printf '%s\n' "---" "$keys" "stage: backlog" "---" >"$sandbox/in"
for end in newline none; do
	card_of "no-body-$end" <"$sandbox/in"
	exits 0 task-ledger --add waiting_on -m x "$id"
	same_card original task-ledger
	exits 0 task-move -s "$id" next
	sed 's/^stage: backlog/stage: next/' "$sandbox/original" \
	    >"$sandbox/moved"
	file=$(echo "$tasks"/next/TASK-"$id"-*/*.task.md)
	same_card moved task-move
	head -c -1 "$sandbox/in" >"$sandbox/x" && cp "$sandbox/x" "$sandbox/in"
done

it "leaves ledgers as they are, however they are written, and adds lines"
card_of ledger <<END
---
$keys
stage: backlog
---
$body
END
l=$(dirname "$file")/$id.ledger.jsonl
{
	printf '{"ts": "2025-10-01T09:00:00Z",  "user":"@bob","event":"created" , "x":"\\u00e9\\/é"}\n'
	printf '\n'
	printf '{"event":"verified","user":"@bob","ts":"2025-10-02T09:00:00+02:00","n":1.50,"n2":1e2}  \n'
	printf '{"ts":"2025-10-02T09:00:00Z","user":"@bob","event":"own_word","deep":{"a":[1,{"b":null}]}}'
} >"$l"
cp "$l" "$sandbox/ledger"
git add . && git commit -qm "ledger"
exits 0 task-ledger --add waiting_on -m x "$id"
exits 0 task-move -s "$id" next
l=$(ledger "$id")
head -c "$(wc -c <"$sandbox/ledger")" "$l" | cmp -s - "$sandbox/ledger" ||
    fail "lines have changed"
is "$(tail -n +5 "$l" | jq -r .event | paste -sd' ' -)" \
    "waiting_on signed_off validated prioritized"

it "leaves a context as it is, whatever is in it"
printf 'a\r\nb\0c\377\n\n\n' >"$(dirname "$l")/$id.context.md"
cp "$(dirname "$l")/$id.context.md" "$sandbox/context"
git add . && git commit -qm "context"
exits 0 task-move -r "back" "$id" backlog
cmp -s "$sandbox/context" "$(folder "$id")/$id.context.md" || fail "it changed"

it "has git, index and disk agree about all of them"
exits 0 task-index
sound

# Real texts.

data=$TASK_SRC/../shared/data/backlog.jsonl
skip=
[ -r "$data" ] || skip=" # SKIP there is no $data"

it "keeps the bytes of 652 cards with real texts, moved and logged at once$skip"
if [ -z "$skip" ]; then
	mkdir ../real && cd ../real && git init -q . || exit 1
	jq -rs '
	    to_entries[] | (.key + 1) as $n | ("000\($n)" | .[-4:]) as $id
	    | .value
	    | "---\ntask_id: \($id | tojson)\ntask_name: \(.name[:60]
	      | gsub("[[:cntrl:]]"; " ") | tojson)   # \(.key)\n"
	      + "stage: backlog\nstatus: active\ncurrent_dri: \"@bob\"\n"
	      + "labels: \(.labels | tojson)\ncreated: \(.created | tojson)\n"
	      + "---\n\(.description // "")\n\(.plan // "")\n\(.notes // "")\n"
	      + ([.acceptance[] | "- [\(if .done then "x" else " " end)] \(.text)"]
	      | join("\n")) | [$id, .] | @json' "$data" |
	while read -r line; do
		printf '%s\n' "$line"
	done >"$sandbox/cards" || fail "jq"
	mkdir -p $tasks
	jq -r '.[0]' "$sandbox/cards" | while read -r id; do
		mkdir -p "$tasks/backlog/TASK-$id-real"
		printf '{"ts":"2025-10-01T09:00:00Z","user":"@bob","event":"created"}\n{"ts":"2025-10-01T09:00:00Z","user":"@bob","event":"verified"}\n' \
		    >"$tasks/backlog/TASK-$id-real/$id.ledger.jsonl"
	done
	jq -j '"\(.[0])\u0001\(.[1])\u0002"' "$sandbox/cards" |
	    awk -v RS='\002' -v FS='\001' -v t="$tasks" '{
		f = t "/backlog/TASK-" $1 "-real/" $1 "-real.task.md"
		printf "%s", $2 >f
		close(f) }'
	git add . && git commit -qm "real"
	is "$(find . -name '*.task.md' | wc -l)" 652
	(cd $tasks/backlog && cat TASK-*/*.task.md) >"$sandbox/before"
	(cd $tasks/backlog && sha1sum TASK-*/*.task.md) >"$sandbox/sums"
	task-ls backlog --columns id >"$sandbox/ids"
	is "$(wc -l <"$sandbox/ids")" 652

	task-ledger --add waiting_on -m x - <"$sandbox/ids" >"$out" 2>"$err"
	is $? 0
	(cd $tasks/backlog && sha1sum TASK-*/*.task.md) |
	    cmp -s - "$sandbox/sums" || fail "task-ledger changed a card"

	task-move -r "back" - inbox <"$sandbox/ids" >"$out" 2>"$err"
	is $? 0
	is "$(wc -l <"$out")" 652
	(cd $tasks/inbox && cat TASK-*/*.task.md) >"$sandbox/after"
	diff -a "$sandbox/before" "$sandbox/after" | grep -a '^[<>]' | sort |
	    uniq -c | sed 's/^ *//' >"$out"
	out_is "652 < stage: backlog
652 > stage: inbox"
	is "$(dirty)" ""
fi

finish
