/* SPDX-License-Identifier: MIT */
/*
 * .hooks/registry.yaml: which programs run at which hook point; task-hooks(5).
 */
#ifndef BOARD_HOOKS_H
#define BOARD_HOOKS_H

#include "base/buf.h"
#include "base/strvec.h"

struct err;
struct store;

enum hook_point {
	HOOK_VALIDATE_PASS, HOOK_MOVE, HOOK_BLOCKED, HOOK_SLO_MISSED,
	HOOK_P0_CREATED, HOOK_COMPLETION, HOOK_ROLLBACK,
	HOOK_DEPENDENCY_UPDATED
};

enum {
	HOOK_POINTS = HOOK_DEPENDENCY_UPDATED + 1,
	HOOK_POINT_NONE = -1,
	HOOKS_MAX = 64 << 10,		/* bytes of the registry */
	HOOKS_PER_POINT = 32,
	HOOK_ARGS_MAX = 64,
	HOOK_TIMEOUT_MAX_S = 300
};

/* "on_move", …, ended by NULL; indexed by enum hook_point. */
extern const char *const hook_points[];
/* An enum hook_point, or HOOK_POINT_NONE. */
int	 hook_point_parse(const char *name);

struct hook {
	enum hook_point	 point;
	char		*name;
	struct strvec	 argv;		/* as it is written */
	bool		 enabled;
	int64_t		 timeout_us;
};

struct hooks {
	struct hook	*v;		/* as they are written */
	size_t		 n, cap;
	struct strvec	 warnings;	/* unknown keys, "LINE:COL: …" */
	struct buf	 text;		/* of the file that was loaded */
};

#define HOOKS_INIT	{ NULL, 0, 0, STRVEC_INIT, BUF_INIT }

/* EX_CONFIG with "LINE:COL: what is wrong". */
int	 hooks_parse(struct hooks *h, const char *text, size_t len,
	    struct err *e);
void	 hooks_release(struct hooks *h);
/*
 * Reads and parses the file, and keeps its text.  1: it is there; 0: not; -1:
 * EX_CONFIG with path, line and column.
 */
int	 hooks_load(struct hooks *h, struct store *s, struct err *e);
/* The file, as a person would write it. */
void	 hooks_show_path(const struct store *s, struct buf *out);

/*
 * The hook's program relative to the board, ".hooks/notify"; NULL where it is
 * none of the board's (an absolute path, or looked up in PATH).  Yours.
 */
char	*hook_program(const struct hook *h);

#endif
