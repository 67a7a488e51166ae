# SPDX-License-Identifier: MIT
# What a page shows, for tests that do it: after lib.sh,
#
#	. "${TASK_SRC:?}/t/page.sh"

# What roff's escapes stand for.
plain() {
	sed 's/\\&//g; s/\\-/-/g; s/\\(dq/"/g; s/\\e/\\/g'
}

# literals PAGE: its literal blocks, as a reader sees them.
literals() {
	awk '
	/^\.Bd -literal/ { literal = 1; next }
	/^\.Ed/ { literal = 0 }
	literal' "$TASK_SRC/man/$1" | plain
}

# commands PAGE SECTION: the commands in a section of it, one a line.
commands() {
	awk -v section="$2" '
	/^\.Sh / { here = $0 == ".Sh " section }
	/^\.Bd -literal/ { literal = 1 }
	/^\.Ed/ { literal = 0 }
	here && literal && (more || /^\$ /) {
		if (!more)
			sub(/^\$ /, "")
		more = sub(/\\e$/, "")
		printf "%s%s", $0, more ? "" : "\n"
	}' "$TASK_SRC/man/$1" | plain
}
