#!/bin/sh
# SPDX-License-Identifier: MIT
# What task-json(5), task-format(5) and task-policy(5) say is so.
. "${TASK_SRC:?}/t/lib.sh"

man=$TASK_SRC/man
tab=$(printf '\t')

# "key TAB type" of a subsection of task-json(5), in its order.
contract() {
	awk -v section=".Ss $1" -v FS=' Ta ' '
	/^\.S[sh] / { here = $0 == section }
	here && /^\.It Cm / {
		sub(/ Ta$/, "", $2)
		print substr($1, 8) "\t" $2
	}' "$man/task-json.5"
}

# objects SUBSECTION: what is in $out keeps to the contract.
objects() {
	contract "$1" >"$sandbox/contract"
	[ -s "$sandbox/contract" ] || fail "task-json(5) has no '$1'"
	[ -s "$out" ] || fail "no object"
	jq -r '(to_entries[] | "\(.key)\t\(.value |
	    if type == "array" then "list of \(map(type) | unique | join(" "))"
	    else type end)"), ""' "$out" >"$sandbox/found"
	awk -F'\t' '
	function allowed(want, got) {
		if (got == "null")
			return want ~ / or null$/
		sub(/ or null$/, "", want)
		if (want ~ /^list/)
			return got == "list of " || got == "list of " \
			    (want == "list of text" ? "string" : "object")
		if (want == "number" || want == "object")
			return got == want
		return got == "string"
	}
	NR == FNR { key[++n] = $1; type[n] = $2; next }
	$0 == "" {
		if (i != n)
			print "keys are missing after " key[i]
		i = 0
		next
	}
	$1 != key[++i] { print "key " $1 " in place of " key[i] }
	!allowed(type[i], $2) { print $1 ": " $2 ", not " type[i] }
	' "$sandbox/contract" "$sandbox/found" >"$sandbox/wrong"
	[ -s "$sandbox/wrong" ] || return 0
	fail "$1: $(cat "$sandbox/wrong")"
	show_last
}

board
full_task "Everything" '"key":"K-1","priority":"P1","effort":"M",
"tags":["a","b"]' | tr -d '\n' | task-new - >/dev/null
task-new -d 1 "Little" >/dev/null

if command -v jq >/dev/null 2>&1; then
	it "has the keys and types of task-ls"
	exits 0 task-ls -j
	objects task-ls

	it "has the keys and types of task-show"
	exits 0 task-show -j 1 2
	objects task-show
	exits 0 sh -c "task-show -j 2 | jq -r '.dependencies[] |
	    [.id, .state, (.done | tostring)] | @tsv'"
	out_is "TASK-0001${tab}inbox${tab}false"
	exits 0 sh -c "task-show -j 1 | jq -r '.acceptance[] |
	    [(.done | tostring), .text] | @tsv'"
	out_is "false${tab}first
false${tab}second"

	it "has the keys and types of task-new"
	exits 0 task-new -j "Another" "And one more"
	objects task-new

	rm .work/templates/bug.md
	exits 0 task-new -j --templates
	objects "task-new --templates"
	git checkout -q .

	it "has the keys and types of task-move"
	exits 0 task-move -j 1 backlog
	objects task-move

	it "has the keys and types of task-done"
	full_task "Quick" '"stage":"next","priority":"P1","effort":"M"' |
	    task-new - >/dev/null
	exits 0 task-done -j "$(task-ls --columns id next)" "a note"
	objects task-move

	it "has the keys and types of task-sign"
	exits 0 task-sign -j 1 next
	objects task-sign
	exits 0 task-sign -j --revoke 1 next
	objects task-sign

	it "has the keys and types of task-set and the other programs of many tasks"
	exits 0 task-set -j -r why 1 priority=P2
	objects task-set
	exits 0 task-note -j 1 "a note"
	objects task-set
	exits 0 task-link -j 3 --on 1
	objects task-set
	exits 0 env EDITOR="sed -i s/first/one/" task-edit -j 1
	objects task-set
	exits 0 task-status -j 3 blocked --by info:which
	objects task-set

	exits 0 task-new Twice
	exits 0 task-merge -j 4 "$(cat "$out")"
	objects task-set

	it "has the keys and types of task-split"
	exits 0 task-split -n -j --into A --into B --dependents all 3
	objects task-split

	it "has the keys and types of task-ledger"
	exits 0 task-ledger -j --add waiting_on -m why 1
	objects "task-ledger --add"
	exits 0 sh -c "task-ledger -j 1 | jq -c '.task, .id, .ts, .user,
	    .event, .desc, .version | type' | sort -u"
	out_is '"string"'
	exits 0 sh -c "task-ledger -j 1 | cut -c1-21 | sort -u"
	out_is '{"task":"TASK-0001","'

	it "has the keys and types of task-log"
	echo "By hand." >>"$(card 0002)" && git commit -qam "by hand"
	task-note --no-commit 2 "a note"
	exits 0 task-log -jp 2
	objects task-log
	exits 0 sh -c "task-log -j 2 | jq -c '[.event, .commit | type]' |
	    sort -u"
	out_is '["null","string"]
["string","null"]
["string","string"]'

	it "has the keys and types of task-verify"
	sed -i '1s/reserved/taken/' "$(ledger 0002)" && git commit -qam lie
	exits 1 task-verify -j HEAD^!
	objects task-verify
	exits 0 task-verify -j --rules
	objects "task-verify --rules"
	git reset -q --hard HEAD~1

	it "has the keys and types of task-hook and of proposals"
	exits 1 task-hook -j status
	objects "task-hook status"
	mkdir .work/tasks/.hooks
	cat >.work/tasks/.hooks/registry.yaml <<-'EOF'
	hooks:
	  on_blocked:
	    - {name: a, run: [printf, '{"event":"late_log","desc":"x","k":1}']}
	EOF
	exits 0 task-hook -j --trust
	objects task-hook
	exits 0 task-hook -j --run on_blocked 1
	objects "task-hook --run"
	exits 0 task-status 1 blocked --by info:which
	exits 0 task-status 1 blocked --by info:that
	exits 0 task-ledger -j --proposals
	objects "task-ledger --proposals"
	exits 0 task-ledger -j --reject \
	    "$(task-ledger --proposals | sed -n '1s/	.*//p')"
	objects "task-ledger --reject"
	exits 0 task-ledger -j --accept "$(task-ledger --proposals | cut -f1)"
	objects "task-ledger --add"
	exits 0 task-status 1 active -r over
	rm -r .work/tasks/.hooks

	it "has the keys and types of task-index"
	sed 's/| Little |/| Much |/' .work/tasks/INDEX.md >x &&
	    cat x >.work/tasks/INDEX.md
	exits 1 task-index -j --check
	objects "task-index --check"
	exits 0 task-index

	it "has the keys and types of task-fsck"
	echo 1 >.work/tasks/ID_COUNTER.txt
	sed 's/^task_id: .*/task_id: "0099"/' "$(card 0002)" >x
	cp "$(card 0002)" y && cat x >"$(card 0002)"
	exits 1 task-fsck -j
	objects task-fsck
	is "$(jq -r .code "$out" | paste -sd' ' -)" "F1-card-id F8-counter"
	cat y >"$(card 0002)"
	exits 0 task-fsck -j --repair
	objects task-fsck
	exits 0 task-fsck -j --codes
	objects "task-fsck --codes"

	it "has the keys and types of task-sync"
	git init -q --bare ../server && git remote add origin ../server
	exits 0 task-sync -j
	objects task-sync
	exits 0 task-sync -j --reserve
	objects "task-sync --reserve"
	cp -r "$(folder 0002)" .work/tasks/next/
	git add .work && git commit -qm "twice"
	exits 0 task-fsck -j --reconcile
	objects task-sync

	it "has the keys and types of task-watch"
	echo "More." >>"$(folder 0002)/0002.context.md"
	task-sign 1 next >/dev/null
	mv "$(folder 0001)" .work/tasks/next/
	mv "$(folder 0003)" .work/tasks/backlog/
	exits 1 task-watch -j --once --enforce
	objects task-watch
	cp "$out" changes
	exits 0 sh -c "jq -r '[.id, .change, .from, .to] |
	    map(. // \"null\") | join(\" \")' changes | sort"
	out_is "TASK-0001 moved backlog next
TASK-0002 edited null null
TASK-0003 put back backlog inbox"

	it "has the keys and types of task-graph"
	exits 0 task-graph -j
	objects task-graph
	cp "$(card 0002)" x
	sed 's/^depends_on:.*/depends_on: [TASK-0002]/' x >"$(card 0002)"
	exits 1 task-graph -j --cycles
	objects "task-graph --cycles"
	out_is '{"id":"TASK-0002","path":["TASK-0002","TASK-0002"]}'
	cat x >"$(card 0002)"
fi

# "word TAB who" of the vocabulary.
awk -v FS=' Ta ' -v OFS='\t' '
/^\.Sh / { here = $0 == ".Sh THE VOCABULARY" }
here && /^\.It Cm / { sub(/ Ta$/, "", $2); print substr($1, 8), $2 }
' "$man/task-format.5" >"$sandbox/words"

it "knows the words of task-format(5), and lets a person add what it says"
[ -s "$sandbox/words" ] || fail "there is none"
while IFS=$tab read -r word who; do
	case $who in
	person)
		exits 0 task-ledger -n --add "$word" -m text 2
		;;
	*)
		exits 1 task-ledger -n --add "$word" -m text 2
		owner=$(sed -n 's/.* is written by \([a-z-]*\),.*/\1/p' "$err")
		case "$who," in
		*"$owner,"* | *"$owner*,"*) ;;
		edit,*) is "$owner" task-watch ;;
		*) fail "$word: $owner, and not $who" ;;
		esac
		;;
	esac
done <"$sandbox/words"

it "has all words of the programs in task-format(5), in their order"
sed -n '/vocabulary\[\] = {/,/^};/s/^	{ "\([a-z0-9_]*\)",.*/\1/p' \
    "$TASK_SRC/common/board/ledger.c" >"$sandbox/known"
cut -f1 "$sandbox/words" | diff "$sandbox/known" - >"$out" ||
    fail "they differ"
out_is ""

it "fires the hook points of task-hooks(5)"
awk -v FS=' Ta Cm ' '
/^\.Sh / { here = $0 == ".Sh THE POINTS" }
here && /^\.It Cm / {
	n = split($2, events, " ")
	for (i = 1; i <= n; i++)
		print events[i], substr($1, 8)
}' "$man/task-hooks.5" >"$sandbox/page"
sed -n 's/^	\[HOOK_\([A-Z0-9_]*\)\] = "\([a-z0-9_]*\)",/\1 \2/p' \
    "$TASK_SRC/common/board/hooks.c" >"$sandbox/names"
sed -n 's/^	{ "\([a-z0-9_]*\)", HOOK_\([A-Z0-9_]*\),.*/\1 \2/p' \
    "$TASK_SRC/common/change/hookrun.c" |
    awk 'NR == FNR { name[$1] = $2; next } { print $1, name[$2] }' \
	"$sandbox/names" - >"$sandbox/code"
[ -s "$sandbox/code" ] || fail "there is none"
diff "$sandbox/page" "$sandbox/code" >"$out" || fail "they differ"
out_is ""

it "writes the defaults of task-policy(5) into a new board"
awk '/^\.Bd -literal$/ && !seen { seen = here = 1; next }
    /^\.Ed/ { here = 0 }
    here' "$man/task-policy.5" | tr -s ' \n' ' ' >"$sandbox/page"
grep -v '^#' .work/tasks/policy.yaml | tr -s ' \n' ' ' >"$sandbox/file"
diff "$sandbox/page" "$sandbox/file" >"$out" || fail "they differ"

finish
