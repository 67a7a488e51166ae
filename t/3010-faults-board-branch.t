#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"
: "${TASK_FAULT_STEP:=13}"
. "${TASK_SRC:?}/t/fault/loop.sh"

# A repository of code, whose board is on a branch.
fixture() {
	git init -q . && echo "int main;" >main.c && git add main.c &&
	    git commit -qm code
	task-init --branch work && make_task "To be told of"
	echo "by hand" >>"$(folder 0001)/0001.context.md"
}

dirty() {
	git status --porcelain && git -C .work status --porcelain
}

fault_loop task-note 1 "it rains"

# The board itself: whatever stopped it, a second try makes it whole.
fixture() {
	git init -q . && echo "int main;" >main.c && git add main.c &&
	    git commit -qm code
}

dirty() {
	git status --porcelain
	[ ! -f .work/.git ] || git -C .work status --porcelain
}

check_after() {
	is "$(cd w && git status --porcelain)" ""
	(cd w && task-init -q --branch work) >"$out" 2>"$err" ||
	    fail "$1 $2: the next try fails: $(cat "$err")"
	[ "$(signature w)" = "$sig_after" ] || fail "$1 $2: not the same board"
	is "$(cd w && dirty)" ""
	is "$(cd w && git worktree list | wc -l)" 2
	(cd w && git fsck --strict --no-dangling) >"$out" 2>&1 ||
	    fail "$1 $2: git fsck: $(head -n 3 "$out")"
	# Git's own when its configuration is written; and of a branch that is
	# new, where the file cannot be removed.
	ours='/tmp_\|/config\.lock$'
	case $1 in
	eio | enospc) ours=$ours'\|/refs/heads/work\.lock$' ;;
	esac
	left=$(leftovers | grep -v "$ours")
	[ -z "$left" ] || fail "$1 $2: left: $left"
}

fault_loop task-init --branch work

# The same of a branch that is there, whose files have to be written.
fixture() {
	git init -q --bare "$sandbox/origin-$$"
	git init -q . && git commit -q --allow-empty -m code
	task-init --branch work && make_task "From afar"
	git remote add origin "$sandbox/origin-$$" && git push -q origin work
	rm -rf .work .git/task && git worktree prune && git branch -q -D work
}

fault_loop task-init --branch work

# An inline board with a hand edit becomes one apart, and that one inline.  What
# was begun is finished by a second try, and no byte of a file is another.
files() {
	(cd "$1" && find .work -type f ! -path .work/.git | LC_ALL=C sort |
	    xargs cat | cksum)
}

check_after() {
	[ -d whole ] || { cp -a before whole && (cd whole && $again) \
	    >/dev/null; }
	(cd w && $again) >"$out" 2>"$err" ||
	    fail "$1 $2: the next try fails: $(cat "$err")"
	is "$(files w)" "$(files before)"
	is "$(cd w && dirty)" "$(cd whole && dirty)"
	is "$(cd w && git for-each-ref --format='%(refname) %(tree)')" \
	    "$(cd whole && git for-each-ref --format='%(refname) %(tree)')"
	(cd w && git fsck --strict --no-dangling) >"$out" 2>&1 ||
	    fail "$1 $2: git fsck: $(head -n 3 "$out")"
	left=$(leftovers | grep -v '/tmp_\|/refs/heads/work\.lock$')
	[ -z "$left" ] || fail "$1 $2: left: $left"
}

signature() {
	(cd "$1" && git rev-parse HEAD) && files "$1"
}

# turns COMMAND...: against what it makes where nothing stops it.
turns() {
	again="$*"
	rm -rf whole
	fault_loop "$@"
}

fixture() {
	git init -q . && echo "int main;" >main.c && git add main.c &&
	    git commit -qm code && task-init && make_task "To be told of" &&
	    task-note 1 "noted"
	echo "by hand" >>"$(folder 0001)/0001.context.md"
}

turns task-init --branch work

fixture() {
	git init -q . && echo "int main;" >main.c && git add main.c &&
	    git commit -qm code && task-init --branch work &&
	    make_task "To be told of"
	echo "by hand" >>"$(folder 0001)/0001.context.md"
}

turns task-init --inline

finish
