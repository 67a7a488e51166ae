/* SPDX-License-Identifier: MIT */
/*
 * Task ids: a number, and a namespace where there is one.
 */
#ifndef BOARD_ID_H
#define BOARD_ID_H

enum {
	ID_NUMBER_MAX = 999999999,
	ID_NAMESPACE_MAX = 6,
	ID_SIZE = 24,		/* "TASK-ABCDEF-999999999" and a NUL */
	ID_SLUG_MAX = 64	/* bytes */
};

struct strvec;

struct id {
	char		ns[ID_NAMESPACE_MAX + 1];	/* "": none */
	uint32_t	number;				/* from 1; 0: no id */
};

/* 2 to 6 of A-Z 0-9, a letter first. */
bool	 id_is_namespace(const char *ns);
/*
 * What a person types: 42, 0042, TASK-0042, FW-42, TASK-FW-0042, or the path
 * of a package or of a file in one.  0, or -1.
 */
int	 id_parse(struct id *id, const char *text);
/* As in a card's task_id: 0042, FW-0042, at least four digits.  0, or -1. */
int	 id_parse_exact(struct id *id, const char *text);
/*
 * A package folder's name, "TASK-0042-user-login"; `*slug` then points at
 * "user-login" within it.  0, or -1 where it is no such name to the letter.
 */
int	 id_parse_folder(struct id *id, const char *name, const char **slug);
/* "0042" or "FW-0042". */
void	 id_format(char out[ID_SIZE], const struct id *id);
/* "TASK-0042". */
void	 id_format_ref(char out[ID_SIZE], const struct id *id);
/* "task:TASK-0042", as in a card's blocked_by.  0, or -1. */
int	 id_parse_blocker(struct id *id, const char *text);
/*
 * Leaves out what names a task that was named before, however it is written;
 * what is no reference stays.
 */
void	 id_unique(struct strvec *refs);
/* True where its namespace is one of these, "-" being none; or of no names. */
bool	 id_in_namespaces(const struct id *id, const struct strvec *names);
/* By namespace, then by number; none before all others. */
int	 id_compare(const struct id *a, const struct id *b);

#endif
