/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <ftw.h>
#include <signal.h>

#include "base/err.h"
#include "base/strvec.h"
#include "sys/file.h"
#include "sys/run.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

static char dir[PATH_MAX];
static pid_t owner;
static int dir_fd = -1, saved_stderr = -1, heard_fd = -1;
static uint64_t state = 1;

static int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)ftw;
	if (flag == FTW_DNR || (S_ISDIR(st->st_mode) &&
	    (st->st_mode & 0700) != 0700))
		(void)!chmod(path, 0700);
	return remove(path);
}

/* A folder that may not be read is made readable first. */
static int
open_up(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)ftw;
	if (flag == FTW_D && (st->st_mode & 0700) != 0700)
		(void)!chmod(path, 0700);
	return 0;
}

void
remove_tree(const char *path)
{
	nftw(path, open_up, 32, FTW_PHYS);
	nftw(path, remove_one, 32, FTW_PHYS | FTW_DEPTH);
}

static void
clean_up(void)
{
	if (getpid() != owner || chdir("/") != 0)
		return;
	remove_tree(dir);
}

static void
set_environment(void)
{
	static const char *const gone[] = { "TASK_USER", "TASK_AGENT",
	    "TASK_WORK", "TASK_LOCK_TIMEOUT", "GIT_DIR", "GIT_WORK_TREE",
	    "GIT_INDEX_FILE", "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL",
	    "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL", "EMAIL",
	    "XDG_CONFIG_HOME", "NO_COLOR", "COLUMNS" };
	size_t i;

	for (i = 0; i < ARRAY_LEN(gone); i++)
		unsetenv(gone[i]);
	setenv("HOME", dir, 1);
	setenv("LC_ALL", "C", 1);
	setenv("TZ", "UTC", 1);
	setenv("TERM", "dumb", 1);
	setenv("TASK_NOW", "2025-10-18T10:30:00Z", 1);
	setenv("GIT_AUTHOR_DATE", "2025-10-18T10:30:00Z", 1);
	setenv("GIT_COMMITTER_DATE", "2025-10-18T10:30:00Z", 1);
	setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
	setenv("GIT_CEILING_DIRECTORIES", dir, 1);
	tzset();
}

const char *
scratch(void)
{
	const char *tmp = getenv("TMPDIR");

	if (dir_fd >= 0)
		return dir;
	snprintf(dir, sizeof(dir), "%.3000s/task-unit.XXXXXX",
	    tmp == NULL || *tmp == '\0' ? "/tmp" : tmp);
	if (mkdtemp(dir) == NULL || chdir(dir) != 0)
		bail("no scratch directory: %s", strerror(errno));
	owner = getpid();
	atexit(clean_up);
	dir_fd = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	umask(022);
	/* As in every program: who reads no more is an error, no end. */
	signal(SIGPIPE, SIG_IGN);
	set_environment();
	put_file(".gitconfig", "[user]\n\tname = Alice\n"
	    "\temail = alice@example.org\n[init]\n\tdefaultBranch = main\n"
	    "[gc]\n\tauto = 0\n[core]\n\tfsync = none\n");
	return dir;
}

int
scratch_fd(void)
{
	scratch();
	return dir_fd;
}

void
put_dir(const char *path)
{
	char *copy = mem_strdup(path), *p;

	for (p = strchr(copy, '/'); p != NULL; p = strchr(p + 1, '/')) {
		*p = '\0';
		if (*copy != '\0' && mkdir(copy, 0777) != 0 &&
		    errno != EEXIST)
			bail("%s: %s", copy, strerror(errno));
		*p = '/';
	}
	if (mkdir(copy, 0777) != 0 && errno != EEXIST)
		bail("%s: %s", copy, strerror(errno));
	free(copy);
}

void
put_data(const char *path, const void *data, size_t len)
{
	const char *slash = strrchr(path, '/');
	char *above;
	int fd;

	scratch();
	if (slash != NULL && slash > path) {
		above = mem_dup(path, (size_t)(slash - path));
		put_dir(above);
		free(above);
	}
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0 || fd_write_all(fd, data, len) != 0)
		bail("%s: %s", path, strerror(errno));
	close(fd);
}

void
put_file(const char *path, const char *text)
{
	put_data(path, text, strlen(text));
}

bool
get_data(const char *path, struct buf *out)
{
	struct err e = ERR_INIT;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	if (fd_read_all(fd, SIZE_MAX, out, &e) != 0)
		bail("%s: %s", path, e.msg);
	close(fd);
	return true;
}

char *
get_file(const char *path)
{
	struct buf b = BUF_INIT;

	return get_data(path, &b) ? buf_take(&b) : NULL;
}

bool
is_there(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

static int
run_words(const struct buf *in, struct buf *out, const char *line)
{
	struct strvec argv = STRVEC_INIT;
	struct buf sink = BUF_INIT;
	struct err e = ERR_INIT;
	struct run r = { .input = in, .output = out == NULL ? &sink : out,
	    .output_max = SIZE_MAX / 2 };
	int rc;

	scratch();
	strvec_split(&argv, line, ' ');
	r.argv = (const char *const *)argv.v;
	rc = run_program(&r, &e);
	if (rc < 0)
		diag("%s: %s", line, e.msg);
	strvec_release(&argv);
	buf_release(&sink);
	return rc;
}

int
run_line(struct buf *out, const char *fmt, ...)
{
	struct buf line = BUF_INIT;
	va_list ap;
	int rc;

	va_start(ap, fmt);
	buf_vaddf(&line, fmt, ap);
	va_end(ap);
	rc = run_words(NULL, out, line.ptr);
	buf_release(&line);
	return rc;
}

void
must_run(const struct buf *in, struct buf *out, const char *fmt, ...)
{
	struct buf line = BUF_INIT;
	va_list ap;
	int rc;

	va_start(ap, fmt);
	buf_vaddf(&line, fmt, ap);
	va_end(ap);
	rc = run_words(in, out, line.ptr);
	if (rc != 0)
		bail("exit status %d: %s", rc, line.ptr);
	buf_release(&line);
}

char *
says(const char *fmt, ...)
{
	struct buf line = BUF_INIT, out = BUF_INIT;
	va_list ap;
	int rc;

	va_start(ap, fmt);
	buf_vaddf(&line, fmt, ap);
	va_end(ap);
	rc = run_words(NULL, &out, line.ptr);
	if (rc != 0)
		bail("exit status %d: %s", rc, line.ptr);
	buf_release(&line);
	if (out.len > 0 && out.ptr[out.len - 1] == '\n')
		buf_truncate(&out, out.len - 1);
	return buf_take(&out);
}

struct oid
id_of(const char *name)
{
	char *hex = says("git rev-parse %s", name);
	struct oid id;

	if (oid_parse(&id, hex) != 0)
		bail("no id: %s", hex);
	free(hex);
	return id;
}

const char *
in_task(const char *stage, const char *id, const char *tail)
{
	static char paths[4][256];
	static unsigned turn;
	char *path = paths[turn++ % ARRAY_LEN(paths)];

	snprintf(path, sizeof(paths[0]), ".work/tasks/%s/TASK-%s-one%s",
	    stage, id, tail);
	return path;
}

void
add_file(const char *path, const char *text)
{
	struct buf b = BUF_INIT;

	if (!get_data(path, &b))
		bail("%s: there is no such file", path);
	buf_adds(&b, text);
	put_data(path, b.ptr, b.len);
	buf_release(&b);
}

const char *
event_line(const char *event, int hour, const char *members)
{
	static char line[512];

	snprintf(line, sizeof(line), "{\"ts\":\"2025-10-01T%02d:00:00Z\","
	    "\"user\":\"@alice\",\"event\":\"%s\",\"desc\":\"so\"%s%s,"
	    "\"version\":\"1.0\"}\n", hour, event, *members == '\0' ? "" : ",",
	    members);
	return line;
}

/* The usual front matter, but for the keys that `keys` has. */
static void
add_head(struct buf *out, const char *stage, const char *id,
    const char *keys)
{
	const char *usual[][2] = { { "task_id", id }, { "task_name", "One" },
	    { "created_by", "@alice" }, { "created_date", "2025-10-01" },
	    { "schema_version", "1.0" }, { "stage", stage },
	    { "status", "active" }, { "priority", "P1" },
	    { "effort_estimate", "M" }, { "current_dri", "@alice" } };
	size_t i;
	char key[32];

	for (i = 0; i < ARRAY_LEN(usual); i++) {
		snprintf(key, sizeof(key), "%s:", usual[i][0]);
		if (strstr(keys, key) == NULL)
			buf_addf(out, "%s \"%s\"\n", key, usual[i][1]);
	}
	buf_adds(out, keys);
}

static void
put_ledger(const char *stage, const char *id)
{
	static const char *const came[][2] = { { "inbox", "created" },
	    { "backlog", "verified" }, { "next", "prioritized" },
	    { "current", "started" }, { "integration", "implemented" },
	    { "learning", "moved_to_learning" }, { "archived", "closed" } };
	struct buf b = BUF_INIT, tail = BUF_INIT;
	size_t i;

	for (i = 0; i < ARRAY_LEN(came); i++) {
		buf_adds(&b, event_line(came[i][1], (int)i, ""));
		if (strcmp(came[i][0], stage) == 0)
			break;
	}
	buf_addf(&tail, "/%s.ledger.jsonl", id);
	put_data(in_task(stage, id, tail.ptr), b.ptr, b.len);
	buf_release(&b);
	buf_release(&tail);
}

void
put_task(const char *stage, const char *id, const char *keys)
{
	struct buf b = BUF_INIT, tail = BUF_INIT;

	buf_adds(&b, "---\n");
	add_head(&b, stage, id, keys == NULL ? "" : keys);
	buf_adds(&b, "---\n\n# One\n\n## Goal\n\nThe goal.\n\n"
	    "## Inputs Required\n\nThe inputs.\n\n"
	    "## Implementation Details\n\nThe details.\n\n"
	    "## Expected Outputs\n\nThe outputs.\n\n"
	    "## Acceptance Criteria\n\n- [ ] first\n- [ ] second\n");
	buf_addf(&tail, "/%s-one.task.md", id);
	put_data(in_task(stage, id, tail.ptr), b.ptr, b.len);
	buf_clear(&tail);
	buf_addf(&tail, "/%s.context.md", id);
	put_file(in_task(stage, id, tail.ptr), "The context.\n");
	put_ledger(stage, id);
	buf_release(&b);
	buf_release(&tail);
}

void
put_repo(void)
{
	must_run(NULL, NULL, "git init -q .");
	must_run(NULL, NULL, "git add -A");
	must_run(NULL, NULL, "git commit -q --allow-empty -m start");
}

bool
is_sound(void)
{
	char *status = says("git status --porcelain --untracked-files=all");
	bool clean = row(*status == '\0', "%s", status);
	struct buf out = BUF_INIT;
	int rc = run_line(&out, "git fsck --strict --no-dangling");

	clean = row(rc == 0 && out.len == 0, "%d: %s", rc, buf_str(&out)) &&
	    clean;
	free(status);
	buf_release(&out);
	return clean;
}

static int
new_sink(void)
{
	char path[] = "/tmp/task-unit-sink.XXXXXX";
	int fd = mkostemp(path, O_CLOEXEC);

	if (fd < 0 || unlink(path) != 0)
		bail("no temporary file: %s", strerror(errno));
	return fd;
}

static void
read_sink(int fd, struct buf *out)
{
	struct err e = ERR_INIT;

	if (lseek(fd, 0, SEEK_SET) < 0 ||
	    fd_read_all(fd, SIZE_MAX, out, &e) != 0)
		bail("cannot read back: %s", e.msg);
	close(fd);
}

void
hear(void)
{
	fflush(stderr);
	heard_fd = new_sink();
	saved_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 10);
	dup2(heard_fd, STDERR_FILENO);
}

char *
heard(void)
{
	struct buf b = BUF_INIT;

	fflush(stderr);
	dup2(saved_stderr, STDERR_FILENO);
	close(saved_stderr);
	read_sink(heard_fd, &b);
	return buf_take(&b);
}

void
in_child(struct child *c, int (*fn)(void *), void *ctx)
{
	int out = new_sink(), err = new_sink(), status;
	pid_t pid;

	memset(c, 0, sizeof(*c));
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		dup2(out, STDOUT_FILENO);
		dup2(err, STDERR_FILENO);
		/* exit(), lest what gcov counted be lost. */
		exit(fn(ctx));
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	if (pid < 0)
		bail("cannot fork: %s", strerror(errno));
	c->status = WIFEXITED(status) ? WEXITSTATUS(status) :
	    128 + WTERMSIG(status);
	read_sink(out, &c->out);
	read_sink(err, &c->err);
}

void
use_up_descriptors(void)
{
	/* Without a limit that is small there is no end to them. */
	struct rlimit few = { 64, 64 };

	if (setrlimit(RLIMIT_NOFILE, &few) != 0)
		bail("setrlimit: %s", strerror(errno));
	while (dup(0) >= 0)
		continue;
}

void
child_release(struct child *c)
{
	buf_release(&c->out);
	buf_release(&c->err);
}

void
chance_seed(uint64_t seed)
{
	const char *env = getenv("UNIT_SEED");

	if (env != NULL)
		seed = strtoull(env, NULL, 0);
	state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
}

/* xorshift64*: Marsaglia, "Xorshift RNGs", 2003; Vigna, 2016. */
uint64_t
chance(uint64_t below)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (state * UINT64_C(2685821657736338717) >> 11) % below;
}

bool
one_in(uint64_t n)
{
	return chance(n) == 0;
}
