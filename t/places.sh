# SPDX-License-Identifier: MIT
# Folders and repositories for tests that need many: after lib.sh,
#
#	. "${TASK_SRC:?}/t/places.sh"

top=$(pwd -P)

# fresh NAME: an empty folder of its own for what follows.
fresh() {
	cd "$top" && mkdir "$1" && cd "$1" || exit 1
}

# repository NAME: the same, as a repository with one commit of code, whose
# subject is $subject.
subject=first
repository() {
	fresh "$1"
	git init -q . && echo "int main;" >main.c && git add main.c &&
	    git commit -qm "$subject" || echo "Bail out! no repository"
}
