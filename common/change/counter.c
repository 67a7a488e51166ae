/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <fcntl.h>

#include "base/err.h"
#include "change/counter.h"
#include "change/reserve.h"
#include "change/session.h"
#include "sys/dir.h"
#include "sys/file.h"
#include "sys/path.h"

enum { COUNTER_MAX = 64, TAIL = 8192 };

void
counter_path(const char *ns, struct buf *out)
{
	buf_addf(out, "ID_COUNTER%s%s.txt", *ns == '\0' ? "" : ".", ns);
}

/* The number in the text and its digits; NULL, or what is wrong. */
static const char *
parse(const struct buf *text, uint32_t *number, size_t *digits)
{
	const char *s = buf_str(text);
	uint64_t n = 0;

	if (text->len >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0)
		s += 3;
	s += strspn(s, " \t\r\n");
	if (*s == '\0')
		return "it was empty";
	for (*digits = 0; s[*digits] >= '0' && s[*digits] <= '9'; ++*digits)
		if ((n = n * 10 + (uint64_t)(s[*digits] - '0')) >
		    ID_NUMBER_MAX)
			return "it was too large";
	s += *digits;
	if (*digits == 0 || s[strspn(s, " \t\r\n")] != '\0')
		return "it was no number";
	*number = (uint32_t)n;
	return n == 0 ? "it was 0" : NULL;
}

const char *
counter_parse(const struct buf *text, uint32_t *number)
{
	size_t ignored;

	return parse(text, number, &ignored);
}

const char *
counter_look(struct store *s, const char *ns, uint32_t *number)
{
	struct buf path = BUF_INIT;
	struct file f = FILE_INIT;
	struct err e = ERR_INIT;
	const char *wrong;
	size_t ignored;

	*number = 0;
	counter_path(ns, &path);
	if (store_read(s, path.ptr, COUNTER_MAX, &f, &e) == 0)
		wrong = parse(&f.data, number, &ignored);
	else
		wrong = e.status == EX_NOINPUT ? "it was missing" :
		    "it could not be read";
	if (wrong != NULL)
		*number = 0;
	file_release(&f);
	buf_release(&path);
	return wrong;
}

static void
raise_to(uint32_t *floor, const struct id *id, const char *ns)
{
	if (strcmp(id->ns, ns) == 0 && id->number > *floor)
		*floor = id->number;
}

static void
raise_to_stage(const struct store *s, enum stage stage, const char *ns,
    uint32_t *floor)
{
	const struct store_stage *st = &s->stages[stage];
	size_t i;

	for (i = 0; i < st->n; i++)
		raise_to(floor, &st->v[i]->id, ns);
}

/* The last bytes of a file, from the beginning of a line. */
static int
read_tail(const struct store *s, const char *path, struct buf *out)
{
	struct err ignored = ERR_INIT;
	struct stat st;
	ssize_t n = -1;
	char *nl;
	off_t from;
	int fd = path_open(s->fd, path, O_RDONLY | O_NONBLOCK, &ignored);

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		from = st.st_size > TAIL ? st.st_size - TAIL : 0;
		buf_grow(out, TAIL);
		n = pread(fd, out->ptr, TAIL, from);
		buf_truncate(out, n > 0 ? (size_t)n : 0);
		if (from > 0 && (nl = strchr(buf_str(out), '\n')) != NULL)
			buf_splice(out, 0, (size_t)(nl + 1 - out->ptr), NULL,
			    0);
	}
	close(fd);
	return n < 0 ? -1 : 0;
}

/* Raises by the rows at the end of an index; "[4000-4999](…" is a folder. */
static void
raise_to_rows(const char *tail, const char *ns, uint32_t *floor,
    char **folder)
{
	char id_text[ID_SIZE];
	const char *line, *end;
	struct id id;
	size_t n;

	for (line = tail; *line != '\0'; line = *end == '\0' ? end : end + 1) {
		end = strchrnul(line, '\n');
		if (strncmp(line, "| ", 2) != 0)
			continue;
		if (line[2] == '[') {
			free(*folder);
			*folder = mem_dup(line + 3, strcspn(line + 3, "]\n"));
			continue;
		}
		n = strcspn(line + 2, " |\n");
		if (n >= sizeof(id_text))
			continue;
		memcpy(id_text, line + 2, n);
		id_text[n] = '\0';
		if (id_parse_exact(&id, id_text) == 0)
			raise_to(floor, &id, ns);
	}
}

/*
 * Above all that is archived.  The archive may be large, and its index ends
 * with the highest number; without one, or with namespaces, the folders are
 * read.
 */
static int
raise_to_archive(struct session *s, const char *ns, uint32_t *floor,
    struct err *e)
{
	int namespaces = store_has_namespaces(&s->store, e);
	struct buf tail = BUF_INIT, path = BUF_INIT;
	char *folder = NULL;
	int rc = -1;

	buf_addf(&path, "%s/INDEX.md", stage_info[STAGE_ARCHIVED].name);
	if (namespaces == 0 && (rc = read_tail(&s->store, path.ptr,
	    &tail)) == 0) {
		raise_to_rows(buf_str(&tail), ns, floor, &folder);
		if (folder != NULL) {
			buf_clear(&path);
			buf_addf(&path, "%s/%s/INDEX.md",
			    stage_info[STAGE_ARCHIVED].name, folder);
			buf_clear(&tail);
			rc = read_tail(&s->store, path.ptr, &tail);
			raise_to_rows(buf_str(&tail), ns, floor, &folder);
		}
	}
	if (namespaces >= 0 && rc != 0) {
		rc = store_load(&s->store, STAGE_ARCHIVED, e);
		raise_to_stage(&s->store, STAGE_ARCHIVED, ns, floor);
	}
	free(folder);
	buf_release(&tail);
	buf_release(&path);
	return namespaces < 0 ? -1 : rc;
}

/* The highest number in use. */
static int
find_floor(struct session *s, const char *ns, uint32_t *floor,
    struct err *e)
{
	int i;

	*floor = 0;
	if (store_load_open(&s->store, e) != 0)
		return -1;
	for (i = 0; i < STAGE_COUNT; i++)
		raise_to_stage(&s->store, i, ns, floor);
	return raise_to_archive(s, ns, floor, e);
}

struct counter {
	uint32_t	 next;
	size_t		 digits;	/* that it is written with */
	bool		 crlf;
	const char	*wrong;		/* NULL, or what was wrong with it */
	bool		 missing;	/* that is: there is no such file */
};

/* What HEAD's counter says; 0: there is none, or none that can be read. */
static int
read_committed(struct session *s, const char *path, uint32_t *number,
    struct err *e)
{
	struct buf text = BUF_INIT;
	size_t ignored;
	int rc = txn_read_head(&s->txn, path, &text, e);

	if (rc > 0 && parse(&text, number, &ignored) == NULL)
		rc = 0;
	else
		*number = 0;
	buf_release(&text);
	return rc < 0 ? -1 : 0;
}

/*
 * What the counter says, or what HEAD's said, whichever is higher: deleting
 * the file brings no number back.
 */
static int
read_counter(struct session *s, const char *ns, struct counter *c,
    struct err *e)
{
	struct buf path = BUF_INIT;
	struct file f = FILE_INIT;
	uint32_t number;
	int rc = 0;

	counter_path(ns, &path);
	*c = (struct counter){ 1, 4, false, "it was missing", true };
	if (store_read(&s->store, path.ptr, COUNTER_MAX, &f, e) == 0) {
		c->missing = false;
		c->wrong = parse(&f.data, &c->next, &c->digits);
		c->crlf = memchr(buf_str(&f.data), '\r', f.data.len) != NULL;
	} else if (e->status == EX_IOERR)
		rc = -1;
	if (rc == 0 && c->wrong != NULL) {
		c->digits = 4;
		rc = read_committed(s, path.ptr, &number, e);
		c->next = rc == 0 && number > 0 ? number : 1;
	}
	buf_release(&path);
	file_release(&f);
	return rc;
}

static void
set_counter(struct session *s, const char *ns, const struct counter *c,
    uint32_t next)
{
	struct buf path = BUF_INIT, text = BUF_INIT;

	counter_path(ns, &path);
	buf_addf(&text, "%0*" PRIu32 "%s", (int)c->digits, next,
	    c->crlf ? "\r\n" : "\n");
	txn_write(&s->txn, path.ptr, text.ptr, text.len);
	buf_release(&path);
	buf_release(&text);
}

void
numbers_release(struct numbers *numbers)
{
	free(numbers->v);
	numbers->v = NULL;
}

static int
by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/*
 * 1: the number is one of those that this clone holds for the namespace, and
 * no task has it; 0: not.
 */
static int
is_held(struct session *s, const char *ref, const char *ns, struct id *id,
    struct err *e)
{
	struct package *p;

	if (id_parse(id, ref) != 0 || strcmp(id->ns, ns) != 0)
		return 0;
	if (store_find(&s->store, id, &p, e) == 0)
		return 0;
	return e->status == EX_NOINPUT ? 1 : e->status == EX_DATAERR ? 0 : -1;
}

/* The numbers that this clone holds, the lowest first; the caller frees. */
static int
find_held(struct session *s, const char *ns, uint32_t **out, size_t *n,
    struct err *e)
{
	struct strvec refs = STRVEC_INIT;
	struct id id;
	size_t i;
	int rc = reserve_read(s->txn.repo, &refs, e);

	*out = mem_zalloc((refs.n + 1) * sizeof(**out));
	*n = 0;
	for (i = 0; i < refs.n && rc >= 0; i++)
		if ((rc = is_held(s, refs.v[i], ns, &id, e)) > 0)
			(*out)[(*n)++] = id.number;
	qsort(*out, *n, sizeof(**out), by_number);
	strvec_release(&refs);
	return rc < 0 ? -1 : 0;
}

/*
 * Takes as many of them as are wanted.  How many, or -1; `*highest` is that of
 * all.
 */
static int
take_held(struct session *s, struct numbers *numbers, uint32_t *highest,
    struct err *e)
{
	struct id id = { .number = 0 };
	char ref[ID_SIZE];
	uint32_t *held;
	size_t n, i;

	if (find_held(s, numbers->ns, &held, &n, e) != 0) {
		free(held);
		return -1;
	}
	*highest = n > 0 ? held[n - 1] : 0;
	n = n > numbers->n ? numbers->n : n;
	snprintf(id.ns, sizeof(id.ns), "%s", numbers->ns);
	for (i = 0; i < n; i++) {
		numbers->v[i] = id.number = held[i];
		id_format_ref(ref, &id);
		strvec_add(&s->reserved, ref);
	}
	free(held);
	return (int)n;
}

/* The counter as it has to be, before numbers are taken. */
static int
find_counter(struct session *s, const char *ns, struct counter *c,
    struct err *e)
{
	uint32_t floor;

	if (read_counter(s, ns, c, e) != 0 ||
	    find_floor(s, ns, &floor, e) != 0)
		return -1;
	/* The first task of a namespace finds no counter. */
	if (*ns != '\0' && c->missing && c->next == 1 && floor == 0)
		c->wrong = NULL;
	if (c->next <= floor) {
		if (c->wrong == NULL)
			c->wrong = "it was too low";
		c->next = floor + 1;
	}
	return 0;
}

int
counter_take(struct session *s, struct numbers *numbers, struct err *e)
{
	struct counter c;
	uint32_t highest, i;
	int held;

	if (find_counter(s, numbers->ns, &c, e) != 0)
		return -1;
	numbers->v = mem_zalloc((numbers->n + 1) * sizeof(*numbers->v));
	held = take_held(s, numbers, &highest, e);
	if (held < 0)
		return -1;
	/* What is held is passed over: so other clones hear of it. */
	if (c.next <= highest)
		c.next = highest + 1;
	if (c.next > ID_NUMBER_MAX - numbers->n)
		return err_set(e, EX_DATAERR, "there are no numbers left");
	for (i = (uint32_t)held; i < numbers->n; i++)
		numbers->v[i] = c.next++;
	for (i = 0; i < numbers->n; i++)
		if (c.next <= numbers->v[i])
			c.next = numbers->v[i] + 1;
	numbers->recovered = c.wrong;
	set_counter(s, numbers->ns, &c, c.next);
	return 0;
}

int
counter_free(struct session *s, const char *ns, uint32_t *next,
    struct err *e)
{
	struct counter c;
	uint32_t *held;
	size_t n;
	int rc;

	if (find_counter(s, ns, &c, e) != 0)
		return -1;
	rc = find_held(s, ns, &held, &n, e);
	*next = n > 0 && held[n - 1] >= c.next ? held[n - 1] + 1 : c.next;
	free(held);
	return rc;
}

int
counter_next(struct session *s, const char *ns, uint32_t *next,
    struct err *e)
{
	struct counter c;

	if (read_counter(s, ns, &c, e) != 0)
		return -1;
	*next = c.next;
	return 0;
}

int
counter_pass(struct session *s, const char *ns, uint32_t number,
    struct err *e)
{
	struct buf path = BUF_INIT;
	uint32_t committed = 0;
	struct counter c;
	int rc;

	counter_path(ns, &path);
	rc = read_counter(s, ns, &c, e);
	if (rc == 0 && c.wrong == NULL && c.next > number)
		rc = read_committed(s, path.ptr, &committed, e);
	if (rc == 0 && c.next != committed)
		set_counter(s, ns, &c,
		    c.next > number ? c.next : number + 1);
	buf_release(&path);
	return rc;
}

int
counter_ensure(struct session *s, struct err *e)
{
	uint32_t floor;

	if (find_floor(s, "", &floor, e) != 0)
		return -1;
	return counter_pass(s, "", floor, e);
}
