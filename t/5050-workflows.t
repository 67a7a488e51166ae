#!/bin/sh
# SPDX-License-Identifier: MIT
# The commands of task-workflows(7), from top to bottom in a new repository: each
# does what it should, or is refused with what stands below it, and in the end
# every event that a person or a rule can cause stands in some ledger.
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/page.sh"

# The literal blocks of the page, as a reader sees them.
literals task-workflows.7 | steps "$sandbox/steps"

# An editor: fills in what a template asks for, else adds a line.
mkdir "$sandbox/bin"
cat >"$sandbox/bin/vi" <<'END'
#!/bin/sh
if grep -q '^<!--.*-->$' "$1"; then
	sed -e '/^## Acceptance/,$s/^<!--.*-->$/- [ ] it works/' \
	    -e 's/^<!--.*-->$/Said here./' "$1"
else
	cat "$1" && echo "- Questions: who has the key?"
fi >"$1.tmp" && cat "$1.tmp" >"$1" && rm "$1.tmp"
END
chmod +x "$sandbox/bin/vi"
PATH=$sandbox/bin:$PATH

for step in "$sandbox/steps"/*.sh; do
	command=$(cat "$step")
	answer=$(cat "${step%.sh}.want")
	it "${answer:+refuses, }as the page has it: $command"
	case $command in
	"cd "*) $command && continue ;;
	esac
	if [ -z "$answer" ]; then
		exits 0 sh -c "$command"
	else
		exits 1 sh -c "$command"
		cat "$out" >>"$err"
		err_has "$answer"
	fi
done

it "leaves a board that is sound"
sound
exits 0 task-fsck

it "has led to every event that a person or a rule can cause"
# What only a merge of two boards writes is not for one board.
awk '
/^\.Sh THE VOCABULARY/ { here = 1 }
here && /^\.It Cm [a-z0-9_]+ Ta/ && !/Ta task-sync/ { print $3 }
' "$TASK_SRC/man/task-format.5" >"$sandbox/words"
find .work/tasks -name '*.ledger.jsonl' -exec cat {} + |
    sed 's/.*"event":"\([^"]*\)".*/\1/' | sort -u >"$sandbox/seen"
[ "$(wc -l <"$sandbox/words")" -gt 50 ] || fail "there are few words"
while read -r word; do
	grep -qx "$word" "$sandbox/seen" || fail "no ledger has $word"
done <"$sandbox/words"

it "has each of the ten workflows"
for n in 0 1 2 3 4 5 6 7 8 9; do
	grep -q "^\.Ss WF$n:" "$TASK_SRC/man/task-workflows.7" ||
	    fail "WF$n is not there"
done

finish
