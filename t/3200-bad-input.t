#!/bin/sh
# SPDX-License-Identifier: MIT
# What people, editors and accidents leave on a board, and what is typed: each
# is named with its file and place, nothing is lost, nothing is half done, and
# one bad card keeps no other from its work.
. "${TASK_SRC:?}/t/lib.sh"

command -v jq >/dev/null || skip_all "there is no jq"

tasks=.work/tasks
ready='"priority":"P1","effort":"M"'

board
make_task "Good" "$ready"
make_task "Bad" "$ready"
make_task "Fine" "$ready"
bad=$(card 0002)
dir=$(folder 0002)
cp -a "$dir" "$sandbox/package"

# What is not committed, and what the commits are.
state() {
	git rev-parse HEAD
	git status --porcelain
	find .work ! -type d -exec ls -ld {} + | sort
	find .work -type f -readable -print0 | sort -z | xargs -0 sha1sum
}

# restore: the second package as it was.
restore() {
	chmod -R u+rwx "$dir" 2>/dev/null
	rm -rf "$dir"
	cp -a "$sandbox/package" "$dir"
	git reset -q && git checkout -q .work
	is "$(dirty)" ""
}

# named STATUS TEXT: every program says with that status what is wrong with the
# second card, in one line; none hangs, changes anything, or fails the others.
named() {
	state >"$sandbox/before"
	for command in "task-show 2" "task-move 2" "task-sign 2 next" \
	    "task-ledger --add waiting_on -m x 2" "task-watch --once"; do
		exits "$1" timeout -k 1 20 bound_if $command
		out_is ""
		err_has "${command%% *}: "
		err_has "$2"
		is "$(wc -l <"$err")" 1
	done
	state | diff "$sandbox/before" - >"$sandbox/diff" ||
	    fail "something is changed: $(head -n 4 "$sandbox/diff")"
	others
}

# bound_if COMMAND...: permissions apply where $limited says so.  It is a
# program for timeout(1)'s sake.
mkdir "$sandbox/bin"
cat >"$sandbox/bin/bound_if" <<'END'
#!/bin/sh
if [ -n "${limited-}" ] && [ "$(id -u)" -eq 0 ]; then
	exec setpriv --bounding-set -dac_override,-dac_read_search \
	    --inh-caps -all "$@"
fi
exec "$@"
END
chmod +x "$sandbox/bin/bound_if"
PATH=$sandbox/bin:$PATH
limited=
export limited

# The others are listed, shown and worked on.
others() {
	head=$(git rev-parse HEAD)
	rm -rf "$sandbox/as-it-is" && cp -a "$dir" "$sandbox/as-it-is"
	timeout -k 1 20 bound_if task-ls >"$out" 2>"$err"
	[ $? -ne 0 ] || fail "task-ls does not fail"
	is "$(cut -f1 "$out" | grep -v TASK-0002)" "TASK-0001
TASK-0003"
	err_has "$bad"
	timeout -k 1 20 bound_if task-show 2 1 >"$out" 2>"$err"
	out_has "Good"
	timeout -k 1 20 bound_if task-ledger --add waiting_on -m x 2 1 \
	    >"$out" 2>"$err"
	out_is "TASK-0001"
	exits 0 timeout -k 1 20 bound_if task-new "Beside"
	made=$(cat "$out")
	[ -d "$(folder "${made#TASK-}")" ] || fail "there is no $made"
	is "$(git rev-list --count "$head..")" 2
	is "$(git diff --name-only "$head" HEAD -- "$dir")" ""
	rm -rf "$dir"
	git reset -q --hard "$head" && git clean -fdq .work
	rm -rf "$dir" && cp -a "$sandbox/as-it-is" "$dir"
}

# with_card STATUS TEXT: the second card becomes what comes on standard input.
with_card() {
	cat >"$bad"
	cp "$bad" "$sandbox/badcard"
	named "$@"
	cmp -s "$bad" "$sandbox/badcard" || fail "the bad card was written"
	restore
}

# Cards.

it "names line and column of a card that is no YAML"
with_card 65 "$bad:4:" <<'END'
---
task_id: "0002"
task_name: [unclosed
stage: inbox
---
END

it "names a card without front matter, an empty one, one whose front matter has no end"
for text in 'Just text.\n' '' ' ---\ntask_id: "0002"\n---\n' \
    '---\ntask_id: "0002"\n' '\0\0\0\0' '---'; do
	printf -- "$text" >"$sandbox/in"
	with_card 65 "$bad:" <"$sandbox/in"
done
head -c 5000 /dev/urandom >"$sandbox/in"
with_card 65 "$bad:" <"$sandbox/in"

it "names the line of a front matter that is not UTF-8"
printf -- '---\ntask_id: "0002"\ntask_name: "\377\376"\nstage: inbox\nstatus: active\n---\n' \
    >"$sandbox/in"
with_card 65 "$bad:3:" <"$sandbox/in"

it "names a front matter that goes too deep"
{
	echo "---"
	echo 'task_id: "0002"'
	printf 'deep: '
	head -c 100000 /dev/zero | tr '\0' '['
	printf '\n---\n'
} >"$sandbox/in"
with_card 65 "$bad:" <"$sandbox/in"

it "ends soon on a bomb of aliases, whatever it makes of it"
{
	echo "---"
	printf 'task_id: "0002"\ntask_name: Bomb\nstage: inbox\nstatus: active\n'
	printf 'current_dri: "@a"\na: &a [x,x,x,x,x,x,x,x,x,x]\n'
	p=a
	for l in b c d e f g h i j; do
		printf '%s: &%s [*%s,*%s,*%s,*%s,*%s,*%s,*%s,*%s,*%s]\n' \
		    $l $l $p $p $p $p $p $p $p $p $p
		p=$l
	done
	echo "tags: *j"
	echo "---"
} >"$bad"
for command in "task-ls" "task-show 2" "task-show -j 2" "task-move -n 2"; do
	(
		[ -n "${TASK_SANITIZED-}" ] || ulimit -v 1000000
		timeout -k 1 10 $command
	) >"$out" 2>"$err"
	case $? in
	0 | 1 | 65) ;;
	*) fail "exit status $?: $command" ;;
	esac
done
restore

it "names a card of 100 MB, without reading it"
(
	[ -n "${TASK_SANITIZED-}" ] || ulimit -v 90000
	task-watch --once
) >"$out" 2>"$err"
is $? 0
truncate -s 100M "$bad"
for command in "task-show 2" "task-move 2" "task-watch --once"; do
	(
		[ -n "${TASK_SANITIZED-}" ] || ulimit -v 90000
		timeout -k 1 10 $command
	) >"$out" 2>"$err"
	is $? 65
	err_has "$bad"
	err_has "104857600 bytes"
done
timeout 10 task-ls >"$out" 2>"$err"
is $? 65
out_has "TASK-0001"
out_has "TASK-0003"
restore

it "shows a card near the limit in a time in proportion to its size"
awk 'BEGIN { for (i = 0; i < 20000; i++) print "a line of the body " i }' \
    >>"$bad"
exits 0 timeout -k 1 8 task-show 2
[ -n "$failed" ] || {
	head -c 1000000 /dev/zero | tr '\0' x >>"$bad"
	exits 0 timeout -k 1 8 task-show 2
}
exits 0 timeout -k 1 8 task-show --html 2
exits 0 timeout -k 1 8 task-show --raw 2
exits 0 timeout -k 1 8 task-ls
restore

# Something else lies in the place of the card.

it "names a folder in the place of a card"
rm "$bad" && mkdir "$bad"
named 65 "$bad: is a directory, not a file"
[ -d "$bad" ] || fail "it is gone"
restore

it "names a FIFO in the place of a card, and does not wait for it"
rm "$bad" && mkfifo "$bad"
named 65 "$bad: is a FIFO, not a file"
[ -p "$bad" ] || fail "it is gone"
restore

it "names a symbolic link in the place of a card, and follows it nowhere"
cp "$bad" "$sandbox/outside"
rm "$bad" && ln -s "$sandbox/outside" "$bad"
named 65 "$bad: "
is "$(readlink "$bad")" "$sandbox/outside"
cmp -s "$sandbox/outside" "$sandbox/package/${bad##*/}" ||
    fail "the file outside is changed"
restore

it "names a symbolic link that leads nowhere, or in a circle"
rm "$bad" && ln -s nowhere "$bad"
named 65 "$bad: "
rm "$bad" && ln -s "${bad##*/}" "$bad"
named 65 "$bad: "
restore

it "names a card that may not be read"
chmod a-r "$bad"
limited=yes
named 74 "$bad: Permission denied"
limited=
restore

# lacks_file COMMAND...: something is missing that should be there.
lacks_file() {
	"$@" >"$out" 2>"$err" </dev/null
	case $? in
	1 | 65 | 66) ;;
	*) fail "exit status $?: $*" ;;
	esac
	out_is ""
	err_has "$1: "
}

it "says that a package has no card"
rm "$bad"
timeout 10 task-ls >"$out" 2>"$err"
out_has "TASK-0001"
out_has "TASK-0003"
err_has "$bad"
for command in "task-show 2" "task-move 2" "task-sign 2 next" \
    "task-ledger --add waiting_on -m x 2" "task-watch --once"; do
	lacks_file $command
	err_has "$bad"
done
is "$(git status --porcelain)" " D $bad"
restore

# Never written through links.

it "follows no symbolic link out of the tree for writing: ledger, context, index, counter"
for f in "$dir/0002.ledger.jsonl" "$dir/0002.context.md" $tasks/INDEX.md \
    $tasks/inbox/INDEX.md $tasks/ID_COUNTER.txt; do
	cp "$f" "$sandbox/outside"
	cp "$f" "$sandbox/outside-was"
	rm "$f" && ln -s "$sandbox/outside" "$f"
	timeout 10 task-move 2 >"$out" 2>"$err"
	timeout 10 task-ledger --add waiting_on -m x 2 >"$out" 2>"$err"
	timeout 10 task-new "x" >"$out" 2>"$err"
	timeout 10 task-index >"$out" 2>"$err"
	cmp -s "$sandbox/outside" "$sandbox/outside-was" ||
	    fail "it wrote through $f"
	git reset -q --hard "$(git log --format=%H --grep='new: Fine')"
	git clean -fdq .work
done

it "follows none in the place of a package or a stage"
mv "$dir" "$sandbox/away" && ln -s "$sandbox/away" "$dir"
before=$(find "$sandbox/away" -type f | sort | xargs sha1sum)
for command in "task-move 2" "task-ledger --add waiting_on -m x 2" \
    "task-watch --once"; do
	timeout 10 $command >"$out" 2>"$err"
	[ $? -ne 0 ] || fail "it worked: $command"
done
is "$(find "$sandbox/away" -type f | sort | xargs sha1sum)" "$before"
rm "$dir" && rm -rf "$sandbox/away"
restore
mv $tasks/backlog "$sandbox/away" && ln -s "$sandbox/away" $tasks/backlog
timeout 10 task-move 1 >"$out" 2>"$err"
[ $? -ne 0 ] || fail "it worked"
is "$(ls "$sandbox/away")" "INDEX.md"
rm $tasks/backlog && rm -rf "$sandbox/away"
git reset -q --hard "$(git log --format=%H --grep='new: Fine')"

# Ledgers.

it "keeps a torn last line of a ledger, names it, and begins a new line after it"
printf '{"ts":"2025-10-18T10:30:00Z","user":"@alice","ev' \
    >>"$dir/0002.ledger.jsonl"
cp "$dir/0002.ledger.jsonl" "$sandbox/ledger"
exits 65 task-ledger 2
is "$(wc -l <"$out")" 2
err_has "$dir/0002.ledger.jsonl:3:"
exits 0 task-ledger --add waiting_on -m "after it" 2
err_has "$dir/0002.ledger.jsonl:3"
head -c "$(wc -c <"$sandbox/ledger")" "$dir/0002.ledger.jsonl" |
    cmp -s - "$sandbox/ledger" || fail "a line is changed"
is "$(sed -n 3p "$dir/0002.ledger.jsonl")" "$(sed -n 3p "$sandbox/ledger")"
sed -n 4p "$dir/0002.ledger.jsonl" | jq -e .event >/dev/null ||
    fail "the new line is no line of its own"
git reset -q --hard "$(git log --format=%H --grep='new: Fine')"

it "names a ledger's line that is none, of 100 MB, of bytes, or of another version"
l=$dir/0002.ledger.jsonl
for line in 'not json' '[]' '{"event":"x"}' '{"ts":"yesterday","user":"@a","event":"x"}' \
    '{"ts":"2025-10-18T10:30:00Z","user":"@a","event":"x","version":"2.0"}' \
    "$(printf '\377\376')"; do
	printf '%s\n' "$line" >>"$l"
	exits 65 timeout 10 task-ledger 2
	err_has "$l:3:"
	is "$(wc -l <"$out")" 2
	exits 0 task-ls
	git checkout -q .work
done

it "says that a package has no ledger, and lists it"
rm "$l"
exits 0 task-ls
out_has "TASK-0002"
for command in "task-ledger 2" "task-move 2" "task-sign 2 next" \
    "task-ledger --add waiting_on -m x 2" "task-watch --once"; do
	lacks_file $command
	err_has "0002.ledger.jsonl"
done
is "$(git status --porcelain)" " D $l"
git checkout -q .work

# Packages.

it "names both of two packages that have one id, and touches neither"
cp -r "$dir" $tasks/backlog/
state >"$sandbox/before"
for command in "task-show 2" "task-move 2" "task-sign 2 next" \
    "task-ledger --add waiting_on -m x 2" "task-ledger 2"; do
	exits 65 $command
	err_has "inbox/TASK-0002-bad"
	err_has "backlog/TASK-0002-bad"
done
state | cmp -s "$sandbox/before" - || fail "something is changed"
timeout 10 task-ls >"$out" 2>"$err"
out_has "TASK-0001"
out_has "TASK-0003"
exits 0 task-ledger --add waiting_on -m x 1
rm -r $tasks/backlog/TASK-0002-bad
git reset -q --hard "$(git log --format=%H --grep='new: Fine')"

it "takes no file for a package, whatever its name"
for f in TASK-0001-good.orig TASK-0050-note TASK-0051 TASK-0052-x.md; do
	echo "a file" >"$tasks/inbox/$f"
done
exits 0 task-ls
err_is ""
is "$(cut -f1 "$out")" "TASK-0001
TASK-0002
TASK-0003"
exits 0 task-ledger --add waiting_on -m x 1
exits 0 task-index --check
exits 0 task-watch --once
out_is ""
git reset -q --hard "$(git log --format=%H --grep='new: Fine')"
git clean -fdq .work

it "passes over folders whose names are no package's"
for f in TASK-01-short TASK-abc TASK-00000000000000000001-x task-0005-lower \
    TASK-0005 .TASK-0006-hidden "TASK-0007- " "$(printf 'TASK-0008-a\033b')" \
    TASK--5-x 0009-x; do
	mkdir -p "$tasks/inbox/$f"
done
timeout 10 task-ls --columns id >"$out" 2>"$err"
LC_ALL=C grep -q "$(printf '\033')" "$out" "$err" && fail "an escape is printed"
out_has "TASK-0001"
out_has "TASK-0003"
timeout 10 task-new "x" >"$out" 2>"$err" || fail "no new task"
git reset -q --hard "$(git log --format=%H --grep='new: Fine')"
git clean -fdq .work

# The counter.

# counter TEXT: what a new task makes of it.
counter() {
	printf '%b' "$1" >$tasks/ID_COUNTER.txt
	exits 0 task-new "New"
	out_is "TASK-${2-0004}"
	is "$(cat $tasks/ID_COUNTER.txt)" "${3-0005}"
	is "$(events "${2-0004}" | grep -c id_counter_recovered)" "${4-1}"
	sound
	git reset -q --hard HEAD~1
}

it "makes a counter anew that is empty, no number, too low, and says so on record"
counter ""
counter "abc\n"
counter "-5\n"
counter "0\n"
counter "4.5\n"
counter "\0\0\0\0"
counter "0002\n"
counter "99999999999999999999999999\n"
counter "4 5\n"
counter "0x10\n"

it "does so where it is missing, where a folder or a FIFO is in its place"
rm $tasks/ID_COUNTER.txt
exits 0 task-new "New"
out_is "TASK-0004"
sound
git reset -q --hard HEAD~1
for make in mkdir mkfifo; do
	rm -rf $tasks/ID_COUNTER.txt
	$make $tasks/ID_COUNTER.txt
	timeout -k 1 10 task-new "New" >"$out" 2>"$err"
	status=$?
	case $status in
	0) out_is "TASK-0004" ;;
	65 | 74)
		err_has "ID_COUNTER.txt"
		out_is ""
		is "$(git log -1 --format=%s)" "TASK-0003: new: Fine"
		;;
	*) fail "exit status $status" ;;
	esac
	rm -rf $tasks/ID_COUNTER.txt
	git reset -q --hard "$(git log --format=%H --grep='new: Fine')"
	git clean -fdq .work
done

it "takes a counter as it is that is above all ids"
counter "0100\n" 0100 0101 0
counter "9\n" 0009 10 0

# Names.

# name NAME: it can be one: it is kept to the letter, and the folder is plain.
name() {
	exits 0 task-new -- "$1"
	is "$(task-show -j "$(cat "$out")" | jq -r .name)" "$1"
	is "$(git log -1 --format= --name-only -z | tr '\0' '\n' |
	    grep -v '^\.work/tasks/')" ""
	f=$(folder 0004)
	case ${f##*/} in
	TASK-0004-*[!a-z0-9-]*)
		printf '%s' "${f##*/TASK-0004-}" |
		    LC_ALL=C grep -q '[][[:cntrl:][:space:]/\\|"$`*?<>;&(){}.]' &&
		    fail "the folder is $f"
		;;
	esac
	grep -c "^| 0004 |" $tasks/INDEX.md >"$out"
	out_is 1
	sound
	task-ls >"$out" 2>"$err"
	is "$(wc -l <"$out")" 4
	LC_ALL=C tr -d '\t\n' <"$out" | LC_ALL=C grep -q '[[:cntrl:]]' &&
	    fail "a control character is printed"
	git reset -q --hard HEAD~1
}

it "takes names that lead nowhere: paths, options, quotes, markup"
for n in "../../etc/passwd" "/etc/passwd" "-rf" "--help" "." ".." "~" "a|b" \
    '\|' 'a\nb' "'; rm -rf /; '" '$(id) `id`' "CON" "nul.txt" '"' "'" "#x" \
    "- x" "a: b" "@x" "%" "!" "&a" "*a" "? x" "{}" "[]" "null" "true" \
    "0004" "2025-10-18" "---" "..." "<script>alert(1)</script>" \
    "[link](http://x)"; do
	name "$n"
done

it "takes names of any script, from the right to the left, and emoji"
for n in "größe" "任务 一" "مهمة جديدة" "משימה" "👩‍👩‍👧 🇨🇭" "é" \
    "İıŞß" "ﷺ" "ＡＢＣ" "🚀"; do
	name "$n"
done

# no_name NAME: it cannot be one.
no_name() {
	head=$(git rev-parse HEAD)
	exits 64 task-new -- "$1"
	out_is ""
	is "$(wc -l <"$err")" 1
	LC_ALL=C grep -q '[[:cntrl:]]' "$err" && fail "it prints a control character"
	is "$(git rev-parse HEAD)" "$head"
	is "$(dirty)" ""
}

it "refuses a name that is empty, too long, or holds control characters"
no_name ""
no_name " "
no_name "$(head -c 10000 /dev/zero | tr '\0' x)"
no_name "$(printf 'a\nb')"
no_name "$(printf 'a\tb')"
no_name "$(printf 'a\033[31mb')"
no_name "$(printf 'a\001b')"
no_name "$(printf 'a\177b')"
no_name "$(printf 'a\302\205b')"
no_name "$(printf 'a\377b')"

it "refuses such names in lines of JSON, with the number of the line"
for n in '""' '"a\nb"' '"a\u0000b"' '"\u001b[31m"' '5' 'null' '["x"]' \
    '"\ud800"'; do
	printf '{"name":"Fine"}\n{"name":%s}\n' "$n" >"$sandbox/lines"
	task-new - <"$sandbox/lines" >"$out" 2>"$err"
	is $? 65
	out_is ""
	err_has "-:2"
done
for n in 'nonsense' '{"name":"a"' '[]' '{}' '{"name":"a"}{"name":"b"}'; do
	printf '{"name":"Fine"}\n%s\n' "$n" >"$sandbox/lines"
	task-new - <"$sandbox/lines" >"$out" 2>"$err"
	is $? 65
	out_is ""
	err_has "-:2"
done
is "$(dirty)" ""
is "$(git log -1 --format=%s)" "TASK-0003: new: Fine"

it "takes no reference that leads elsewhere, and says so"
mkdir -p "$sandbox/other/TASK-0001-good"
cp "$(card 0001)" "$sandbox/other/TASK-0001-good/"
for ref in "" "-1" "0" "../1" "../../etc/passwd" "/etc/passwd" "1e1" "1;2" \
    "$(printf '1\n2')" "$(printf '1\033')" "99999999999999999999" "TASK-" \
    "$sandbox/other/TASK-0001-good" "$(head -c 10000 /dev/zero | tr '\0' 1)"; do
	for program in "task-show" "task-move" "task-ledger"; do
		$program -- "$ref" >"$out" 2>"$err" </dev/null
		case $? in
		64 | 66) ;;
		*) fail "exit status $?: $program '$ref'" ;;
		esac
		out_is ""
		[ -s "$err" ] || fail "$program says nothing of '$ref'"
		LC_ALL=C grep -q "$(printf '\033')" "$err" &&
		    fail "$program prints an escape"
	done
done
is "$(dirty)" ""

it "has lost nothing at the end of all this"
restore
exits 0 task-ls --columns id,name
out_is "TASK-0001	Good
TASK-0002	Bad
TASK-0003	Fine"
exits 0 task-index
sound

finish
