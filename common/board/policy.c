/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/clock.h"
#include "base/err.h"
#include "board/config.h"
#include "board/policy.h"

#define HOUR	(3600 * CLOCK_SECOND)

static const char *const effort_names[] = { "XS", "S", "M", "L", "XL" };

void
policy_init(struct policy *p)
{
	static const struct policy defaults = {
		.wip = {
			[STAGE_INBOX] = { .limit = -1 },
			[STAGE_BACKLOG] = { .limit = -1 },
			[STAGE_NEXT] = { .limit = 3, .per_dri = true },
			[STAGE_CURRENT] = { .limit = 5, .hard = true },
			[STAGE_INTEGRATION] = { .limit = 3 },
			[STAGE_LEARNING] = { .limit = 2, .per_dri = true },
			[STAGE_ARCHIVED] = { .limit = -1 },
		},
		.slo = {
			[STAGE_INBOX] = { 24 * HOUR, 48 * HOUR, { 0 }, 0 },
			[STAGE_BACKLOG] =
			    { 7 * CLOCK_DAY, 14 * CLOCK_DAY, { 0 }, 0 },
			[STAGE_CURRENT] = { 0, 0, { CLOCK_DAY, 2 * CLOCK_DAY,
			    5 * CLOCK_DAY, 10 * CLOCK_DAY, 20 * CLOCK_DAY },
			    2 },
			[STAGE_INTEGRATION] =
			    { 48 * HOUR, 96 * HOUR, { 0 }, 0 },
			[STAGE_LEARNING] =
			    { 72 * HOUR, 7 * CLOCK_DAY, { 0 }, 0 },
			[STAGE_ARCHIVED] = { 24 * HOUR, 48 * HOUR, { 0 }, 0 },
		},
		.gate = { [STAGE_NEXT] = true, [STAGE_INTEGRATION] = true,
		    [STAGE_ARCHIVED] = true },
		.warnings = STRVEC_INIT,
	};

	*p = defaults;
}

void
policy_release(struct policy *p)
{
	strvec_release(&p->warnings);
}

/* What a key sets, and how its value is read. */
struct setter {
	const char	*key;
	int		(*set)(void *target, const struct yaml_node *v);
	size_t		 offset;
	const char	*what;		/* for the message */
};

static int
set_limit(void *target, const struct yaml_node *v)
{
	const char *s = yaml_text(v);
	long n = 0;

	if (yaml_is_null(v)) {
		*(long *)target = -1;
		return 0;
	}
	if (s == NULL || *s == '\0' || strlen(s) > 6 ||
	    s[strspn(s, "0123456789")] != '\0')
		return -1;
	for (; *s != '\0'; s++)
		n = n * 10 + (*s - '0');
	*(long *)target = n;
	return 0;
}

static int
set_count(void *target, const struct yaml_node *v)
{
	return yaml_is_null(v) ? -1 : set_limit(target, v);
}

static int
set_span(void *target, const struct yaml_node *v)
{
	const char *s = yaml_text(v);

	return s == NULL ? -1 : clock_parse_span(s, target);
}

/* One of two words; true for the second. */
static int
choose(bool *target, const struct yaml_node *v, const char *no,
    const char *yes)
{
	const char *s = yaml_text(v);

	if (s == NULL || (strcmp(s, no) != 0 && strcmp(s, yes) != 0))
		return -1;
	*target = strcmp(s, yes) == 0;
	return 0;
}

static int
set_scope(void *target, const struct yaml_node *v)
{
	return choose(target, v, "system", "dri");
}

static int
set_enforce(void *target, const struct yaml_node *v)
{
	return choose(target, v, "soft", "hard");
}

static int
set_signing(void *target, const struct yaml_node *v)
{
	return choose(target, v, "none", "ssh");
}

static int
set_root(void *target, const struct yaml_node *v)
{
	return choose(target, v, "all", "open");
}

static int
set_version(void *target, const struct yaml_node *v)
{
	const char *s = yaml_text(v);

	(void)target;
	return s != NULL && strcmp(s, "1") == 0 ? 0 : -1;
}

static const struct setter wip_setters[] = {
	{ "limit", set_limit, offsetof(struct policy_wip, limit),
	    "a number from 0 up, or null" },
	{ "scope", set_scope, offsetof(struct policy_wip, per_dri),
	    "system or dri" },
	{ "enforce", set_enforce, offsetof(struct policy_wip, hard),
	    "hard or soft" },
	{ NULL, NULL, 0, NULL }
};

static const struct setter slo_setters[] = {
	{ "target", set_span, offsetof(struct policy_slo, target_us),
	    "a span such as 30m, 24h, 7d" },
	{ "violation", set_span, offsetof(struct policy_slo, violation_us),
	    "a span such as 30m, 24h, 7d" },
	{ "violation_factor", set_count,
	    offsetof(struct policy_slo, violation_factor), "a number" },
	{ NULL, NULL, 0, NULL }
};

static const struct setter scale_setters[] = {
	{ "root_index", set_root, offsetof(struct policy, root_open_only),
	    "all or open" },
	{ "archive_shard", set_count, offsetof(struct policy, archive_shard),
	    "a number, 0 for none" },
	{ NULL, NULL, 0, NULL }
};

static const struct setter top_setters[] = {
	{ "version", set_version, 0, "1" },
	{ "signing", set_signing, offsetof(struct policy, signing_ssh),
	    "none or ssh" },
	{ NULL, NULL, 0, NULL }
};

static const struct setter *
find_setter(const struct setter *s, const char *key)
{
	for (; s->key != NULL; s++)
		if (strcmp(s->key, key) == 0)
			return s;
	return NULL;
}

static int
apply(const struct setter *s, void *base, const struct yaml_node *v,
    struct err *e)
{
	if (s->set((char *)base + s->offset, yaml_follow(v)) != 0)
		return config_wrong(v, s->what, e);
	return 0;
}

static int
read_efforts(struct policy_slo *slo, const struct yaml_node *map,
    struct strvec *warnings, struct err *e)
{
	const struct yaml_node *v;
	size_t i;

	if (yaml_follow(map)->kind != YAML_MAP)
		return config_wrong(map, "a mapping of efforts to spans", e);
	for (v = yaml_follow(map)->child; v != NULL; v = v->next) {
		for (i = 0; i < POLICY_EFFORTS; i++)
			if (strcmp(v->key, effort_names[i]) == 0)
				break;
		if (i == POLICY_EFFORTS)
			config_unknown(warnings, v);
		else if (set_span(&slo->effort_us[i], yaml_follow(v)) != 0)
			return config_wrong(v, "a span such as 30m, 24h, 7d",
			    e);
	}
	return 0;
}

/* What is under wip: or slo:, a mapping of stages. */
struct section {
	const struct setter *setters;
	char		*stages;	/* what they set, one for each stage */
	size_t		 size;
	struct strvec	*warnings;
};

static int
read_stage(const struct section *sec, void *base,
    const struct yaml_node *map, struct err *e)
{
	const struct setter *s;
	const struct yaml_node *v;
	int rc = 0;

	if (yaml_follow(map)->kind != YAML_MAP)
		return config_wrong(map, "a mapping", e);
	for (v = yaml_follow(map)->child; v != NULL && rc == 0; v = v->next) {
		s = find_setter(sec->setters, v->key);
		if (s != NULL)
			rc = apply(s, base, v, e);
		else if (sec->setters == slo_setters &&
		    strcmp(v->key, "effort") == 0)
			rc = read_efforts(base, v, sec->warnings, e);
		else
			config_unknown(sec->warnings, v);
	}
	return rc;
}

static int
read_stages(const struct section *sec, const struct yaml_node *map,
    struct err *e)
{
	const struct yaml_node *v;
	int stage, rc = 0;

	if (yaml_follow(map)->kind != YAML_MAP)
		return config_wrong(map, "a mapping of stages", e);
	for (v = yaml_follow(map)->child; v != NULL && rc == 0; v = v->next) {
		if ((stage = stage_parse(v->key)) == STAGE_NONE)
			config_unknown(sec->warnings, v);
		else
			rc = read_stage(sec, sec->stages +
			    (size_t)stage * sec->size, v, e);
	}
	return rc;
}

int
policy_parse_wip(struct policy_wip *wip, const struct yaml_node *map,
    struct strvec *warnings, struct err *e)
{
	const struct section sec = { wip_setters, (char *)wip, sizeof(*wip),
	    warnings };

	return read_stages(&sec, map, e);
}

static int
read_slo(struct policy *p, const struct yaml_node *map, struct err *e)
{
	const struct section sec = { slo_setters, (char *)p->slo,
	    sizeof(*p->slo), &p->warnings };

	return read_stages(&sec, map, e);
}

static int
read_scale(struct policy *p, const struct yaml_node *map, struct err *e)
{
	const struct setter *s;
	const struct yaml_node *v;
	int rc = 0;

	if (yaml_follow(map)->kind != YAML_MAP)
		return config_wrong(map, "a mapping", e);
	for (v = yaml_follow(map)->child; v != NULL && rc == 0; v = v->next) {
		if ((s = find_setter(scale_setters, v->key)) == NULL)
			config_unknown(&p->warnings, v);
		else
			rc = apply(s, p, v, e);
	}
	return rc;
}

static int
read_gates(struct policy *p, const struct yaml_node *list, struct err *e)
{
	struct strvec gates = STRVEC_INIT;
	int stage, rc = 0;
	size_t i;

	memset(p->gate, 0, sizeof(p->gate));
	if (yaml_list(list, &gates) != 0)
		rc = config_wrong(list, "a list of stages", e);
	for (i = 0; i < gates.n && rc == 0; i++) {
		if ((stage = stage_parse(gates.v[i])) == STAGE_NONE)
			rc = config_wrong(list, "a list of stages", e);
		else
			p->gate[stage] = true;
	}
	strvec_release(&gates);
	return rc;
}

static int
read_top(void *ctx, const struct yaml_node *v, struct err *e)
{
	struct policy *p = ctx;
	const struct setter *s = find_setter(top_setters, v->key);

	if (s != NULL)
		return apply(s, p, v, e);
	if (strcmp(v->key, "wip") == 0)
		return policy_parse_wip(p->wip, v, &p->warnings, e);
	if (strcmp(v->key, "slo") == 0)
		return read_slo(p, v, e);
	if (strcmp(v->key, "scale") == 0)
		return read_scale(p, v, e);
	if (strcmp(v->key, "gates") == 0)
		return read_gates(p, v, e);
	config_unknown(&p->warnings, v);
	return 0;
}

int
policy_parse(struct policy *p, const char *text, size_t len, struct err *e)
{
	return config_parse(&(struct config){ read_top, p,
	    "the value: must be a mapping" }, text, len, e);
}

struct policy_span
policy_span(const struct policy *p, enum stage stage, const char *effort)
{
	const struct policy_slo *slo = &p->slo[stage];
	const char *name = effort_parse(effort);
	struct policy_span span = { slo->target_us, slo->violation_us };
	size_t i;

	for (i = 0; i < POLICY_EFFORTS && name != NULL; i++)
		if (strcmp(effort_names[i], name) == 0 &&
		    slo->effort_us[i] > 0) {
			span.target_us = slo->effort_us[i];
			span.violation_us = 0;
		}
	if (span.violation_us == 0 && slo->violation_factor > 0 &&
	    span.target_us <= INT64_MAX / slo->violation_factor)
		span.violation_us = span.target_us * slo->violation_factor;
	return span;
}
