/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <fcntl.h>

#include "base/err.h"
#include "change/gitconfig.h"
#include "sys/file.h"
#include "sys/path.h"

enum { CONFIG_MAX = 16 << 20, TRIES = 10 };

static const char begin[] = "# task-hook: begin\n";
static const char begin_cut[] =
    "# task-hook: begin, after a line without an end\n";
static const char head[] = "[includeIf \"gitdir:";
static const char tail[] = "\"]\n\tpath = " GITCONFIG_INCLUDED "\n";
static const char linked[] = "/worktrees/";
static const char end[] = "# task-hook: end\n";

/* A configuration file; where it is a link, its target. */
struct config {
	int		 dirfd;
	char		*name, *lock, *next;
	struct file	 file;
};

#define CONFIG_INIT	{ -1, NULL, NULL, NULL, FILE_INIT }

static void
config_close(struct config *c)
{
	if (c->dirfd >= 0)
		close(c->dirfd);
	free(c->name);
	free(c->lock);
	free(c->next);
	file_release(&c->file);
}

static int
config_open(struct config *c, const char *common, struct err *e)
{
	char *path = mem_printf("%s/config", common), real[PATH_MAX];
	bool there = realpath(path, real) != NULL;

	if (!there)
		err_errno(e, "%s", path);
	free(path);
	if (!there)
		return -1;
	c->name = mem_strdup(path_base(real));
	c->lock = mem_printf("%s.lock", c->name);
	c->next = mem_printf("%s.task-hook", c->name);
	real[path_dir_len(real)] = '\0';
	c->dirfd = open(*real == '\0' ? "/" : real,
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (c->dirfd < 0)
		return err_errno(e, "%s", real);
	return file_read(c->dirfd, c->name, CONFIG_MAX, &c->file, e);
}

static void
quote_into(struct buf *out, const char *text, const char *special)
{
	for (; *text != '\0'; text++) {
		if (strchr(special, *text) != NULL)
			buf_addc(out, '\\');
		buf_addc(out, *text);
	}
}

void
gitconfig_quote(struct buf *out, const char *text)
{
	buf_addc(out, '"');
	quote_into(out, text, "\"\\");
	buf_addc(out, '"');
}

/* The path is a pattern, and that a quoted name. */
static void
make_section(const char *common, const char *below, struct buf *out)
{
	struct buf pattern = BUF_INIT;

	quote_into(&pattern, common, "*?[]\\");
	buf_adds(out, head);
	quote_into(out, buf_str(&pattern), "\"\\");
	buf_adds(out, below);
	buf_adds(out, tail);
	buf_release(&pattern);
}

static void
make_lines(const char *common, bool cut, struct buf *out)
{
	buf_adds(out, cut ? begin_cut : begin);
	make_section(common, "", out);
	make_section(common, linked, out);
	buf_adds(out, end);
}

/* Where our lines are in the text. */
struct block {
	size_t	at, len;
	bool	cut;		/* the line before them got its end from us */
};

/* The line that begins our lines, at the beginning of a line. */
static const char *
find_begin(const struct buf *text, struct block *b)
{
	const char *p = buf_str(text);

	for (; p != NULL; p = strchr(p, '\n')) {
		p += *p == '\n';
		b->cut = strncmp(p, begin_cut, sizeof(begin_cut) - 1) == 0;
		if (b->cut || strncmp(p, begin, sizeof(begin) - 1) == 0)
			return p;
	}
	return NULL;
}

/* What follows our section at `p`, for whatever place; or NULL. */
static const char *
skip_section(const char *p)
{
	const char *quote;

	if (strncmp(p, head, sizeof(head) - 1) != 0)
		return NULL;
	quote = strchr(p, '\n');
	if (quote == NULL || quote - p < (ptrdiff_t)sizeof(head) + 1)
		return NULL;
	quote -= 2;
	return strncmp(quote, tail, sizeof(tail) - 1) == 0 ?
	    quote + sizeof(tail) - 1 : NULL;
}

/* GITCONFIG_NONE, GITCONFIG_CHANGED, or GITCONFIG_OURS for whatever place. */
static enum gitconfig_state
find_block(const struct buf *text, struct block *b)
{
	const char *from = find_begin(text, b), *p;

	if (from == NULL)
		return GITCONFIG_NONE;
	p = skip_section(strchr(from, '\n') + 1);
	if (p != NULL)
		p = skip_section(p);
	if (p == NULL || strncmp(p, end, sizeof(end) - 1) != 0)
		return GITCONFIG_CHANGED;
	b->at = (size_t)(from - text->ptr);
	b->len = (size_t)(p - from) + sizeof(end) - 1;
	return GITCONFIG_OURS;
}

static bool
is_for(const char *common, const struct buf *text, const struct block *b)
{
	struct buf lines = BUF_INIT;
	bool same;

	make_lines(common, b->cut, &lines);
	same = lines.len == b->len &&
	    memcmp(lines.ptr, buf_str(text) + b->at, lines.len) == 0;
	buf_release(&lines);
	return same;
}

/* What came after our lines needs the line end before them. */
static void
take_out(struct buf *text, const struct block *b)
{
	bool last = b->at + b->len == text->len;

	buf_splice(text, b->at, b->len, NULL, 0);
	if (b->cut && last)
		buf_truncate(text, text->len - 1);
}

int
gitconfig_look(const char *common, struct err *e)
{
	struct config c = CONFIG_INIT;
	struct block b = { 0, 0, false };
	int rc = -1;

	if (config_open(&c, common, e) == 0) {
		rc = find_block(&c.file.data, &b);
		if (rc == GITCONFIG_OURS && !is_for(common, &c.file.data, &b))
			rc = GITCONFIG_OTHER;
	}
	config_close(&c);
	return rc;
}

/*
 * One that died between taking git's lock and dropping it left both names of
 * one file.
 */
static void
drop_stale_lock(const struct config *c)
{
	struct stat lock, next;
	char *temp = file_temp(c->next);

	unlinkat(c->dirfd, temp, 0);
	free(temp);
	if (fstatat(c->dirfd, c->next, &next, AT_SYMLINK_NOFOLLOW) != 0)
		return;
	if (fstatat(c->dirfd, c->lock, &lock, AT_SYMLINK_NOFOLLOW) == 0 &&
	    lock.st_dev == next.st_dev && lock.st_ino == next.st_ino)
		unlinkat(c->dirfd, c->lock, 0);
	unlinkat(c->dirfd, c->next, 0);
}

/* The lock's file is the new content from the first moment on. */
static int
take_lock(struct config *c, struct file *next, struct err *e)
{
	drop_stale_lock(c);
	if (file_replace(c->dirfd, c->next, next, e) != 0)
		return -1;
	if (linkat(c->dirfd, c->next, c->dirfd, c->lock, 0) == 0)
		return 0;
	if (errno == EEXIST)
		err_set(e, EX_TEMPFAIL, "git's %s is there: something writes "
		    "to git's configuration, or died doing so; try again",
		    c->lock);
	else
		err_errno(e, "cannot make %s", c->lock);
	unlinkat(c->dirfd, c->next, 0);
	return -1;
}

/* 1: somebody wrote to it since it was read. */
static int
publish(struct config *c, struct file *next, struct err *e)
{
	struct stat now;
	int rc = 0;

	if (take_lock(c, next, e) != 0)
		return -1;
	if (fstatat(c->dirfd, c->name, &now, 0) != 0)
		rc = err_errno(e, "%s", c->name);
	else if (!file_same(&now, &c->file.st))
		rc = 1;
	else if (renameat(c->dirfd, c->lock, c->dirfd, c->name) != 0)
		rc = err_errno(e, "cannot write %s", c->name);
	if (rc != 0)
		unlinkat(c->dirfd, c->lock, 0);
	unlinkat(c->dirfd, c->next, 0);
	return rc;
}

/* 1: there is nothing to change. */
static int
make_next(const struct config *c, const char *common, bool wanted,
    struct buf *next, struct err *e)
{
	struct block b = { 0, 0, false };
	enum gitconfig_state is;
	bool cut;

	is = find_block(&c->file.data, &b);
	if (is == GITCONFIG_CHANGED)
		return err_set(e, EX_DATAERR, "%s/config: somebody changed "
		    "the lines between '# task-hook: begin' and "
		    "'# task-hook: end', which stay as they are (take them "
		    "out by hand)", common);
	if (is == GITCONFIG_OURS ? wanted &&
	    is_for(common, &c->file.data, &b) : !wanted)
		return 1;
	buf_addb(next, &c->file.data);
	if (is == GITCONFIG_OURS)
		take_out(next, &b);
	if (wanted) {
		cut = next->len > 0 && next->ptr[next->len - 1] != '\n';
		if (cut)
			buf_addc(next, '\n');
		make_lines(common, cut, next);
	}
	return 0;
}

static int
change(const char *common, bool wanted, struct err *e)
{
	struct config c = CONFIG_INIT;
	struct file next = FILE_INIT;
	int rc;

	rc = config_open(&c, common, e);
	if (rc == 0)
		drop_stale_lock(&c);
	if (rc == 0)
		rc = make_next(&c, common, wanted, &next.data, e);
	if (rc == 0) {
		next.st.st_mode = c.file.st.st_mode;
		rc = publish(&c, &next, e);
	} else if (rc > 0) {
		rc = 0;
	}
	file_release(&next);
	config_close(&c);
	return rc;
}

static int
change_at_last(const char *common, bool wanted, struct err *e)
{
	int rc = 1, tries;

	for (tries = 0; rc > 0 && tries < TRIES; tries++)
		rc = change(common, wanted, e);
	return rc <= 0 ? rc : err_set(e, EX_TEMPFAIL, "%s/config changes all "
	    "the time; try again", common);
}

int
gitconfig_add(const char *common, struct err *e)
{
	return change_at_last(common, true, e);
}

int
gitconfig_remove(const char *common, struct err *e)
{
	return change_at_last(common, false, e);
}
