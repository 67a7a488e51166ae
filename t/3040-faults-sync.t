#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"
: "${TASK_FAULT_STEP:=9}"
. "${TASK_SRC:?}/t/fault/loop.sh"

# Faults are for our own program: what git's leaves behind is git's.
real=$(command -v git)
mkdir "$sandbox/bin"
cat >"$sandbox/bin/git" <<EOF
#!/bin/sh
unset LD_PRELOAD
exec "$real" "\$@"
EOF
chmod +x "$sandbox/bin/git"
PATH=$sandbox/bin:$PATH

# Two who worked apart: both moved one task and made one of the same number.
# The other's work is on the remote, which goes along with the clone.
apart() {
	board
	for name in One Two; do
		make_task "$name" '"priority":"P1","effort":"M"'
	done
	task-move 1 2
	git init -q --bare .git/server
	git remote add origin .git/server
	git push -q -u origin main
	git clone -q .git/server ../there 2>/dev/null
	(
		cd ../there || exit 1
		export TASK_NOW=2025-10-18T10:40:00Z
		task-move -s 1
		task-note 2 -m "from there"
		task-new "Made there"
		git push -q
	)
	rm -rf ../there
	task-status --by "external:the parts" 1 blocked
	task-note 2 -m "from here"
	task-new "Made here"
}

fixture() {
	apart
}

fault_loop task-sync

finish
