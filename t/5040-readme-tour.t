#!/bin/sh
# SPDX-License-Identifier: MIT
# The README's tour: each command is run as it stands there, and prints what
# stands there.
. "${TASK_SRC:?}/t/lib.sh"

command -v jq >/dev/null || skip_all "jq is not installed"

git config --global user.email you@example.org
mkdir shop && cd shop || exit 1

# What stands between the headings, without its tab.
sed -n '/^A tour of/,/^Programs$/s/^	//p' "$TASK_SRC/README" >"$sandbox/tour"

# Its commands, each with what it prints in a file of its own.
mkdir "$sandbox/steps"
awk -v dir="$sandbox/steps" '
/^\$ / {
	n++
	file = sprintf("%s/%03d", dir, n)
	print substr($0, 3) >(file ".sh")
	printf "" >(file ".want")
	next
}
{ print >(file ".want") }
' "$sandbox/tour"

for step in "$sandbox/steps"/*.sh; do
	command=$(cat "$step")
	it "prints what the README says: $command"
	sh -c "$command" >"$out" 2>&1 </dev/null
	sed "s|$(pwd -P)|/home/you/shop|" "$out" >"$sandbox/got"
	diff "${step%.sh}.want" "$sandbox/got" >"$sandbox/diff" ||
	    fail "$(cat "$sandbox/diff")"
done

it "has a tour to take"
[ "$(ls "$sandbox/steps" | wc -l)" -ge 30 ] || fail "there are few steps"

it "names every program in the README"
for program in "$TASK_BUILD"/tools/task-* "$TASK_SRC/tools/git-task"; do
	name=${program##*/}
	case $name in *.*) continue ;; esac
	[ -x "$program" ] || continue
	grep -q "^	$name	" "$TASK_SRC/README" || fail "$name is not named"
done

finish
