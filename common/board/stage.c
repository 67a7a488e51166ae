/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "board/stage.h"

const struct stage_info stage_info[] = {
	[STAGE_INBOX] = { .name = "inbox", .waits = true,
	    .pauses_in = STAGE_NONE, .free_edits = true, .title = "Inbox",
	    .prose = "New tasks that wait to be verified." },
	[STAGE_BACKLOG] = { .name = "backlog", .waits = true,
	    .pauses_in = STAGE_BACKLOG, .title = "Backlog",
	    .prose = "Complete tasks that wait for a priority." },
	[STAGE_NEXT] = { .name = "next", .waits = true, .p0_passes = true,
	    .pauses_in = STAGE_NEXT, .order = ORDER_PULL, .title = "Next",
	    .prose = "Tasks that may be started, in the order of pulling." },
	[STAGE_CURRENT] = { .name = "current", .works = true,
	    .relies = true, .pauses_in = STAGE_NEXT, .title = "Current",
	    .prose = "Tasks that are being worked on." },
	[STAGE_INTEGRATION] = { .name = "integration", .done = true,
	    .relies = true, .pauses_in = STAGE_NONE,
	    .title = "Integration",
	    .prose = "Implemented tasks on their way into the whole." },
	[STAGE_LEARNING] = { .name = "learning", .done = true,
	    .pauses_in = STAGE_NONE,
	    .title = "Learning",
	    .prose = "Integrated tasks whose lessons are being written." },
	[STAGE_ARCHIVED] = { .name = "archived", .done = true,
	    .pauses_in = STAGE_NONE, .closed = true,
	    .title = "Archived", .prose = "Closed tasks." },
	[STAGE_COUNT] = { .pauses_in = STAGE_NONE },
};

const char *const stage_names[] = { "inbox", "backlog", "next", "current",
	"integration", "learning", "archived", NULL };

const char *const status_names[] = { "active", "blocked", "paused",
	"canceled", "split", NULL };

static int
find(const char *const *names, const char *name)
{
	int i;

	for (i = 0; names[i] != NULL; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return -1;
}

int
stage_parse(const char *name)
{
	return find(stage_names, name);
}

int
status_parse(const char *name)
{
	return find(status_names, name);
}

int
priority_parse(const char *text)
{
	if (text == NULL || text[0] != 'P' || text[1] < '0' ||
	    text[1] > '4' || text[2] != '\0')
		return -1;
	return text[1] - '0';
}

const char *
effort_parse(const char *text)
{
	static const char *const efforts[][2] = { { "XS", "1" },
	    { "S", "2" }, { "M", "3" }, { "L", "5" }, { "XL", "8" } };
	size_t i;

	if (text == NULL)
		return NULL;
	for (i = 0; i < ARRAY_LEN(efforts); i++)
		if (strcmp(text, efforts[i][0]) == 0 ||
		    strcmp(text, efforts[i][1]) == 0)
			return efforts[i][0];
	return NULL;
}
