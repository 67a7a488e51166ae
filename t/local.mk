# SPDX-License-Identifier: MIT
# Tests: shell files t/NNNN-*.t and the programs of t/unit, all of them TAP.
TASK_TESTS = $(wildcard $(top_srcdir)/t/[0-9]*.t)
UNIT_TESTS = $(check_PROGRAMS)
TEST_JOBS = 4

EXTRA_DIST += t/lib.sh $(TASK_TESTS)

TEST_ENV = TASK_SRC='$(abs_top_srcdir)' TASK_BUILD='$(abs_top_builddir)'

check-local: all
	$(AM_V_at)$(TEST_ENV) $(PROVE) -j$(TEST_JOBS) --norc --exec '' \
	    --ext .t $(PROVEFLAGS) $(TASK_TESTS) $(UNIT_TESTS:%=./%)
