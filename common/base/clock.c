/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/clock.h"

int64_t
clock_now_us(void)
{
	const char *fixed = getenv("TASK_NOW");
	struct timespec ts;
	int64_t us;

	if (fixed != NULL && clock_parse_moment(fixed, &us) == 0)
		return us;
	clock_gettime(CLOCK_REALTIME, &ts);
	return ts.tv_sec * CLOCK_SECOND + ts.tv_nsec / 1000;
}

bool
clock_is_broken(void)
{
	const char *fixed = getenv("TASK_NOW");
	int64_t us;

	return fixed != NULL && clock_parse_moment(fixed, &us) != 0;
}

int64_t
clock_ticks_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * CLOCK_SECOND + ts.tv_nsec / 1000;
}

int
clock_zone_minutes(int64_t us)
{
	time_t t = (time_t)(us / CLOCK_SECOND);
	struct tm tm;

	if (localtime_r(&t, &tm) == NULL)
		return 0;
	return (int)(tm.tm_gmtoff / 60);
}

/* Reads exactly `digits` digits; -1 where there are none. */
static int
number(const char **s, int digits)
{
	int v = 0;

	for (; digits > 0; digits--, (*s)++) {
		if (**s < '0' || **s > '9')
			return -1;
		v = v * 10 + (**s - '0');
	}
	return v;
}

static bool
take(const char **s, char c)
{
	if (**s != c)
		return false;
	(*s)++;
	return true;
}

static int
days_in(int year, int month)
{
	static const int days[] =
	    { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

static int
take_date(const char **s, struct tm *tm)
{
	int year, month, day;

	if ((year = number(s, 4)) < 0 || !take(s, '-') ||
	    (month = number(s, 2)) < 1 || month > 12 || !take(s, '-') ||
	    (day = number(s, 2)) < 1 || day > days_in(year, month))
		return -1;
	tm->tm_year = year - 1900;
	tm->tm_mon = month - 1;
	tm->tm_mday = day;
	return 0;
}

static int
take_time(const char **s, struct tm *tm, int64_t *fraction_us)
{
	int64_t unit = CLOCK_SECOND / 10;

	if ((tm->tm_hour = number(s, 2)) < 0 || tm->tm_hour > 23 ||
	    !take(s, ':') ||
	    (tm->tm_min = number(s, 2)) < 0 || tm->tm_min > 59)
		return -1;
	if (!take(s, ':'))
		return 0;
	if ((tm->tm_sec = number(s, 2)) < 0 || tm->tm_sec > 60)
		return -1;
	if (!take(s, '.') && !take(s, ','))
		return 0;
	if (**s < '0' || **s > '9')
		return -1;
	for (; **s >= '0' && **s <= '9'; (*s)++, unit /= 10)
		*fraction_us += (**s - '0') * unit;
	return 0;
}

static int
take_zone(const char **s, int *minutes)
{
	int hours, mins, sign;

	*minutes = 0;
	if (take(s, 'Z') || take(s, 'z'))
		return 0;
	sign = **s == '-' ? -1 : 1;
	if (!take(s, '+') && !take(s, '-'))
		return -1;
	if ((hours = number(s, 2)) < 0 || hours > 23)
		return -1;
	take(s, ':');
	if ((mins = number(s, 2)) < 0 || mins > 59)
		return -1;
	*minutes = sign * (hours * 60 + mins);
	return 0;
}

int
clock_parse_moment(const char *s, int64_t *us)
{
	struct tm tm = { 0 };
	int64_t fraction_us = 0;
	int zone;

	if (take_date(&s, &tm) != 0)
		return -1;
	if (!take(&s, 'T') && !take(&s, 't') && !take(&s, ' '))
		return -1;
	if (take_time(&s, &tm, &fraction_us) != 0 ||
	    take_zone(&s, &zone) != 0 || *s != '\0')
		return -1;
	*us = ((int64_t)timegm(&tm) - zone * 60) * CLOCK_SECOND + fraction_us;
	return 0;
}

int
clock_parse_date(const char *s, int64_t *us)
{
	struct tm tm = { 0 };

	if (take_date(&s, &tm) != 0 || *s != '\0')
		return -1;
	*us = (int64_t)timegm(&tm) * CLOCK_SECOND;
	return 0;
}

int
clock_parse_span(const char *s, int64_t *us)
{
	static const struct { char unit; int64_t seconds; } units[] = {
		{ 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 },
		{ 'w', 604800 },
	};
	int64_t n = 0;
	size_t i;

	if (*s < '0' || *s > '9')
		return -1;
	for (; *s >= '0' && *s <= '9'; s++)
		if ((n = n * 10 + (*s - '0')) > 1000000)
			return -1;
	for (i = 0; i < ARRAY_LEN(units); i++)
		if (s[0] == units[i].unit && s[1] == '\0' && n > 0) {
			*us = n * units[i].seconds * CLOCK_SECOND;
			return 0;
		}
	return -1;
}

int
clock_parse_when(const char *s, int64_t *us)
{
	int64_t now = clock_now_us(), span;

	if (clock_parse_moment(s, us) == 0 || clock_parse_date(s, us) == 0)
		return 0;
	*us = now;
	if (strcmp(s, "now") == 0)
		return 0;
	*us = now - now % CLOCK_DAY - (now % CLOCK_DAY < 0 ? CLOCK_DAY : 0);
	if (strcmp(s, "today") == 0)
		return 0;
	*us -= CLOCK_DAY;
	if (strcmp(s, "yesterday") == 0)
		return 0;
	if (clock_parse_span(s, &span) != 0)
		return -1;
	*us = now - span;
	return 0;
}

bool
clock_is_day(const char *s)
{
	int64_t ignored;

	return clock_parse_date(s, &ignored) == 0 ||
	    strcmp(s, "today") == 0 || strcmp(s, "yesterday") == 0;
}

static void
to_tm(int64_t us, struct tm *tm)
{
	int64_t s = us / CLOCK_SECOND - (us % CLOCK_SECOND < 0);
	time_t t = (time_t)s;

	if (gmtime_r(&t, tm) == NULL)
		memset(tm, 0, sizeof(*tm));
	/* Four digits hold every year that is written. */
	if (tm->tm_year < -1900)
		tm->tm_year = -1900;
	if (tm->tm_year > 9999 - 1900)
		tm->tm_year = 9999 - 1900;
}

void
clock_format_moment(char out[CLOCK_MOMENT_SIZE], int64_t us)
{
	struct tm tm;

	to_tm(us, &tm);
	clock_format_date(out, us);
	strftime(out + CLOCK_DATE_SIZE - 1, CLOCK_MOMENT_SIZE -
	    (CLOCK_DATE_SIZE - 1), "T%H:%M:%SZ", &tm);
}

void
clock_format_date(char out[CLOCK_DATE_SIZE], int64_t us)
{
	struct tm tm;

	to_tm(us, &tm);
	/* strftime's %Y does not pad; the remainders bound the width. */
	snprintf(out, CLOCK_DATE_SIZE, "%04u-%02u-%02u",
	    (unsigned)(tm.tm_year + 1900) % 10000,
	    (unsigned)(tm.tm_mon + 1) % 100, (unsigned)tm.tm_mday % 100);
}
