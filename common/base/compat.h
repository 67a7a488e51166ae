/* SPDX-License-Identifier: MIT */
/*
 * The first include of every file: the feature macros, the headers that all
 * of the code leans on, and the list of functions that it must not call.
 */
#ifndef BASE_COMPAT_H
#define BASE_COMPAT_H

#include <config.h>

#include <sys/types.h>

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#define ARRAY_LEN(a)	(sizeof(a) / sizeof((a)[0]))
#define PRINTF_LIKE(fmt, args)	__attribute__((format(printf, fmt, args)))
#define MUST_CHECK	__attribute__((warn_unused_result))

#include "base/banned.h"

#endif
