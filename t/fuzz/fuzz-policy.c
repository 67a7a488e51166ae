/* SPDX-License-Identifier: MIT */
/*
 * policy.yaml, people.yaml, the registry of hooks and what a hook prints: read,
 * or refused, with line and column where it is a file.
 */
#include "base/compat.h"

#include "base/err.h"
#include "board/hooks.h"
#include "board/people.h"
#include "board/policy.h"
#include "board/proposal.h"
#include "t/fuzz/fuzz.h"

static void
read_hooks(const char *text, size_t size)
{
	struct hooks h = HOOKS_INIT;
	struct err e = ERR_INIT;
	size_t i;

	if (hooks_parse(&h, text, size, &e) != 0) {
		PROMISE(e.status == EX_CONFIG);
		PROMISE(e.msg[0] >= '0' && e.msg[0] <= '9');
	}
	for (i = 0; i < h.n; i++) {
		PROMISE(people_is_name(h.v[i].name));
		PROMISE(h.v[i].argv.n > 0 && h.v[i].argv.v[0][0] != '\0');
		PROMISE(h.v[i].timeout_us > 0);
		free(hook_program(&h.v[i]));
	}
	hooks_release(&h);
}

static void
read_proposal(const char *text, size_t size)
{
	struct proposal p = PROPOSAL_INIT;
	struct err e = ERR_INIT;
	const char *owner;

	if (proposal_parse(&p, text, size, "TASK-0042", &e) == 0)
		PROMISE(event_known(p.event, &owner) && owner == NULL);
	else
		PROMISE(e.status == EX_DATAERR);
	proposal_release(&p);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct policy policy;
	struct people people = PEOPLE_INIT;
	struct err e = ERR_INIT;
	int i;

	policy_init(&policy);
	if (policy_parse(&policy, (const char *)data, size, &e) == 0) {
		for (i = 0; i < STAGE_COUNT; i++)
			PROMISE(policy.wip[i].limit >= -1);
		PROMISE(policy.archive_shard >= 0);
	} else {
		PROMISE(e.status == EX_CONFIG);
		PROMISE(e.msg[0] >= '0' && e.msg[0] <= '9');
	}
	policy_release(&policy);
	if (people_parse(&people, (const char *)data, size, &e) != 0)
		PROMISE(e.status == EX_CONFIG);
	people_may(&people, "@alice", "next");
	people_release(&people);
	read_hooks((const char *)data, size);
	read_proposal((const char *)data, size);
	return 0;
}
