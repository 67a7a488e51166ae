# SPDX-License-Identifier: MIT
# libtask.a: a folder a layer, lowest first (see build-aux/check-layers).
noinst_LIBRARIES += common/libtask.a

common_libtask_a_SOURCES = \
	common/base/banned.h \
	common/base/be.h \
	common/base/buf.c common/base/buf.h \
	common/base/clock.c common/base/clock.h \
	common/base/compat.h \
	common/base/err.c common/base/err.h \
	common/base/jsonw.c common/base/jsonw.h \
	common/base/log.c common/base/log.h \
	common/base/map.c common/base/map.h \
	common/base/strvec.c common/base/strvec.h \
	common/base/suggest.c common/base/suggest.h \
	common/base/utf8.c common/base/utf8.h \
	common/sys/dir.c common/sys/dir.h \
	common/sys/file.c common/sys/file.h \
	common/sys/gitdir.c common/sys/gitdir.h \
	common/sys/job.c common/sys/job.h \
	common/sys/lock.c common/sys/lock.h \
	common/sys/path.c common/sys/path.h \
	common/sys/run.c common/sys/run.h \
	common/sys/sig.c common/sys/sig.h \
	common/sys/watch.c common/sys/watch.h \
	common/cli/ask.c common/cli/ask.h \
	common/cli/opt.c common/cli/opt.h \
	common/cli/out.c common/cli/out.h \
	common/cli/tool.c common/cli/tool.h \
	common/format/deflate.c common/format/deflate.h \
	common/format/json.c common/format/json.h \
	common/format/mark.c common/format/mark.h \
	common/format/oid.c common/format/oid.h \
	common/format/screen.c common/format/screen.h \
	common/format/sshkey.c common/format/sshkey.h \
	common/format/yaml.c common/format/yaml.h \
	common/board/card.c common/board/card.h \
	common/board/cardvalue.c \
	common/board/cardcheck.c \
	common/board/config.c common/board/config.h \
	common/board/hooks.c common/board/hooks.h \
	common/board/id.c common/board/id.h \
	common/board/ledger.c common/board/ledger.h \
	common/board/listing.c common/board/listing.h \
	common/board/namespaces.c common/board/namespaces.h \
	common/board/package.c common/board/package.h \
	common/board/people.c common/board/people.h \
	common/board/place.c common/board/place.h \
	common/board/policy.c common/board/policy.h \
	common/board/proposal.c common/board/proposal.h \
	common/board/stage.c common/board/stage.h \
	common/board/store.c common/board/store.h \
	common/board/storefiles.c common/board/storelook.c \
	common/board/task.c common/board/task.h \
	common/board/template.c common/board/template.h \
	common/rule/check.c common/rule/check.h common/rule/checks.h \
	common/rule/checkflow.c common/rule/checkgraph.c \
	common/rule/course.c common/rule/course.h \
	common/rule/circle.c common/rule/circle.h \
	common/rule/displace.c common/rule/displace.h \
	common/rule/flags.c common/rule/flags.h \
	common/rule/fsck.c common/rule/fsck.h common/rule/fsckgraph.c \
	common/rule/fsckrows.c common/rule/fscktask.c \
	common/rule/graph.c common/rule/graph.h \
	common/rule/index.c common/rule/index.h \
	common/rule/move.c common/rule/move.h \
	common/rule/queue.c common/rule/queue.h \
	common/rule/rowfacts.c common/rule/rowfacts.h \
	common/rule/signoff.c common/rule/signoff.h \
	common/rule/slo.c common/rule/slo.h \
	common/rule/state.c common/rule/state.h \
	common/change/actor.c common/change/actor.h \
	common/change/adopt.c common/change/adopt.h \
	common/change/advance.c common/change/advance.h \
	common/change/adopter.h common/change/adoptkeys.c \
	common/change/gitrun.c common/change/gitrun.h \
	common/change/pending.c common/change/pending.h \
	common/change/cachetree.c common/change/cachetree.h \
	common/change/cascade.c common/change/cascade.h \
	common/change/private.c common/change/private.h \
	common/change/publish.c common/change/publish.h \
	common/change/moved.c common/change/moved.h \
	common/change/grown.c common/change/grown.h \
	common/change/apply.c common/change/apply.h \
	common/change/branch.c common/change/branch.h \
	common/change/build.c common/change/build.h \
	common/change/bulk.c common/change/bulk.h \
	common/change/commit.c common/change/commit.h \
	common/change/commits.c common/change/commits.h \
	common/change/counter.c common/change/counter.h \
	common/change/create.c common/change/create.h \
	common/change/edit.c common/change/edit.h \
	common/change/editor.c common/change/editor.h \
	common/change/gitconfig.c common/change/gitconfig.h \
	common/change/githook.c common/change/githook.h \
	common/change/githooklook.c common/change/githookput.c \
	common/change/githooks.h \
	common/change/gitindex.c common/change/gitindex.h \
	common/change/history.c common/change/history.h \
	common/change/hookcall.c common/change/hookcall.h \
	common/change/hookfile.c common/change/hookfile.h \
	common/change/hookrun.c common/change/hookrun.h \
	common/change/hooktrust.c common/change/hooktrust.h \
	common/change/ident.c common/change/ident.h \
	common/change/indexfile.c common/change/indexfile.h \
	common/change/journal.c common/change/journal.h \
	common/change/left.c common/change/left.h \
	common/change/loose.c common/change/loose.h \
	common/change/judge.c common/change/judge.h \
	common/change/judgecard.c common/change/judgeledger.c \
	common/change/judgemerge.c common/change/judgename.c \
	common/change/judgename.h common/change/judgepack.c \
	common/change/judgepair.c common/change/judgepair.h \
	common/change/judgepath.c common/change/judgerows.c \
	common/change/judging.h \
	common/change/kept.c common/change/kept.h \
	common/change/mergeadded.c \
	common/change/mergecard.c common/change/mergecard.h \
	common/change/merge.c common/change/merge.h \
	common/change/bringing.h common/change/mergeapply.c \
	common/change/mergecheck.c common/change/mergefiles.c \
	common/change/mergeindex.c common/change/mergeledger.c \
	common/change/mergelines.c common/change/mergelinks.c \
	common/change/mergelog.c common/change/mergemake.c \
	common/change/mergenumbers.c common/change/mergepick.c \
	common/change/mergeparts.c common/change/mergepick.h \
	common/change/mergepieces.c \
	common/change/mergetail.c common/change/mergetext.h \
	common/change/mergetexts.c common/change/mergetexts.h \
	common/change/mergeunite.c \
	common/change/mergeversion.c common/change/mergewalk.c \
	common/change/mergework.h \
	common/change/miss.c common/change/miss.h \
	common/change/nonet.c common/change/nonet.h \
	common/change/note.c common/change/note.h \
	common/change/moving.c common/change/moving.h \
	common/change/pack.c common/change/pack.h \
	common/change/plan.c common/change/plan.h common/change/planform.c \
	common/change/reindex.c common/change/reindex.h \
	common/change/lineage.c common/change/lineage.h \
	common/change/libgit2.h common/change/ref.c common/change/ref.h \
	common/change/remote.c common/change/remote.h \
	common/change/rename.c common/change/rename.h \
	common/change/renumber.c common/change/renumber.h \
	common/change/repo.c common/change/repo.h \
	common/change/repomerge.c common/change/repotext.c \
	common/change/restore.c common/change/restore.h \
	common/change/restorefiles.c common/change/restorefiles.h \
	common/change/reserve.c common/change/reserve.h \
	common/change/retarget.c common/change/retarget.h \
	common/change/session.c common/change/session.h \
	common/change/snapshot.c common/change/snapshot.h \
	common/change/ewah.c common/change/ewah.h \
	common/change/splice.c common/change/splice.h \
	common/change/signer.c common/change/signer.h \
	common/change/splitfile.c common/change/splitfile.h \
	common/change/splitindex.c common/change/splitindex.h \
	common/change/sshsig.c common/change/sshsig.h \
	common/change/sshsign.c common/change/sshsign.h \
	common/change/still.c common/change/still.h \
	common/change/stopped.c common/change/stopped.h \
	common/change/tree.c common/change/tree.h \
	common/change/treediff.c common/change/treediff.h \
	common/change/txn.c common/change/txnfolders.c common/change/txn.h \
	common/change/version.c common/change/version.h

# The files of .work-template, for a board that has none of its own.
nodist_common_libtask_a_SOURCES = common/board/builtin.c
BUILT_SOURCES += common/board/builtin.c
CLEANFILES += common/board/builtin.c
WORK_TEMPLATE = $(top_srcdir)/.work-template
common/board/builtin.c: $(top_srcdir)/build-aux/embed $(WORK_TEMPLATE) \
		$(wildcard $(WORK_TEMPLATE)/.git* $(WORK_TEMPLATE)/* \
		$(WORK_TEMPLATE)/*/* $(WORK_TEMPLATE)/*/*/*)
	$(AM_V_GEN)$(MKDIR_P) common/board && \
	sh $(top_srcdir)/build-aux/embed $(WORK_TEMPLATE) >$@.tmp \
	    && mv $@.tmp $@

# The text of the hooks that task-hook installs.
nodist_common_libtask_a_SOURCES += common/change/hookscript.c
BUILT_SOURCES += common/change/hookscript.c
CLEANFILES += common/change/hookscript.c
EXTRA_DIST += common/change/githook.sh
common/change/hookscript.c: $(top_srcdir)/build-aux/embed-file \
		$(top_srcdir)/common/change/githook.sh
	$(AM_V_GEN)$(MKDIR_P) common/change && \
	sh $(top_srcdir)/build-aux/embed-file change/hookfile.h \
	    hookfile_script $(top_srcdir)/common/change/githook.sh >$@.tmp \
	    && mv $@.tmp $@
