#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"

tmp=$sandbox/tmp
mkdir "$tmp" || exit 1
esc=$(printf '\033')

# A board of its own for what follows.
fresh_board() {
	cd "$sandbox/work" && mkdir "$1" && cd "$1" || exit 1
	board
}

# in_stage STAGE...: makes a complete task in each.
in_stage() {
	for stage in "$@"; do
		full_task "In $stage" \
		    "\"stage\":\"$stage\",\"priority\":\"P1\",\"effort\":\"M\""
	done | task-new - >/dev/null
}

# many N: makes that many tasks, "T1" and so on.
many() {
	awk -v n="$1" 'BEGIN {
		for (i = 1; i <= n; i++)
			printf "{\"name\":\"T%d\"}\n", i
	}' | task-new - >/dev/null
}

# edit ID EXPRESSION: the card by sed, by hand.
edit() {
	sed "$2" "$(card "$1")" >"$tmp/card" && cat "$tmp/card" >"$(card "$1")"
}

# on ID LIST: what it depends on.
on() {
	edit "$1" "s/^depends_on:.*/depends_on: [$2]/"
}

# chain N OFFSET: each of the tasks 1 to N depends on the one with that offset,
# where there is such a one.
chain() {
	for f in .work/tasks/inbox/TASK-*/*.task.md; do
		id=${f##*/}
		id=${id%%-*}
		to=$((1$id - 10000 + $2))
		[ $to -gt 0 ] && [ $to -le "$1" ] || continue
		sed "s/^depends_on:.*/depends_on: [$to]/" "$f" >"$tmp/card" &&
		    cat "$tmp/card" >"$f"
	done
}

# The first fields on one line.
ids() {
	is "$(cut -f1 "$out" | sed 's/TASK-0*//' | paste -sd' ' -)" "$1"
}

# The arrows of a drawing, without what they look like.
arrows() {
	sed -n 's/"//g; s/^	TASK-0*\([0-9]*\) --*> TASK-0*\([0-9]*\).*/\1 \2/p' \
	    "$out" | paste -sd, -
}

# draws: what is in $out is a drawing that dot takes, and makes a picture of
# that has no control character.
draws() {
	command -v dot >/dev/null || return 0
	dot -Tsvg "$out" >"$tmp/svg" 2>"$err" || fail "dot: $(cat "$err")"
	[ -s "$err" ] && fail "dot: $(cat "$err")"
	is "$(tr -d '\011\012\040-\377' <"$tmp/svg" | wc -c)" 0
	command -v xmllint >/dev/null || return 0
	xmllint --noout --nonet "$tmp/svg" >"$err" 2>&1 ||
	    fail "no XML: $(head -n 1 "$err")"
}

picture() {
	git rev-parse HEAD
	dirty
	find .work -type f -print0 | sort -z | xargs -0 -r sha1sum
}

it "needs a board"
exits 66 task-graph
out_is ""
err_is "task-graph: no .work/tasks here or above (task-init makes one)"

fresh_board tree

it "prints nothing for an empty board"
exits 0 task-graph
out_is ""
err_is ""
exits 0 task-graph -j
out_is ""
exits 0 task-graph --cycles
out_is ""
exits 0 task-graph --ready
out_is ""

it "draws an empty board as no task"
exits 0 task-graph --dot
out_lacks TASK
draws
exits 0 task-graph --mermaid
out_lacks TASK

it "does nothing for an empty list of references"
exits_with "" 0 task-graph -
out_is ""
err_is ""

# 1 Door  2 Wall  3 Floor  4 Paint  5 Garden  6 Fence  7 Ground  8 Plan
printf '{"name":"%s"}\n' Door Wall Floor Paint Garden Fence >"$tmp/lines"
task-new - <"$tmp/lines" >/dev/null
for name in Ground Plan; do
	stage=$([ $name = Plan ] && echo archived || echo current)
	full_task $name \
	    "\"stage\":\"$stage\",\"priority\":\"P1\",\"effort\":\"M\""
done | task-new - >/dev/null
on 0001 2
on 0002 3,7
on 0004 2,3
on 0005 6
on 0007 8

it "draws what nothing depends on, and below each what it depends on"
exits 0 task-graph
out_is "TASK-0001  Door  (inbox)
└── TASK-0002  Wall  (inbox)
    ├── TASK-0003  Floor  (inbox)
    └── TASK-0007  Ground  (current)
TASK-0004  Paint  (inbox)
├── TASK-0002  Wall  (inbox) see above
└── TASK-0003  Floor  (inbox)
TASK-0005  Garden  (inbox)
└── TASK-0006  Fence  (inbox)"
err_is ""
cp "$out" "$tmp/tree"

it "does so with --tree, too"
exits 0 task-graph --tree
out_is "$(cat "$tmp/tree")"

it "shows closed tasks with -a"
exits 0 task-graph -a
out_has "    └── TASK-0007  Ground  (current)"
out_has "        └── TASK-0008  Plan  (archived)"

it "shows of a task that is named all that it depends on, and all that depends on it"
exits 0 task-graph 2
out_is "TASK-0001  Door  (inbox)
└── TASK-0002  Wall  (inbox)
    ├── TASK-0003  Floor  (inbox)
    └── TASK-0007  Ground  (current)
        └── TASK-0008  Plan  (archived)
TASK-0004  Paint  (inbox)
├── TASK-0002  Wall  (inbox) see above
└── TASK-0003  Floor  (inbox)"
exits 0 task-graph TASK-0006
out_is "TASK-0005  Garden  (inbox)
└── TASK-0006  Fence  (inbox)"

it "does not show the others that a task below depends on"
exits 0 task-graph -z --columns id 1
is "$(tr '\0' ' ' <"$out")" "TASK-0001 TASK-0002 TASK-0003 TASK-0007 TASK-0008 "

it "takes several references, in any form"
exits 0 task-graph --columns id 5 TASK-0001-door "$(card 0008)"
ids "1 2 3 4 5 6 7 8"

it "reads references from standard input"
exits_with "$(printf 'TASK-0005\tinbox\nTASK-0006')" 0 \
    task-graph --columns id -
ids "5 6"
exits_with '{"id":"TASK-0006","stage":"inbox"}' 0 task-graph --columns id -
ids "5 6"

it "is read by other programs"
exits 0 sh -c 'task-graph -z 5 | task-show -j - | jq -r .id'
ids "5 6"
exits 0 sh -c 'task-graph -j 5 | task-ledger -j - | cut -c1-19 | sort -u'
is "$(wc -l <"$out")" 2

it "shows with --up only what a task depends on"
exits 0 task-graph --up 2
out_is "TASK-0002  Wall  (inbox)
├── TASK-0003  Floor  (inbox)
└── TASK-0007  Ground  (current)
    └── TASK-0008  Plan  (archived)"

it "shows with --down only what depends on a task"
exits 0 task-graph --down 7
out_is "TASK-0001  Door  (inbox)
└── TASK-0002  Wall  (inbox)
    └── TASK-0007  Ground  (current)
TASK-0004  Paint  (inbox)
└── TASK-0002  Wall  (inbox) see above"

it "takes --up and --down several times"
exits 0 task-graph --columns id --up 5 --up 7
ids "5 6 7 8"
exits 0 task-graph --columns id --down 3 --down 6
ids "1 2 3 4 5 6"
exits 0 task-graph --columns id --up 7 --down 6
ids "5 6 7 8"

it "says the status of what is not active"
task-status -s 3 blocked --by external:stone >/dev/null 2>&1 ||
    edit 0003 's/^status:.*/status: "blocked"/'
edit 0006 's/^status:.*/status: "canceled"/'
exits 0 task-graph
out_has "    ├── TASK-0003  Floor  (inbox, blocked)"
out_has "└── TASK-0006  Fence  (inbox, canceled)"

it "has colours only where they are wanted"
exits 0 task-graph
out_lacks "$esc"
exits 0 env TERM=xterm task-graph --color=always
out_has "$esc"
out_has "${esc}[1mTASK-0001${esc}[0m  Door"
out_has "${esc}[31mTASK-0003${esc}[0m  Floor"
sed "s/$esc\[[0-9]*m//g" "$out" >"$tmp/plain"
exits 0 task-graph
out_is "$(cat "$tmp/plain")"
exits 0 env TERM=xterm task-graph --color=never
out_lacks "$esc"
for drawing in --dot --mermaid; do
	exits 0 env TERM=xterm task-graph --color=always $drawing
	out_lacks "$esc"
done

it "has colours on a terminal"
if command -v script >/dev/null; then
	exits 0 env TERM=xterm script -qec task-graph /dev/null
	out_has "${esc}[1mTASK-0001${esc}[0m  Door"
	exits 0 env TERM=xterm NO_COLOR=1 script -qec task-graph /dev/null
	out_has "TASK-0001  Door"
else
	skip "there is no script"
fi

it "prints a line for each task with --columns and -z"
exits 0 task-graph --columns id,depends_on,points,name --header 1
out_is "id	depends_on	points	name
TASK-0001	TASK-0002	3	Door
TASK-0002	TASK-0003,TASK-0007	3	Wall
TASK-0003		3	Floor
TASK-0007	TASK-0008	3	Ground
TASK-0008		3	Plan"
exits 0 task-graph -z 5
is "$(tr '\0' '!' <"$out")" \
    "TASK-0005	inbox	active			@alice	Garden	TASK-0006!TASK-0006	inbox	canceled			@alice	Fence	!"
exits 64 task-graph --columns id,colour
err_is "task-graph: --columns: there is no column 'colour'"

it "prints an object for each task with -j"
exits 0 task-graph -j --up 7
out_is '{"id":"TASK-0007","stage":"current","status":"active","priority":"P1","effort":"M","dri":"@alice","name":"Ground","depends_on":["TASK-0008"],"points":3}
{"id":"TASK-0008","stage":"archived","status":"active","priority":"P1","effort":"M","dri":"@alice","name":"Plan","depends_on":[],"points":3}'

it "changes nothing"
picture >"$tmp/before"
for how in --tree --dot --mermaid --ready --blocked --cycles -j -a 1 \
    --critical=1 --up=1 --down=1; do
	exits 0 task-graph $how
done
picture >"$tmp/after"
cmp "$tmp/before" "$tmp/after" >"$out" 2>&1 || fail "$(cat "$out")"

it "waits for no lock"
exec 7<>.git/task/lock
flock 7
exits 0 env TASK_LOCK_TIMEOUT=0 task-graph
exits 0 env TASK_LOCK_TIMEOUT=0 task-graph --cycles
exec 7>&-

it "needs no git repository"
mkdir "$tmp/plain-folder" && cp -R .work "$tmp/plain-folder"
exits 0 task-graph -C "$tmp/plain-folder" --up 5
out_has "└── TASK-0006"

it "fails where its output cannot be written"
for how in --tree --dot --mermaid -j --blocked; do
	task-graph $how >/dev/full 2>"$err"
	is $? 74
	err_is "task-graph: cannot write to standard output: No space left on device"
done

it "takes one drawing or list at a time"
for how in "--tree --dot" "--dot --mermaid" "--ready --blocked" \
    "--blocked --cycles" "--tree --ready" "--mermaid --cycles"; do
	# shellcheck disable=SC2086
	exits 64 task-graph $how
	out_is ""
	err_has "one of --tree, --dot, --mermaid, --ready, --blocked and --cycles at a time"
done

it "draws no JSON"
for how in --tree --dot --mermaid; do
	exits 64 task-graph -j $how
	out_is ""
	err_has "a drawing has no -j"
done

it "looks for circles among all tasks, and not at some"
for how in 1 --up=1 --down=1 --critical=1; do
	exits 64 task-graph --cycles $how
	out_is ""
	err_has "--cycles looks at all tasks"
done

it "has no options of programs that write"
for how in -n --dry-run --no-commit "-u @bob"; do
	# shellcheck disable=SC2086
	exits 64 task-graph $how
done

it "says that there is no such task"
for how in 99 --up=99 --down=99 --critical=99; do
	exits 66 task-graph $how
	out_is ""
	err_is "task-graph: TASK-0099: no such task"
done
exits 64 task-graph rubbish
out_is ""

fresh_board circles
many 7

it "finds no circle where there is none"
on 0001 2,3
on 0002 3
exits 0 task-graph --cycles
out_is ""
err_is ""
exits 0 task-graph --cycles -j
out_is ""

it "finds a task that depends on itself"
on 0007 7
exits 1 task-graph --cycles
out_is "TASK-0007	TASK-0007 -> TASK-0007"
err_is ""

it "finds circles that lie apart, each once, and how they go"
on 0003 1
on 0004 5
on 0005 6
on 0006 4,1
on 0007 ""
exits 1 task-graph --cycles
is "$(wc -l <"$out")" 2
out_has "TASK-0001	TASK-0001 -> TASK-0002 -> TASK-0003 -> TASK-0001"
out_has "TASK-0004	TASK-0004 -> TASK-0005 -> TASK-0006 -> TASK-0004"

it "prints the way of a circle as a list with -j"
exits 1 task-graph --cycles -j
out_has '{"id":"TASK-0004","path":["TASK-0004","TASK-0005","TASK-0006","TASK-0004"]}'
exits 1 task-graph --cycles -z --columns path,id
is "$(tr '\0' '\n' <"$out" | tail -n 1)" \
    "TASK-0004 -> TASK-0005 -> TASK-0006 -> TASK-0004	TASK-0004"

it "draws each task of a circle once, and what it comes back to"
on 0006 4
exits 0 task-graph
out_is "TASK-0007  T7  (inbox)
TASK-0001  T1  (inbox)
├── TASK-0002  T2  (inbox)
│   └── TASK-0003  T3  (inbox)
│       └── TASK-0001  T1  (inbox) see above
└── TASK-0003  T3  (inbox) see above
TASK-0004  T4  (inbox)
└── TASK-0005  T5  (inbox)
    └── TASK-0006  T6  (inbox)
        └── TASK-0004  T4  (inbox) see above"
exits 0 task-graph --columns id 5
ids "4 5 6"
exits 0 task-graph --dot
is "$(arrows)" "2 1,3 1,3 2,1 3,5 4,6 5,4 6"
draws

it "says that the way to a task goes round in a circle"
on 0007 5
exits 1 task-graph --critical 7
out_is ""
err_is "task-graph: TASK-0005 waits for itself (task-graph --cycles says how)"
exits 1 task-graph --critical 7 --dot
out_is ""

it "does not mind a circle elsewhere on the way to a task"
on 0003 ""
exits 0 task-graph --critical 1 --columns id
ids "3 2 1"

it "finds the circle through 1,000 tasks in time"
fresh_board long-circle
many 1000
chain 1000 1
on 1000 1
exits 1 timeout 20 task-graph --cycles -j
is "$(wc -l <"$out")" 1
is "$(tr -cd , <"$out" | wc -c)" 1001
exits 0 timeout 20 task-graph
is "$(grep -c T1000 "$out")" 1
exits 1 timeout 20 task-graph --critical 1
exits 0 timeout 20 task-graph --dot

it "finds each of 500 circles, and the one way through 1,000"
on 1000 ""
exits 0 timeout 20 task-graph --cycles
exits 0 timeout 20 task-graph --critical 1 --columns id
is "$(wc -l <"$out")" 1000
is "$(sed -n '1p;$p' "$out" | paste -sd' ' -)" "TASK-1000 TASK-0001"
for f in .work/tasks/inbox/TASK-*[02468]-*/*.task.md; do
	id=${f##*/}
	id=${id%%-*}
	sed "s/^depends_on:.*/depends_on: [TASK-$(printf %04d \
	    $((1$id - 10001)))]/" "$f" >"$tmp/card" && cat "$tmp/card" >"$f"
done
on 1000 999
exits 1 timeout 20 task-graph --cycles
is "$(wc -l <"$out")" 500

it "cuts a tree that is too deep, and goes on below"
fresh_board chain
many 200
chain 200 1
exits 0 task-graph
is "$(head -n 64 "$out" | tail -n 1 | sed 's/^ *//')" \
    "└── TASK-0064  T64  (inbox) …"
is "$(head -n 63 "$out" | grep -c …)" 0
exits 0 task-graph --columns id 100
is "$(wc -l <"$out")" 200

it "draws the tasks of a chain once, whichever way it goes"
on 0200 ""
on 0001 ""
chain 200 -1
exits 0 task-graph
is "$(head -n 64 "$out" | tail -n 1 | sed 's/^ *//')" \
    "└── TASK-0137  T137  (inbox) …"
is "$(grep -c 'see above' "$out")" 0
[ "$(wc -l <"$out")" -le 210 ] || fail "$(wc -l <"$out") lines"

fresh_board questions
in_stage inbox backlog next current integration learning archived inbox \
    inbox current next

# What task-ls says of the open tasks; in current nothing is ready to begin.
ready_by_list() {
	task-ls --ready --sort id --columns id inbox backlog next
}

it "lists with --ready what could be begun"
on 0001 5,6,7
on 0002 4
on 0008 3,7
on 0009 1
on 0010 1
exits 0 task-graph --ready
out_is "TASK-0001	inbox	active	P1	M	@alice	In inbox	TASK-0005,TASK-0006,TASK-0007
TASK-0003	next	active	P1	M	@alice	In next	
TASK-0011	next	active	P1	M	@alice	In next	"
exits 0 task-graph --ready --columns id
out_is "$(ready_by_list)"

it "lists with --blocked what waits, also where it is begun"
exits 0 task-graph --blocked --columns id,depends_on
out_is "TASK-0002	TASK-0004
TASK-0008	TASK-0003,TASK-0007
TASK-0009	TASK-0001
TASK-0010	TASK-0001"
exits 0 task-graph --blocked --columns id
grep -v TASK-0010 "$out" >"$tmp/not-begun"
is "$(cat "$tmp/not-begun")" "$(task-ls --blocked --sort id --columns id)"

it "takes the status into account as task-ls does"
edit 0003 's/^status:.*/status: "blocked"/'
edit 0011 's/^status:.*/status: "paused"/'
edit 0005 's/^status:.*/status: "canceled"/'
exits 0 task-graph --ready --columns id
out_is "$(ready_by_list)"
out_is ""
exits 0 task-graph --blocked --columns id
ids "1 2 3 8 9 10"
grep -v TASK-0010 "$out" >"$tmp/not-begun"
is "$(cat "$tmp/not-begun")" "$(task-ls --blocked --sort id --columns id)"

it "asks that of the tasks that hang together with one, too"
exits 0 task-graph --blocked --columns id 9
ids "1 9"
exits 0 task-graph --blocked --columns id --up 8
ids "3 8"
exits 0 task-graph --ready -j --up 8
out_is ""

it "takes a link to a task that there is not for one that waits, as task-ls does"
edit 0011 's/^status:.*/status: "active"/'
on 0011 99
exits 0 task-graph --ready --columns id
out_is "$(ready_by_list)"
exits 0 task-graph --blocked --columns id
out_has TASK-0011

it "draws no task that there is not"
for how in --tree --dot --mermaid; do
	exits 0 task-graph $how
	out_has TASK-0011
	out_lacks TASK-0099
done

it "shows a task once where a card has its link twice"
on 0011 '4, "TASK-0004", 4'
exits 0 task-graph --up 11
out_is "TASK-0011  In next  (next)
└── TASK-0004  In current  (current)"
exits 0 task-graph --up 11 -j
out_has '"depends_on":["TASK-0004"]'
exits 0 task-graph --dot --up 11
is "$(arrows)" "4 11"

fresh_board critical
for effort in XS S M L XL 5; do
	full_task "Of $effort" "\"effort\":\"$effort\""
done | task-new - >/dev/null
in_stage archived integration
task-new "Of none" >/dev/null

it "has points for efforts"
exits 0 task-graph -a --columns id,points
is "$(cut -f2 "$out" | paste -sd' ' -)" "1 2 3 5 8 5 3 3 3"

it "lists with --critical the longest way to a task by points, the first first"
# 1+2+3 on three steps are less than 8 on one; 3 needs 8, too.
on 0001 2,5
on 0002 3
exits 0 task-graph --critical 1 --columns id,points
out_is "TASK-0005	8
TASK-0001	1"
on 0003 4
exits 0 task-graph --critical 1
is "$(cut -f1 "$out" | paste -sd' ' -)" \
    "TASK-0004 TASK-0003 TASK-0002 TASK-0001"
exits 0 task-graph --critical 1 -j
is "$(sed 's/.*"points":\([0-9]*\).*/\1/' "$out" | paste -sd' ' -)" "5 3 2 1"

it "leaves out of it what is done"
on 0003 7,8
on 0007 5
exits 0 task-graph --critical 1 --columns id
ids "5 1"
on 0001 2
exits 0 task-graph --critical 1 --columns id
ids "3 2 1"

it "counts what was canceled as not done"
edit 0008 's/^status:.*/status: "canceled"/'
exits 0 task-graph --critical 1 --columns id
ids "8 3 2 1"

it "is the task alone where it waits for nothing"
exits 0 task-graph --critical 4
out_is "TASK-0004	inbox	active		L	@alice	Of L	"

it "draws the longest way bold, and all that the task depends on"
on 0001 2,4
on 0003 9
exits 0 task-graph --critical 1 --dot
is "$(sed -n 's/^		"TASK-0*\([0-9]*\)".*penwidth=3.*/\1/p' "$out" |
    paste -sd' ' -)" "1 2 3 9"
is "$(grep -c '" -> ".*penwidth=3' "$out")" 3
is "$(arrows)" "2 1,4 1,3 2,9 3"
draws
exits 0 task-graph --critical 1 --mermaid
out_has "	class TASK-0001,TASK-0002,TASK-0003,TASK-0009 critical"
out_has "	TASK-0004["
out_lacks "TASK-0005"

it "draws no arrow bold that is not on that way"
on 0001 2,3
exits 0 task-graph --critical 1 --dot
is "$(grep -c '" -> ".*penwidth=3' "$out")" 3
grep '"TASK-0003" -> "TASK-0001"' "$out" >"$tmp/short-cut"
file_lacks "$tmp/short-cut" penwidth

fresh_board drawing
in_stage inbox backlog next current integration learning archived current
on 0001 2
on 0002 5
on 0003 7
on 0004 1
edit 0002 's/^status:.*/status: "blocked"/'
edit 0003 's/^status:.*/status: "paused"/'

it "draws for dot: a rank for each stage, in their order"
exits 0 task-graph --dot -a
is "$(awk '/rank=same/ { getline; s = s $1 } /label=/ { s = s " " $1 }
    /^	}/ { s = s "\n" } END { printf "%s", s }' "$out" |
    sed 's/"//g; s/TASK-0*//g')" "inbox 1
backlog 2
next 3
current 4 8
integration 5
learning 6
archived 7"
out_has '"inbox" -> "backlog" -> "next" -> "current" -> "integration" -> "learning" -> "archived" [style=invis]'
is "$(arrows)" "2 1,5 2,7 3,1 4"

it "draws what is blocked in red, also what is begun and waits; what is done in grey"
is "$(sed -n 's/^		"TASK-0*\([0-9]*\)".*color="#c00000".*/\1/p' "$out" |
    paste -sd' ' -)" "2 4"
is "$(sed -n 's/^		"TASK-0*\([0-9]*\)".*color="#808080".*/\1/p' "$out" |
    paste -sd' ' -)" "5 6 7"
is "$(sed -n 's/^		"TASK-0*\([0-9]*\)".*dashed.*/\1/p' "$out")" 3
out_lacks penwidth

it "draws what dot takes"
if command -v dot >/dev/null; then
	draws
	sed 's/&#45;/-/g' "$tmp/svg" >"$tmp/text"
	for name in inbox archived TASK-0001 TASK-0008; do
		file_has "$tmp/text" ">$name<"
	done
else
	skip "there is no dot"
fi

it "draws only what was asked for"
exits 0 task-graph --dot
out_lacks TASK-0007
draws
exits 0 task-graph --dot --up 2
is "$(arrows)" "5 2"
out_lacks TASK-0001
draws

it "draws for Mermaid"
exits 0 task-graph --mermaid -a
out_is 'flowchart LR
	TASK-0001["TASK-0001<br>In inbox<br>inbox"]
	TASK-0002["TASK-0002<br>In backlog<br>backlog"]
	TASK-0003["TASK-0003<br>In next<br>next"]
	TASK-0004["TASK-0004<br>In current<br>current"]
	TASK-0005["TASK-0005<br>In integration<br>integration"]
	TASK-0006["TASK-0006<br>In learning<br>learning"]
	TASK-0007["TASK-0007<br>In archived<br>archived"]
	TASK-0008["TASK-0008<br>In current<br>current"]
	TASK-0002 --> TASK-0001
	TASK-0005 --> TASK-0002
	TASK-0007 --> TASK-0003
	TASK-0001 --> TASK-0004
	classDef blocked stroke:#c00000,color:#c00000
	classDef done stroke:#808080,color:#808080
	classDef critical stroke-width:4px
	class TASK-0002,TASK-0004 blocked
	class TASK-0005,TASK-0006,TASK-0007 done'

fresh_board hostile
many 8

# called ID NAME: by hand; NAME is in YAML's double quotes, for sed.
called() {
	edit "$1" "s~^task_name:.*~task_name: \"$2\"~"
}

called 0001 'a\\"]; x [label=\\"y\\\\'
called 0002 '<b>\&lt;i\&gt;</b> <!-- --><script>'
called 0003 'back \\\\N \\\\G \\\\l tail \\\\'
called 0004 "\\\\e[31mred \\\\a \\\\b \\\\x7f \\\\x9b \\\\u202e"
called 0005 "$(printf '%2000s' '' | tr ' ' x)"
called 0006 '%% \`md\` -- -> [[(({{ }}end |x| ;'
called 0007 '../../etc -rf /'
called 0008 ''
on 0001 2,3

# whole: it still is a drawing of eight tasks and two arrows.
whole() {
	is "$(grep -c '^	*"*TASK-[0-9]*"* *\[' "$out")" 8
	is "$(arrows)" "2 1,3 1"
	[ "$(awk '{ if (length($0) > n) n = length($0) } END { print n }' \
	    "$out")" -le 400 ] || fail "a line is too long"
	is "$(tr -d '\011\012\040-\176\200-\377' <"$out" | wc -c)" 0
}

it "draws names that would break the drawing"
exits 0 task-graph --dot
whole
draws
exits 0 task-graph --mermaid
whole
is "$(grep '^	TASK-[0-9]*\[' "$out" |
    grep -vc '^	TASK-[0-9]*\["[^"\\]*<br>[^"\\<>]*<br>inbox"\]$')" 0
exits 0 task-graph
is "$(wc -l <"$out")" 8
is "$(tr -d '\012\040-\176\200-\377' <"$out" | wc -c)" 0

it "keeps what a name needs to be read"
exits 0 task-graph --mermaid --up 1
out_has "<br>a#quot;]; x [label=#quot;y <br>"
exits 0 task-graph --dot --up 1
out_has "\\na']; x [label='y \""

it "draws a name with newlines on one line"
called 0001 'one\\ntwo\\r\\n\\n\\"] --> TASK-0008\\ttab'
for how in --dot --mermaid; do
	exits 0 task-graph $how
	whole
	out_has "one two"
done
exits 0 task-graph --dot
draws
exits 0 task-graph
is "$(wc -l <"$out")" 8

it "draws entities in a name as the text that they are"
called 0001 '\&#8; \&#0; \&#1; \&quot; \&lt;b\&gt; \&'
exits 0 task-graph --dot
whole
draws
command -v dot >/dev/null && file_lacks "$tmp/svg" '&lt;b&gt;'
exits 0 task-graph --mermaid
whole
out_lacks '&'
called 0001 '#lt;b#gt; #quot;'
exits 0 task-graph --mermaid
whole
out_lacks '#lt;'

it "draws a name of characters that XML has not"
called 0001 'a \\uFFFE \\uFFFF b'
exits 0 task-graph --dot
draws

it "cuts a name that takes no room"
called 0001 "e$(printf '%3000s' '' | sed 's/ /\\\\u0301/g')"
for how in --dot --mermaid; do
	exits 0 task-graph $how
	whole
done
called 0001 T1

it "says which card cannot be read, and shows the others"
called 0008 "$(printf 'bad \377\376')"
for how in --tree --dot --mermaid -j; do
	exits 65 task-graph $how
	out_has TASK-0001
	out_has TASK-0007
	out_lacks TASK-0008
	err_has "task-graph: $(card 0008):"
done
exits 65 task-graph --dot
draws
exits 65 task-graph --cycles
out_is ""
exits 65 task-graph 1
out_has TASK-0001

it "has no task to begin with whose card cannot be read"
for how in 8 --up=8 --critical=8; do
	exits 65 task-graph $how
	out_is ""
	err_has "8: its card cannot be read"
done

it "takes a link to such a task for one that waits"
on 0007 8
exits 65 task-graph --ready --columns id
out_lacks TASK-0007
exits 65 task-graph --blocked --columns id
out_has TASK-0007

it "says so of a package without a card, too"
rm "$(card 0008)"
exits 65 task-graph
out_has TASK-0001
err_has "TASK-0008"

finish
