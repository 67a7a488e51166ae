/* SPDX-License-Identifier: MIT */
/* policy.yaml and people.yaml: read, or refused with line and column. */
#include "base/compat.h"

#include "base/err.h"
#include "board/people.h"
#include "board/policy.h"
#include "t/fuzz/fuzz.h"

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
	return 0;
}
