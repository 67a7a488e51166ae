/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/buf.h"
#include "base/map.h"
#include "base/strvec.h"
#include "board/id.h"

bool
id_is_namespace(const char *ns)
{
	size_t n = strspn(ns, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");

	return n >= 2 && n <= ID_NAMESPACE_MAX && ns[n] == '\0' &&
	    ns[0] >= 'A';
}

/* Digits at `*s`: decimal, whatever zeros they begin with. */
static int
take_number(const char **s, uint32_t *number, size_t *digits)
{
	uint64_t n = 0;

	for (*digits = 0; **s >= '0' && **s <= '9'; (*s)++, (*digits)++)
		if (*digits > 18 || (n = n * 10 + (uint64_t)(**s - '0')) >
		    ID_NUMBER_MAX)
			return -1;
	*number = (uint32_t)n;
	return n == 0 ? -1 : 0;
}

/* A namespace and its '-', where there is one before the number. */
static void
take_namespace(const char **s, struct id *id)
{
	char ns[ID_NAMESPACE_MAX + 1];
	size_t n = strcspn(*s, "-");

	id->ns[0] = '\0';
	if ((*s)[n] != '-' || n > ID_NAMESPACE_MAX)
		return;
	memcpy(ns, *s, n);
	ns[n] = '\0';
	if (!id_is_namespace(ns))
		return;
	memcpy(id->ns, ns, n + 1);
	*s += n + 1;
}

static int
take_id(const char **s, struct id *id, size_t *digits)
{
	take_namespace(s, id);
	return take_number(s, &id->number, digits);
}

static bool
is_exact(const struct id *id, size_t digits)
{
	return digits == 4 || (digits > 4 && id->number >= 10000 &&
	    digits == (size_t)snprintf(NULL, 0, "%" PRIu32, id->number));
}

int
id_parse_exact(struct id *id, const char *text)
{
	size_t digits;

	if (take_id(&text, id, &digits) != 0 || *text != '\0')
		return -1;
	return is_exact(id, digits) ? 0 : -1;
}

int
id_parse_folder(struct id *id, const char *name, const char **slug)
{
	size_t digits;

	if (strncmp(name, "TASK-", 5) != 0)
		return -1;
	name += 5;
	if (take_id(&name, id, &digits) != 0 || !is_exact(id, digits) ||
	    name[0] != '-' || name[1] == '\0' || strchr(name, '/') != NULL)
		return -1;
	*slug = name + 1;
	return 0;
}

/* The package folder in a path: its last component that is one. */
static int
parse_path(struct id *id, const char *path)
{
	char part[NAME_MAX + 1];
	const char *slug;
	struct id found;
	size_t n;
	int rc = -1;

	for (; *path != '\0'; path += n + (path[n] == '/')) {
		n = strcspn(path, "/");
		if (n == 0 || n > NAME_MAX)
			continue;
		memcpy(part, path, n);
		part[n] = '\0';
		if (id_parse_folder(&found, part, &slug) != 0)
			continue;
		*id = found;
		rc = 0;
	}
	return rc;
}

int
id_parse(struct id *id, const char *text)
{
	const char *s = text, *slug;
	size_t digits;

	if (strchr(text, '/') != NULL)
		return parse_path(id, text);
	if (id_parse_folder(id, text, &slug) == 0)
		return 0;
	if (strncmp(s, "TASK-", 5) == 0)
		s += 5;
	if (take_id(&s, id, &digits) != 0)
		return -1;
	/* A file of a package: 0042.context.md, 0042-login.task.md. */
	if (*s != '\0' && *s != '.' && (*s != '-' || strchr(s, '.') == NULL))
		return -1;
	return 0;
}

int
id_parse_blocker(struct id *id, const char *text)
{
	return strncmp(text, "task:", 5) == 0 ? id_parse(id, text + 5) : -1;
}

void
id_format(char out[ID_SIZE], const struct id *id)
{
	snprintf(out, ID_SIZE, "%s%s%04" PRIu32, id->ns,
	    id->ns[0] == '\0' ? "" : "-", id->number);
}

void
id_format_ref(char out[ID_SIZE], const struct id *id)
{
	snprintf(out, ID_SIZE, "TASK-%s%s%04" PRIu32, id->ns,
	    id->ns[0] == '\0' ? "" : "-", id->number);
}

bool
id_in_namespaces(const struct id *id, const struct strvec *names)
{
	return names->n == 0 ||
	    strvec_has(names, id->ns[0] == '\0' ? "-" : id->ns);
}

int
id_compare(const struct id *a, const struct id *b)
{
	int c = strcmp(a->ns, b->ns);

	if (c != 0)
		return c;
	return (a->number > b->number) - (a->number < b->number);
}

void
id_unique(struct strvec *refs)
{
	struct map seen = MAP_INIT;
	struct id id = { "", 0 };
	char ref[ID_SIZE];
	size_t i, n = 0;

	for (i = 0; i < refs->n; i++) {
		if (id_parse(&id, refs->v[i]) == 0) {
			id_format_ref(ref, &id);
			if (map_put(&seen, ref, refs) != NULL) {
				free(refs->v[i]);
				continue;
			}
		}
		refs->v[n++] = refs->v[i];
	}
	if (refs->n > 0)
		refs->v[n] = NULL;
	refs->n = n;
	map_release(&seen);
}
