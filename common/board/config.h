/* SPDX-License-Identifier: MIT */
/*
 * What the board's own YAML files have in common: policy.yaml, NAMESPACES.yaml,
 * the registry of hooks.  Each is a mapping, or nothing.
 */
#ifndef BOARD_CONFIG_H
#define BOARD_CONFIG_H

#include "format/yaml.h"

struct err;
struct strvec;

struct config {
	/* Takes one member of the file. */
	int		(*read)(void *ctx, const struct yaml_node *v,
			    struct err *e);
	void		*ctx;
	const char	*no_map;	/* said where it is no mapping */
};

/* EX_CONFIG with "LINE:COL: what is wrong". */
int	 config_parse(const struct config *c, const char *text, size_t len,
	    struct err *e);
/* EX_CONFIG: "LINE:COL: KEY: must be WHAT". */
int	 config_wrong(const struct yaml_node *v, const char *what,
	    struct err *e);
/* Adds "LINE:COL: unknown key 'KEY'". */
void	 config_unknown(struct strvec *warnings, const struct yaml_node *v);

#endif
