#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"
command -v bash >/dev/null || skip_all "there is no bash"

board
make_task "Log in" '"tags":["auth"]'
make_task "Log out" '"dri":"@bob"'

# What bash offers for the last of the words.
offers() {
	bash -c '
		. "$TASK_SRC/tools/completion/task.bash"
		program=$1
		last=${!#}
		before=${@: -2:1}
		_task "$program" "$last" "$before"
		printf "%s\n" "${COMPREPLY[@]}"' bash "$@" >"$out" 2>"$err"
}
TASK_SRC=$TASK_SRC
export TASK_SRC

it "offers the options of the program's own table"
offers task-move --con
out_is "--concurrent-ok"
offers task-ls --
out_has "--ready"
out_lacks "--complete"

it "offers ids and stages where they may stand"
offers task-move ""
out_has "TASK-0001"
out_has "archived"
offers task-show TASK-0002
out_is "TASK-0002"
offers task-sign 1 ne
out_is "next"

it "offers statuses and what can be set where they may stand"
offers task-status 1 can
out_is "canceled"
offers task-set 1 prio
out_is "priority="
offers task-status --dependents k
out_is "keep"

it "offers the parts of a task where one may stand"
offers task-edit 1 con
out_is "context"

it "offers what is done with git's hooks"
offers task-hook un
out_is "uninstall"

it "offers the words that an option takes"
offers task-new -p ""
out_is "P0
P1
P2
P3
P4"
offers task-ls --dri ""
out_is "@alice
@bob"
offers task-new --depends-on TASK-0001
out_is "TASK-0001"
offers task-new --template b
out_is "bug"

it "offers the namespaces that the board's file names"
printf 'namespaces:\n  FW:\n    team: "A"\n  WEB: {}\n' \
    >.work/tasks/NAMESPACES.yaml
offers task-new --namespace ""
out_is "FW
WEB"
cd .work/tasks || exit 1
offers task-ls --namespace W
out_is "WEB"
cd ../.. || exit 1
if command -v fish >/dev/null; then
	exits 0 fish -c "source $TASK_SRC/tools/completion/task.fish; complete -C 'task-new --namespace '"
	out_has "WEB"
fi
rm .work/tasks/NAMESPACES.yaml

it "is valid zsh and fish"
if command -v zsh >/dev/null; then
	exits 0 zsh -n "$TASK_SRC/tools/completion/_task"
fi
if command -v fish >/dev/null; then
	exits 0 fish -n "$TASK_SRC/tools/completion/task.fish"
	exits 0 fish -c "source $TASK_SRC/tools/completion/task.fish; complete -C 'task-move --conc'"
	out_has "--concurrent-ok"
fi

it "is found by bash and fish under each program's name where installed"
make -s -C "$TASK_BUILD" install DESTDIR="$sandbox/inst" >/dev/null 2>&1
share=$(dirname "$(find "$sandbox/inst" -name bash-completion)")
for program in "$TASK_SRC"/man/*task*.1; do
	name=$(basename "$program" .1)
	exits 0 test -e "$share/bash-completion/completions/$name"
	exits 0 test -e "$share/fish/vendor_completions.d/$name.fish"
done
if command -v fish >/dev/null; then
	exits 0 fish -c "set -p fish_complete_path \
	    $share/fish/vendor_completions.d; complete -C 'task-sign --rev'"
	out_has "--revoke"
fi

finish
