/* SPDX-License-Identifier: MIT */
/*
 * Records on standard output, in the form that was asked for:
 *
 *   lines    fields with tabs between them; \t \n \\ and control characters
 *            escaped; a newline, or with -z a NUL, after each record
 *   JSON     one object a line, keys as the columns
 *   aligned  for a terminal: columns, colours, a header
 *
 * The order and the fields never depend on the form.  Between out_begin() and
 * out_end() each record is a run of out_text(), out_list(), … for its columns
 * and then out_row(); a column that was not set is empty, in JSON null.
 */
#ifndef CLI_OUT_H
#define CLI_OUT_H

#include "base/buf.h"

struct err;
struct strvec;

enum out_style {
	OUT_PLAIN, OUT_BOLD, OUT_DIM, OUT_RED, OUT_GREEN, OUT_YELLOW, OUT_BLUE
};

struct out_column {
	const char	*name;
	enum out_style	 style;		/* on a terminal */
	bool		 hidden;	/* only in JSON and with --columns */
	bool		 flexible;	/* is cut where a line is too long */
};

enum { OUT_COLUMNS_MAX = 32 };

struct out_cell {
	struct buf	text;
	enum out_style	style;
	bool		set;
};

enum out_form { OUT_LINES, OUT_JSON, OUT_ALIGNED };

struct out {
	const struct out_column *columns;
	size_t		 ncolumns;
	size_t		 shown[OUT_COLUMNS_MAX];
	size_t		 nshown;
	enum out_form	 form;
	char		 end;		/* after a record */
	bool		 header;
	bool		 colour;
	struct out_cell	 row[OUT_COLUMNS_MAX];
	struct out_cell	*held;		/* aligned: all records so far */
	size_t		 nheld;
	size_t		 held_cap;
};

/*
 * The form follows from the common options and the terminal.  `columns` ends
 * with a NULL name and is borrowed.  EX_USAGE: --columns names none of them.
 */
int	 out_begin(struct out *o, const struct out_column *columns,
	    struct err *e);
/* True where the column will be seen, so that it is worth computing. */
bool	 out_wants(const struct out *o, size_t column);
/* NULL leaves it empty. */
void	 out_text(struct out *o, size_t column, const char *s);
void	 out_number(struct out *o, size_t column, int64_t n);
void	 out_list(struct out *o, size_t column, const struct strvec *sv);
/* A piece of JSON that is ready, shown as it is in every form. */
void	 out_json(struct out *o, size_t column, const char *json, size_t len);
/* Another style for this cell of this record. */
void	 out_style(struct out *o, size_t column, enum out_style style);
void	 out_row(struct out *o);
/* Prints what is held; more records of the same form may follow. */
void	 out_end(struct out *o);

/* True where standard output should be coloured. */
bool	 out_colour(void);
/* Columns of the terminal on standard output; 0: it is none. */
size_t	 out_width(void);
/* The escape sequence that begins a style; "" without colour. */
const char *out_style_on(enum out_style style);

#endif
