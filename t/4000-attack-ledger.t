#!/bin/sh
# SPDX-License-Identifier: MIT
# Attacks on what happened: the lines that a ledger has.
. "${TASK_SRC:?}/t/attack.sh"

attack "finds no fault in the honest history"
exits 0 task-verify HEAD
out_is ""

attack "refuses an edited line"
edit "$(ledger 0004)" '2s/task package created/task made/'
commit
refused ledger-changed 0004.ledger.jsonl:2

attack "lets a line at the end pass"
task-note 4 "the task was made in a hurry" >/dev/null
passes

attack "refuses another name in an old line"
edit "$(ledger 0004)" '1s/@alice/@bob/'
commit
refused ledger-changed 0004.ledger.jsonl:1

attack "lets a new line with that name pass"
event 0004 @bob note_added
commit
passes

attack "refuses a space more in an old line"
edit "$(ledger 0004)" '3s/,"ts"/, "ts"/'
commit
refused ledger-changed 0004.ledger.jsonl:3

attack "lets a new line with spaces in it pass"
event 0004 @bob note_added
edit "$(ledger 0004)" '$s/,"ts"/, "ts"/'
commit
passes

attack "refuses that old lines end in CRLF"
edit "$(ledger 0004)" 's/$/\r/'
commit
refused ledger-changed 0004.ledger.jsonl:1

attack "lets a ledger pass whose lines all ended so"
task-new --no-commit -q "Born by hand" >/dev/null
edit "$(ledger 0009)" 's/$/\r/'
commit
event 0009 @bob note_added
edit "$(ledger 0009)" '$s/$/\r/'
commit
passes

attack "refuses a byte order mark before the first line"
edit "$(ledger 0004)" '1s/^/\xef\xbb\xbf/'
commit
refused ledger-changed 0004.ledger.jsonl:1

attack "lets a ledger pass that had it from the beginning"
task-new --no-commit -q "Born by hand" >/dev/null
edit "$(ledger 0009)" '1s/^/\xef\xbb\xbf/'
commit
event 0009 @bob note_added
commit
passes

attack "refuses two lines that changed places"
edit "$(ledger 0004)" -n '2{h;d};3{p;g};p'
commit
refused ledger-changed 0004.ledger.jsonl:2

attack "lets two new lines pass, the later one first"
at 2025-10-19T09:05:00Z
event 0004 @bob note_added
at 2025-10-19T09:00:00Z
event 0004 @bob note_added
commit
passes

attack "refuses a line before the last one"
event 0004 @bob note_added
edit "$(ledger 0004)" -n 'x;1d;$!p;${x;p;x;p}'
commit
refused ledger-changed 0004.ledger.jsonl:8

attack "lets the same line pass after it"
event 0004 @bob note_added
commit
passes

attack "refuses a ledger without its last line"
edit "$(ledger 0008)" '$d'
commit
refused ledger-dropped 0008.ledger.jsonl

attack "lets a line pass in the place of one that was never pushed"
task-note 8 "not what was meant" >/dev/null
git reset -q --hard HEAD^
task-note 8 "what was meant" >/dev/null
passes

attack "refuses a ledger with another last line"
edit "$(ledger 0008)" '$d'
event 0008 @alice note_added
commit
refused 'ledger-changed|ledger-dropped' 0008.ledger.jsonl

attack "refuses a ledger without a line in the middle"
edit "$(ledger 0008)" 4d
commit
refused 'ledger-changed|ledger-dropped' 0008.ledger.jsonl

attack "refuses a ledger whose last line lost its end"
printf '%s' "$(cat "$(ledger 0004)")" >"$sandbox/cut"
cat "$sandbox/cut" >"$(ledger 0004)"
commit
refused 'ledger-changed|ledger-dropped' 0004.ledger.jsonl

attack "lets a file of the owner's pass that loses it"
echo "a plan" >"$(folder 0004)/plan.txt"
commit
printf 'a plan' >"$(folder 0004)/plan.txt"
commit
passes

attack "lets a ledger pass that came without it, and gets it"
task-new -q --no-commit "Born by hand" >/dev/null
printf '%s' "$(cat "$(ledger 0009)")" >"$sandbox/cut"
cat "$sandbox/cut" >"$(ledger 0009)"
commit
task-note -q 9 "it goes on" >/dev/null
passes

attack "refuses a ledger that is empty now"
: >"$(ledger 0004)"
commit
refused ledger-dropped 0004.ledger.jsonl

attack "lets a file of the owner's pass that is"
echo "a plan" >"$(folder 0004)/plan.txt"
commit
: >"$(folder 0004)/plan.txt"
commit
passes

attack "refuses a package without its ledger"
rm "$(ledger 0004)"
commit
refused ledger-dropped 0004.ledger.jsonl

attack "lets a package pass without a file of the owner's"
echo "a plan" >"$(folder 0004)/plan.txt"
commit
rm "$(folder 0004)/plan.txt"
commit
passes

attack "refuses a ledger that was given another name"
mv "$(ledger 0004)" "$(folder 0004)/0004.ledger.jsonl.bak"
commit
refused ledger-dropped 0004.ledger.jsonl

attack "lets a copy of it with that name pass"
cp "$(ledger 0004)" "$(folder 0004)/0004.ledger.jsonl.bak"
commit
passes

attack "refuses a folder in the place of a ledger"
file=$(ledger 0004)
mv "$file" "$sandbox/was"
mkdir "$file"
mv "$sandbox/was" "$file/0004.ledger.jsonl"
commit
refused ledger-dropped 0004.ledger.jsonl

attack "lets a folder beside it pass"
mkdir "$(folder 0004)/before"
cp "$(ledger 0004)" "$(folder 0004)/before"
commit
passes

finish
