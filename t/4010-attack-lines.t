#!/bin/sh
# SPDX-License-Identifier: MIT
# Attacks on what is said to have happened: the lines that a ledger gets.
. "${TASK_SRC:?}/t/attack.sh"

# line TEXT: adds it to the ledger of 0004, as printf understands it.
line() {
	# shellcheck disable=SC2059
	printf "$1" >>"$(ledger 0004)"
}

said='"ts":"2025-10-19T09:00:00Z","user":"@bob","event":"note_added"'

attack "refuses a line that is no JSON"
line '{"id":"HACK900001",'"$said"',"desc":"cut\n'
commit
refused ledger-line 0004.ledger.jsonl:9

attack "lets the whole line pass"
line '{"id":"HACK900001",'"$said"',"desc":"cut"}\n'
commit
passes

attack "refuses a line that is no object"
line '[{"id":"HACK900001",'"$said"',"desc":"x"}]\n'
commit
refused ledger-line 0004.ledger.jsonl:9

attack "lets an object with a list in it pass"
line '{"id":"HACK900001",'"$said"',"desc":"x","list":[{"a":1}]}\n'
commit
passes

attack "refuses a NUL byte"
line '{"id":"HACK900001",'"$said"',"desc":"a\000b"}\n'
commit
refused ledger-line 0004.ledger.jsonl:9

attack "lets another control character pass, escaped"
line '{"id":"HACK900001",'"$said"',"desc":"a\\u0007b"}\n'
commit
passes

attack "refuses a NUL that is escaped"
line '{"id":"HACK900001",'"$said"',"desc":"a\\u0000b"}\n'
commit
refused ledger-line 0004.ledger.jsonl:9

attack "refuses text that is not UTF-8"
line '{"id":"HACK900001",'"$said"',"desc":"caf\351"}\n'
commit
refused ledger-line 0004.ledger.jsonl:9

attack "lets text in any script pass"
line '{"id":"HACK900001",'"$said"',"desc":"caf\303\251 \346\227\245"}\n'
commit
passes

attack "refuses a line that has a key twice"
line '{"id":"HACK900001",'"$said"',"desc":"x","user":"@alice"}\n'
commit
refused ledger-line 0004.ledger.jsonl:9

attack "lets the key pass within another"
line '{"id":"HACK900001",'"$said"',"desc":"x","payload":{"user":"@alice"}}\n'
commit
passes

attack "refuses a line without a time"
line '{"id":"HACK900001","user":"@bob","event":"note_added","desc":"x"}\n'
commit
refused ledger-line 0004.ledger.jsonl:9

attack "refuses a time that is none"
line '{"id":"HACK900001","ts":"2025-13-41T09:00:00Z","user":"@bob",'
line '"event":"note_added","desc":"x"}\n'
commit
refused ledger-line 0004.ledger.jsonl:9

attack "lets a time of another zone pass"
line '{"id":"HACK900001","ts":"2025-10-19T11:00:00.5+02:00","user":"@bob",'
line '"event":"note_added","desc":"x"}\n'
commit
passes

attack "refuses a line without a user"
line '{"id":"HACK900001","ts":"2025-10-19T09:00:00Z",'
line '"event":"note_added","desc":"x"}\n'
commit
refused ledger-line 0004.ledger.jsonl:9

attack "refuses a line without an event"
line '{"id":"HACK900001","ts":"2025-10-19T09:00:00Z","user":"@bob",'
line '"desc":"x"}\n'
commit
refused ledger-line 0004.ledger.jsonl:9

attack "lets a line without desc and id pass"
line '{'"$said"',"reason":"because"}\n'
commit
passes

attack "refuses a line of a later format"
line '{"id":"HACK900001",'"$said"',"desc":"x","version":"2.0"}\n'
commit
refused ledger-line 0004.ledger.jsonl:9

attack "lets a line of a later version of this format pass"
line '{"id":"HACK900001",'"$said"',"desc":"x","version":"1.7"}\n'
commit
passes

attack "refuses a line without its end"
line '{"id":"HACK900001",'"$said"',"desc":"x"}'
commit
refused ledger-line 0004.ledger.jsonl:9

attack "lets it pass with its end"
line '{"id":"HACK900001",'"$said"',"desc":"x"}\n'
commit
passes

attack "refuses a line that is continued in the next commit"
line '{"id":"HACK900001",'"$said"',"desc":"x"}'
commit
line '  \n'
commit
refused 'ledger-line ledger-changed?' 0004.ledger.jsonl:9

attack "lets two lines pass in two commits"
line '{"id":"HACK900001",'"$said"',"desc":"x"}\n'
commit
line '{"id":"HACK900002",'"$said"',"desc":"y"}\n'
commit
passes

attack "refuses other words under the id of an old line"
id=$(sed -n '2s/.*"id":"\([^"]*\)".*/\1/p' "$(ledger 0004)")
line '{"id":"'"$id"'",'"$said"',"desc":"x"}\n'
commit
refused 'ledger-line|ledger-changed' 0004.ledger.jsonl:9

attack "lets an old line pass once more, as git's union leaves it"
edit "$(ledger 0004)" -n 'p;2h;${g;p}'
commit
passes

attack "refuses two new lines under one id"
line '{"id":"HACK900001",'"$said"',"desc":"x"}\n'
line '{"id":"HACK900001",'"$said"',"desc":"y"}\n'
commit
refused 'ledger-line|ledger-changed' 0004.ledger.jsonl:10

attack "lets a time pass that is days before the last, as a rebase leaves it"
at 2025-10-10T09:00:00Z
event 0004 @bob note_added
at 2025-10-19T09:00:00Z
commit
passes

attack "refuses a time that is weeks ahead"
at 2025-11-20T09:00:00Z
event 0004 @bob note_added
at 2025-10-19T09:00:00Z
commit
refused ledger-time 0004.ledger.jsonl:9

attack "lets a clock pass that is minutes ahead"
at 2025-10-19T09:10:00Z
event 0004 @bob note_added
at 2025-10-19T09:00:00Z
commit
passes

attack "refuses to begin a ledger with such a line"
task-new -q --no-commit "Born bad" >/dev/null
edit "$(ledger 0009)" '1s/"user":"@bob",//'
commit
refused ledger-line 0009.ledger.jsonl:1

attack "lets that task pass as it was made"
task-new -q --no-commit "Born good" >/dev/null
commit
passes

finish
