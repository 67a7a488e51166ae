/* SPDX-License-Identifier: MIT */
/* cli/out */
#include "base/compat.h"

#include <sys/ioctl.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <termios.h>

#include "base/err.h"
#include "base/strvec.h"
#include "cli/out.h"
#include "cli/tool.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

enum { ID, NAME, TAGS, SIZE, EXTRA };

static const struct out_column columns[] = {
	{ "id", OUT_BOLD, false, false },
	{ "name", OUT_PLAIN, false, true },
	{ "tags", OUT_DIM, false, false },
	{ "size", OUT_PLAIN, false, false },
	{ "extra", OUT_PLAIN, true, false },
	{ NULL, OUT_PLAIN, false, false }
};

static const char *name_of_two;

static int
list(int argc, char **argv, struct err *e)
{
	struct strvec tags = STRVEC_INIT;
	struct out o;

	(void)argv;
	if (out_begin(&o, columns, e) != 0)
		return -1;
	if (argc > 0) {
		out_end(&o);
		return 0;
	}
	strvec_add(&tags, "a");
	strvec_add(&tags, "b,c");
	out_text(&o, ID, "TASK-0001");
	out_text(&o, NAME, "first");
	out_list(&o, TAGS, &tags);
	out_number(&o, SIZE, -7);
	if (out_wants(&o, EXTRA))
		out_json(&o, EXTRA, "{\"x\":[1]}", 9);
	out_row(&o);
	strvec_clear(&tags);
	out_text(&o, ID, "TASK-0002");
	out_style(&o, ID, OUT_RED);
	out_text(&o, NAME, name_of_two);
	out_list(&o, TAGS, &tags);
	out_row(&o);
	out_end(&o);
	strvec_release(&tags);
	return 0;
}

static int
run_list(void *ctx)
{
	static const struct tool tool = { "task-x", "lists", "[NONE]",
	    TOOL_LISTS, NULL, list };
	struct strvec *argv = ctx;

	return tool_main(&tool, (int)argv->n, argv->v);
}

/* What `task-x LINE` prints; the name of the second record is `name`. */
static void
print(struct child *c, const char *line, const char *name)
{
	struct strvec argv = STRVEC_INIT;

	name_of_two = name;
	strvec_add(&argv, "task-x");
	strvec_split(&argv, line, ' ');
	in_child(c, run_list, &argv);
	strvec_release(&argv);
}

static bool
prints(const char *line, const char *name, const char *want, size_t len)
{
	struct child c;
	bool same;

	print(&c, line, name);
	same = c.status == 0 && c.out.len == len &&
	    memcmp(buf_str(&c.out), want, len) == 0;
	row(same, "'%s': status %d: %s%s", line, c.status, buf_str(&c.out),
	    buf_str(&c.err));
	child_release(&c);
	return same;
}

#define PRINTS(line, name, want)					\
	prints(line, name, want, sizeof(want) - 1)

static void
test_lines(void)
{
	ok(PRINTS("", "second",
	    "TASK-0001\tfirst\ta,b,c\t-7\nTASK-0002\tsecond\t\t\n"),
	    "prints fields with tabs between, a line a record");
	ok(PRINTS("-z", "second",
	    "TASK-0001\tfirst\ta,b,c\t-7\0TASK-0002\tsecond\t\t\0"),
	    "with -z a record ends with NUL");
	ok(PRINTS("", "a\tb\nc\\d\033[31m\xff\\",
	    "TASK-0001\tfirst\ta,b,c\t-7\n"
	    "TASK-0002\ta\\tb\\nc\\\\d\\x1b[31m\\xff\\\\\t\t\n"),
	    "tabs, newlines, backslashes and control characters are escaped");
	ok(PRINTS("", NULL,
	    "TASK-0001\tfirst\ta,b,c\t-7\nTASK-0002\t\t\t\n"),
	    "no text leaves a field empty");
	ok(PRINTS("--columns extra,id,id", "x",
	    "{\"x\":[1]}\tTASK-0001\tTASK-0001\n\tTASK-0002\tTASK-0002\n"),
	    "--columns says which columns, in which order; "
	    "hidden ones are shown then");
	ok(PRINTS("--header --columns id,size", "x",
	    "id\tsize\nTASK-0001\t-7\nTASK-0002\t\n"),
	    "--header begins with their names, once");
	ok(PRINTS("--header -z --columns id,size", "x",
	    "id\tsize\0TASK-0001\t-7\0TASK-0002\t\0"),
	    "the header is a record as the others");
	ok(PRINTS("none", "", ""), "no records are no output");
	ok(PRINTS("--header --columns id none", "", "id\n"),
	    "a header is there without records as well");
}

static void
test_json(void)
{
	ok(PRINTS("-j", "sec\"ond\n\033",
	    "{\"id\":\"TASK-0001\",\"name\":\"first\",\"tags\":[\"a\","
	    "\"b,c\"],\"size\":-7,\"extra\":{\"x\":[1]}}\n"
	    "{\"id\":\"TASK-0002\",\"name\":\"sec\\\"ond\\n\\u001b\","
	    "\"tags\":[],\"size\":null,\"extra\":null}\n"),
	    "with -j a record is a JSON object with all columns");
	ok(PRINTS("-j -z --columns name", "\xff",
	    "{\"name\":\"first\"}\0{\"name\":\"\xef\xbf\xbd\"}\0"),
	    "-j goes along with -z and --columns");
	ok(PRINTS("-j none", "", ""), "no records are no output");
	ok(PRINTS("-j --color=always --columns size", "x",
	    "{\"size\":-7}\n{\"size\":null}\n"), "JSON is never coloured");
}

static void
test_wrong(void)
{
	struct child c;

	print(&c, "--columns id,nmae", "x");
	ok(c.status == EX_USAGE && c.out.len == 0 && strcmp(buf_str(&c.err),
	    "task-x: --columns: there is no column 'nmae'\n") == 0,
	    "a column that is not there is EX_USAGE");
	child_release(&c);
	print(&c, "--columns=", "x");
	ok(row(c.status == EX_USAGE, "status %d: %s", c.status,
	    buf_str(&c.out)), "so is no column at all");
	child_release(&c);
	print(&c, "--columns=,", "x");
	ok(c.status == EX_USAGE, "nor are commas any");
	child_release(&c);
}

static bool
have_terminals(void)
{
	return access("/dev/pts/ptmx", F_OK) == 0;
}

/* As print(), on a terminal of so many columns. */
static void
print_tty(struct buf *out, int cols, const char *line, const char *name)
{
	struct winsize ws = { .ws_row = 24, .ws_col = (unsigned short)cols };
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), slave;
	struct strvec argv = STRVEC_INIT;
	struct termios t;
	char text[4096];
	ssize_t n;
	pid_t pid;

	buf_clear(out);
	if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0 ||
	    (slave = open(ptsname(master), O_RDWR | O_NOCTTY)) < 0)
		bail("no terminal: %s", strerror(errno));
	tcgetattr(slave, &t);
	cfmakeraw(&t);
	tcsetattr(slave, TCSANOW, &t);
	ioctl(slave, TIOCSWINSZ, &ws);
	name_of_two = name;
	strvec_add(&argv, "task-x");
	strvec_split(&argv, line, ' ');
	fflush(stdout);
	if ((pid = fork()) == 0) {
		dup2(slave, STDOUT_FILENO);
		exit(run_list(&argv));
	}
	close(slave);
	while ((n = read(master, text, sizeof(text))) > 0)
		buf_add(out, text, (size_t)n);
	close(master);
	waitpid(pid, NULL, 0);
	strvec_release(&argv);
}

static void
test_aligned(void)
{
	struct buf b = BUF_INIT;

	print_tty(&b, 80, "", "second one");
	is_str(buf_str(&b),
	    "id         name        tags   size\n"
	    "TASK-0001  first       a,b,c  -7\n"
	    "TASK-0002  second one         \n",
	    "a terminal gets columns and a header");
	print_tty(&b, 36, "", "a rather long name that is cut");
	is_str(buf_str(&b),
	    "id         name              tags   size\n"
	    "TASK-0001  first             a,b,c  -7\n"
	    "TASK-0002  a rather long n\xe2\x80\xa6         \n",
	    "the flexible column is cut where a line is too long, "
	    "but not to nothing");
	print_tty(&b, 50, "", "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e"
	    "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\xe6\x97\xa5\xe6\x9c\xac"
	    "\xe8\xaa\x9e\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\xe6\x97\xa5");
	ok(row(strstr(b.ptr, "first                       a,b,c") != NULL &&
	    strstr(b.ptr, "\xe2\x80\xa6") == NULL, "%s", b.ptr),
	    "wide characters count as two columns");
	print_tty(&b, 0, "", "a rather long name that is not cut at all "
	    "since nobody knows how wide the screen is, is it?");
	ok(strstr(b.ptr, "is it?") != NULL,
	    "a terminal of unknown width cuts nothing");
	print_tty(&b, 80, "", "evil\033[2J\nname");
	ok(strstr(b.ptr, "evil\\x1b[2J\\nname") != NULL &&
	    strchr(b.ptr, '\033') == NULL,
	    "no control character of a text reaches the terminal");
	print_tty(&b, 80, "none", "");
	is_str(buf_str(&b), "", "no records are no output, not a header");
	print_tty(&b, 80, "-z --columns id", "");
	ok(b.len == 20 && memcmp(b.ptr, "TASK-0001\0", 10) == 0,
	    "-z is not aligned");
	print_tty(&b, 80, "-j --columns id", "");
	is_str(buf_str(&b), "{\"id\":\"TASK-0001\"}\n"
	    "{\"id\":\"TASK-0002\"}\n", "neither is -j");
	buf_release(&b);
}

static void
test_colour(void)
{
	struct buf b = BUF_INIT;
	bool dumb;

	print_tty(&b, 80, "--columns id", "");
	dumb = strchr(b.ptr, '\033') == NULL;
	setenv("TERM", "xterm", 1);
	print_tty(&b, 80, "--columns id,size", "");
	is_str(buf_str(&b),
	    "\033[2mid\033[0m         \033[2msize\033[0m\n"
	    "\033[1mTASK-0001\033[0m  -7\n"
	    "\033[31mTASK-0002\033[0m  \n",
	    "a terminal gets colours, a cell its own");
	setenv("NO_COLOR", "1", 1);
	print_tty(&b, 80, "--columns id", "");
	ok(dumb && strchr(b.ptr, '\033') == NULL,
	    "a dumb terminal and NO_COLOR get none");
	print_tty(&b, 80, "--columns id --color=always", "");
	ok(strchr(b.ptr, '\033') != NULL, "--color=always gives them still");
	setenv("NO_COLOR", "", 1);
	print_tty(&b, 80, "--columns id", "");
	ok(strchr(b.ptr, '\033') != NULL, "an empty NO_COLOR says nothing");
	print_tty(&b, 80, "--columns id --color=never", "");
	ok(strchr(b.ptr, '\033') == NULL, "--color=never takes them away");
	unsetenv("NO_COLOR");
	setenv("TERM", "dumb", 1);
	ok(PRINTS("--columns id --color=always", "",
	    "TASK-0001\nTASK-0002\n"), "lines are never coloured");
	buf_release(&b);
}

static void
test_styles(void)
{
	bool good = *out_style_on(OUT_PLAIN) == '\0';
	int i;

	for (i = OUT_BOLD; i <= OUT_BLUE; i++)
		good = good && strncmp(out_style_on(i), "\033[", 2) == 0;
	ok(good, "each style has its escape sequence, plain has none");
	is_int((intmax_t)out_width(), 0, "a pipe has no width");
}

int
main(void)
{
	scratch();
	test_lines();
	test_json();
	test_wrong();
	if (have_terminals()) {
		test_aligned();
		test_colour();
	} else {
		tap_skip("what a terminal gets", "/dev/pts is not mounted");
	}
	test_styles();
	return tap_done();
}
