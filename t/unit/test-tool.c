/* SPDX-License-Identifier: MIT */
/* cli/tool */
#include "base/compat.h"

#include <fcntl.h>

#include "base/err.h"
#include "base/log.h"
#include "base/strvec.h"
#include "cli/tool.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

static bool deep;

static const struct opt own[] = {
	{ 'd', "deep", OPT_FLAG, &deep, NULL, "look deeply" },
	OPT_END
};

/* What to do with the operands is the first of them. */
static int
act(int argc, char **argv, struct err *e)
{
	const char *what = argc > 0 ? argv[0] : "";
	const struct tool_options *o = tool_options();
	struct err mine = ERR_INIT;

	if (strcmp(what, "options") == 0)
		printf("%d%d%d%d%d%d%d%d %s %s %s %s\n", o->json, o->null,
		    o->header, o->quiet, o->verbose, o->dry_run,
		    o->no_commit, deep, o->dir, o->user, o->columns,
		    o->colour);
	else if (strcmp(what, "error") == 0)
		return err_set(e, EX_DATAERR, "it is wrong");
	else if (strcmp(what, "status") == 0)
		return 1;
	else if (strcmp(what, "name") == 0)
		printf("%s\n", tool_name());
	else if (strcmp(what, "log") == 0)
		log_info("news");
	else if (strcmp(what, "some") == 0) {
		err_set(&mine, EX_NOINPUT, "TASK-0001: no such task");
		tool_failed(&mine);
		err_set(&mine, EX_NO, "TASK-0002: refused");
		tool_failed(&mine);
		printf("%d\n", tool_status());
		return 70;
	} else if (strcmp(what, "lots") == 0)
		while (printf("a line that fills the pipe\n") > 0)
			continue;
	return 0;
}

static int
print_operands(int argc, char **argv, struct err *e)
{
	struct strvec list = STRVEC_INIT;
	bool piped = false;
	size_t i;
	int rc = tool_operands(argc, argv, &list, &piped, e);

	for (i = 0; i < list.n && rc == 0; i++)
		printf("[%s]", list.v[i]);
	strvec_release(&list);
	return rc;
}

static struct tool tool = { "task-x", "does this and that", "REF... [STAGE]",
    TOOL_LISTS | TOOL_WRITES, own, act };

static const char *stdin_from;
static int stdout_to = -1;

static int
run_tool(void *ctx)
{
	struct strvec *argv = ctx;
	int fd;

	if (stdin_from != NULL) {
		fd = open(stdin_from, O_RDONLY);
		dup2(fd, STDIN_FILENO);
	}
	if (stdout_to >= 0)
		dup2(stdout_to, STDOUT_FILENO);
	if (stdout_to == -2)
		close(STDOUT_FILENO);
	return tool_main(&tool, (int)argv->n, argv->v);
}

static void
run(struct child *c, const char *line)
{
	struct strvec argv = STRVEC_INIT;

	strvec_add(&argv, "task-x");
	strvec_split(&argv, line, ' ');
	in_child(c, run_tool, &argv);
	strvec_release(&argv);
}

/* True where the status, and what is printed on both, is this. */
static bool
runs(const char *line, int status, const char *out, const char *err)
{
	struct child c;
	bool same;

	run(&c, line);
	same = c.status == status && strcmp(buf_str(&c.out), out) == 0 &&
	    strcmp(buf_str(&c.err), err) == 0;
	row(same, "'%s': %d: %s| %s", line, c.status, buf_str(&c.out),
	    buf_str(&c.err));
	child_release(&c);
	return same;
}

static void
test_ends(void)
{
	ok(runs("", 0, "", ""), "a program that ran well ends with 0");
	ok(runs("status", 1, "", ""), "what run() returns is the status");
	ok(runs("error", EX_DATAERR, "", "task-x: it is wrong\n"),
	    "its error is printed once, with the program's name");
	ok(runs("some", EX_NOINPUT, "66\n", "task-x: TASK-0001: no such task"
	    "\ntask-x: TASK-0002: refused\n"),
	    "of several failures each is said, and the first one counts");
	ok(runs("name", 0, "task-x\n", ""), "the program knows its name");
	is_str(tool_name(), "task", "before that its name is 'task'");
	ok(runs("--json=1", EX_USAGE, "", "task-x: --json takes no value\n"),
	    "a wrong command line is EX_USAGE");
	ok(runs("--nothing", EX_USAGE, "", "task-x: unknown or ambiguous "
	    "option '--nothing' (-h lists the options)\n"),
	    "and so is an unknown option");
}

static void
test_options(void)
{
	ok(runs("options -jzqvnd -C a -u @b --columns c --color never "
	    "--header --no-commit", 0, "11111111 a @b c never\n", ""),
	    "the common options are there with the program's own");
	ok(runs("log", 0, "", "") && runs("-v log", 0, "", "task-x: news\n"),
	    "-v makes it say what it does");
	tool.flags = TOOL_WRITES;
	ok(runs("-n options", 0, "00000100 (null) (null) (null) (null)\n",
	    "") && runs("-j", EX_USAGE, "", "task-x: unknown option '-j' (-h "
	    "lists the options; '--' comes before a name that begins with "
	    "'-')\n"), "a program that lists nothing has no -j");
	tool.flags = 0;
	ok(runs("-q options", 0, "00010000 (null) (null) (null) (null)\n",
	    "") && runs("--dry-run", EX_USAGE, "", "task-x: unknown or "
	    "ambiguous option '--dry-run' (-h lists the options)\n"),
	    "one that writes nothing has no --dry-run");
	tool.flags = TOOL_LISTS | TOOL_WRITES;
	setenv("TASK_NOW", "noon", 1);
	ok(runs("", EX_CONFIG, "", "task-x: TASK_NOW: 'noon' is no moment as "
	    "2025-10-18T10:30:00Z\n"), "a TASK_NOW that is no moment is "
	    "EX_CONFIG");
	setenv("TASK_NOW", "2025-10-18T10:30:00Z", 1);
}

static void
test_help(void)
{
	struct child c;

	run(&c, "-h");
	ok(c.status == 0 && strncmp(buf_str(&c.out), "task-x: does this and "
	    "that\n\nusage: task-x [OPTION]... REF... [STAGE]\n\n", 69) == 0,
	    "-h begins with what the program is for");
	ok(strstr(c.out.ptr, "\n  -d, --deep                look deeply\n") !=
	    NULL && strstr(c.out.ptr, "--no-commit") != NULL &&
	    strstr(c.out.ptr, "-C, --dir DIR") != NULL &&
	    strstr(c.out.ptr, "--complete") == NULL,
	    "and lists the options, the hidden one not");
	child_release(&c);
	run(&c, "--complete");
	ok(c.status == 0 && strncmp(buf_str(&c.out), "REF... [STAGE]\tdoes "
	    "this and that\nd\tdeep\t\tlook deeply\n", 54) == 0,
	    "--complete is the same for the shells");
	child_release(&c);
	ok(runs("-V", 0, "task-x (" PACKAGE_NAME ") " PACKAGE_VERSION "\n",
	    ""), "-V prints the version");
}

static void
test_lost_output(void)
{
	int fds[2];

	stdout_to = open("/dev/full", O_WRONLY | O_CLOEXEC);
	ok(runs("name", EX_IOERR, "", "task-x: cannot write to standard "
	    "output: No space left on device\n"), "a full disk is EX_IOERR");
	ok(runs("lots", EX_IOERR, "", "task-x: cannot write to standard "
	    "output: lost\n"),
	    "also where it was full long before the end");
	ok(runs("error", EX_DATAERR, "", "task-x: it is wrong\n"),
	    "a program that prints nothing does not mind");
	close(stdout_to);
	if (pipe(fds) != 0)
		bail("pipe: %s", strerror(errno));
	close(fds[0]);
	stdout_to = fds[1];
	ok(runs("name", EX_IOERR, "", ""),
	    "a closed pipe is EX_IOERR, and nothing is said");
	close(fds[1]);
	stdout_to = -2;
	ok(runs("name", EX_IOERR, "", "task-x: cannot write to standard "
	    "output: Bad file descriptor\n"),
	    "a closed standard output is EX_IOERR");
	stdout_to = -1;
}

static void
test_operands(void)
{
	char *big;

	tool.run = print_operands;
	ok(runs("1 x/2 -- -3", 0, "[1][x/2][-3]", ""), "operands are "
	    "themselves");
	ok(runs("", EX_USAGE, "", "task-x: no operand: usage: task-x REF... "
	    "[STAGE]\n"), "none at all is EX_USAGE, with the usage");
	put_file("lines", "TASK-0001\tinbox\tx\n\n7\nTASK-0002");
	stdin_from = "lines";
	ok(runs("a - b", 0, "[a][TASK-0001][7][TASK-0002][b]", ""),
	    "'-' stands for the first field of each line of the input");
	ok(runs("- -", 0, "[TASK-0001][7][TASK-0002]", ""),
	    "the input is there once");
	put_data("nul", "TASK-0001\tin\nbox\0" "8\0\0TASK-0002\t\0", 31);
	stdin_from = "nul";
	ok(runs("-", 0, "[TASK-0001][8][TASK-0002]", ""),
	    "or of each record, where they end with NUL");
	put_file("json", "{\"id\":\"TASK-0001\",\"name\":\"x\"}\n"
	    "{\"task\":\"TASK-0002\"}\n");
	stdin_from = "json";
	ok(runs("-", 0, "[TASK-0001][TASK-0002]", ""),
	    "or for the id of each JSON object");
	put_file("empty", "");
	stdin_from = "empty";
	ok(runs("- a", 0, "[a]", ""), "an empty input is no operand");
	big = mem_zalloc((64 << 20) + 1);
	memset(big, 'x', 64 << 20);
	put_data("big", big, (64 << 20) + 1);
	free(big);
	stdin_from = "big";
	ok(runs("-", EX_DATAERR, "", "task-x: standard input: larger than "
	    "67108864 bytes\n"), "an input without end is EX_DATAERR");
	stdin_from = NULL;
}

int
main(void)
{
	scratch();
	test_ends();
	test_options();
	test_help();
	test_lost_output();
	test_operands();
	return tap_done();
}
