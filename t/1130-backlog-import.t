#!/bin/sh
# SPDX-License-Identifier: MIT
# The real data: 652 items of a public backlog, through a filter, into a board.
. "${TASK_SRC:?}/t/lib.sh"

data=$TASK_SRC/../shared/data/backlog.jsonl
filter=$TASK_SRC/tools/filters/backlog.jq

[ -r "$data" ] || skip_all "there is no $data"
command -v jq >/dev/null || skip_all "there is no jq"

# After the newest item, so that nothing lies in the future.
TASK_NOW=2026-09-01T12:00:00Z
export TASK_NOW

board
before=$(git rev-parse HEAD)

# What the items should become, found from the data alone: the n-th line is
# TASK-n, and where two have one key the first is meant.
expected() {
	jq -rs --arg what "$1" '
	    def ref: "TASK-" + ("000" + tostring | .[-4:]);
	    (to_entries | reverse | map({(.value.key): (.key + 1)}) | add)
	      as $number
	    | to_entries[] | (.key + 1 | ref) as $id | .value
	    | if $what == "names" then "\($id) \(.name)"
	      elif $what == "dependencies" then
	        "\($id) \([.dependencies[] | select($number[.] != null)
	          | $number[.] | ref] | join(" "))"
	      elif $what == "missing" then
	        .dependencies[] | select($number[.] == null) | "\($id) \(.)"
	      elif $what == "criteria" then
	        $id, (.acceptance[] | (if .done then "- [x] " else "- [ ] " end)
	          + (.text | gsub("\\s+"; " ") | sub("^ "; "") | sub(" $"; "")))
	      elif $what == "tags" then "\($id) \(.labels | join("|"))"
	      elif $what == "stages" then
	        "\($id) " + (if (.status | ascii_downcase) == "done"
	          then "archived active"
	          elif .folder | startswith("archive") then "archived canceled"
	          elif .folder == "drafts" then "inbox active"
	          else "backlog active" end)
	      elif $what == "created" then "\($id) \(.created[:10])"
	      elif $what == "keys" then
	        "\($id) \(.key)" + (if ($number[.key] | ref) == $id then ""
	          else "-2" end)
	      elif $what == "words" then
	        "\($id) \(.description, .plan, .notes | . // ""
	          | gsub("[^A-Za-z0-9]"; ""))"
	      else error("no such thing") end' "$data"
}

# The cards of all tasks, in the order of their ids.
cards() {
	find .work/tasks -name '*.task.md' |
	    sed 's/\(.*TASK-\)\([0-9]*\)-/\2 &/' | sort | cut -d' ' -f2-
}

# same TEXT FILE: they are; if not, the first lines that differ are shown.
same() {
	printf '%s\n' "$1" | diff - "$2" >"$sandbox/diff" && return 0
	fail "they differ: $(head -n 6 "$sandbox/diff")"
}

list() {
	task-ls -a --sort id -j | jq -r "$1" >"$out"
}

it "makes all 652 packages of the filtered data, with ids in the order of the lines"
jq -cf "$filter" "$data" >"$sandbox/lines" || fail "jq"
task-new --lenient - <"$sandbox/lines" >"$out" 2>"$sandbox/said"
is $? 0
same "$(seq -f 'TASK-%04g' 652)" "$out"
is "$(find .work/tasks -type d -name 'TASK-*' | wc -l)" "652"

it "makes them in one commit"
is "$(git rev-list --count "$before..")" "1"

it "leaves indexes that agree, a clean git status and sound objects"
sound

it "keeps every name to the letter"
list '.id + " " + .name'
same "$(expected names)" "$out"

it "keeps every key, with a suffix where it was there already"
list '.id + " " + .external_key'
same "$(expected keys)" "$out"

it "keeps every dependency on a task that exists"
list '.id + " " + (.depends_on | join(" "))'
same "$(expected dependencies)" "$out"

it "says of every other dependency that no line has the key"
is "$(grep -c "depends_on: no line has key" "$sandbox/said")" \
    "$(expected missing | wc -l)"

it "logs the dependencies that it dropped"
expected missing | while read -r ref key; do
	grep -l "\"dropped\":.*\"$key\"" "$(ledger "${ref#TASK-}")"
done >"$out"
is "$(wc -l <"$out")" "$(expected missing | wc -l)"

it "keeps every acceptance criterion, ticked where it was"
cards | while read -r f; do
	echo "$f" | sed 's/.*\(TASK-[0-9]*\)-.*/\1/'
	sed '1,/^## Acceptance Criteria$/d' "$f" | grep '^- \['
done >"$out"
same "$(expected criteria)" "$out"

it "puts every item into the stage and status that it had"
list '.id + " " + .stage + " " + .status'
same "$(expected stages)" "$out"

it "keeps tags and dates"
list '.id + " " + (.tags | join("|"))'
same "$(expected tags)" "$out"
list '.id + " " + .created'
same "$(expected created)" "$out"

it "keeps every word of the texts"
expected words >"$sandbox/words"
cards | while read -r f; do
	id=$(echo "$f" | sed 's/.*TASK-\([0-9]*\)-.*/\1/')
	printf 'TASK-%s ' "$id"
	cat "$f" "$(dirname "$f")/$id.context.md" | tr -cd 'A-Za-z0-9'
	echo
done >"$sandbox/have"
jq -nr --rawfile words "$sandbox/words" --rawfile have "$sandbox/have" '
    def table: split("\n") | map(select(. != "") | split(" "));
    ($have | table | map({(.[0]): .[1]}) | add) as $have
    | $words | table[] | .[0] as $id | .[1]
    | select(. != "")
    | select(. as $w | [range(0; length; 200)]
      | map($w[.:.+200]) | all(. as $part | $have[$id] | contains($part))
      | not)
    | $id' >"$out" || fail "jq"
out_is ""

it "gives every card its five sections, once each"
cards | xargs grep -c -E '^## (Goal|Inputs Required|Implementation Details|Expected Outputs|Acceptance Criteria)$' |
    grep -v ':5$' >"$out"
out_is ""
cards | xargs grep -h '^## ' | sort | uniq -c | sed 's/^ *//' >"$out"
out_is "652 ## Acceptance Criteria
652 ## Expected Outputs
652 ## Goal
652 ## Implementation Details
652 ## Inputs Required"

it "says in every ledger that the task was imported"
is "$(grep -rL '"metadata":{"imported":true' .work/tasks \
    --include='*.ledger.jsonl')" ""

it "says everything once"
is "$(sort "$sandbox/said" | uniq -d)" ""

it "leaves nothing out but keys and dependencies"
is "$(grep -v -e ": key: " -e ": depends_on: " "$sandbox/said")" ""

it "makes a board that every program can read"
exits 0 task-ls -a
is "$(wc -l <"$out")" "652"

it "says in a second run that the keys are there, and changes nothing"
head=$(git rev-parse HEAD)
task-new --lenient - <"$sandbox/lines" >"$out" 2>"$err"
is $? 0
out_is ""
err_has "652 of 652 keys are there already"
is "$(git rev-parse HEAD)" "$head"
is "$(dirty)" ""

it "speaks of no suffixes where it gives none"
err_lacks "suffix"

it "moves on without --lenient: it names what is wrong, and makes nothing"
mkdir ../strict && cd ../strict || exit 1
board
head=$(git rev-parse HEAD)
task-new - <"$sandbox/lines" >"$out" 2>"$err"
is $? 65
is "$(grep -c -e ": key: " -e ": depends_on: " "$err")" \
    "$(($(expected missing | wc -l) +
    $(jq -r .key "$data" | sort | uniq -d | wc -l)))"
out_is ""
is "$(git rev-parse HEAD)" "$head"
cd ../work || exit 1

# Ten of them, made ready by hand.
ready() {
	task-ls backlog -p P2 --ready --columns id -N 10
}

it "carries ten of them to archived by pipelines, a commit a step, and is sound"
sed '/^  current:/s/limit: 5/limit: 10/' .work/tasks/policy.yaml >x &&
    cat x >.work/tasks/policy.yaml && rm x && git commit -qam "policy"
ready >"$sandbox/ten"
is "$(wc -l <"$sandbox/ten")" "10"
while read -r ref; do
	for f in $(card "${ref#TASK-}"); do
		sed -e 's/^effort_estimate: null/effort_estimate: "M"/' \
		    -e 's/^- \[ \]/- [x]/' "$f" >x && cat x >"$f"
	done
	echo "Learned." >"$(folder "${ref#TASK-}")/${ref#TASK-}.learning.md"
done <"$sandbox/ten"
rm x
head=$(git rev-parse HEAD)
for stage in next current integration learning archived; do
	task-move -s - "$stage" <"$sandbox/ten" >"$out" 2>"$err"
	is $? 0
	same "$(cat "$sandbox/ten")" "$out"
	[ -z "$failed" ] || break
done
[ -z "$failed" ] || show_last
is "$(git rev-list --count "$head..")" "5"
is "$(task-ls archived --columns id | grep -c -Fx -f "$sandbox/ten")" "10"
sound

finish
