#!/bin/sh
# SPDX-License-Identifier: MIT
# The safe server of task-security(7), set up as the page has it: each command
# does what it should, or is refused with what stands below it.
. "${TASK_SRC:?}/t/lib.sh"
. "${TASK_SRC:?}/t/page.sh"

command -v ssh-keygen >/dev/null 2>&1 || skip_all "there is no ssh-keygen"

# The literal blocks of the page, as a reader sees them.
literals task-security.7 | steps "$sandbox/steps"

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
		err_has "$answer"
	fi
done

it "has set up a board that is sound"
sound

finish
