#!/bin/sh
# SPDX-License-Identifier: MIT
# Three clones work apart and come together, by task-sync and by git's own
# programs; t/converge.  make check-converge is the long form.
: "${TASK_SRC:?}" "${TASK_BUILD:?where the programs were built}"

# shellcheck disable=SC2086
exec "$TASK_SRC/t/converge" --rounds "${TASK_ROUNDS-25}" ${TASK_SEEDS-1 2}
