/* SPDX-License-Identifier: MIT */
/*
 * The files of .work-template, as they were when the programs were built.
 */
#ifndef TOOLS_TEMPLATE_H
#define TOOLS_TEMPLATE_H

struct template_file {
	const char	*path;		/* below .work */
	const char	*text;
};

/* Ended by a NULL path. */
extern const struct template_file template_files[];

#endif
