/* SPDX-License-Identifier: MIT */
/*
 * Time: what "now" is, and how moments, dates and spans are read and written.
 *
 * A moment is microseconds since 1970-01-01T00:00:00Z (int64_t, _us).
 * TASK_NOW in the environment, an RFC 3339 moment, replaces the clock: tests
 * and replays use it.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#define CLOCK_SECOND	INT64_C(1000000)
#define CLOCK_DAY	(86400 * CLOCK_SECOND)

enum {
	CLOCK_MOMENT_SIZE = 21,	/* "2025-10-18T10:30:00Z" and a NUL */
	CLOCK_DATE_SIZE = 11	/* "2025-10-18" and a NUL */
};

int64_t	 clock_now_us(void);
/* True when TASK_NOW is set but is no moment. */
bool	 clock_is_broken(void);
/* A deadline's clock: monotonic, not touched by TASK_NOW. */
int64_t	 clock_ticks_us(void);
/* Minutes that local time is ahead of UTC at that moment. */
int	 clock_zone_minutes(int64_t us);

/*
 * ISO 8601 with zone: YYYY-MM-DDTHH:MM[:SS[.f…]](Z|±HH[:]MM).  0, or -1.  A
 * leap second is read as the second after it.
 */
int	 clock_parse_moment(const char *s, int64_t *us);
/* YYYY-MM-DD that exists; the moment is its beginning in UTC.  0, or -1. */
int	 clock_parse_date(const char *s, int64_t *us);
/* 30m, 24h, 7d, 2w: a span greater than zero.  0, or -1. */
int	 clock_parse_span(const char *s, int64_t *us);
/*
 * What a person types for a moment: a moment, a date, a span (so long ago),
 * "today", "yesterday" or "now".  0, or -1.
 */
int	 clock_parse_when(const char *s, int64_t *us);
/* True where such a text means a day and not a moment. */
bool	 clock_is_day(const char *s);

/* In UTC, whole seconds. */
void	 clock_format_moment(char out[CLOCK_MOMENT_SIZE], int64_t us);
void	 clock_format_date(char out[CLOCK_DATE_SIZE], int64_t us);

#endif
