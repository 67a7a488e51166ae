/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <fcntl.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/strvec.h"
#include "base/utf8.h"
#include "cli/tool.h"
#include "sys/file.h"
#include "sys/sig.h"

enum { INPUT_MAX = 64 << 20, SUBJECT_MAX = 3 };

static struct tool_options options;
static const struct tool *running;
static int first_status;
static bool want_help, want_version, want_complete;

#define COMMON								\
	{ 'C', "dir", OPT_TEXT, &options.dir, "DIR",			\
	    "work on the board of DIR" },				\
	{ 'q', "quiet", OPT_FLAG, &options.quiet, NULL,			\
	    "print errors only" },					\
	{ 'v', "verbose", OPT_FLAG, &options.verbose, NULL,		\
	    "say what is being done" },					\
	{ 'h', "help", OPT_FLAG, &want_help, NULL, "this text" },	\
	{ 'V', "version", OPT_FLAG, &want_version, NULL, "the version" }, \
	{ 0, "complete", OPT_FLAG, &want_complete, NULL, NULL }

#define FORM								\
	{ 'j', "json", OPT_FLAG, &options.json, NULL,			\
	    "one JSON object a line" },					\
	{ 'z', "null", OPT_FLAG, &options.null, NULL,			\
	    "end each record with a NUL" }

#define COLOUR								\
	{ 0, "color", OPT_TEXT, &options.colour, "WHEN",		\
	    "auto, always or never" }

#define LISTS								\
	FORM,								\
	{ 0, "columns", OPT_TEXT, &options.columns, "A,B",		\
	    "which columns, in which order" },				\
	{ 0, "header", OPT_FLAG, &options.header, NULL,			\
	    "begin with the names of the columns" },			\
	COLOUR

#define WRITES								\
	{ 'n', "dry-run", OPT_FLAG, &options.dry_run, NULL,		\
	    "say what would happen, change nothing" },			\
	{ 'u', "user", OPT_TEXT, &options.user, "USER",			\
	    "who does it (else TASK_USER, else git's)" },		\
	{ 0, "no-commit", OPT_FLAG, &options.no_commit, NULL,		\
	    "change the files, leave the commit to you" }

static const struct opt plain_opts[] = { COMMON, OPT_END };
static const struct opt list_opts[] = { LISTS, COMMON, OPT_END };
static const struct opt write_opts[] = { WRITES, COMMON, OPT_END };
static const struct opt show_opts[] = { FORM, COLOUR, COMMON, OPT_END };
static const struct opt both_opts[] = { LISTS, WRITES, COMMON, OPT_END };

static const struct opt *
common_opts(const struct tool *t)
{
	static const struct opt *const by_flags[] =
	    { plain_opts, list_opts, write_opts, both_opts, show_opts };

	return by_flags[t->flags];
}

const struct tool_options *
tool_options(void)
{
	return &options;
}

const char *
tool_name(void)
{
	return running == NULL ? "task" : running->name;
}

void
tool_failed(const struct err *e)
{
	if (first_status == 0)
		first_status = e->status;
	if (e->msg[0] != '\0')
		log_error("%s", e->msg);
}

int
tool_check_reason(const char *reason, struct err *e)
{
	bool valid = utf8_valid(reason, strlen(reason));

	if (valid && reason[strspn(reason, " \t\r\n")] != '\0')
		return 0;
	return err_set(e, EX_USAGE, "--reason: the reason is %s",
	    valid ? "empty" : "not UTF-8");
}

int
tool_flush(struct err *e)
{
	errno = 0;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return 0;
	/* Whoever closed the pipe knows that it is closed. */
	if (errno == EPIPE) {
		e->status = EX_IOERR;
		e->msg[0] = '\0';
		return -1;
	}
	return err_set(e, EX_IOERR, "cannot write to standard output: %s",
	    errno == 0 ? "lost" : strerror(errno));
}

void
tool_subject(struct buf *out, const struct strvec *refs)
{
	size_t i;

	if (refs->n > SUBJECT_MAX)
		buf_addf(out, "%zu tasks", refs->n);
	else
		for (i = 0; i < refs->n; i++)
			buf_addf(out, "%s%s", i > 0 ? ", " : "", refs->v[i]);
}

void
tool_body(struct buf *out, const struct strvec *refs)
{
	size_t i;

	if (refs->n > SUBJECT_MAX)
		buf_addc(out, '\n');
	for (i = 0; refs->n > SUBJECT_MAX && i < refs->n; i++)
		buf_addf(out, "\n%s", refs->v[i]);
}

int
tool_status(void)
{
	return first_status;
}

static void
help(const struct tool *t)
{
	struct buf out = BUF_INIT;

	buf_addf(&out, "%s: %s\n\nusage: %s [OPTION]...%s%s\n\n", t->name,
	    t->brief, t->name, *t->operands == '\0' ? "" : " ", t->operands);
	opt_help(t->opts, &out);
	opt_help(common_opts(t), &out);
	buf_addf(&out, "\nman %s tells more; task(7) is the beginning.\n",
	    t->name);
	fwrite(out.ptr, 1, out.len, stdout);
	buf_release(&out);
}

static void
complete(const struct tool *t)
{
	struct buf out = BUF_INIT;

	buf_addf(&out, "%s\t%s\n", t->operands, t->brief);
	opt_complete(t->opts, &out);
	opt_complete(common_opts(t), &out);
	fwrite(out.ptr, 1, out.len, stdout);
	buf_release(&out);
}

/* 1: go on; 0: it is done; -1: the command line is wrong. */
static int
begin(const struct tool *t, int *argc, char ***argv, struct err *e)
{
	int first = opt_parse(t->opts, common_opts(t), *argc, *argv, e);
	enum log_level level;

	if (first < 0)
		return -1;
	level = options.quiet ? LOG_QUIET :
	    options.verbose ? LOG_VERBOSE : LOG_NORMAL;
	log_init(t->name, level);
	*argc -= first;
	*argv += first;
	if (options.colour != NULL && strcmp(options.colour, "auto") != 0 &&
	    strcmp(options.colour, "always") != 0 &&
	    strcmp(options.colour, "never") != 0)
		return err_set(e, EX_USAGE, "--color: '%s' is none of auto, "
		    "always, never", options.colour);
	if (clock_is_broken())
		return err_set(e, EX_CONFIG, "TASK_NOW: '%s' is no moment as "
		    "2025-10-18T10:30:00Z", getenv("TASK_NOW"));
	if (want_help)
		help(t);
	else if (want_complete)
		complete(t);
	else if (want_version)
		printf("%s (%s) %s\n", t->name, PACKAGE_NAME, PACKAGE_VERSION);
	else
		return 1;
	return 0;
}

/* A full disk or a closed pipe is never success; it is said once. */
static int
finish_output(void)
{
	bool failed = ferror(stdout) && first_status == EX_IOERR;
	struct err e = ERR_INIT;

	if (!failed && tool_flush(&e) != 0)
		tool_failed(&e);
	else if (!failed && fclose(stdout) != 0) {
		err_errno(&e, "cannot write to standard output");
		tool_failed(&e);
	}
	return first_status;
}

/* Writing to a closed descriptor must fail, not land in a file of ours. */
static void
hold_standard_fds(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDONLY);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

int
tool_main(const struct tool *t, int argc, char **argv)
{
	struct err e = ERR_INIT;
	int rc;

	running = t;
	hold_standard_fds();
	log_init(t->name, LOG_NORMAL);
	sig_ignore_pipe();
	rc = begin(t, &argc, &argv, &e);
	if (rc > 0)
		rc = t->run(argc, argv, &e);
	if (rc < 0)
		tool_failed(&e);
	else if (rc > 0 && first_status == 0)
		first_status = rc;
	return finish_output();
}

/* The reference in a line: its first field, or the id of a JSON object. */
static char *
first_field(char *line)
{
	static const char *const ids[] =
	    { "{\"id\":\"", "{\"task\":\"" };
	size_t i;

	for (i = 0; i < ARRAY_LEN(ids); i++)
		if (strncmp(line, ids[i], strlen(ids[i])) == 0) {
			line += strlen(ids[i]);
			line[strcspn(line, "\"")] = '\0';
		}
	line[strcspn(line, "\t")] = '\0';
	return line;
}

static int
add_input(struct strvec *out, struct err *e)
{
	struct buf in = BUF_INIT;
	char *p, *end, *stop;
	bool nul;
	int rc;

	if ((rc = fd_read_all(STDIN_FILENO, INPUT_MAX, &in, e)) != 0)
		err_prefix(e, "standard input");
	end = in.len == 0 ? in.ptr : in.ptr + in.len;
	nul = in.len > 0 && memchr(in.ptr, '\0', in.len) != NULL;
	for (p = in.ptr; rc == 0 && p < end; p = stop + 1) {
		stop = memchr(p, nul ? '\0' : '\n', (size_t)(end - p));
		if (stop == NULL)
			stop = end;
		*stop = '\0';
		p = first_field(p);
		if (*p != '\0')
			strvec_add(out, p);
	}
	buf_release(&in);
	return rc;
}

int
tool_operands(int argc, char **argv, struct strvec *out, bool *piped,
    struct err *e)
{
	bool input = false;
	int i;

	if (argc == 0)
		return err_set(e, EX_USAGE, "no operand: usage: %s %s",
		    running->name, running->operands);
	for (i = 0; i < argc; i++) {
		if (strcmp(argv[i], "-") != 0)
			strvec_add(out, argv[i]);
		else if (!input && add_input(out, e) != 0)
			return -1;
		else
			input = true;
	}
	if (piped != NULL)
		*piped = input;
	return 0;
}
