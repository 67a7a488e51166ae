/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/err.h"
#include "change/edit.h"
#include "change/session.h"
#include "sys/run.h"

/* As a person at the prompt would write it. */
static int
find_path(const char *ref, enum package_file part, struct strvec *out,
    struct err *e)
{
	struct buf path = BUF_INIT, shown = BUF_INIT;
	struct task t = TASK_INIT;
	struct session s;
	int rc;

	if (session_begin(&s, e) != 0)
		return -1;
	rc = session_load(&s, ref, &t, e);
	if (rc == 0) {
		package_file(t.pkg, part, &path);
		store_show_path(&s.store, path.ptr, &shown);
		strvec_add(out, shown.ptr);
	}
	task_release(&t);
	session_end(&s);
	buf_release(&path);
	buf_release(&shown);
	return rc;
}

static int
run_editor(struct strvec *argv, struct err *e)
{
	int rc = run_program(&(struct run){ .argv =
	    (const char *const *)argv->v }, e);

	return rc > 0 ? err_set(e, EX_IOERR, "'%s' ended with status %d",
	    argv->v[0], rc) : rc;
}

static int
record(const char *ref, struct err *e)
{
	char *message = mem_printf("%s: edited", ref);
	struct task t = TASK_INIT;
	struct session s;
	int rc;

	if ((rc = session_begin(&s, e)) == 0) {
		rc = session_load(&s, ref, &t, e);
		if (rc == 0) {
			session_save(&s, &t);
			rc = session_commit(&s, message, e);
		}
		task_release(&t);
		session_end(&s);
	}
	free(message);
	return rc;
}

int
edit_part(const char *ref, enum package_file part, struct err *e)
{
	const char *editor = getenv("VISUAL");
	struct strvec argv = STRVEC_INIT;
	int rc;

	if (editor == NULL || *editor == '\0')
		editor = getenv("EDITOR");
	strvec_split(&argv, editor == NULL || *editor == '\0' ? "vi" : editor,
	    ' ');
	rc = find_path(ref, part, &argv, e);
	if (rc == 0)
		rc = run_editor(&argv, e);
	if (rc == 0)
		rc = record(ref, e);
	strvec_release(&argv);
	return rc;
}
