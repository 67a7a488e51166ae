#!/bin/sh
# SPDX-License-Identifier: MIT
# The main job before the reader's eyes, in a temporary repository: a task on
# its way through all seven stages, a move that is refused, an edit by hand.
set -eu

: "${TASK_BUILD:?}" "${TASK_SRC:?}"
PATH=$TASK_BUILD/tools:$TASK_SRC/tools:$PATH
export PATH
demo=$(mktemp -d "${TMPDIR:-/tmp}/task-demo.XXXXXX")
cd "$demo"
unset TASK_USER TASK_AGENT TASK_WORK TASK_NOW GIT_DIR
: "${TASK_DEMO_PAUSE:=0}"

if [ -t 1 ]; then bold=$(printf '\033[1m') dim=$(printf '\033[2m') \
    off=$(printf '\033[0m'); else bold='' dim='' off=''; fi

tell() {
	printf '\n%s# %s%s\n' "$dim" "$*" "$off"
}

# Shows a command, and runs it; that it fails may be what is shown.
show() {
	printf '%s$ %s%s\n' "$bold" "$*" "$off"
	sh -c "$*" || echo "${dim}(exit status $?)$off"
	sleep "$TASK_DEMO_PAUSE"
}

tell "A repository, and a board in it: plain files, one commit."
show "git init -q ."
git config user.name "Alice Example"
git config user.email alice@example.org
show "task-init"

tell "Two tasks: one from a line of JSON with all it needs, one by name."
cat >login.jsonl <<'EOF'
{"name":"Log in with a passkey","goal":"People log in without a password.","inputs":"The WebAuthn library is chosen.","details":"A button, a ceremony, a table of keys.","outputs":"The page, its tests, a paragraph of help.","context":"Passwords are half of our support mail.","acceptance":["a new key can be registered","a known key logs in"],"priority":"P1","effort":"M","tags":["auth"]}
EOF
show "task-new - <login.jsonl"
show "task-new -d 1 -t auth 'Log out everywhere'"
rm login.jsonl

tell "Moves are judged.  The first is complete; the second is not."
show "task-move 1"
show "task-move 2"

tell "A gate needs a person's word."
show "task-move 1 next"
show "task-sign 1 next"
show "task-move 1 next"
show "task-move 1 current"

tell "Work is done; the criteria are ticked by hand, in an editor as it were."
show "sed -i 's/- \\[ \\]/- [x]/' .work/tasks/current/TASK-0001-*/*.task.md"
show "echo 'Safari wants a gesture first.' >>.work/tasks/current/TASK-0001-log-in-with-a-passkey/0001.context.md"
tell "What was done by hand is checked and put on record, the old text kept."
show "task-watch --once"

tell "On to the end: signed along with the moves."
show "task-move --sign 1 integration"
show "task-move 1 learning"
show "echo 'Ask for a device early.' >.work/tasks/learning/TASK-0001-log-in-with-a-passkey/0001.learning.md"
show "task-move --sign 1 archived"

tell "Who waited for it is ready now."
show "task-ls -a"
show "cat .work/tasks/INDEX.md"

tell "What happened to it, and what git has: one commit a step."
show "task-ledger 1"
show "git --no-pager log --stat --format='%n%h %s' -n 4"
show "git status --short"
show "task-index --check && echo 'the indexes agree'"

printf '\nThe repository lies in %s\n' "$demo"
