#!/bin/sh
# SPDX-License-Identifier: MIT
# The life cycle told twice: the programs beside a naive model of them, on
# boards of several policies; t/model.  make check-model is the long form.
: "${TASK_BUILD:?where the programs were built}"

PATH=$TASK_BUILD/tools:$PATH
TASK_MODEL_COMMANDS=${TASK_MODEL_COMMANDS-400}
TASK_MODEL_SEED=${TASK_MODEL_SEED-1}
export PATH TASK_MODEL_COMMANDS TASK_MODEL_SEED
exec "$TASK_BUILD/t/model/model"
