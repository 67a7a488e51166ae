/* SPDX-License-Identifier: MIT */
/* base/clock */
#include "base/compat.h"

#include "base/clock.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

#define S(n)	((n) * CLOCK_SECOND)
/* 2025-10-18T10:30:00Z */
#define NOON	INT64_C(1760783400)

static void
test_moments(void)
{
	static const struct { const char *text; int64_t us; } rows[] = {
		{ "2025-10-18T10:30:00Z", S(NOON) },
		{ "2025-10-18T10:30Z", S(NOON) },
		{ "2025-10-18t10:30:00z", S(NOON) },
		{ "2025-10-18 10:30:00Z", S(NOON) },
		{ "2025-10-18T10:30:07Z", S(NOON + 7) },
		{ "2025-10-18T12:30:00+02:00", S(NOON) },
		{ "2025-10-18T12:30:00+0200", S(NOON) },
		{ "2025-10-18T12:30+02:00", S(NOON) },
		{ "2025-10-18T05:00:00-05:30", S(NOON) },
		{ "2025-10-18T10:15:00-00:15", S(NOON) },
		{ "2025-10-18T10:30:00-00:00", S(NOON) },
		{ "2025-10-19T00:30:00+14:00", S(NOON) },
		{ "2025-10-18T10:30:00.5Z", S(NOON) + 500000 },
		{ "2025-10-18T10:30:00,25Z", S(NOON) + 250000 },
		{ "2025-10-18T10:30:00.123456Z", S(NOON) + 123456 },
		{ "2025-10-18T10:30:00.123456789Z", S(NOON) + 123456 },
		{ "2025-10-18T10:30:00.000001+00:00", S(NOON) + 1 },
		{ "1970-01-01T00:00:00Z", 0 },
		{ "1969-12-31T23:59:59Z", S(-1) },
		{ "1969-12-31T23:59:59.75Z", -250000 },
		{ "2016-12-31T23:59:60Z", S(INT64_C(1483228800)) },
		{ "2000-02-29T00:00:00Z", S(INT64_C(951782400)) },
		{ "2024-02-29T00:00:00Z", S(INT64_C(1709164800)) },
		{ "2038-01-19T03:14:08Z", S(INT64_C(2147483648)) },
		{ "9999-12-31T23:59:59Z", S(INT64_C(253402300799)) },
		{ "0000-01-01T00:00:00Z", S(INT64_C(-62167219200)) },
	};
	bool good = true;
	int64_t us;
	size_t i;
	int rc;

	for (i = 0; i < ARRAY_LEN(rows); i++) {
		us = -12345;
		rc = clock_parse_moment(rows[i].text, &us);
		good &= row(rc == 0 && us == rows[i].us, "%s: %d, %" PRId64,
		    rows[i].text, rc, us);
	}
	ok(good, "reads moments of every offset and fraction, and a leap "
	    "second as the second after it");
}

static void
test_no_moments(void)
{
	static const char *const rows[] = { "", "now", "2025-10-18",
	    "2025-10-18T10:30:00", "2025-10-18T10:30", "2025-10-18T10Z",
	    "2025-02-30T00:00:00Z", "2025-02-29T00:00:00Z",
	    "1900-02-29T00:00:00Z", "2025-04-31T00:00:00Z",
	    "2025-13-01T00:00:00Z", "2025-00-01T00:00:00Z",
	    "2025-01-00T00:00:00Z", "2025-01-32T00:00:00Z",
	    "2025-10-18T24:00:00Z", "2025-10-18T10:60:00Z",
	    "2025-10-18T10:30:61Z", "2025-10-18T10:30:00.Z",
	    "2025-10-18T10:30:00+24:00", "2025-10-18T10:30:00+02:60",
	    "2025-10-18T10:30:00+2:00", "2025-10-18T10:30:00+02",
	    "2025-10-18T10:30:00 Z", "2025-10-18T10:30:00Zx",
	    "2025-10-18T10:30:00ZZ", " 2025-10-18T10:30:00Z",
	    "2025-1-18T10:30:00Z", "25-10-18T10:30:00Z",
	    "02025-10-18T10:30:00Z", "+025-10-18T10:30:00Z",
	    "2025/10/18T10:30:00Z", "2025-10-18X10:30:00Z",
	    "2025-10-18T1:30:00Z", "2025-10-18T10:3:00Z",
	    "2025-10-18T10:30:0Z", "2025-10-18T10:30:00.-5Z" };
	bool good = true;
	int64_t us;
	size_t i;

	for (i = 0; i < ARRAY_LEN(rows); i++)
		good &= row(clock_parse_moment(rows[i], &us) == -1, "%s",
		    rows[i]);
	ok(good, "refuses days that do not exist, moments without a zone, "
	    "and whatever is more or less than a moment");
}

static void
test_dates(void)
{
	static const char *const bad[] = { "", "2025-02-30", "2025-10-1",
	    "2025-10-18 ", "2025-10-18T10:30:00Z", "20251018", "today",
	    "2023-02-29", "2025-10-180" };
	bool good = true;
	int64_t us;
	size_t i;

	ok(clock_parse_date("2025-10-18", &us) == 0 &&
	    us == S(NOON - 37800), "a date is its beginning in UTC");
	ok(clock_parse_date("2024-02-29", &us) == 0 &&
	    clock_parse_date("2000-02-29", &us) == 0 &&
	    clock_parse_date("1960-01-01", &us) == 0 && us < 0,
	    "reads leap days, and dates before 1970");
	for (i = 0; i < ARRAY_LEN(bad); i++)
		good &= row(clock_parse_date(bad[i], &us) == -1, "%s",
		    bad[i]);
	ok(good, "refuses dates that do not exist and what is no date");
}

static void
test_spans(void)
{
	static const struct { const char *text; int64_t us; } rows[] = {
		{ "30m", S(1800) }, { "24h", CLOCK_DAY },
		{ "7d", 7 * CLOCK_DAY }, { "2w", 14 * CLOCK_DAY },
		{ "007d", 7 * CLOCK_DAY }, { "1000000w", 7000000 * CLOCK_DAY },
	};
	static const char *const bad[] = { "", "0m", "7", "d", "-7d", "+7d",
	    "7 d", "7D", "7dd", "7d ", " 7d", "1.5h", "7y", "1000001d",
	    "99999999999999999999d", "0x7d" };
	bool good = true;
	int64_t us;
	size_t i;

	for (i = 0; i < ARRAY_LEN(rows); i++)
		good &= row(clock_parse_span(rows[i].text, &us) == 0 &&
		    us == rows[i].us, "%s: %" PRId64, rows[i].text, us);
	ok(good, "reads minutes, hours, days and weeks");
	for (good = true, i = 0; i < ARRAY_LEN(bad); i++)
		good &= row(clock_parse_span(bad[i], &us) == -1, "%s",
		    bad[i]);
	ok(good, "refuses spans of nothing, below nothing, without a unit");
}

static void
test_when(void)
{
	static const struct { const char *text; int64_t us; } rows[] = {
		{ "now", S(NOON) }, { "today", S(NOON - 37800) },
		{ "yesterday", S(NOON - 37800 - 86400) },
		{ "2025-10-01", S(NOON - 37800 - 17 * 86400) },
		{ "2025-10-18T10:00:00Z", S(NOON - 1800) },
		{ "30m", S(NOON - 1800) }, { "1w", S(NOON - 7 * 86400) },
	};
	bool good = true;
	int64_t us;
	size_t i;

	for (i = 0; i < ARRAY_LEN(rows); i++)
		good &= row(clock_parse_when(rows[i].text, &us) == 0 &&
		    us == rows[i].us, "%s: %" PRId64, rows[i].text, us);
	ok(good, "a person may say a moment, a date, a span, a day by name");
	ok(clock_parse_when("tomorrow", &us) == -1 &&
	    clock_parse_when("", &us) == -1 &&
	    clock_parse_when("Today", &us) == -1,
	    "refuses what is none of these");
	setenv("TASK_NOW", "1969-12-30T12:00:00Z", 1);
	ok(clock_parse_when("today", &us) == 0 && us == -2 * CLOCK_DAY &&
	    clock_parse_when("yesterday", &us) == 0 && us == -3 * CLOCK_DAY,
	    "a day begins at its midnight before 1970, too");
	setenv("TASK_NOW", "2025-10-18T10:30:00Z", 1);
}

static void
test_format(void)
{
	static const struct { int64_t us; const char *want; } rows[] = {
		{ 0, "1970-01-01T00:00:00Z" },
		{ -1, "1969-12-31T23:59:59Z" },
		{ S(-1), "1969-12-31T23:59:59Z" },
		{ S(-1) - 1, "1969-12-31T23:59:58Z" },
		{ S(NOON), "2025-10-18T10:30:00Z" },
		{ S(NOON) + 999999, "2025-10-18T10:30:00Z" },
		{ S(INT64_C(-62135596800)), "0001-01-01T00:00:00Z" },
		{ S(INT64_C(-61000000000)), "0036-12-26T11:33:20Z" },
		{ S(INT64_C(253402300799)), "9999-12-31T23:59:59Z" },
	};
	char text[CLOCK_MOMENT_SIZE], date[CLOCK_DATE_SIZE];
	bool good = true;
	size_t i;

	for (i = 0; i < ARRAY_LEN(rows); i++) {
		clock_format_moment(text, rows[i].us);
		clock_format_date(date, rows[i].us);
		good &= row(strcmp(text, rows[i].want) == 0 &&
		    strncmp(text, date, strlen(date)) == 0 &&
		    strlen(date) == 10, "%" PRId64 ": %s, %s", rows[i].us,
		    text, date);
	}
	ok(good, "writes moments and dates in UTC, odd years included");
	clock_format_moment(text, INT64_MAX);
	clock_format_date(date, INT64_MIN);
	ok(strlen(text) == 20 && strlen(date) == 10 &&
	    strncmp(text, "9999-", 5) == 0 && strncmp(date, "0000-", 5) == 0,
	    "years that four digits do not hold are cut to those that do");
}

static void
test_round(void)
{
	char text[CLOCK_MOMENT_SIZE];
	bool good = true;
	int64_t us, back;
	int i;

	chance_seed(5);
	for (i = 0; i < 20000 && good; i++) {
		us = S((int64_t)chance(315537897600) - INT64_C(62135596800));
		clock_format_moment(text, us);
		good = row(clock_parse_moment(text, &back) == 0 && back == us,
		    "%" PRId64 ": %s: %" PRId64, us, text, back);
	}
	ok(good, "what is written is read back, from year 1 to 9999");
}

static void
test_now(void)
{
	int64_t a, b;

	setenv("TASK_NOW", "2025-10-18T10:30:00.25Z", 1);
	ok(clock_now_us() == S(NOON) + 250000 && !clock_is_broken(),
	    "TASK_NOW replaces the clock");
	setenv("TASK_NOW", "soon", 1);
	ok(clock_is_broken() && clock_now_us() > S(NOON),
	    "a TASK_NOW that is no moment is told, and the clock goes on");
	setenv("TASK_NOW", "", 1);
	ok(clock_is_broken(), "an empty TASK_NOW is no moment");
	unsetenv("TASK_NOW");
	a = clock_now_us();
	b = (int64_t)time(NULL);
	ok(!clock_is_broken() && a / CLOCK_SECOND - b < 3 &&
	    b - a / CLOCK_SECOND < 3, "without it, it is now");
	a = clock_ticks_us();
	setenv("TASK_NOW", "2025-10-18T10:30:00Z", 1);
	ok(clock_ticks_us() >= a && clock_ticks_us() - a < S(60),
	    "ticks go on whatever TASK_NOW says");
}

static void
test_zone(void)
{
	is_int(clock_zone_minutes(S(NOON)), 0, "UTC is ahead by nothing");
	setenv("TZ", "EST5EDT,M3.2.0,M11.1.0", 1);
	tzset();
	is_int(clock_zone_minutes(S(NOON)), -240,
	    "knows how far local time is, in summer");
	is_int(clock_zone_minutes(S(NOON + 60 * 86400)), -300,
	    "and in winter");
	setenv("TZ", "IST-5:30", 1);
	tzset();
	is_int(clock_zone_minutes(S(NOON)), 330, "half hours, too");
	is_int(clock_zone_minutes(INT64_MIN), 330,
	    "and long ago");
	setenv("TZ", "UTC", 1);
	tzset();
}

int
main(void)
{
	scratch();
	test_moments();
	test_no_moments();
	test_dates();
	test_spans();
	test_when();
	test_format();
	test_round();
	test_now();
	test_zone();
	return tap_done();
}
