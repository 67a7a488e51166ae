# SPDX-License-Identifier: MIT
dist_man_MANS += \
	man/git-task.1 man/task-done.1 man/task-edit.1 man/task-fsck.1 \
	man/task-graph.1 man/task-handoff.1 man/task-hook.1 \
	man/task-index.1 man/task-init.1 man/task-ledger.1 \
	man/task-link.1 man/task-log.1 man/task-ls.1 man/task-merge.1 \
	man/task-move.1 man/task-new.1 man/task-next.1 man/task-note.1 \
	man/task-set.1 man/task-show.1 man/task-sign.1 man/task-split.1 \
	man/task-status.1 man/task-sync.1 man/task-verify.1 man/task-watch.1 \
	man/task-format.5 \
	man/task-hooks.5 man/task-json.5 man/task-policy.5 \
	man/task-security.7 man/task-workflows.7 man/task.7
