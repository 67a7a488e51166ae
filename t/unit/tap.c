/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "t/unit/tap.h"

static int cases, failures;

/* On one line, whatever it holds. */
static void
print_text(const char *what, const char *s)
{
	const unsigned char *p = (const unsigned char *)s;

	printf("#   %s: ", what);
	if (s == NULL)
		printf("(null)");
	for (; s != NULL && *p != '\0'; p++)
		if (*p == '\n')
			printf("\\n");
		else if (*p < 0x20 || *p == 0x7f)
			printf("\\x%02x", *p);
		else
			putchar(*p);
	putchar('\n');
}

bool
tap_ok(bool cond, const char *title, const char *file, int line)
{
	printf("%sok %d - %s\n", cond ? "" : "not ", ++cases, title);
	if (!cond) {
		failures++;
		printf("#   failed at %s:%d\n", file, line);
	}
	fflush(stdout);
	return cond;
}

bool
tap_is_str(const char *got, const char *want, const char *title,
    const char *file, int line)
{
	bool same = got == want ||
	    (got != NULL && want != NULL && strcmp(got, want) == 0);

	tap_ok(same, title, file, line);
	if (!same) {
		print_text("got", got);
		print_text("want", want);
	}
	fflush(stdout);
	return same;
}

bool
tap_is_int(intmax_t got, intmax_t want, const char *title, const char *file,
    int line)
{
	tap_ok(got == want, title, file, line);
	if (got != want)
		printf("#   got: %jd\n#   want: %jd\n", got, want);
	fflush(stdout);
	return got == want;
}

static void
print_comment(const char *fmt, va_list ap)
{
	char text[4096], *line, *rest = text;

	vsnprintf(text, sizeof(text), fmt, ap);
	while ((line = strsep(&rest, "\n")) != NULL)
		print_text("", line);
	fflush(stdout);
}

void
diag(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print_comment(fmt, ap);
	va_end(ap);
}

bool
row(bool cond, const char *fmt, ...)
{
	va_list ap;

	if (cond)
		return true;
	va_start(ap, fmt);
	print_comment(fmt, ap);
	va_end(ap);
	return false;
}

void
tap_skip(const char *title, const char *why)
{
	printf("ok %d - %s # SKIP %s\n", ++cases, title, why);
	fflush(stdout);
}

int
tap_done(void)
{
	printf("1..%d\n", cases);
	if (failures > 0)
		printf("# %d of %d failed\n", failures, cases);
	return fflush(stdout) != 0 || failures > 0;
}

void
bail(const char *fmt, ...)
{
	va_list ap;

	printf("Bail out! ");
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
	exit(1);
}
