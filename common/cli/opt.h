/* SPDX-License-Identifier: MIT */
/*
 * Options as data.  One table is parsed (getopt_long(3)), printed by -h, told
 * to the completion of the shells, and compared with the manual page by a
 * test.
 */
#ifndef CLI_OPT_H
#define CLI_OPT_H

struct buf;
struct err;
struct strvec;

enum opt_kind {
	OPT_FLAG,		/* bool *: becomes true */
	OPT_TEXT,		/* const char **: the last one counts */
	OPT_NUMBER,		/* long *: 0 or more */
	OPT_LIST		/* struct strvec *: each adds one */
};

struct opt {
	int		 letter;	/* 0: it has only a name */
	const char	*name;
	enum opt_kind	 kind;
	void		*value;
	const char	*arg;		/* what it takes: "REF", "STAGE", … */
	const char	*help;		/* NULL: hidden */
};

#define OPT_END	{ 0, NULL, OPT_FLAG, NULL, NULL, NULL }

/*
 * Parses argv against both tables (the second may be NULL); operands may stand
 * between options.  The index of the first operand (argv is rearranged), or
 * -1 with EX_USAGE.
 */
int	 opt_parse(const struct opt *own, const struct opt *common, int argc,
	    char **argv, struct err *e);
/* Adds a line for each option: "  -x, --name ARG   help". */
void	 opt_help(const struct opt *table, struct buf *out);
/* Adds a line for each option: letter, name, argument, help; tabs between. */
void	 opt_complete(const struct opt *table, struct buf *out);

#endif
