/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/buf.h"
#include "base/log.h"
#include "cli/ask.h"

bool
ask_can(void)
{
	return isatty(STDIN_FILENO) == 1;
}

/* No byte more than the line: the rest may be for a program that we start. */
static int
read_line(struct buf *out)
{
	char ch = '\0';
	ssize_t n;

	do {
		n = read(STDIN_FILENO, &ch, 1);
		if (n > 0 && ch != '\n')
			buf_addc(out, ch);
	} while ((n > 0 && ch != '\n') || (n < 0 && errno == EINTR));
	return n > 0 ? 0 : 1;
}

int
ask(struct buf *answer, const char *fmt, ...)
{
	struct buf question = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&question, fmt, ap);
	va_end(ap);
	log_ask("%s", question.ptr);
	buf_release(&question);
	return read_line(answer);
}
