/* SPDX-License-Identifier: MIT */
/*
 * A fuzz target is one function.  With libFuzzer (clang -fsanitize=fuzzer,
 * `make fuzz`) it is driven by that; else driver.c calls it for each file that
 * is named, so that `make check` replays the corpus.
 */
#ifndef T_FUZZ_FUZZ_H
#define T_FUZZ_FUZZ_H

int	 LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A promise that does not hold ends the process, as a crash would. */
#define PROMISE(x) do {							\
	if (!(x)) {							\
		fprintf(stderr, "%s:%d: broken: %s\n", __FILE__,	\
		    __LINE__, #x);					\
		abort();						\
	}								\
} while (0)

#endif
