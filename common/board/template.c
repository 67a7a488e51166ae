/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <fcntl.h>

#include "base/err.h"
#include "base/utf8.h"
#include "board/store.h"
#include "board/template.h"
#include "sys/dir.h"
#include "sys/file.h"
#include "sys/path.h"

enum { TEMPLATE_MAX = 1 << 20 };

static const char *
built_in(const char *name)
{
	const struct template_file *f;
	const char *dir = "templates/";
	size_t n = strlen(dir);

	for (f = template_files; f->path != NULL; f++)
		if (strncmp(f->path, dir, n) == 0 &&
		    strcmp(f->path + n, name) == 0)
			return f->text;
	return NULL;
}

int
template_check_name(const char *name, struct err *e)
{
	if (*name == '\0' || *name == '.' || strchr(name, '/') != NULL ||
	    strlen(name) > NAME_MAX - strlen(".md") || !utf8_is_line(name))
		return err_set(e, EX_USAGE, "'%s' is no name of a template",
		    name);
	return 0;
}

static int
open_own(const struct store *s)
{
	return openat(s->fd, "../templates",
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
}

/* 1: the board has it; 0: not. */
static int
read_own(const struct store *s, const char *name, struct buf *out,
    struct err *e)
{
	struct file f = FILE_INIT;
	int dir = open_own(s), rc;

	if (dir < 0)
		return 0;
	rc = file_read(dir, name, TEMPLATE_MAX, &f, e);
	close(dir);
	if (rc == 0)
		buf_addb(out, &f.data);
	else if (e->status != EX_NOINPUT)
		err_prefix(e, ".work/templates");
	file_release(&f);
	return rc == 0 ? 1 : e->status == EX_NOINPUT ? 0 : -1;
}

int
template_read(const struct store *s, const char *name, struct buf *out,
    struct err *e)
{
	const char *text = built_in(name);
	int rc = read_own(s, name, out, e);

	if (rc != 0)
		return rc < 0 ? -1 : 0;
	if (text == NULL)
		return err_set(e, EX_NOINPUT, "there is no template '%s'",
		    name);
	buf_adds(out, text);
	return 0;
}

bool
template_is_own(const struct store *s, const char *name)
{
	char *path = mem_printf("%s.md", name);
	int dir = open_own(s);
	bool is = dir >= 0 && dir_has(dir, path) > 0;

	if (dir >= 0)
		close(dir);
	free(path);
	return is;
}

/* "bug" for "bug.md", once, where that begins as a card does. */
static void
add_name(const struct store *s, const char *file, struct strvec *out)
{
	size_t len = strlen(file), n = strlen(".md");
	struct err ignored = ERR_INIT;
	struct buf text = BUF_INIT;
	char *name;

	if (len <= n || strcmp(file + len - n, ".md") != 0)
		return;
	name = mem_dup(file, len - n);
	if (template_check_name(name, &ignored) == 0 &&
	    !strvec_has(out, name) &&
	    template_read(s, file, &text, &ignored) == 0 &&
	    strncmp(buf_str(&text), "---", 3) == 0)
		strvec_add(out, name);
	buf_release(&text);
	free(name);
}

int
template_names(const struct store *s, struct strvec *out, struct err *e)
{
	const struct template_file *f;
	struct strvec files = STRVEC_INIT;
	int dir = open_own(s), rc = 0;
	size_t i;

	if (dir >= 0) {
		rc = dir_list(dir, "", &files, e);
		close(dir);
	}
	for (i = 0; i < files.n; i++)
		add_name(s, files.v[i], out);
	for (f = template_files; f->path != NULL; f++)
		if (path_dir_len(f->path) == strlen("templates"))
			add_name(s, path_base(f->path), out);
	strvec_sort(out);
	strvec_release(&files);
	return rc;
}

struct blank {
	const char	*start, *end;
	char		 key[TEMPLATE_KEY_MAX + 1];
	const char	*prompt;	/* NULL: none */
	size_t		 prompt_len;
};

/* The next one at or after `p`. */
static bool
next_blank(const char *p, struct blank *b)
{
	size_t n;

	for (; (p = strchr(p, '{')) != NULL; p++) {
		n = strspn(p + 1, "abcdefghijklmnopqrstuvwxyz_");
		b->start = p;
		b->end = p + 1 + n;
		b->prompt = *b->end == ':' ? b->end + 1 : NULL;
		if (b->prompt != NULL)
			b->end += strcspn(b->end, "}\n");
		if (n == 0 || n > TEMPLATE_KEY_MAX || *b->end != '}')
			continue;
		memcpy(b->key, p + 1, n);
		b->key[n] = '\0';
		if (b->prompt != NULL)
			b->prompt_len = (size_t)(b->end - b->prompt);
		b->end++;
		return true;
	}
	return false;
}

bool
template_in_quotes(const struct buf *out)
{
	size_t at = out->len;
	bool in = false;

	while (at > 0 && out->ptr[at - 1] != '\n')
		at--;
	for (; at < out->len; at++)
		if (out->ptr[at] == '\\' && in)
			at++;
		else if (out->ptr[at] == '"')
			in = !in;
	return in;
}

static void
add_prompt(struct buf *out, const struct blank *b, bool in_head)
{
	if (b->prompt == NULL)
		buf_add(out, b->start, (size_t)(b->end - b->start));
	else if (!in_head)
		buf_addf(out, "<!-- %.*s -->", (int)b->prompt_len, b->prompt);
	else if (!template_in_quotes(out))
		buf_adds(out, "null");
	if (b->prompt != NULL && in_head && strchr("\r\n", *b->end) != NULL)
		buf_addf(out, " # %.*s", (int)b->prompt_len, b->prompt);
}

void
template_fill(struct buf *out, const struct buf *template, bool has_head,
    template_fn *add, const void *ctx)
{
	const char *p = buf_str(template), *end;
	struct blank b;
	bool in_head;

	end = has_head ? strstr(p, "\n---") : p;
	for (; next_blank(p, &b); p = b.end) {
		in_head = end != NULL && b.start < end;
		buf_add(out, p, (size_t)(b.start - p));
		if (!add(out, b.key, in_head, ctx))
			add_prompt(out, &b, in_head);
	}
	buf_adds(out, p);
}

void
template_each(const struct buf *template,
    void (*fn)(const char *key, const char *prompt, void *ctx), void *ctx)
{
	const char *p = buf_str(template);
	struct blank b;
	char *prompt;

	for (; next_blank(p, &b); p = b.end) {
		prompt = b.prompt == NULL ? NULL : mem_dup(b.prompt,
		    b.prompt_len);
		fn(b.key, prompt, ctx);
		free(prompt);
	}
}
