/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/buf.h"
#include "base/log.h"
#include "base/utf8.h"

static const char *log_name = "task";
static enum log_level log_max = LOG_NORMAL;

void
log_init(const char *name, enum log_level level)
{
	log_name = name;
	log_max = level;
}

static void PRINTF_LIKE(3, 0)
log_write(const char *kind, char end, const char *fmt, va_list ap)
{
	struct buf raw = BUF_INIT, line = BUF_INIT;
	size_t done = 0;
	ssize_t n;

	buf_vaddf(&raw, fmt, ap);
	buf_addf(&line, "%s: %s", log_name, kind);
	utf8_add_safe(&line, raw.ptr, raw.len);
	buf_addc(&line, end);
	while (done < line.len) {
		n = write(STDERR_FILENO, line.ptr + done, line.len - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		done += (size_t)n;
	}
	buf_release(&raw);
	buf_release(&line);
}

void
log_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	log_write("", '\n', fmt, ap);
	va_end(ap);
}

void
log_warn(const char *fmt, ...)
{
	va_list ap;

	if (log_max < LOG_NORMAL)
		return;
	va_start(ap, fmt);
	log_write("warning: ", '\n', fmt, ap);
	va_end(ap);
}

void
log_notice(const char *fmt, ...)
{
	va_list ap;

	if (log_max < LOG_NORMAL)
		return;
	va_start(ap, fmt);
	log_write("", '\n', fmt, ap);
	va_end(ap);
}

void
log_ask(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	log_write("", ' ', fmt, ap);
	va_end(ap);
}

void
log_text(const char *text)
{
	struct buf safe = BUF_INIT;
	size_t n;

	for (; *text != '\0'; text += n + (text[n] == '\n')) {
		n = strcspn(text, "\n");
		utf8_add_safe(&safe, text, n);
		buf_addc(&safe, '\n');
	}
	fwrite(buf_str(&safe), 1, safe.len, stderr);
	buf_release(&safe);
}

void
log_info(const char *fmt, ...)
{
	va_list ap;

	if (log_max < LOG_VERBOSE)
		return;
	va_start(ap, fmt);
	log_write("", '\n', fmt, ap);
	va_end(ap);
}

void
log_die(const char *fmt, ...)
{
	char text[256];
	va_list ap;
	int n;

	/* No allocation here: there may be no memory left. */
	n = snprintf(text, sizeof(text), "%s: fatal: ", log_name);
	va_start(ap, fmt);
	vsnprintf(text + n, sizeof(text) - (size_t)n - 1, fmt, ap);
	va_end(ap);
	for (n = 0; text[n] != '\0'; n++)
		if ((unsigned char)text[n] < ' ' || text[n] == 0x7f)
			text[n] = '?';
	text[n] = '\n';
	if (write(STDERR_FILENO, text, (size_t)n + 1) < 0)
		_exit(EX_SOFTWARE);
	_exit(EX_SOFTWARE);
}
