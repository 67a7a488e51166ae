#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"

tasks=.work/tasks
template=.work/templates/handoff.md
cr=$(printf '\r')

# A board of its own for what follows.
fresh_board() {
	cd "$sandbox/work" && mkdir "$1" && cd "$1" || exit 1
	board
}

# people YAML: who is human from now on.
people() {
	printf '%s\n' "$1" >$tasks/people.yaml &&
	    git add $tasks/people.yaml && git commit -qm "people"
}

# own_template TEXT: what the board has for the section from now on.
own_template() {
	printf '%b' "$1" >$template &&
	    git add $template && git commit -qm "template"
}

picture() {
	git rev-parse HEAD
	git status --porcelain --untracked-files=all
	find .work -type f -print0 | sort -z | xargs -0 -r sha1sum
}

newest() {
	printf '%04d' $(($(sed 's/^0*//' $tasks/ID_COUNTER.txt) - 1))
}

# in_stage STAGE [MEMBERS]: makes a complete task of @alice there; its number
# is $id.
in_stage() {
	make_task "In $1" "\"stage\":\"$1\",\"dri\":\"@alice\"${2:+,$2}"
	id=$(newest)
}

# offered STAGE: the same, and @alice offers it to @bob.
offered() {
	in_stage "$1"
	task-handoff --to @bob -r "on leave" "$id" >/dev/null ||
	    fail "no offer was made"
}

# The last line of a ledger, or of those of one event, without its random id.
event() {
	grep "\"event\":\"$2\"" "$(ledger "$1")" | tail -n 1 |
	    sed 's/"id":"[^"]*"/"id":""/'
}

# how_many ID EVENT
how_many() {
	events "$1" | grep -cx "$2"
}

# key ID KEY: its line in the card.
key() {
	grep "^$2:" "$(card "$1")"
}

# edit ID SED: the card, by hand.
edit() {
	sed "$2" "$(card "$1")" >"$sandbox/edited" &&
	    cat "$sandbox/edited" >"$(card "$1")"
}

# with_previous VALUE: a task of @alice with that for its previous_dris,
# committed, and offered to @bob; its number is $id.
with_previous() {
	offered backlog
	edit "$id" "/^previous_dris:/d"
	awk -v value="$1" '/^tags:/ { print "previous_dris:" value } 1' \
	    "$(card "$id")" >"$sandbox/edited" &&
	    cat "$sandbox/edited" >"$(card "$id")"
	git commit -qam "previous"
}

context() {
	echo "$(folder "$1")/$1.context.md"
}

# section ID: what stands in the context from the last such heading on.
section() {
	awk '/^## Hand-off on / { text = "" } { text = text $0 "\n" }
	    END { printf "%s", text }' "$(context "$1")"
}

# The files of a package, without those that every one has.
more_files() {
	ls "$(folder "$1")" | grep '\.v[0-9]' | paste -sd' ' -
}

it "says that there is no board, and how to make one"
exits 66 task-handoff --accept 1
err_is "task-handoff: no .work/tasks here or above (task-init makes one)"

fresh_board steps
in_stage backlog
cp "$(card 0001)" "$sandbox/card"
start=$(git rev-parse HEAD)

it "offers a task to a person, and prints its id"
exits 0 task-handoff --to @bob -r "on leave from Monday" 1
out_is "TASK-0001"
err_is ""

it "writes who offered it to whom, and why"
is "$(event 0001 handoff_initiated)" \
    '{"id":"","ts":"2025-10-18T10:30:00Z","user":"@alice","event":"handoff_initiated","desc":"on leave from Monday","from":"@alice","to":"@bob","version":"1.0"}'
is "$(events 0001 | tail -n 2 | paste -sd' ' -)" \
    "handoff_initiated content_updated"
event 0001 content_updated >"$out"
out_has '"desc":"hand-off section added","file":"0001.context.md"'

it "commits ledger and context, and says what was offered"
is "$(git rev-list --count "$start..")" 1
is "$(git log -1 --format=%s)" "TASK-0001: offered to @bob by @alice"
is "$(git log -1 --format= --name-only)" "$(folder 0001)/0001.context.md
$(folder 0001)/0001.context.v1.md
$(ledger 0001)"
sound

it "leaves the task with who offers it, until the other one accepts"
cmp -s "$(card 0001)" "$sandbox/card" || fail "the card is another"
exits 0 task-ls --columns id,dri
out_is "TASK-0001	@alice"

it "gives it to the one who accepts"
exits 0 task-handoff -u @bob --accept 1
out_is "TASK-0001"
err_is ""
is "$(key 0001 current_dri)" 'current_dri: "@bob"'
is "$(key 0001 previous_dris)" 'previous_dris: ["@alice"]'

it "writes who accepted it from whom"
is "$(tail -n 1 "$(ledger 0001)" | sed 's/"id":"[^"]*"/"id":""/')" \
    '{"id":"","ts":"2025-10-18T10:30:00Z","user":"@bob","event":"handoff_accepted","desc":"taken on","from":"@alice","to":"@bob","version":"1.0"}'

it "changes those two keys in the card, and nothing else of it"
sed -e 's/^current_dri: .*/current_dri: "@alice"/' -e '/^previous_dris:/d' \
    "$(card 0001)" | cmp -s - "$sandbox/card" || fail "the card is another"

it "commits card, ledger and the rows of the indexes"
is "$(git log -1 --format=%s)" "TASK-0001: accepted by @bob"
is "$(git log -1 --format= --name-only)" "$tasks/INDEX.md
$tasks/backlog/INDEX.md
$(card 0001)
$(ledger 0001)"
file_has $tasks/INDEX.md "| 0001 | In backlog | @bob | backlog |"
file_has $tasks/backlog/INDEX.md "| 0001 | In backlog | @bob |"
sound

it "lets the new one hand it off in turn, and nobody else"
unchanged exits 1 task-handoff --to @carol -r "why" 1
err_is "task-handoff: TASK-0001: @bob hands it off, who is responsible for it; you are @alice"
exits 0 task-handoff -u @bob --to @carol -r "too much" 1
exits 0 task-handoff -u @carol --accept -r "glad to" 1
is "$(key 0001 current_dri)" 'current_dri: "@carol"'
is "$(key 0001 previous_dris)" 'previous_dris: ["@alice", "@bob"]'
event 0001 handoff_accepted >"$out"
out_has '"user":"@carol","event":"handoff_accepted","desc":"glad to","from":"@bob","to":"@carol"'
sound

it "lets it go back to who had it, who is listed once for each time"
exits 0 task-handoff -u @carol --to @alice -r "she is back" 1
exits 0 task-handoff --accept 1
exits 0 task-handoff --to @bob -r "off again" 1
exits 0 task-handoff -u @bob --accept 1
is "$(key 0001 current_dri)" 'current_dri: "@bob"'
is "$(key 0001 previous_dris)" \
    'previous_dris: ["@alice", "@bob", "@carol", "@alice"]'
sound

it "leaves the task where it was when the other one rejects"
offered backlog
cp "$(card "$id")" "$sandbox/card"
cp "$(context "$id")" "$sandbox/context"
start=$(git rev-parse HEAD)
exits 0 task-handoff -u @bob --reject -r "no time this month" "$id"
out_is "TASK-0002"
err_is ""
cmp -s "$(card "$id")" "$sandbox/card" || fail "the card is another"
cmp -s "$(context "$id")" "$sandbox/context" || fail "another context"

it "writes who rejected it, and why"
is "$(tail -n 1 "$(ledger "$id")" | sed 's/"id":"[^"]*"/"id":""/')" \
    '{"id":"","ts":"2025-10-18T10:30:00Z","user":"@bob","event":"handoff_rejected","desc":"no time this month","from":"@alice","to":"@bob","version":"1.0"}'
is "$(git log -1 --format=%s)" "TASK-0002: rejected by @bob"
is "$(git log "$start.." --format= --name-only)" "$(ledger "$id")"
sound

it "lets it be offered again after a rejection, to the same one or another"
exits 0 task-handoff --to @bob -r "please" "$id"
exits 0 task-handoff -u @bob --reject -r "still none" "$id"
exits 0 task-handoff --to @carol -r "he has no time" "$id"
unchanged exits 1 task-handoff -u @bob --accept "$id"
exits 0 task-handoff -u @carol --accept "$id"
is "$(key "$id" current_dri)" 'current_dri: "@carol"'
is "$(key "$id" previous_dris)" 'previous_dris: ["@alice"]'
sound

it "hands off a task in every stage that is not closed"
for stage in inbox backlog next current integration learning; do
	offered $stage
	exits 0 task-handoff -u @bob --accept "$id"
	is "$(key "$id" current_dri)" 'current_dri: "@bob"'
	is "$(basename "$(dirname "$(folder "$id")")")" $stage
done
sound

it "hands off a task that is held, which stays so"
in_stage backlog
task-status --by external:keys "$id" blocked >/dev/null
exits 0 task-handoff --to @bob -r "why" "$id"
exits 0 task-handoff -u @bob --accept "$id"
is "$(key "$id" status)" 'status: "blocked"'
sound

it "hands off no closed task, and lets nobody answer for one"
in_stage archived
unchanged exits 1 task-handoff --to @bob -r "why" "$id"
err_is "task-handoff: TASK-$id: it is closed"
unchanged exits 1 task-handoff -u @bob --accept "$id"
unchanged exits 1 task-handoff -u @bob --reject -r "why" "$id"

fresh_board who
in_stage backlog

it "lets nobody offer a task but who is responsible for it"
unchanged exits 1 task-handoff -u @bob --to @carol -r "why" 1
err_is "task-handoff: TASK-0001: @alice hands it off, who is responsible for it; you are @bob"
unchanged exits 1 task-handoff -u @bob --to @bob -r "mine" 1
err_has "@alice hands it off"

it "offers no task for which nobody is responsible"
edit 0001 's/^current_dri: .*/current_dri: null/'
git commit -qam "nobody"
unchanged exits 1 task-handoff --to @bob -r "why" 1
err_has "nobody hands it off"
edit 0001 's/^current_dri: .*/current_dri: "@alice"/'
git commit -qam "alice"

it "offers no task to who has it"
unchanged exits 1 task-handoff --to @alice -r "why" 1
err_is "task-handoff: TASK-0001: @alice is responsible for it already"

it "offers no task to a worker"
mkdir -p $tasks/.workers
echo "id: robot" >$tasks/.workers/robot.manifest.yaml
unchanged exits 1 task-handoff --to @robot -r "why" 1
err_is "task-handoff: TASK-0001: @robot is a worker; a person is responsible for a task"

it "offers a task to anybody where there is no people.yaml"
exits 0 task-handoff -n --to @zoe -r "why" 1
out_is "TASK-0001"

it "offers a task only to those whom people.yaml knows"
people 'people:
  "@alice": {gates: [next]}
  "@bob": {name: Bob Example}'
unchanged exits 1 task-handoff --to @zoe -r "why" 1
err_is "task-handoff: TASK-0001: people.yaml knows no @zoe"
unchanged exits 1 task-handoff --to @Bob -r "why" 1
exits 0 task-handoff -n --to @bob -r "why" 1

it "offers a task to nobody where people.yaml names nobody"
people 'people:'
unchanged exits 1 task-handoff --to @bob -r "why" 1
err_has "people.yaml knows no @bob"

it "names what is wrong in people.yaml with its line"
people 'people:
  bob: {gates: [next]}'
unchanged exits 78 task-handoff --to @bob -r "why" 1
err_has ".work/tasks/people.yaml:2:"
git rm -q $tasks/people.yaml && git commit -qm "no people"

it "names what is wrong in the policy with its line"
cp $tasks/policy.yaml "$sandbox/policy"
echo 'gates: [nxt]' >$tasks/policy.yaml
unchanged exits 78 task-handoff --to @bob -r "why" 1
err_has ".work/tasks/policy.yaml:1:8: "
cat "$sandbox/policy" >$tasks/policy.yaml

it "offers nothing while an offer is open, to whomever"
exits 0 task-handoff --to @bob -r "why" 1
unchanged exits 1 task-handoff --to @carol -r "rather she" 1
err_is "task-handoff: TASK-0001: it is offered to @bob already, who has not answered"
unchanged exits 1 task-handoff --to @bob -r "again" 1
err_has "it is offered to @bob already"

it "lets nobody answer but the person who is named"
for who in @alice @carol @bo @bobby @Bob; do
	unchanged exits 1 task-handoff -u $who --accept 1
	err_is "task-handoff: TASK-0001: it is offered to @bob, who answers; you are $who"
	unchanged exits 1 task-handoff -u $who --reject -r "no" 1
	err_has "it is offered to @bob, who answers"
done

it "lets no agent answer, whoever it works for"
unchanged exits 1 env TASK_AGENT=bot task-handoff -u @bob --accept 1
err_is "task-handoff: TASK-0001: a worker cannot answer for a person (TASK_AGENT is 'bot')"
unchanged exits 1 env TASK_AGENT=bot TASK_USER=@bob task-handoff --accept 1
unchanged exits 1 env TASK_AGENT=bot task-handoff -u @bob --reject -r "no" 1
err_has "a worker cannot answer for a person"

it "knows the person by the environment and by git, and without the @"
exits 0 env TASK_USER=bob task-handoff -n --accept 1
exits 0 task-handoff -n -u bob --accept 1
git config task.user @bob
exits 0 task-handoff -n --accept 1
git config --unset task.user

it "takes an empty TASK_AGENT for none"
exits 0 env TASK_AGENT= task-handoff -u @bob --accept 1

it "has nothing to answer where nothing is offered"
unchanged exits 1 task-handoff -u @bob --accept 1
err_is "task-handoff: TASK-0001: it is offered to nobody"
unchanged exits 1 task-handoff -u @bob --reject -r "no" 1
err_is "task-handoff: TASK-0001: it is offered to nobody"
in_stage backlog
unchanged exits 1 task-handoff --accept "$id"
err_has "it is offered to nobody"

it "has nothing to answer twice"
exits 0 task-handoff --to @bob -r "why" "$id"
exits 0 task-handoff -u @bob --reject -r "no" "$id"
unchanged exits 1 task-handoff -u @bob --reject -r "no" "$id"
unchanged exits 1 task-handoff -u @bob --accept "$id"
err_has "it is offered to nobody"

it "lets an agent offer for who is responsible, and says which one it was"
exits 0 env TASK_AGENT=bot task-handoff --to @bob -r "why" "$id"
event "$id" handoff_initiated >"$out"
out_has '"user":"@alice"'
out_has '"metadata":{"worker_id":"bot"}'

it "takes no offer from an import for one"
make_task "History" '"stage":"backlog","created":"2025-01-01","dri":"@alice","events":[{"ts":"2025-01-02T00:00:00Z","user":"@alice","event":"handoff_initiated","from":"@alice","to":"@bob"}]'
id=$(newest)
event "$id" handoff_initiated >"$out"
out_has '"to":"@bob","version":"1.0","metadata":{"imported":true}'
unchanged exits 1 task-handoff -u @bob --accept "$id"
err_is "task-handoff: TASK-$id: it is offered to nobody"
exits 0 task-handoff --to @carol -r "why" "$id"
exits 0 task-handoff -u @carol --accept "$id"

it "lets an answer from an import answer nothing"
make_task "History" '"stage":"backlog","created":"2025-01-01","dri":"@alice","events":[{"ts":"2025-01-02T00:00:00Z","user":"@bob","event":"handoff_rejected","from":"@alice","to":"@bob"}]'
id=$(newest)
exits 0 task-handoff --to @bob -r "why" "$id"
exits 0 task-handoff -u @bob --accept "$id"

it "leaves the words of a hand-off to this program"
for word in initiated accepted rejected; do
	unchanged exits 1 task-ledger --add handoff_$word -m "x" 1
	err_has "task-handoff"
done
rm -r $tasks/.workers
sound

it "lets one of two win who answer at once, and refuses the other"
i=0
while [ $i -lt 5 ]; do
	i=$((i + 1))
	offered backlog
	for answer in accept reject; do
		(
			task-handoff -u @bob --$answer -r "now" "$id" \
			    >"$sandbox/out.$answer" 2>"$sandbox/err.$answer"
			echo $? >"$sandbox/rc.$answer"
		) &
	done
	wait
	is "$(cat "$sandbox/rc.accept" "$sandbox/rc.reject" | sort |
	    paste -sd' ' -)" "0 1"
	is "$(cat "$sandbox/out.accept" "$sandbox/out.reject")" "TASK-$id"
	is "$(cat "$sandbox/err.accept" "$sandbox/err.reject")" \
	    "task-handoff: TASK-$id: it is offered to nobody"
	is "$(events "$id" | grep -c 'handoff_[ar]')" 1
	is "$(how_many "$id" handoff_accepted)" \
	    "$(grep -c '^current_dri: "@bob"' "$(card "$id")")"
done
sound

it "makes one of two offers that are made at once"
in_stage backlog
for who in bob carol; do
	(
		task-handoff --to @$who -r "now" "$id" \
		    >"$sandbox/out.$who" 2>"$sandbox/err.$who"
		echo $? >"$sandbox/rc.$who"
	) &
done
wait
is "$(cat "$sandbox/rc.bob" "$sandbox/rc.carol" | sort | paste -sd' ' -)" "0 1"
is "$(how_many "$id" handoff_initiated)" 1
is "$(grep -c '^## Hand-off' "$(context "$id")")" 1
sound

fresh_board cards
it "lists who had it before in the style that the card has"
with_previous ' ["@zoe", "@yan"]  # earlier'
exits 0 task-handoff -u @bob --accept "$id"
is "$(key "$id" previous_dris)" \
    'previous_dris: ["@zoe", "@yan", "@alice"]  # earlier'
with_previous "
  - '@zoe'"
exits 0 task-handoff -u @bob --accept "$id"
grep -A2 '^previous_dris:' "$(card "$id")" >"$out"
out_is "previous_dris:
  - '@zoe'
  - \"@alice\""
sound

it "makes the list where it is missing, null or empty"
for value in ' null' ' ~' '' ' []'; do
	with_previous "$value"
	exits 0 task-handoff -u @bob --accept "$id"
	is "$(key "$id" previous_dris | sed 's/ *$//')" \
	    'previous_dris: ["@alice"]'
done
sound

it "accepts nothing where previous_dris is no list, and changes nothing"
for value in ' {"@x": 1}' ' [["@x"]]' ' [null]'; do
	with_previous "$value"
	unchanged exits 65 task-handoff -u @bob --accept "$id"
	err_has "previous_dris"
	err_has "list"
done

it "lets it be rejected all the same"
exits 0 task-handoff -u @bob --reject -r "look at that list" "$id"

it "keeps comments, quotes, order and keys that it does not know"
offered backlog
edit "$id" "2s/^/# mine\\
zebra:   'striped'   # kept\\
/"
git commit -qam "keys"
cp "$(card "$id")" "$sandbox/card"
exits 0 task-handoff -u @bob --accept "$id"
sed -e 's/^current_dri: .*/current_dri: "@alice"/' -e '/^previous_dris:/d' \
    "$(card "$id")" | cmp -s - "$sandbox/card" || fail "the card is another"
sound

it "keeps the line ends of a card"
offered backlog
edit "$id" "s/\$/$cr/"
git commit -qam "crlf"
exits 0 task-handoff -u @bob --accept "$id"
is "$(grep -c "$cr\$" "$(card "$id")")" "$(wc -l <"$(card "$id")")"
is "$(key "$id" current_dri)" "current_dri: \"@bob\"$cr"
sound

it "names line and column of a card that is not valid YAML"
in_stage backlog
printf -- '---\npriority: @high\n---\n' >"$(card "$id")"
c=$(card "$id")
unchanged exits 65 task-handoff --to @bob -r "why" "$id"
err_has "$c:2:11: "
unchanged exits 65 task-handoff -u @bob --accept "$id"
git checkout -q .

it "says that the ledger is missing"
l=$(ledger "$id")
rm "$l"
unchanged exits 65 task-handoff --to @bob -r "why" "$id"
err_has "$l: there is no such file"
git checkout -q .

it "refuses where a committed line of the ledger was changed"
sed 's/imported":true/imported":false/' "$l" >x && cat x >"$l" && rm x
unchanged exits 1 task-handoff --to @bob -r "why" "$id"
err_has "$l:1: a line that was committed has changed"
git checkout -q .

it "finds the offer behind a torn line"
exits 0 task-handoff --to @bob -r "why" "$id"
printf '{"ts":"2025' >>"$l"
git commit -qam "torn"
exits 0 task-handoff -u @bob --accept "$id"
err_has "$l:"
is "$(key "$id" current_dri)" 'current_dri: "@bob"'
sound

it "puts on record first what was changed by hand, and goes by it"
in_stage backlog
edit "$id" 's/^current_dri: .*/current_dri: "@zoe"/'
unchanged exits 1 task-handoff --to @bob -r "why" "$id"
err_has "@zoe hands it off"
exits 0 task-handoff -u @zoe --to @bob -r "why" "$id"
is "$(events "$id" | tail -n 3 | paste -sd' ' -)" \
    "content_updated handoff_initiated content_updated"
event "$id" handoff_initiated >"$out"
out_has '"from":"@zoe","to":"@bob"'
sound

it "offers nothing in a folder that was moved by hand, and says what judges that"
in_stage backlog
mv "$(folder "$id")" $tasks/current/
unchanged exits 1 task-handoff --to @bob -r "why" "$id"
err_has "task-watch --once"
mv $tasks/current/TASK-"$id"-* $tasks/backlog/
sound

fresh_board sections
in_stage backlog

it "adds what the new one has to know to the end of the context"
cp "$(context 0001)" "$sandbox/context"
exits 0 task-handoff --to @bob -r "on leave from Monday" 1
head -c "$(wc -c <"$sandbox/context")" "$(context 0001)" |
    cmp -s - "$sandbox/context" || fail "what was there is another"
is "$(section 0001)" "## Hand-off on 2025-10-18: @alice to @bob

Why: on leave from Monday

### Where it stands

<!-- What is there, and where to find it. -->

### Done

<!-- What need not be done again. -->

### Remaining

<!-- What is left, the next step first. -->

### Blockers

<!-- What it waits for, and who can help. -->

### Gotchas

<!-- What took long to find out. -->

### Questions

<!-- What nobody has decided yet. -->"

it "sets a blank line before it, and none where the context is empty"
grep -B2 '^## Hand-off' "$(context 0001)" >"$out"
out_is "the context

## Hand-off on 2025-10-18: @alice to @bob"
in_stage backlog
printf 'no line end' >"$(context "$id")" && git commit -qam "context"
exits 0 task-handoff --to @bob -r "why" "$id"
head -n 3 "$(context "$id")" >"$out"
out_is "no line end

## Hand-off on 2025-10-18: @alice to @bob"
in_stage backlog
: >"$(context "$id")" && git commit -qam "context"
exits 0 task-handoff --to @bob -r "why" "$id"
is "$(head -n 1 "$(context "$id")")" \
    "## Hand-off on 2025-10-18: @alice to @bob"

it "makes the context where there is none"
in_stage current
git rm -q "$(context "$id")" && git commit -qm "no context"
exits 0 task-handoff --to @bob -r "why" "$id"
is "$(head -n 1 "$(context "$id")")" \
    "## Hand-off on 2025-10-18: @alice to @bob"
is "$(more_files "$id")" ""
sound

it "adds another section with each offer"
exits 0 task-handoff -u @bob --reject -r "no" 1
exits 0 task-handoff --to @carol -r "he cannot" 1
grep '^## Hand-off' "$(context 0001)" >"$out"
out_is "## Hand-off on 2025-10-18: @alice to @bob
## Hand-off on 2025-10-18: @alice to @carol"
section 0001 >"$out"
out_has "Why: he cannot"
out_lacks "on leave from Monday"

it "keeps the context as it was as a version, past inbox"
is "$(more_files 0001)" "0001.context.v1.md 0001.context.v2.md"
cmp -s "$(folder 0001)/0001.context.v1.md" "$sandbox/context" ||
    fail "the version is another"
event 0001 content_updated >"$out"
out_has '"desc":"hand-off section added","file":"0001.context.md","new_version":3'

it "makes no version in inbox, where edits are free"
offered inbox
is "$(more_files "$id")" ""
event "$id" content_updated >"$out"
out_has '"file":"'"$id"'.context.md","version":"1.0"'

it "makes no version when it is answered"
offered backlog
exits 0 task-handoff -u @bob --accept "$id"
is "$(more_files "$id")" "$id.context.v1.md"
is "$(how_many "$id" content_updated)" 1
sound

it "voids a sign-off with an offer, which changes what was signed"
in_stage backlog '"priority":"P1","effort":"M"'
exits 0 task-sign "$id" next
exits 0 task-handoff --to @bob -r "why" "$id"
exits 1 task-move "$id" next
err_has "sign"

it "leaves a sign-off as it is with an answer"
exits 0 task-sign "$id" next
exits 0 task-handoff -u @bob --accept "$id"
exits 0 task-move "$id" next
sound

it "takes the board's own template"
own_template '## For {to}\n\nOn {date} {from} said: {reason}\n'
offered backlog
tail -n 3 "$(context "$id")" >"$out"
out_is "## For @bob

On 2025-10-18 @alice said: on leave"
sound

it "takes a template without blanks as it is"
own_template 'Ask me.\n'
offered backlog
is "$(tail -n 1 "$(context "$id")")" "Ask me."

it "takes a template without a last line end, and goes on after it"
own_template 'Ask {from}'
offered backlog
exits 0 task-handoff -u @bob --reject -r "no" "$id"
exits 0 task-handoff --to @carol -r "why" "$id"
tail -n 3 "$(context "$id")" >"$out"
out_is "Ask @alice

Ask @alice"

it "leaves the prompt of what it does not know as a comment, or the blank"
own_template '{state:How it is.} {state} {reason:Say why.} {name} {id}\n'
offered backlog
is "$(tail -n 1 "$(context "$id")")" \
    "<!-- How it is. --> {state} on leave {name} {id}"

it "leaves what is no blank as it stands"
own_template '{} {{to}} {TO} {to {from\n} {a:b\nc} {%s} } {xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx}\n'
offered backlog
tail -n 3 "$(context "$id")" >"$out"
out_is "{} {@bob} {TO} {to {from
} {a:b
c} {%s} } {xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx}"

it "fills in nothing that a reason brings along"
own_template '{reason} | {to}\n'
in_stage backlog
exits 0 task-handoff --to @bob -r '{to} {from:x} {reason} %s \n $(id)' "$id"
is "$(tail -n 1 "$(context "$id")")" \
    '{to} {from:x} {reason} %s \n $(id) | @bob'
event "$id" handoff_initiated >"$out"
out_has '"desc":"{to} {from:x} {reason} %s \\n $(id)"'
sound

it "takes the template that it was built with where the board has none"
git rm -q $template && git commit -qm "no template"
offered backlog
section "$id" >"$out"
out_has "Why: on leave"
out_has "### Gotchas"
git rm -rq .work/templates && git commit -qm "no templates"
offered backlog
section "$id" >"$out"
out_has "### Gotchas"
sound

it "never reads a template that is a symbolic link"
in_stage backlog
mkdir .work/templates && echo "secret" >outside
ln -s ../../outside $template
unchanged exits 65 task-handoff --to @bob -r "why" "$id"
err_has ".work/templates: handoff.md: a symbolic link"

it "takes no folder, and nothing without end, for a template"
rm $template && mkdir $template
unchanged exits 65 task-handoff --to @bob -r "why" "$id"
err_has ".work/templates: handoff.md"
rmdir $template && mkfifo $template
unchanged exits 65 bounded 10 task-handoff --to @bob -r "why" "$id"
rm $template
head -c 1048577 /dev/zero | tr '\0' a >$template
unchanged exits 65 task-handoff --to @bob -r "why" "$id"
err_has "1048577 bytes"

it "answers without a template"
rm -r .work/templates outside
exits 0 task-handoff --to @bob -r "why" "$id"
mkdir -p $template
exits 0 task-handoff -u @bob --accept "$id"
rmdir $template
sound

fresh_board edit

# editor COMMANDS: a program that is called with the context's path as $1.
editor() {
	printf '#!/bin/sh\n%s\n' "$1" >"$sandbox/editor" &&
	    chmod +x "$sandbox/editor"
}
EDITOR=$sandbox/editor
TMPDIR=$sandbox/copies
export EDITOR TMPDIR
mkdir "$TMPDIR" || exit 1

it "opens the context in \$EDITOR with --edit, and commits what was written"
in_stage backlog
editor 'sed "s/<!-- What is left.*-->/The form./" "$1" >"$1.x" && mv "$1.x" "$1"'
exits 0 task-handoff --to @bob -r "why" --edit 1
out_is "TASK-0001"
err_is ""
section 0001 >"$out"
out_has "The form."
out_lacks "What is left"
is "$(git log -2 --format=%s)" "TASK-0001: context edited
TASK-0001: offered to @bob by @alice"
sound

it "logs what was written in the editor, as a version of its own"
is "$(events 0001 | tail -n 3 | paste -sd' ' -)" \
    "handoff_initiated content_updated content_updated"
is "$(more_files 0001)" "0001.context.v1.md 0001.context.v2.md"
event 0001 content_updated >"$out"
out_has '"file":"0001.context.md","new_version":3'

it "leaves what was written to be answered as any offer"
exits 0 task-handoff -u @bob --accept 1
is "$(key 0001 current_dri)" 'current_dri: "@bob"'

it "opens the contexts of several tasks one after the other"
in_stage backlog
in_stage inbox
editor 'echo "${1##*/}" | cut -d. -f1,3- >>'"$sandbox/opened"
exits 0 task-handoff --to @bob -r "why" --edit 3 2
is "$(cat "$sandbox/opened")" "TASK-0003.context.md
TASK-0002.context.md"

it "commits nothing more where nothing was written"
is "$(git log -1 --format=%s)" "TASK-0003, TASK-0002: offered to @bob by @alice"
sound

it "takes \$VISUAL before \$EDITOR, with its arguments"
in_stage backlog
editor 'echo "$#: $1 $2" >"$0.arguments"'
exits 0 env VISUAL="$sandbox/editor -w" EDITOR=false \
    task-handoff --to @bob -r "why" --edit "$id"
is "$(sed 's/\.[^.]*\.context/.XXXXXX.context/' "$sandbox/editor.arguments")" \
    "2: -w $TMPDIR/TASK-$id.XXXXXX.context.md"

it "has made the offer when the editor opens, and lets others work meanwhile"
in_stage backlog
editor "TASK_LOCK_TIMEOUT=0 task-handoff -u @bob --accept $id >/dev/null"
exits 0 task-handoff --to @bob -r "why" --edit "$id"
is "$(key "$id" current_dri)" 'current_dri: "@bob"'
is "$(events "$id" | tail -n 1)" "handoff_accepted"
sound

it "leaves the offer made where the editor fails, and says so"
in_stage backlog
editor 'exit 3'
exits 74 task-handoff --to @bob -r "why" --edit "$id"
out_is "TASK-$id"
err_has "status 3"
is "$(git log -1 --format=%s)" "TASK-$id: offered to @bob by @alice"
unchanged exits 1 task-handoff --to @carol -r "why" "$id"
exits 0 task-handoff -u @bob --accept "$id"
sound

it "says that there is no such editor, and leaves the offer made"
in_stage backlog
exits 66 env EDITOR=/nonexistent/editor \
    task-handoff --to @bob -r "why" --edit "$id"
err_has "/nonexistent/editor"
is "$(how_many "$id" handoff_initiated)" 1
sound

it "opens only those that could be offered"
in_stage backlog
rm "$sandbox/opened"
editor 'echo "${1##*/}" | cut -d. -f1,3- >>'"$sandbox/opened"
exits 1 task-handoff --to @bob -r "why" --edit 1 "$id"
out_is "TASK-$id"
is "$(cat "$sandbox/opened")" "TASK-$id.context.md"

it "starts no editor with -n, nor where nothing is offered"
in_stage backlog
editor "touch $sandbox/started"
unchanged exits 0 task-handoff -n --to @bob -r "why" --edit "$id"
unchanged exits 1 task-handoff --to @alice -r "why" --edit "$id"
is "$(ls "$sandbox/started" 2>/dev/null)" ""

it "opens nothing for an answer"
exits 0 task-handoff --to @bob -r "why" "$id"
unchanged exits 64 task-handoff -u @bob --accept --edit "$id"
err_has "--edit goes with --to"
unchanged exits 64 task-handoff -u @bob --reject -r "no" --edit "$id"
err_has "--edit goes with --to"
unset EDITOR TMPDIR

fresh_board many
for i in 1 2 3 4 5; do
	in_stage backlog
done

it "offers several tasks in one commit, in the order of the operands"
start=$(git rev-parse HEAD)
exits 0 task-handoff --to @bob -r "on leave" 2 TASK-0001 "$(card 0003)"
out_is "TASK-0002
TASK-0001
TASK-0003"
is "$(git rev-list --count "$start..")" 1
is "$(git log -1 --format=%s)" \
    "TASK-0002, TASK-0001, TASK-0003: offered to @bob by @alice"

it "accepts and rejects several tasks in one commit each"
start=$(git rev-parse HEAD)
exits 0 task-handoff -u @bob --accept 1 2
out_is "TASK-0001
TASK-0002"
is "$(git log -1 --format=%s)" "TASK-0001, TASK-0002: accepted by @bob"
exits 0 task-handoff -u @bob --reject -r "no" 3
is "$(git rev-list --count "$start..")" 2
sound

it "reads references from standard input"
task-ls backlog -D @alice >"$sandbox/list"
task-handoff --to @carol -r "on leave" - <"$sandbox/list" >"$out" 2>"$err"
is $? 0
out_is "TASK-0003
TASK-0004
TASK-0005"
task-handoff -u @carol --accept - <"$out" >"$sandbox/accepted" 2>"$err"
is "$(cat "$sandbox/accepted")" "$(cat "$out")"
exits 0 task-ls -D @carol --columns id
out_is "TASK-0003
TASK-0004
TASK-0005"
sound

it "does nothing where standard input names no task"
unchanged exits_with "" 0 task-handoff --to @bob -r "why" -
out_is ""

it "offers those that it can, and exits with the first failure"
in_stage backlog
unchanged exits 66 task-handoff --to @bob -r "why" 4711 1
exits 66 task-handoff --to @bob -r "why" 4711 1 "$id"
out_is "TASK-$id"
err_is "task-handoff: TASK-4711: no such task
task-handoff: TASK-0001: @bob hands it off, who is responsible for it; you are @alice"
is "$(git log -1 --format=%s)" "TASK-$id: offered to @bob by @alice"

it "offers a task that is named twice once"
in_stage backlog
exits 0 task-handoff --to @bob -r "why" "$id" "TASK-$id" "$(context "$id")"
out_is "TASK-$id"
is "$(how_many "$id" handoff_initiated)" 1
sound

it "prints with -j what was offered and answered"
in_stage backlog
exits 0 task-handoff -j --to @bob -r "why" "$id"
out_is "{\"id\":\"TASK-$id\"}"
exits 0 task-handoff -j -u @bob --accept "$id"
out_is "{\"id\":\"TASK-$id\"}"

it "ends ids with a NUL with -z"
in_stage backlog
in_stage backlog
task-handoff -z --to @bob -r "why" 10 9 | tr '\0' '+' >"$out"
is "$(cat "$out")" "TASK-0010+TASK-0009+"
sound

it "prints the column that is asked for, with its name"
exits 0 task-handoff --header --columns id -u @bob --accept 9
out_is "id
TASK-0009"

it "changes nothing where a column is asked for that it has not"
unchanged exits 64 task-handoff --columns id,nothing -u @bob --accept 10

it "changes nothing with -n, and prints what it would"
unchanged exits 0 task-handoff -n -u @bob --accept 10
out_is "TASK-0010"
unchanged exits 0 task-handoff -n -u @bob --reject -r "no" 10
out_is "TASK-0010"
in_stage backlog
unchanged exits 0 task-handoff -n --to @bob -r "why" "$id"
out_is "TASK-$id"

it "refuses with -n what it would refuse"
unchanged exits 1 task-handoff -n -u @carol --accept 10
unchanged exits 1 task-handoff -n --to @alice -r "why" "$id"

it "takes a reason of one line only"
unchanged exits 64 task-handoff --to @bob -r "first
second" "$id"
err_has "REASON is one line of UTF-8"

it "takes a name and a reason that look like options"
make_task "-rf ../../x" '"stage":"backlog","dri":"@alice"'
id=$(newest)
exits 0 task-handoff --to @bob -r "--accept" -- "$id"
event "$id" handoff_initiated >"$out"
out_has '"desc":"--accept"'
sound

it "leaves the commit to the person with --no-commit"
in_stage backlog
start=$(git rev-parse HEAD)
exits 0 task-handoff --no-commit --to @bob -r "why" "$id"
is "$(git rev-parse HEAD)" "$start"
is "$(dirty)" " M $(context "$id")
 M $(ledger "$id")
?? $(folder "$id")/$id.context.v1.md"
exits 0 task-handoff --no-commit -u @bob --accept "$id"
is "$(git rev-parse HEAD)" "$start"
git add -A && git commit -qm "by hand"
sound

it "leaves what is dirty or staged elsewhere as it is"
echo one >main.c && git add main.c && git commit -qm "main"
in_stage backlog
echo two >main.c && git add main.c && echo three >main.c
echo "Not this one." >>"$(card 0001)"
dirty >"$sandbox/before"
exits 0 task-handoff --to @bob -r "why" "$id"
exits 0 task-handoff -u @bob --accept "$id"
is "$(dirty)" "$(cat "$sandbox/before")"
is "$(git show :main.c)" "two"
git reset -q --hard

it "works on the board of the folder that is named with -C"
in_stage backlog
cd "$sandbox" && exits 0 task-handoff -C work/many --to @bob -r "why" "$id"
cd work/many || exit 1
is "$(how_many "$id" handoff_initiated)" 1
sound

fresh_board usage
in_stage backlog

it "wants to be told what to do"
unchanged exits 64 task-handoff 1
err_is "task-handoff: one of --to USER, --accept and --reject says what to do"
unchanged exits 64 task-handoff -r "why" 1
err_has "one of --to USER, --accept and --reject"
unchanged exits 64 task-handoff
err_has "one of --to USER, --accept and --reject"

it "does one thing at a time"
unchanged exits 64 task-handoff --to @bob --accept -r "why" 1
err_has "one of --to USER, --accept and --reject"
unchanged exits 64 task-handoff --to @bob --reject -r "why" 1
err_has "one of --to USER, --accept and --reject"
unchanged exits 64 task-handoff --accept --reject -r "why" 1
err_has "one of --to USER, --accept and --reject"

it "takes a person only with the @"
unchanged exits 64 task-handoff --to bob -r "why" 1
err_is "task-handoff: --to: 'bob' is no person as @bob"
for who in "" @ "@b b" "@b,c" "@b|c" "@b'" bob@example.org " @bob"; do
	unchanged exits 64 task-handoff --to "$who" -r "why" 1
	err_has "--to: '$who' is no person as @bob"
done

it "wants a reason to offer and to reject"
unchanged exits 64 task-handoff --to @bob 1
err_is "task-handoff: -r REASON is missing: why"
unchanged exits 64 task-handoff --reject 1
err_is "task-handoff: -r REASON is missing: why"
for reason in "" " " "	
"; do
	unchanged exits 64 task-handoff --to @bob -r "$reason" 1
	err_has "REASON"
	unchanged exits 64 task-handoff --reject -r "$reason" 1
	err_has "REASON"
done

it "edits nothing without an offer"
unchanged exits 64 task-handoff --edit 1
err_has "one of --to USER, --accept and --reject"
unchanged exits 64 task-handoff --accept --edit 1
err_is "task-handoff: --edit goes with --to: the section in the context is for who takes the task on"

it "wants a task, and shows what it takes"
unchanged exits 64 task-handoff --to @bob -r "why"
err_has "task-handoff REF..."
unchanged exits 64 task-handoff --accept
err_has "task-handoff REF..."

it "names the option that was probably meant"
unchanged exits 64 task-handoff --acept 1
err_has "did you mean '--accept'?"

it "says that there is no such task"
unchanged exits 66 task-handoff --to @bob -r "why" 4711
err_is "task-handoff: TASK-4711: no such task"
unchanged exits 66 task-handoff --accept 4711
err_is "task-handoff: TASK-4711: no such task"

it "says that a word is no task"
unchanged exits 64 task-handoff --to @bob -r "why" nonsense
err_has "'nonsense' is no task"

it "says how to say who one is where nothing says it"
mv "$HOME/.gitconfig" "$HOME/away"
unchanged exits 78 task-handoff --to @bob -r "why" 1
err_has "who are you?"
mv "$HOME/away" "$HOME/.gitconfig"

it "does not wait for the lock with TASK_LOCK_TIMEOUT=0, and says who holds it"
exec 9>.git/task/lock && flock 9 && echo "task-new (pid 4711)" >&9
unchanged exits 75 env TASK_LOCK_TIMEOUT=0 \
    task-handoff --to @bob -r "why" 1
err_has "task-new (pid 4711)"

it "takes no lock with -n"
unchanged exits 0 env TASK_LOCK_TIMEOUT=0 \
    task-handoff -n --to @bob -r "why" 1
exec 9>&-

it "fails when its output cannot be written, and leaves a sound tree"
task-handoff --to @bob -r "why" 1 >/dev/full 2>"$err"
is $? 74
err_has "cannot write to standard output"
sound
task-handoff -u @bob --accept 1 >/dev/full 2>"$err"
is $? 74
is "$(how_many 0001 handoff_accepted)" 1
sound

it "fails when its output is closed, and leaves a sound tree"
if under_valgrind; then
	skip "valgrind opens a file where the output was"
else
	in_stage backlog
	task-handoff --to @bob -r "why" "$id" >&- 2>"$err"
	is $? 74
	sound
fi

it "tells what it is for and what it takes"
exits 0 task-handoff -h
out_has "task-handoff: pass responsibility on to another person"
out_has "--to USER"
out_has "--reason REASON"

fresh_board more
in_stage backlog

it "offers to nobody whose name no user can have"
for who in '@b!b' @@bob @a:b @b/b "@$(printf '%065d' 1)" "@$(printf 'b\033b')"
do
	unchanged exits 64 task-handoff --to "$who" -r "why" "$id"
	task-handoff -u "$who" -n --reject -r "no" "$id" >"$out" 2>"$err"
	git reset -q --hard HEAD
	in_stage backlog
done

it "lets no registered worker answer, made one after the offer"
in_stage backlog
exits 0 task-handoff --to @robot -r "why" "$id"
mkdir -p $tasks/.workers
echo "id: robot" >$tasks/.workers/robot.manifest.yaml
unchanged exits 1 task-handoff -u @robot --accept "$id"
rm -r $tasks/.workers

it "lists nobody as his own predecessor"
offered backlog
edit "$id" 's/^current_dri: .*/current_dri: "@bob"/'
git commit -qam "by hand"
task-handoff -u @bob --accept "$id" >"$out" 2>"$err"
grep '"@bob"' "$(card "$id")" >"$out"
out_lacks 'previous_dris: ["@bob"]'

it "takes no reason with control characters into a context"
in_stage backlog
unchanged exits 64 task-handoff --to @bob -r "$(printf 'a\033]0;x\007')" "$id"

it "keeps the line ends of a context"
in_stage backlog
sed "s/\$/$cr/" "$(context "$id")" >x && cat x >"$(context "$id")" && rm x
git commit -qam "crlf"
exits 0 task-handoff --to @bob -r "why" "$id"
is "$(grep -c "$cr\$" "$(context "$id")")" "$(wc -l <"$(context "$id")")"

it "finds a column that it has not before it looks at tasks"
unchanged exits 64 task-handoff --columns nothing --accept 4711

finish
