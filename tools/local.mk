# SPDX-License-Identifier: MIT
# One program, one file task-NAME.c, and for a large one its parts NAME-PART.c;
# what it needs beyond the board says its LDADD.
LDADD = common/libtask.a $(YAML_LIBS) $(NETTLE_LIBS)
TASK_JSON = $(JANSSON_LIBS)
TASK_MARK = $(CMARK_LIBS)
TASK_GIT = $(LIBGIT2_LIBS) $(ZLIB_LIBS)
TASK_WRITES = $(LDADD) $(TASK_JSON) $(TASK_MARK) $(TASK_GIT)

bin_PROGRAMS += tools/task-init
tools_task_init_LDADD = $(TASK_WRITES)
tools_task_init_SOURCES = tools/task-init.c tools/init-apart.c \
	tools/init-linked.c tools/init-past.c tools/init-turn.c tools/init.h

bin_PROGRAMS += tools/task-new
tools_task_new_LDADD = $(TASK_WRITES)
tools_task_new_SOURCES = tools/task-new.c tools/new-check.c \
	tools/new-ids.c tools/new-json.c tools/new-ledger.c \
	tools/new-package.c tools/new-template.c tools/new.h

bin_PROGRAMS += tools/task-handoff
tools_task_handoff_LDADD = $(TASK_WRITES)

bin_PROGRAMS += tools/task-edit
tools_task_edit_LDADD = $(TASK_WRITES)

bin_PROGRAMS += tools/task-move
tools_task_move_LDADD = $(TASK_WRITES)

bin_PROGRAMS += tools/task-done
tools_task_done_LDADD = $(TASK_WRITES)

bin_PROGRAMS += tools/task-sign
tools_task_sign_LDADD = $(TASK_WRITES)

bin_PROGRAMS += tools/task-set
tools_task_set_LDADD = $(TASK_WRITES)
tools_task_set_SOURCES = tools/task-set.c tools/set-keys.c \
	tools/set-namespace.c tools/set.h

bin_PROGRAMS += tools/task-status
tools_task_status_LDADD = $(TASK_WRITES)

bin_PROGRAMS += tools/task-link
tools_task_link_LDADD = $(TASK_WRITES)

bin_PROGRAMS += tools/task-split
tools_task_split_LDADD = $(TASK_WRITES)
tools_task_split_SOURCES = tools/task-split.c tools/split-make.c \
	tools/split-parts.c tools/split.h

bin_PROGRAMS += tools/task-merge
tools_task_merge_LDADD = $(TASK_WRITES)
tools_task_merge_SOURCES = tools/task-merge.c tools/merge-content.c \
	tools/merge-lists.c tools/merge.h

bin_PROGRAMS += tools/task-note
tools_task_note_LDADD = $(TASK_WRITES)

bin_PROGRAMS += tools/task-next
tools_task_next_LDADD = $(TASK_WRITES)

bin_PROGRAMS += tools/task-ls
tools_task_ls_LDADD = $(LDADD) $(TASK_JSON) $(TASK_MARK)
tools_task_ls_SOURCES = tools/task-ls.c tools/ls-item.c tools/ls.h

bin_PROGRAMS += tools/task-graph
tools_task_graph_LDADD = $(LDADD) $(TASK_JSON) $(TASK_MARK)
tools_task_graph_SOURCES = tools/task-graph.c tools/graph-load.c \
	tools/graph-draw.c tools/graph.h

bin_PROGRAMS += tools/task-show
tools_task_show_LDADD = $(LDADD) $(TASK_JSON) $(TASK_MARK)
tools_task_show_SOURCES = tools/task-show.c tools/show-forms.c \
	tools/show.h

bin_PROGRAMS += tools/task-ledger
tools_task_ledger_LDADD = $(TASK_WRITES)
tools_task_ledger_SOURCES = tools/task-ledger.c tools/ledger-add.c \
	tools/ledger-json.c tools/ledger-proposal.c tools/ledger.h

bin_PROGRAMS += tools/task-hook
tools_task_hook_LDADD = $(TASK_WRITES)
tools_task_hook_SOURCES = tools/task-hook.c tools/hook-git.c \
	tools/hook-try.c tools/hook.h

bin_PROGRAMS += tools/task-fsck
tools_task_fsck_LDADD = $(TASK_WRITES)
tools_task_fsck_SOURCES = tools/task-fsck.c tools/fsck-driver.c \
	tools/fsck-look.c tools/fsck-reconcile.c tools/fsck-repair.c \
	tools/fsck-rewritten.c tools/fsck-stopped.c tools/fsck.h \
	tools/reconcile.h

bin_PROGRAMS += tools/task-verify
tools_task_verify_LDADD = $(TASK_WRITES)
tools_task_verify_SOURCES = tools/task-verify.c tools/verify-range.c \
	tools/verify.h

bin_PROGRAMS += tools/task-log
tools_task_log_LDADD = $(TASK_WRITES)
tools_task_log_SOURCES = tools/task-log.c tools/log-trail.c \
	tools/log-patch.c tools/log.h

bin_PROGRAMS += tools/task-index
tools_task_index_LDADD = $(TASK_WRITES)

bin_PROGRAMS += tools/task-watch
tools_task_watch_LDADD = $(TASK_WRITES)
tools_task_watch_SOURCES = tools/task-watch.c tools/watch-pass.c \
	tools/watch-times.c tools/watch.h

bin_PROGRAMS += tools/task-sync
tools_task_sync_LDADD = $(TASK_WRITES)
tools_task_sync_SOURCES = tools/task-sync.c tools/sync-merge.c \
	tools/sync-reserve.c tools/sync-tell.c tools/sync.h

bin_SCRIPTS += tools/git-task
EXTRA_DIST += tools/git-task
filtersdir = $(pkgdatadir)/filters
dist_filters_DATA = tools/filters/backlog.jq

# Completion: one file a shell, under the names by which each looks it up.
bashdir = $(datadir)/bash-completion/completions
dist_bash_DATA = tools/completion/task.bash
zshdir = $(datadir)/zsh/site-functions
dist_zsh_DATA = tools/completion/_task
fishdir = $(datadir)/fish/vendor_completions.d
dist_fish_DATA = tools/completion/task.fish

# bash and fish read a file when a program of its name is completed.
install-data-hook:
	for program in $(bin_PROGRAMS) $(bin_SCRIPTS); do \
		name=$${program##*/} && \
		$(LN_S) -f task.bash $(DESTDIR)$(bashdir)/$$name && \
		$(LN_S) -f task.fish $(DESTDIR)$(fishdir)/$$name.fish || \
		    exit 1; \
	done

uninstall-hook:
	for program in $(bin_PROGRAMS) $(bin_SCRIPTS); do \
		name=$${program##*/} && \
		rm -f $(DESTDIR)$(bashdir)/$$name \
		    $(DESTDIR)$(fishdir)/$$name.fish; \
	done
