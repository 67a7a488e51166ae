/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/utf8.h"
#include "board/package.h"

struct package *
package_new(enum stage stage, const char *shard, const char *folder)
{
	struct package *p;
	const char *slug;
	struct id id;

	if (strlen(folder) > NAME_MAX ||
	    id_parse_folder(&id, folder, &slug) != 0)
		return NULL;
	p = mem_zalloc(sizeof(*p));
	p->id = id;
	p->stage = stage;
	p->folder = mem_strdup(folder);
	p->shard = mem_strdup_null(shard);
	return p;
}

void
package_free(struct package *p)
{
	if (p == NULL)
		return;
	free(p->folder);
	free(p->shard);
	free(p);
}

void
package_name(const struct id *id, const char *name, struct buf *out)
{
	char ref[ID_SIZE];
	size_t start;

	id_format_ref(ref, id);
	buf_addf(out, "%s-", ref);
	start = out->len;
	utf8_slug(out, name, strlen(name), ID_SLUG_MAX);
	if (out->len == start)
		buf_adds(out, "task");
}

const char *
package_slug(const struct package *p)
{
	const char *slug = "";
	struct id id;

	id_parse_folder(&id, p->folder, &slug);
	return slug;
}

void
package_path(const struct package *p, struct buf *out)
{
	buf_addf(out, "%s/", stage_info[p->stage].name);
	if (p->shard != NULL)
		buf_addf(out, "%s/", p->shard);
	buf_adds(out, p->folder);
}

static void
add_name(const struct package *p, enum package_file file, struct buf *out)
{
	char id[ID_SIZE];

	id_format(id, &p->id);
	buf_adds(out, id);
	switch (file) {
	case PACKAGE_CARD:
		buf_addf(out, "-%s.task.md", package_slug(p));
		break;
	case PACKAGE_CONTEXT:
		buf_adds(out, ".context.md");
		break;
	case PACKAGE_LEDGER:
		buf_adds(out, ".ledger.jsonl");
		break;
	case PACKAGE_LEARNING:
		buf_adds(out, ".learning.md");
		break;
	}
}

void
package_file(const struct package *p, enum package_file file,
    struct buf *out)
{
	package_path(p, out);
	buf_addc(out, '/');
	add_name(p, file, out);
}

/* "…​.md" and "name" = "….v12.md"? */
static bool
is_version_of(const char *name, const struct buf *file)
{
	size_t stem = file->len - strlen("md");
	const char *digits = name + stem + 1;
	size_t n;

	if (strncmp(name, file->ptr, stem) != 0 || name[stem] != 'v')
		return false;
	n = strspn(digits, "0123456789");
	return n > 0 && n < 7 && strcmp(digits + n, ".md") == 0;
}

bool
package_owns(const struct package *p, const char *name)
{
	struct buf file = BUF_INIT;
	bool owns = false;
	int i;

	for (i = 0; i < PACKAGE_FILES && !owns; i++) {
		buf_clear(&file);
		add_name(p, i, &file);
		owns = strcmp(name, file.ptr) == 0 ||
		    ((i == PACKAGE_CARD || i == PACKAGE_CONTEXT) &&
		    is_version_of(name, &file));
	}
	buf_release(&file);
	return owns;
}
