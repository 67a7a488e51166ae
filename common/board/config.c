/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "base/strvec.h"
#include "board/config.h"

int
config_wrong(const struct yaml_node *v, const char *what, struct err *e)
{
	return err_set(e, EX_CONFIG, "%d:%d: %s: must be %s", v->line, v->col,
	    v->key == NULL ? "the value" : v->key, what);
}

void
config_unknown(struct strvec *warnings, const struct yaml_node *v)
{
	strvec_addf(warnings, "%d:%d: unknown key '%s'", v->key_line,
	    v->key_col, v->key);
}

int
config_parse(const struct config *c, const char *text, size_t len,
    struct err *e)
{
	struct yaml y = YAML_INIT;
	const struct yaml_node *v;
	int rc;

	rc = yaml_parse(&y, text, len, 1, e);
	if (rc != 0)
		e->status = EX_CONFIG;
	if (rc == 0 && y.root != NULL && !yaml_is_null(y.root)) {
		if (y.root->kind != YAML_MAP)
			rc = err_set(e, EX_CONFIG, "%d:%d: %s", y.root->line,
			    y.root->col, c->no_map);
		for (v = y.root->child; v != NULL && rc == 0; v = v->next)
			rc = c->read(c->ctx, v, e);
	}
	yaml_release(&y);
	return rc;
}
