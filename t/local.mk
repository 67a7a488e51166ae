# SPDX-License-Identifier: MIT
# Tests: shell files t/NNNN-*.t and the programs of t/unit, all of them TAP.
TASK_TESTS = $(wildcard $(top_srcdir)/t/[0-9]*.t)
UNIT_TESTS = $(check_PROGRAMS)
TEST_JOBS = 4

EXTRA_DIST += t/lib.sh $(TASK_TESTS)

TEST_ENV = TASK_SRC='$(abs_top_srcdir)' TASK_BUILD='$(abs_top_builddir)' \
	TASK_SANITIZED='$(SAN_CFLAGS)'

check-local: all t/fault/shim.so
	$(AM_V_at)$(TEST_ENV) $(PROVE) -j$(TEST_JOBS) --norc --exec '' \
	    --ext .t $(PROVEFLAGS) $(TASK_TESTS) $(UNIT_TESTS:%=./%)

# The fault shim is a library that is loaded before a program.
EXTRA_DIST += t/fault/loop.sh t/fault/shim.c t/fault/shim.h
CLEANFILES += t/fault/shim.so

t/fault/shim.so: $(srcdir)/t/fault/shim.c $(srcdir)/t/fault/shim.h
	$(AM_V_GEN)$(MKDIR_P) t/fault && $(CC) $(DEFS) -I. $(AM_CPPFLAGS) \
	    -iquote $(top_srcdir) -std=gnu11 $(WARN_CFLAGS) -O1 -fPIC -shared \
	    -o $@ $(srcdir)/t/fault/shim.c -ldl
