#!/bin/sh
# SPDX-License-Identifier: MIT
# Attacks on the one who judges: what is pushed to keep him busy, or to fill his
# memory.
. "${TASK_SRC:?}/t/attack.sh"

four=$TASKS/current/TASK-0004-number-four

# What a judgement may cost at most: seconds, and kilobytes of memory.  With a
# sanitizer or valgrind there is no limit for the memory.
mkdir "$sandbox/bin" || exit 1
{
	echo '#!/bin/sh'
	[ -n "${TASK_SANITIZED-}${TASK_VALGRIND-}" ] || echo 'ulimit -v 400000'
	echo "exec timeout 30 $TASK_BUILD/tools/task-verify" '"$@"'
} >"$sandbox/bin/task-verify"
chmod +x "$sandbox/bin/task-verify"
PATH=$sandbox/bin:$PATH

# A blob of a gigabyte, which is a megabyte on disk.
cd "$sandbox/board" || exit 1
giant=$(head -c 1073741824 /dev/zero |
    git -c core.looseCompression=1 hash-object -w --stdin)
cd "$sandbox/work" || exit 1

attack "refuses a gigabyte beside a card"
put "$four/plan.bin" 100644 "$giant"
refused file-size plan.bin

attack "lets a kilobyte pass"
put "$four/plan.bin" 100644 "$(head -c 1024 /dev/zero |
    git hash-object -w --stdin)"
passes

attack "refuses a gigabyte as a card"
put "$four/0004-number-four.task.md" 100644 "$giant"
refused 'file-size|card-invalid' 0004-number-four.task.md

attack "refuses a gigabyte as a context"
put "$four/0004.context.md" 100644 "$giant"
refused file-size 0004.context.md

attack "refuses a gigabyte as a ledger"
put "$four/0004.ledger.jsonl" 100644 "$giant"
refused 'file-size|ledger-changed|ledger-dropped' 0004.ledger.jsonl

attack "refuses a gigabyte as an index"
put $TASKS/INDEX.md 100644 "$giant"
refused 'file-size|index-stale' INDEX.md

attack "refuses a gigabyte as the policy"
put $TASKS/policy.yaml 100644 "$giant"
refused 'policy-changed file-size?' policy.yaml

attack "refuses a gigabyte beside the stages"
put .work/plan.bin 100644 "$giant"
refused file-size plan.bin

attack "does not look at a gigabyte that is none of the board's"
put film.bin 100644 "$giant"
passes

attack "refuses a line of ten megabytes"
{
	printf '{"id":"HACK900001","ts":"%s","user":"@bob",' "$TASK_NOW"
	printf '"event":"note_added","desc":"'
	head -c 10000000 /dev/zero | tr '\0' x
	printf '"}\n'
} >>"$(ledger 0004)"
commit
refused ledger-line 0004.ledger.jsonl:9

attack "lets a line of ten kilobytes pass"
{
	printf '{"id":"HACK900001","ts":"%s","user":"@bob",' "$TASK_NOW"
	printf '"event":"note_added","desc":"'
	head -c 10000 /dev/zero | tr '\0' x
	printf '"}\n'
} >>"$(ledger 0004)"
commit
passes

# deep N OPEN CLOSE: so many of them, one in another.
deep() {
	perl -e 'print $ARGV[1] x $ARGV[0], $ARGV[2] x $ARGV[0]' "$@"
}

attack "refuses a line of a hundred thousand lists in lists"
printf '{"ts":"%s","user":"@bob","event":"note_added","desc":"x","a":%s}\n' \
    "$TASK_NOW" "$(deep 100000 '[' ']')" >>"$(ledger 0004)"
commit
refused ledger-line 0004.ledger.jsonl:9

attack "lets ten of them pass"
printf '{"ts":"%s","user":"@bob","event":"note_added","desc":"x","a":%s}\n' \
    "$TASK_NOW" "$(deep 10 '[' ']')" >>"$(ledger 0004)"
commit
passes

# bomb N: YAML of so many levels, each ten times the one before.
bomb() {
	echo 'b0: &b0 [x,x,x,x,x,x,x,x,x,x]'
	for level in $(seq "$1"); do
		a="*b$((level - 1))"
		echo "b$level: &b$level [$a,$a,$a,$a,$a,$a,$a,$a,$a,$a]"
	done
}

attack "refuses a card with a YAML bomb"
bomb 12 >"$sandbox/bomb"
edit "$(card 0004)" "1r $sandbox/bomb"
commit
refused card-invalid 0004-number-four.task.md

attack "lets an anchor pass"
bomb 1 >"$sandbox/bomb"
edit "$(card 0004)" "1r $sandbox/bomb"
commit
passes

attack "refuses a card with a hundred thousand lists in lists"
echo "deep: $(deep 100000 '[' ']')" >"$sandbox/bomb"
edit "$(card 0004)" "1r $sandbox/bomb"
commit
refused card-invalid 0004-number-four.task.md

attack "refuses a person with a YAML bomb"
bomb 12 >>$TASKS/people.yaml
commit
refused policy-changed people.yaml

# A tree of so many levels, each of ten times the one before, of that blob.
tree_bomb() {
	level=$(for i in 0 1 2 3 4 5 6 7 8 9; do
		printf '100644 blob %s\t%s\n' "$2" "$i"
	done | git mktree)
	for depth in $(seq "$1"); do
		level=$(for i in 0 1 2 3 4 5 6 7 8 9; do
			printf '040000 tree %s\t%s\n' "$level" "$i"
		done | git mktree)
	done
	echo "$level"
}

attack "refuses a folder of ten thousand million files, all of them the same"
put "$four/plans" 40000 "$(tree_bomb 9 "$(blob good)")"
refused 'file-size|path-unsafe' TASK-0004-number-four

attack "refuses it beside the stages"
put .work/plans 40000 "$(tree_bomb 9 "$(blob good)")"
refused 'file-size|path-unsafe' .work/plans

attack "lets a folder of a hundred pass"
put "$four/plans" 40000 "$(tree_bomb 1 "$(blob good)")"
passes

attack "does not look at such a folder that is none of the board's"
put plans 40000 "$(tree_bomb 9 "$(blob good)")"
passes

# A tree in a tree, so many times.
deep_tree() {
	perl -e '
		my ($n, $blob) = @ARGV;
		open my $out, "|-", "git fast-import --quiet --force" or die;
		print $out "commit refs/heads/deep\ncommitter x <x> 0 +0000\n",
		    "data 0\nM 100644 $blob ", "d/" x $n, "f\n\n";
		close $out or die' "$1" "$2" && git rev-parse "deep^{tree}:d"
	git branch -q -D deep
}

attack "refuses a folder in a folder, three thousand times"
put "$four/d" 40000 "$(deep_tree 3000 "$(blob good)")"
refused 'path-unsafe|file-size' $TASKS

attack "lets a folder in a folder pass, ten times"
put "$four/d" 40000 "$(deep_tree 10 "$(blob good)")"
passes

attack "lets a package of a hundred thousand files pass"
put "$four/plans" 40000 "$(seq 100000 |
    sed "s/.*/100644 blob $(blob good)	&/" | git mktree)"
passes

finish
