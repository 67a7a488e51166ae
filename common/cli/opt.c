/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <getopt.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/strvec.h"
#include "base/suggest.h"
#include "cli/opt.h"

enum { OPTS_MAX = 64, HELP_COLUMN = 28 };

/* Both tables as getopt_long(3) wants them. */
struct parser {
	const struct opt *all[OPTS_MAX + 1];
	const char	*names[OPTS_MAX + 1];
	struct option	 longs[OPTS_MAX + 1];
	char		 shorts[2 * OPTS_MAX + 2];
	int		 n;
	int		 hit;		/* LONG and a long option's index */
};

/* Tells long options from letters, for getopt_long(3) and its optopt. */
enum { LONG = 256 };

static void
parser_add(struct parser *p, const struct opt *table)
{
	size_t at = strlen(p->shorts);
	const struct opt *o;

	for (o = table; o != NULL && o->name != NULL && p->n < OPTS_MAX; o++) {
		p->all[p->n] = o;
		p->names[p->n] = o->name;
		p->longs[p->n] = (struct option){ o->name,
		    o->kind == OPT_FLAG ? no_argument : required_argument,
		    &p->hit, LONG + p->n };
		p->n++;
		if (o->letter == 0)
			continue;
		p->shorts[at++] = (char)o->letter;
		if (o->kind != OPT_FLAG)
			p->shorts[at++] = ':';
		p->shorts[at] = '\0';
	}
}

static int
apply(const struct opt *o, const char *arg, struct err *e)
{
	char *end;
	long n;

	switch (o->kind) {
	case OPT_FLAG:
		*(bool *)o->value = true;
		break;
	case OPT_TEXT:
		*(const char **)o->value = arg;
		break;
	case OPT_LIST:
		strvec_add(o->value, arg);
		break;
	case OPT_NUMBER:
		errno = 0;
		n = strtol(arg, &end, 10);
		if (errno != 0 || *arg < '0' || *arg > '9' || *end != '\0')
			return err_set(e, EX_USAGE,
			    "--%s: '%s' is not a number", o->name, arg);
		*(long *)o->value = n;
		break;
	}
	return 0;
}

static int
say_unknown(const struct parser *p, char **argv, struct err *e)
{
	const char *word = argv[optind - 1], *near;
	char name[64];

	if (optopt > 0 && optopt < LONG)
		return err_set(e, EX_USAGE, "unknown option '-%c' "
		    "(-h lists the options; '--' comes before a name "
		    "that begins with '-')", optopt);
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(word + 2, "="),
	    word + 2);
	if (optopt >= LONG)
		return err_set(e, EX_USAGE, "--%s takes no value", name);
	near = suggest(name, p->names);
	if (near != NULL)
		return err_set(e, EX_USAGE,
		    "unknown option '--%s'; did you mean '--%s'?", name, near);
	return err_set(e, EX_USAGE,
	    "unknown or ambiguous option '--%s' (-h lists the options)", name);
}

/* getopt_long(3) gives only letters that are in the table. */
static const struct opt *
by_letter(const struct parser *p, int letter)
{
	int i = 0;

	while (i < p->n - 1 && p->all[i]->letter != letter)
		i++;
	return p->all[i];
}

int
opt_parse(const struct opt *own, const struct opt *common, int argc,
    char **argv, struct err *e)
{
	struct parser p = { .shorts = ":" };
	const struct opt *o;
	int c;

	parser_add(&p, own);
	parser_add(&p, common);
	opterr = 0;
	optind = 0;
	while ((c = getopt_long(argc, argv, p.shorts, p.longs, NULL)) != -1) {
		if (c == ':')
			return err_set(e, EX_USAGE, "'%s' needs a value",
			    argv[optind - 1]);
		if (c == '?')
			return say_unknown(&p, argv, e);
		o = c == 0 ? p.all[p.hit - LONG] : by_letter(&p, c);
		if (o == NULL || apply(o, optarg, e) != 0)
			return -1;
	}
	return optind;
}

void
opt_help(const struct opt *table, struct buf *out)
{
	const struct opt *o;
	size_t start;

	for (o = table; o != NULL && o->name != NULL; o++) {
		if (o->help == NULL)
			continue;
		start = out->len;
		if (o->letter != 0)
			buf_addf(out, "  -%c, --%s", o->letter, o->name);
		else
			buf_addf(out, "      --%s", o->name);
		if (o->kind != OPT_FLAG)
			buf_addf(out, " %s", o->arg);
		if (out->len - start >= HELP_COLUMN) {
			buf_addc(out, '\n');
			start = out->len;
		}
		buf_addf(out, "%*s%s\n",
		    (int)(HELP_COLUMN - (out->len - start)), "", o->help);
	}
}

void
opt_complete(const struct opt *table, struct buf *out)
{
	const struct opt *o;

	for (o = table; o != NULL && o->name != NULL; o++) {
		if (o->help == NULL)
			continue;
		if (o->letter != 0)
			buf_addc(out, (char)o->letter);
		buf_addf(out, "\t%s\t%s\t%s\n", o->name,
		    o->kind == OPT_FLAG ? "" : o->arg, o->help);
	}
}
