/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <ctype.h>
#include <pwd.h>

#include "base/clock.h"
#include "base/err.h"
#include "change/ident.h"

/* The value of GIT_<role>_<what>, or NULL. */
static const char *
from_environment(const char *role, const char *what)
{
	char var[32];
	const char *s;

	snprintf(var, sizeof(var), "GIT_%s_%s", role, what);
	s = getenv(var);
	return s == NULL || *s == '\0' ? NULL : s;
}

/*
 * A name or an address as git writes it: without '<', '>' and line ends, and
 * without punctuation at its ends (git's strbuf_addstr_without_crud()).
 */
static void
add_clean(struct buf *out, const char *s)
{
	static const char crud[] = " .,:;<>\"\\'";
	size_t n = s == NULL ? 0 : strlen(s), i;

	while (n > 0 && (strchr(crud, s[n - 1]) != NULL ||
	    (unsigned char)s[n - 1] <= ' '))
		n--;
	while (n > 0 && (strchr(crud, *s) != NULL ||
	    (unsigned char)*s <= ' ')) {
		s++;
		n--;
	}
	for (i = 0; i < n; i++)
		if (strchr("<>\r\n", s[i]) == NULL)
			buf_addc(out, s[i]);
}

/* Of author.name, user.name and so on the first that is set. */
static char *
from_config(struct repo *r, const char *label, const char *what)
{
	const char *const sections[] = { label, "user" };
	char key[32], *text = NULL;
	size_t i;

	for (i = 0; i < ARRAY_LEN(sections) && text == NULL; i++) {
		snprintf(key, sizeof(key), "%s.%s", sections[i], what);
		text = repo_config(r, key);
	}
	return text;
}

/*
 * The full name that the system has for its user, or NULL.  As everywhere, it
 * ends at a comma, and '&' in it is the login with a capital.
 */
static char *
from_system(void)
{
	const struct passwd *pw = getpwuid(geteuid());
	struct buf name = BUF_INIT;
	const char *s;

	if (pw == NULL || pw->pw_gecos == NULL)
		return NULL;
	for (s = pw->pw_gecos; *s != '\0' && *s != ','; s++) {
		if (*s != '&') {
			buf_addc(&name, *s);
		} else if (*pw->pw_name != '\0') {
			buf_addc(&name, (char)toupper(
			    (unsigned char)*pw->pw_name));
			buf_adds(&name, pw->pw_name + 1);
		}
	}
	return buf_take(&name);
}

static int
add_identity(struct repo *r, const char *role, const char *label,
    int64_t now_us, struct buf *out)
{
	char *name = mem_strdup_null(from_environment(role, "NAME"));
	char *email = mem_strdup_null(from_environment(role, "EMAIL"));
	int zone = clock_zone_minutes(now_us);
	const char *s = getenv("EMAIL");
	bool named, known;
	size_t before;

	if (name == NULL)
		name = from_config(r, label, "name");
	if (email == NULL)
		email = from_config(r, label, "email");
	if (!repo_config_bool(r, "user.useconfigonly", false)) {
		if (email == NULL && s != NULL && *s != '\0')
			email = mem_strdup(s);
		if (name == NULL)
			name = from_system();
	}
	buf_addf(out, "%s ", label);
	before = out->len;
	add_clean(out, name);
	named = out->len > before;
	buf_adds(out, " <");
	add_clean(out, email);
	buf_addf(out, "> %" PRId64 " %c%02d%02d\n", now_us / CLOCK_SECOND,
	    zone < 0 ? '-' : '+', abs(zone) / 60, abs(zone) % 60);
	known = named && email != NULL;
	free(name);
	free(email);
	return known ? 0 : -1;
}

int
ident_commit_text(struct repo *r, const struct commit_want *want,
    struct buf *out, struct err *e)
{
	char hex[OID_HEX + 1];
	size_t i;

	oid_format(hex, &want->tree);
	buf_addf(out, "tree %s\n", hex);
	oid_format(hex, &want->parent);
	if (!oid_is_zero(&want->parent))
		buf_addf(out, "parent %s\n", hex);
	for (i = 0; i < want->nparents; i++) {
		oid_format(hex, &want->parents[i]);
		buf_addf(out, "parent %s\n", hex);
	}
	if (add_identity(r, "AUTHOR", "author", want->now_us, out) != 0 ||
	    add_identity(r, "COMMITTER", "committer", want->now_us, out) != 0)
		return err_set(e, EX_CONFIG, "git does not know who you are "
		    "(git config --global user.email you@example.org, and "
		    "user.name)");
	buf_addf(out, "\n%s", want->message);
	if (out->ptr[out->len - 1] != '\n')
		buf_addc(out, '\n');
	return 0;
}
