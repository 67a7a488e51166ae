#!/bin/sh
# SPDX-License-Identifier: MIT
# The README's tour: each command is run as it stands there, and prints what
# stands there.
. "${TASK_SRC:?}/t/lib.sh"

command -v jq >/dev/null || skip_all "jq is not installed"

git config --global user.email you@example.org
mkdir shop && cd shop || exit 1

# What stands between the headings, without its tab.
sed -n '/^A tour of/,/^Programs$/s/^	//p' "$TASK_SRC/README" |
    steps "$sandbox/steps"

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
