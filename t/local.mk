# SPDX-License-Identifier: MIT
# Tests: shell files t/NNNN-*.t and the programs of t/unit, all of them TAP.
TASK_TESTS = $(wildcard $(top_srcdir)/t/[0-9]*.t)
UNIT_FILES = $(wildcard $(top_srcdir)/t/unit/test-*.c)
UNIT_TESTS = $(UNIT_FILES:$(top_srcdir)/%.c=%)
TEST_JOBS = 4

EXTRA_DIST += t/attack.sh t/githooks.sh t/lib.sh t/limit t/demo.sh \
	t/lsan.supp t/page.sh t/places.sh t/signing.sh t/fuzz/corpus \
	$(TASK_TESTS) $(UNIT_FILES)

TEST_ENV = TASK_SRC='$(abs_top_srcdir)' TASK_BUILD='$(abs_top_builddir)' \
	TASK_SANITIZED='$(SAN_CFLAGS)' \
	LSAN_OPTIONS='suppressions=$(abs_top_srcdir)/t/lsan.supp:print_suppressions=0'

check-local: all $(SHIMS) $(FUZZ_TARGETS) $(UNIT_TESTS)
	$(AM_V_at)$(TEST_ENV) $(PROVE) -j$(TEST_JOBS) --norc --failures \
	    --comments --timer --exec $(srcdir)/t/limit --ext .t $(PROVEFLAGS) $(TASK_TESTS) $(UNIT_TESTS:%=./%)

# Each test of t/unit is one file, and one program with its helpers.
check_LIBRARIES = t/unit/libunit.a
t_unit_libunit_a_SOURCES = t/unit/cardprop.c t/unit/cardprop.h \
	t/unit/scratch.c t/unit/scratch.h t/unit/tap.c t/unit/tap.h
CLEANFILES += t/unit/test-*

t/unit/test-%: $(top_srcdir)/t/unit/test-%.c t/unit/libunit.a \
		common/libtask.a
	$(AM_V_CCLD)$(CC) $(DEFS) -I. $(AM_CPPFLAGS) $(CPPFLAGS) $(AM_CFLAGS) \
	    $(CFLAGS) $(AM_LDFLAGS) $(LDFLAGS) -o $@ $< t/unit/libunit.a \
	    $(FUZZ_LIBS)

# A part of the tests with every program under valgrind.  What it says stands in
# files of its own: an old one warns of system calls that it does not know.
VALGRIND_TESTS = 1000 1300 1410 1500 1600 5020
VALGRIND = valgrind -q --error-exitcode=99 --leak-check=full \
	--errors-for-leak-kinds=definite --log-file=$(abs_builddir)/t/valgrind/log/%p
check-valgrind: all
	rm -rf t/valgrind
	$(MKDIR_P) t/valgrind/tools t/valgrind/log
	for program in $(bin_PROGRAMS); do \
		printf '#!/bin/sh\nexec %s %s "$$@"\n' '$(VALGRIND)' \
		    "$(abs_top_builddir)/$$program" >t/valgrind/$$program && \
		chmod +x t/valgrind/$$program; \
	done
	TASK_SRC='$(abs_top_srcdir)' TASK_VALGRIND=yes \
	    TASK_BUILD='$(abs_top_builddir)/t/valgrind' $(PROVE) \
	    -j$(TEST_JOBS) --norc --exec $(srcdir)/t/limit --ext .t \
	    $(VALGRIND_TESTS:%=$(srcdir)/t/%-*.t); rc=$$?; \
	    grep -h '^==' -r t/valgrind/log && rc=1; exit $$rc
.PHONY: check-valgrind

# Days by chance: t/2200-random.t with more of them.
stress: all
	$(TEST_ENV) TASK_SEEDS="$${TASK_SEEDS-$$(seq 1 20 | tr '\n' ' ')}" \
	    TASK_ROUNDS="$${TASK_ROUNDS-300}" $(srcdir)/t/2200-random.t
.PHONY: stress

# Each of the fault loops at each call.
check-faults: all $(SHIMS)
	$(TEST_ENV) TASK_FAULT_STEP=1 $(PROVE) -j$(TEST_JOBS) --norc --timer \
	    --failures --comments $(wildcard $(top_srcdir)/t/29*.t \
	    $(top_srcdir)/t/30*-faults-*.t)
.PHONY: check-faults

# The life cycle told twice: a naive model beside the programs, in so many
# commands by chance; t/2300-model.t is the short form.
check_PROGRAMS += t/model/model
t_model_model_SOURCES = t/model/command.c t/model/cover.c t/model/main.c \
	t/model/model.h t/model/moves.c t/model/real.c t/model/rules.c \
	t/model/status.c t/model/words.c
t_model_model_LDADD = t/unit/libunit.a common/libtask.a

check-model: all t/model/model
	$(TEST_ENV) TASK_MODEL_SEED="$${TASK_MODEL_SEED-1}" \
	    TASK_MODEL_COMMANDS="$${TASK_MODEL_COMMANDS-10000}" \
	    $(srcdir)/t/2300-model.t
.PHONY: check-model

# What merges two commits' boards, for t/36*.t.
check_PROGRAMS += t/merge/merge
t_merge_merge_SOURCES = t/merge/merge.c
t_merge_merge_LDADD = $(FUZZ_LIBS)

# Sixteen processes at one board; t/3800-load.t is the short form.
check-load: all
	$(TEST_ENV) TASK_LOAD_COMMANDS="$${TASK_LOAD_COMMANDS-5000}" \
	    TASK_TEST_SECONDS=86400 $(PROVE) --norc --timer --failures \
	    --comments --exec $(srcdir)/t/limit $(top_srcdir)/t/3800-load.t
.PHONY: check-load
EXTRA_DIST += t/load/drive

# Clones that work apart come together: 1,000 rounds of each way;
# t/3740-converge.t is the short form.
EXTRA_DIST += t/converge
check-converge: all
	$(TEST_ENV) TASK_SEEDS="$${TASK_SEEDS-$$(seq 1 40 | tr '\n' ' ')}" \
	    TASK_ROUNDS="$${TASK_ROUNDS-25}" $(srcdir)/t/3740-converge.t
.PHONY: check-converge

# Each moment at which the power may go, with each way to lose things.
check-powercut: all $(SHIMS)
	$(TEST_ENV) TASK_POWERCUT=all TASK_TEST_SECONDS=86400 $(PROVE) \
	    -j$(TEST_JOBS) --norc --timer --failures --comments \
	    --exec $(srcdir)/t/limit $(top_srcdir)/t/381*-powercut*.t
.PHONY: check-powercut

# What is loaded before a program: one lets its calls fail, one writes down what
# it does to files.
SHIMS = t/fault/shim.so t/fault/record.so
EXTRA_DIST += t/fault/killed.sh t/fault/loop.sh t/fault/powercut \
	t/fault/powercut.sh t/fault/record.c t/fault/shim.c t/fault/shim.h
CLEANFILES += $(SHIMS)

t/fault/%.so: $(srcdir)/t/fault/%.c $(srcdir)/t/fault/shim.h
	$(AM_V_GEN)$(MKDIR_P) t/fault && $(CC) $(DEFS) -I. $(AM_CPPFLAGS) \
	    -iquote $(top_srcdir) -std=gnu11 $(WARN_CFLAGS) -O1 -fPIC -shared \
	    -o $@ $< -ldl

# What things cost; no test.
EXTRA_PROGRAMS = t/perf/timeit
t_perf_timeit_LDADD = common/libtask.a
CLEANFILES += $(EXTRA_PROGRAMS)
EXTRA_DIST += t/perf/run

perf: all t/perf/timeit
	$(TEST_ENV) perl $(srcdir)/t/perf/run $(PERF_ARGS)
.PHONY: perf

# Fuzz targets: replayed by t/2800-fuzz-corpus.t, hunted with by make fuzz.
FUZZ_TARGETS = t/fuzz/fuzz-card t/fuzz/fuzz-id t/fuzz/fuzz-ledger \
	t/fuzz/fuzz-listing t/fuzz/fuzz-merge t/fuzz/fuzz-policy \
	t/fuzz/fuzz-splice t/fuzz/fuzz-sshkey
FUZZ_SECONDS = 60
FUZZ_LIBS = common/libtask.a $(LIBGIT2_LIBS) $(YAML_LIBS) $(NETTLE_LIBS) \
	$(JANSSON_LIBS) $(CMARK_LIBS) $(ZLIB_LIBS)
EXTRA_PROGRAMS += $(FUZZ_TARGETS)
fuzz_common = t/fuzz/driver.c t/fuzz/fuzz.h
t_fuzz_fuzz_card_SOURCES = t/fuzz/fuzz-card.c $(fuzz_common)
t_fuzz_fuzz_card_LDADD = $(FUZZ_LIBS)
t_fuzz_fuzz_id_SOURCES = t/fuzz/fuzz-id.c $(fuzz_common)
t_fuzz_fuzz_id_LDADD = $(FUZZ_LIBS)
t_fuzz_fuzz_ledger_SOURCES = t/fuzz/fuzz-ledger.c $(fuzz_common)
t_fuzz_fuzz_ledger_LDADD = $(FUZZ_LIBS)
t_fuzz_fuzz_listing_SOURCES = t/fuzz/fuzz-listing.c $(fuzz_common)
t_fuzz_fuzz_listing_LDADD = $(FUZZ_LIBS)
t_fuzz_fuzz_merge_SOURCES = t/fuzz/fuzz-merge.c $(fuzz_common)
t_fuzz_fuzz_merge_LDADD = $(FUZZ_LIBS)
t_fuzz_fuzz_policy_SOURCES = t/fuzz/fuzz-policy.c $(fuzz_common)
t_fuzz_fuzz_policy_LDADD = $(FUZZ_LIBS)
t_fuzz_fuzz_splice_SOURCES = t/fuzz/fuzz-splice.c $(fuzz_common)
t_fuzz_fuzz_splice_LDADD = $(FUZZ_LIBS)
t_fuzz_fuzz_sshkey_SOURCES = t/fuzz/fuzz-sshkey.c $(fuzz_common)
t_fuzz_fuzz_sshkey_LDADD = $(FUZZ_LIBS)

# With clang's libFuzzer, FUZZ_SECONDS for each target; what is found new goes
# to t/corpus-made.  A target that breaks leaves a file crash-*.
fuzz:
	mkdir -p t/corpus-made
	for target in $(FUZZ_TARGETS); do \
		name=$${target##*/fuzz-}; \
		mkdir -p t/corpus-made/$$name; \
		clang $(DEFS) -I. $(AM_CPPFLAGS) -std=gnu11 -g -O1 \
		    -fsanitize=fuzzer,address,undefined \
		    -fno-sanitize-recover=all $(YAML_CFLAGS) \
		    -o $$target-hunt $(srcdir)/t/fuzz/fuzz-$$name.c \
		    $(FUZZED_FILES) $(LIBGIT2_LIBS) $(YAML_LIBS) \
		    $(NETTLE_LIBS) $(JANSSON_LIBS) $(CMARK_LIBS) \
		    $(ZLIB_LIBS) && \
		$$target-hunt -max_total_time=$(FUZZ_SECONDS) -timeout=10 \
		    -max_len=4096 -print_final_stats=1 \
		    t/corpus-made/$$name $(srcdir)/t/fuzz/corpus/$$name \
		    || exit 1; \
	done

# All of the library but the transaction, and what is above it.
FUZZED_FILES = $(patsubst %,$(top_srcdir)/%,$(filter-out common/change/%,\
	$(filter %.c,$(common_libtask_a_SOURCES)))) \
	$(top_srcdir)/common/change/splice.c \
	$(top_srcdir)/common/change/cachetree.c \
	$(top_srcdir)/common/change/gitindex.c \
	$(top_srcdir)/common/change/gitrun.c \
	$(top_srcdir)/common/change/indexfile.c \
	$(top_srcdir)/common/change/mergeadded.c \
	$(top_srcdir)/common/change/mergecard.c \
	$(top_srcdir)/common/change/mergeledger.c \
	$(top_srcdir)/common/change/mergelines.c \
	$(top_srcdir)/common/change/mergepieces.c \
	$(top_srcdir)/common/change/mergetail.c \
	$(top_srcdir)/common/change/nonet.c \
	$(top_srcdir)/common/change/pack.c \
	$(top_srcdir)/common/change/repo.c \
	$(top_srcdir)/common/change/repomerge.c \
	$(top_srcdir)/common/change/pending.c common/board/builtin.c
.PHONY: fuzz
