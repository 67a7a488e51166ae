# SPDX-License-Identifier: MIT
# Finding faults without running anything: make lint.
dist_noinst_SCRIPTS += build-aux/check-layers build-aux/check-style \
	build-aux/embed build-aux/embed-file
EXTRA_DIST += .clang-tidy

LINT_FLAGS = $(DEFS) -I. -iquote $(top_srcdir)/common -iquote $(top_srcdir) \
	-std=gnu11
LINT_C = $(patsubst %,$(top_srcdir)/%,$(filter %.c,$(common_libtask_a_SOURCES))) \
	$(wildcard $(top_srcdir)/tools/*.c)

lint: all lint-rules lint-scripts lint-pages lint-cppcheck lint-tidy \
	lint-analyzer lint-clang

lint-rules:
	$(top_srcdir)/build-aux/check-layers
	$(top_srcdir)/build-aux/check-style

lint-scripts:
	cd $(top_srcdir) && shellcheck -s sh -S warning -e SC3013 bootstrap .ci/run tools/git-task \
	    build-aux/check-layers build-aux/check-style build-aux/embed \
	    build-aux/embed-file common/change/githook.sh t/demo.sh

lint-pages:
	mandoc -T lint -W warning $(top_srcdir)/man/*.[1-8]

lint-cppcheck:
	cd $(top_srcdir) && cppcheck -q -j2 --std=c11 --error-exitcode=1 \
	    --enable=warning,performance,portability --inline-suppr \
	    --suppress=missingIncludeSystem -D__linux__ \
	    -I common -I $(abs_top_builddir) -I . common tools

# One file at a time, so that two run side by side.
lint-tidy:
	printf '%s\n' $(LINT_C) | xargs -P2 -n6 sh -c \
	    'clang-tidy --quiet "$$@" -- $(LINT_FLAGS) 2>/dev/null' tidy

lint-analyzer:
	printf '%s\n' $(LINT_C) | xargs -P2 -n1 sh -c \
	    '$(CC) $(LINT_FLAGS) -O1 -fanalyzer -Werror -Wno-analyzer-malloc-leak -Wno-analyzer-file-leak -Wno-analyzer-fd-leak -c -o /dev/null "$$1"' cc

lint-clang:
	printf '%s\n' $(LINT_C) | xargs -P2 -n1 sh -c \
	    'clang $(LINT_FLAGS) $(WARN_CFLAGS) -Werror -fsyntax-only "$$1"' cc

.PHONY: lint lint-rules lint-scripts lint-pages lint-cppcheck lint-tidy \
	lint-analyzer lint-clang
