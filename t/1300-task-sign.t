#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"

ready='"priority":"P1","effort":"M"'

# A board of its own for what follows.
fresh_board() {
	cd "$sandbox/work" && mkdir "$1" && cd "$1" || exit 1
	board
}

# policy YAML: the board's policy from now on.
policy() {
	printf '%s\n' "$1" >.work/tasks/policy.yaml &&
	    git add .work/tasks/policy.yaml && git commit -qm "policy"
}

# people YAML: who is human from now on.
people() {
	printf '%s\n' "$1" >.work/tasks/people.yaml &&
	    git add .work/tasks/people.yaml && git commit -qm "people"
}

newest() {
	printf '%04d' $(($(sed 's/^0*//' .work/tasks/ID_COUNTER.txt) - 1))
}

# in_stage STAGE [MEMBERS]: makes a complete task there; its number is $id.
in_stage() {
	make_task "In $1" "\"stage\":\"$1\",${2:-$ready}"
	id=$(newest)
}

event() {
	grep "\"event\":\"$2\"" "$(ledger "$1")" | tail -n 1
}

# What a sign-off is bound to, as git gives it: the body, then the context.
content() {
	{
		awk 'n >= 2; /^---$/ { n++ }' "$(card "$1")"
		cat "$(folder "$1")/$1.context.md"
	} | git hash-object --stdin
}

it "says that there is no board, and how to make one"
exits 66 task-sign 1 next
err_is "task-sign: no .work/tasks here or above (task-init makes one)"

fresh_board signs
in_stage backlog

it "signs off a task for a gate, and prints its id"
exits 0 task-sign 1 next
out_is "TASK-0001"
err_is ""

it "writes who signed which gate for which content"
is "$(event 0001 signed_off | sed 's/"id":"[^"]*"/"id":""/')" \
    '{"id":"","ts":"2025-10-18T10:30:00Z","user":"@alice","event":"signed_off","desc":"signed off for next","gate":"next","content":"'"$(content 0001)"'","version":"1.0"}'

it "commits the sign-off by itself, and says whose it is"
is "$(git log -1 --format=%s)" "TASK-0001: signed off for next by @alice"
is "$(git log -1 --format= --name-only)" "$(ledger 0001)"
sound

it "moves nothing"
is "$(basename "$(dirname "$(folder 0001)")")" "backlog"

it "is what the move waits for"
exits 0 task-move 1

it "is bound to card and context: another context is another content"
in_stage backlog
first=$(content "$id")
echo "More." >>"$(folder "$id")/$id.context.md"
exits 0 task-sign "$id" next
event "$id" signed_off >"$out"
out_has "\"content\":\"$(content "$id")\""
out_lacks "$first"

it "puts on record first what was changed by hand, and signs that"
is "$(events "$id" | tail -n 2 | paste -sd' ' -)" "content_updated signed_off"
is "$(dirty)" ""
is "$(ls "$(folder "$id")" | grep -c 'context.v1')" "1"

it "is not bound to the front matter"
in_stage backlog
exits 0 task-sign "$id" next
first=$(event "$id" signed_off | sed 's/.*"content":"\([^"]*\)".*/\1/')
sed 's/^priority: .*/priority: P2/' "$(card "$id")" >x &&
    cat x >"$(card "$id")" && rm x
is "$(content "$id")" "$first"
exits 0 task-sign "$id" next
event "$id" signed_off >"$out"
out_has "\"content\":\"$first\""

it "signs the body alone where there is no context"
in_stage current
git rm -q "$(folder "$id")/$id.context.md" && git commit -qm "no context"
exits 0 task-sign "$id" integration
event "$id" signed_off >"$out"
out_has "\"content\":\"$(awk 'n >= 2; /^---$/ { n++ }' "$(card "$id")" |
    git hash-object --stdin)\""

it "signs each gate when it is due"
in_stage integration
exits 0 task-sign "$id" archived
in_stage learning
exits 0 task-sign "$id" archived
in_stage current
exits 0 task-sign "$id" integration

it "says with --of which commit was looked at, by its full id"
exits 0 task-sign --of HEAD~1 "$id" integration
event "$id" signed_off >"$out"
out_has "\"of\":\"$(git rev-parse HEAD~2)\",\"version\""

it "takes a branch, a tag or an abbreviated id for --of"
git tag looked-at HEAD~3
exits 0 task-sign --of looked-at "$id" integration
event "$id" signed_off >"$out"
out_has "\"of\":\"$(git rev-parse looked-at)\""
exits 0 task-sign --of "$(git rev-parse --short looked-at)" "$id" integration
event "$id" signed_off >"$out"
out_has "\"of\":\"$(git rev-parse looked-at)\""

it "signs no commit that there is not"
unchanged exits 66 task-sign --of nonsense "$id" integration
err_has "'nonsense' is no commit"
unchanged exits 66 task-sign --of "" "$id" integration

it "takes no file or tree for a commit"
unchanged exits 66 task-sign --of "HEAD^{tree}" "$id" integration
unchanged exits 66 task-sign --of "HEAD:.work/README.md" "$id" integration
sound

fresh_board many
for i in 1 2 3 4 5; do
	in_stage backlog
done

it "signs several tasks in one commit, each for what it says itself"
before=$(git rev-parse HEAD)
exits 0 task-sign 1 TASK-0002 "$(card 0003)" next
out_is "TASK-0001
TASK-0002
TASK-0003"
is "$(git rev-list --count "$before..")" "1"
is "$(git log -1 --format=%s)" \
    "TASK-0001, TASK-0002, TASK-0003: signed off for next by @alice"
event 0002 signed_off >"$out"
out_has "\"content\":\"$(content 0002)\""

it "reads references from standard input"
task-ls backlog >"$sandbox/list"
task-sign - next <"$sandbox/list" >"$out" 2>"$err"
is $? 0
out_is "TASK-0001
TASK-0002
TASK-0003
TASK-0004
TASK-0005"

it "signs those that it can, and exits with the first failure"
in_stage inbox
exits 66 task-sign 4711 "$id" 4 next
out_is "TASK-0004"
err_has "TASK-4711: no such task"
err_has "TASK-$id: "

it "signs a task that is named twice once"
before=$(events 0005 | grep -c signed_off)
exits 0 task-sign 5 TASK-0005 next
out_is "TASK-0005"
is "$(events 0005 | grep -c signed_off)" "$((before + 1))"

it "prints with -j what was signed"
exits 0 task-sign -j 1 next
out_is "{\"id\":\"TASK-0001\",\"gate\":\"next\",\"content\":\"$(content 0001)\"}"

it "ends ids with a NUL with -z"
task-sign -z 1 2 next | tr '\0' '+' >"$out"
out_is "TASK-0001+TASK-0002+"

it "prints the columns that are asked for, with their names"
exits 0 task-sign --header --columns gate,id 1 next
out_is "gate	id
next	TASK-0001"

it "signs nothing where a column is asked for that it has not"
unchanged exits 64 task-sign --columns id,nothing 1 next

it "prints what the next program of a pipeline reads"
printf '1\n2\n3\n' | task-sign - next | task-move - >"$out" 2>"$err"
out_is "TASK-0001
TASK-0002
TASK-0003"
sound

fresh_board due

for pair in "inbox next" "next integration" "backlog integration" \
    "current archived" "next next"; do
	in=${pair% *}
	gate=${pair#* }
	it "signs no task in $in for $gate, which is not due"
	in_stage "$in"
	unchanged exits 1 task-sign "$id" "$gate"
	err_has "TASK-$id: from '$in' no move leads to '$gate'"
done

it "signs no closed task"
in_stage archived
unchanged exits 1 task-sign "$id" archived
err_has "TASK-$id: it is closed"

it "signs no gate that the policy has not, and says so"
in_stage next
unchanged exits 1 task-sign "$id" current
err_has "'current' is no gate by policy.yaml"

it "signs the gates that the policy has"
policy 'gates: [backlog, current]'
exits 0 task-sign "$id" current
in_stage inbox
exits 0 task-sign "$id" backlog
in_stage backlog
unchanged exits 1 task-sign "$id" next

it "names a wrong value in the policy with its line"
policy 'gates: [nxt]'
unchanged exits 78 task-sign "$id" next
err_has ".work/tasks/policy.yaml:1:8: "

it "names the gate that was probably meant"
unchanged exits 64 task-sign "$id" integraton
err_has "did you mean 'integration'?"

it "says that a gate has to be named"
unchanged exits 64 task-sign "$id"
err_has "gate"

it "says that a gate alone names no task"
unchanged exits 64 task-sign next
err_is "task-sign: no task is named before the gate 'next'"

it "refuses no operand at all, and shows what it takes"
unchanged exits 64 task-sign
err_has "task-sign REF... GATE"

it "names the option that was probably meant"
unchanged exits 64 task-sign --revoek 1 next
err_has "did you mean '--revoke'?"

it "refuses two gates, and signs nothing"
policy 'gates: [next, integration, archived]'
in_stage backlog
unchanged exits 64 task-sign "$id" next integration
err_has "'next'"

fresh_board revoke
in_stage backlog

it "takes a sign-off back with --revoke, and prints the id"
exits 0 task-sign 1 next
exits 0 task-sign --revoke 1 next
out_is "TASK-0001"
is "$(event 0001 sign_off_revoked | sed 's/"id":"[^"]*"/"id":""/')" \
    '{"id":"","ts":"2025-10-18T10:30:00Z","user":"@alice","event":"sign_off_revoked","desc":"sign-off for next taken back","gate":"next","version":"1.0"}'
is "$(git log -1 --format=%s)" \
    "TASK-0001: sign-off for next taken back by @alice"

it "leaves the ledger line of the sign-off where it was"
is "$(events 0001 | tail -n 2 | paste -sd' ' -)" "signed_off sign_off_revoked"

it "has nothing to take back where nobody's sign-off stands"
unchanged exits 1 task-sign --revoke 1 next
err_has "TASK-0001: nobody's sign-off for 'next' stands"

it "has nothing to take back where the sign-off was used up by a move back"
exits 0 task-sign 1 next
exits 0 task-move 1
exits 0 task-move -r "again" 1 backlog
unchanged exits 1 task-sign --revoke 1 next

it "takes a sign-off back that is for another content"
exits 0 task-sign 1 next
echo "More." >>"$(card 0001)"
exits 0 task-sign --revoke 1 next

it "can be given again"
exits 0 task-sign 1 next
exits 0 task-move 1
sound

fresh_board workers
in_stage backlog

it "lets no agent sign, whoever it works for"
unchanged exits 1 env TASK_AGENT=bot task-sign 1 next
err_has "a worker cannot sign off"
err_has "TASK_AGENT is 'bot'"
unchanged exits 1 env TASK_AGENT=bot TASK_USER=@alice task-sign 1 next
unchanged exits 1 env TASK_AGENT=bot task-sign -u @alice 1 next

it "takes an empty TASK_AGENT for none"
exits 0 env TASK_AGENT= task-sign 1 next

it "lets no registered worker sign, however it is written"
mkdir -p .work/tasks/.workers
echo "id: robot" >.work/tasks/.workers/robot.manifest.yaml
unchanged exits 1 task-sign -u robot 1 next
err_has "a worker cannot sign off"
err_has "robot"
unchanged exits 1 task-sign -u @robot 1 next
unchanged exits 1 env TASK_USER=robot task-sign 1 next
git config task.user robot
unchanged exits 1 task-sign 1 next
git config --unset task.user

it "takes no id of a worker that leads out of its folder"
unchanged exits 64 task-sign -u ../../x 1 next

fresh_board people
in_stage backlog
people 'people:
  "@alice": {name: Alice Example, email: alice@example.org, gates: [next, policy]}
  "@bob":   {name: Bob Example,   email: bob@example.org,   gates: [integration]}
  "@carol": {name: Carol Example}'

it "lets sign who may sign the gate"
exits 0 task-sign 1 next

it "lets nobody sign a gate that people.yaml does not give them"
unchanged exits 1 task-sign -u @bob 1 next
err_has "people.yaml does not give @bob the gate 'next'"

it "lets nobody sign to whom people.yaml gives no gates"
unchanged exits 1 task-sign -u @carol 1 next
err_has "@carol"

it "lets nobody sign who is not in people.yaml"
unchanged exits 1 task-sign -u @mallory 1 next
err_has "@mallory is not in people.yaml"

it "lets nobody sign where people.yaml names nobody"
people 'people:'
unchanged exits 1 task-sign 1 next
people ''
unchanged exits 1 task-sign 1 next

# malformed LINE:COL: YAML
malformed() {
	people "$2"
	unchanged exits 78 task-sign 1 next
	err_has ".work/tasks/people.yaml:$1"
}

it "names what is wrong in people.yaml with its line"
malformed 2: 'people:
  "@alice": [next]'
malformed 2: 'people:
  alice: {gates: [next]}'
malformed 2:22: 'people:
  "@alice": {gates: [nxt]}'
malformed 2: 'people: ['

it "never reads a people.yaml that is a symbolic link"
people 'people: {}'
mv .work/tasks/people.yaml outside && ln -s ../../outside .work/tasks/people.yaml
unchanged exits 65 task-sign 1 next
err_has ".work/tasks/people.yaml: a symbolic link"

fresh_board files
in_stage backlog

it "names line and column of a card that is not valid YAML"
c=$(card 0001)
printf -- '---\npriority: @high\n---\n' >"$c"
unchanged exits 65 task-sign 1 next
err_has "$c:2:11: "
git checkout -q .

it "says that the ledger is missing"
l=$(ledger 0001)
rm "$l"
unchanged exits 65 task-sign 1 next
err_has "$l: there is no such file"
git checkout -q .

it "names a torn last line of a ledger, keeps it, and goes on after it"
printf '{"ts":"2025' >>"$l"
exits 0 task-sign 1 next
err_has "$l:3:"
is "$(sed -n 3p "$l")" '{"ts":"2025'
is "$(sed -n 4p "$l" | grep -c signed_off)" "1"
git reset -q --hard HEAD~1

it "refuses where a committed line of the ledger was changed"
sed 's/imported":true/imported":false/' "$l" >x && cat x >"$l" && rm x
unchanged exits 1 task-sign 1 next
err_has "$l:1: a line that was committed has changed"
git checkout -q .

it "signs nothing in a folder that was moved by hand, and says what judges that"
mv "$(folder 0001)" .work/tasks/current/
unchanged exits 1 task-sign 1 integration
err_has "task-watch --once"
mv .work/tasks/current/TASK-0001-in-backlog .work/tasks/backlog/

it "refuses a task that has two packages, and names both"
cp -r "$(folder 0001)" .work/tasks/inbox/
unchanged exits 65 task-sign 1 next
err_has "two packages have this id"
rm -r .work/tasks/inbox/TASK-0001-in-backlog

it "says that there is no such task"
unchanged exits 66 task-sign 4711 next
err_is "task-sign: TASK-4711: no such task"

it "says that a word is no task"
unchanged exits 64 task-sign nonsense next
err_has "'nonsense' is no task"

it "signs nothing with -n, and prints the id that it would sign"
unchanged exits 0 task-sign -n 1 next
out_is "TASK-0001"

it "refuses with -n what it would refuse"
unchanged exits 1 task-sign -n 1 integration

it "leaves the commit to the person with --no-commit"
before=$(git rev-parse HEAD)
exits 0 task-sign --no-commit 1 next
is "$(git rev-parse HEAD)" "$before"
file_has "$l" '"event":"signed_off"'
is "$(dirty)" " M $l"
git checkout -q .

it "leaves what is dirty or staged elsewhere as it is"
in_stage backlog
echo one >main.c && git add main.c && git commit -qm "main"
echo two >main.c && git add main.c && echo three >main.c
echo "Not this one." >>"$(card "$id")"
dirty >"$sandbox/before"
exits 0 task-sign 1 next
is "$(dirty)" "$(cat "$sandbox/before")"
is "$(git show :main.c)" "two"
git reset -q --hard

it "does not wait for the lock with TASK_LOCK_TIMEOUT=0, and says who holds it"
exec 9>.git/task/lock && flock 9 && echo "task-new (pid 4711)" >&9
unchanged exits 75 env TASK_LOCK_TIMEOUT=0 task-sign 1 next
err_has "task-new (pid 4711)"
exec 9>&-

it "fails when its output cannot be written, and leaves a sound tree"
task-sign 1 next >/dev/full 2>"$err"
is $? 74
err_has "cannot write to standard output"
sound

it "fails when its output is closed, and leaves a sound tree"
if under_valgrind; then
	skip "valgrind opens a file where the output was"
else
	task-sign 1 next >&- 2>"$err"
	is $? 74
	sound
fi

it "says how to say who one is where nothing says it"
mv "$HOME/.gitconfig" "$HOME/away"
unchanged exits 78 task-sign 1 next
err_has "who are you?"
mv "$HOME/away" "$HOME/.gitconfig"

it "tells what it is for and what it takes"
exits 0 task-sign -h
out_has "task-sign: give a person's word at a gate"
out_has "--of COMMIT"

finish
