/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <sys/mman.h>

#include <fcntl.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/strvec.h"
#include "base/utf8.h"
#include "change/repo.h"
#include "change/sshsig.h"
#include "sys/file.h"
#include "sys/run.h"

extern char **environ;

enum {
	SAID_MAX = 64 << 10,		/* bytes that ssh-keygen says */
	PATIENCE_S = 60,
	TIME_SIZE = 15			/* YYYYMMDDHHMMSS and a NUL */
};

#define PGP	"-----BEGIN PGP "

/* Bytes that another program reads as a file that is nowhere. */
struct ghost {
	int	fd;
	char	path[32];
};

#define GHOST_INIT	{ -1, "" }

static int
ghost_make(struct ghost *g, const char *name, const struct buf *data,
    struct err *e)
{
	int fd = memfd_create(name, MFD_CLOEXEC);

	if (fd < 0)
		return err_errno(e, "cannot keep %s in memory", name);
	if (fd_write_all(fd, data->ptr, data->len) != 0)
		err_errno(e, "cannot keep %s in memory", name);
	else if ((g->fd = fcntl(fd, F_DUPFD, STDERR_FILENO + 1)) < 0)
		err_errno(e, "cannot keep %s in memory", name);
	close(fd);
	if (g->fd < 0)
		return -1;
	snprintf(g->path, sizeof(g->path), "/dev/fd/%d", g->fd);
	if (access(g->path, R_OK) != 0)
		return err_set(e, EX_UNAVAILABLE, "%s cannot be read, which "
		    "is how ssh-keygen is given what it verifies (is /proc "
		    "mounted?)", g->path);
	return 0;
}

static void
ghost_release(struct ghost *g)
{
	if (g->fd >= 0)
		close(g->fd);
	g->fd = -1;
}

/*
 * A header that begins with "gpgsig" is not part of what is signed, whatever
 * comes after, and neither are the lines that continue it.
 */
static bool
is_outside(const char *line, size_t len)
{
	return len >= 6 && memcmp(line, "gpgsig", 6) == 0;
}

int
sshsig_split(const struct buf *commit, struct buf *payload,
    struct buf *signature, struct err *e)
{
	const char *p = buf_str(commit), *end = p + commit->len, *next;
	bool inside = false, found = false;

	for (; p < end && *p != '\n'; p = next) {
		next = memchr(p, '\n', (size_t)(end - p));
		next = next == NULL ? end : next + 1;
		if (inside && *p == ' ') {
			buf_add(signature, p + 1, (size_t)(next - p) - 1);
			continue;
		}
		inside = is_outside(p, (size_t)(next - p));
		if (!inside) {
			buf_add(payload, p, (size_t)(next - p));
			continue;
		}
		if (found || next - p < 7 || p[6] != ' ')
			return err_set(e, EX_DATAERR, "it has a header beside "
			    "its signature that nobody signed");
		found = true;
		buf_add(signature, p + 7, (size_t)(next - p) - 7);
	}
	buf_add(payload, p, (size_t)(end - p));
	return found;
}

static int
format_time(char out[TIME_SIZE], int64_t us)
{
	time_t t = (time_t)(us / CLOCK_SECOND);
	struct tm tm;

	/* ssh-keygen takes zero for "now". */
	if (t <= 0 || gmtime_r(&t, &tm) == NULL || tm.tm_year > 9999 - 1900)
		return -1;
	return strftime(out, TIME_SIZE, "%Y%m%d%H%M%S", &tm) == 0 ? -1 : 0;
}

/* What is handed to ssh-keygen. */
struct hearing {
	struct sshsig	*s;
	const struct sshsig_want *want;
	struct sshsig_answer *answer;
	struct buf	 payload, signature;
	struct ghost	 signers_file, signature_file;
	char		 time[TIME_SIZE];
	struct buf	 out, err;	/* what it says */
};

#define HEARING_INIT	{ .signers_file = GHOST_INIT, \
			    .signature_file = GHOST_INIT }

static int refuse(struct hearing *h, const char *fmt, ...) PRINTF_LIKE(2, 3);

static int
refuse(struct hearing *h, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(h->answer->reason, SSHSIG_REASON_SIZE, fmt, ap);
	va_end(ap);
	return 0;
}

/*
 * 1: it has a signature that is worth asking about, and a fingerprint.  0: it
 * has not.
 */
static int
look(struct hearing *h, const struct buf *commit)
{
	struct err e = ERR_INIT;
	int found = sshsig_split(commit, &h->payload, &h->signature, &e);

	if (found < 0)
		return refuse(h, "%s", e.msg);
	if (!found)
		return refuse(h, "it is not signed");
	if (strncmp(buf_str(&h->signature), PGP, strlen(PGP)) == 0)
		return refuse(h, "it is signed with OpenPGP and not with an "
		    "SSH key");
	if (sshkey_of_signature(h->signature.ptr, h->signature.len,
	    h->answer->key, &e) != 0) {
		h->answer->key[0] = '\0';
		return refuse(h, "what it has for a signature is %s", e.msg);
	}
	if (h->want->principal == NULL || *h->want->principal == '\0')
		return refuse(h, "there is no address to look for in "
		    "allowed_signers");
	if (h->want->signers->len > SSHSIG_SIGNERS_MAX)
		return refuse(h, "allowed_signers has more than %d bytes",
		    SSHSIG_SIGNERS_MAX);
	if (format_time(h->time, h->want->time_us) != 0)
		return refuse(h, "its date cannot be judged");
	return 1;
}

/*
 * As ours, in UTC: a moment without a zone is of the local one in a file of
 * allowed signers, and has to be the same moment on each machine.
 */
static void
make_environment(struct strvec *env)
{
	char **v;

	for (v = environ; *v != NULL; v++)
		if (strncmp(*v, "TZ=", 3) != 0)
			strvec_add(env, *v);
	strvec_add(env, "TZ=UTC0");
}

static int
run_keygen(struct hearing *h, const char *program, const char *revoked,
    struct err *e)
{
	struct strvec argv = STRVEC_INIT, env = STRVEC_INIT;
	struct run r = { .input = &h->payload, .output = &h->out,
	    .output_max = SAID_MAX, .errors = &h->err,
	    .errors_max = SAID_MAX, .timeout_us = PATIENCE_S * CLOCK_SECOND };
	int rc;

	make_environment(&env);
	strvec_add(&argv, program);
	strvec_add(&argv, "-Y");
	strvec_add(&argv, "verify");
	strvec_add(&argv, "-n");
	strvec_add(&argv, "git");
	strvec_add(&argv, "-f");
	strvec_add(&argv, h->signers_file.path);
	strvec_add(&argv, "-I");
	strvec_add(&argv, h->want->principal);
	strvec_add(&argv, "-s");
	strvec_add(&argv, h->signature_file.path);
	strvec_addf(&argv, "-Overify-time=%s", h->time);
	if (revoked != NULL) {
		strvec_add(&argv, "-r");
		strvec_add(&argv, revoked);
	}
	r.argv = (const char *const *)argv.v;
	r.env = env.v;
	rc = run_program(&r, e);
	if (rc < 0 && e->status == EX_NOINPUT)
		err_suffix(e, " (it comes with OpenSSH's client)");
	if (rc < 0 && e->status != EX_TEMPFAIL)
		e->status = EX_UNAVAILABLE;
	strvec_release(&argv);
	strvec_release(&env);
	return rc;
}

/* Adds the first line of what it complains of, as a person can use it. */
static void
add_complaint(const struct hearing *h, struct buf *out)
{
	const char *s = buf_str(&h->err), *path = h->signers_file.path;
	size_t n = strcspn(s, "\r\n");

	if (strncmp(s, path, strlen(path)) == 0) {
		buf_adds(out, "allowed_signers");
		s += strlen(path);
		n -= strlen(path);
	}
	utf8_add_safe(out, s, n);
}

/* What ssh-keygen said, by its status and its words. */
static int
understand(struct hearing *h, const char *program, int status,
    struct err *e)
{
	static const char good[] = "Good \"git\" signature for ";
	struct buf why = BUF_INIT;
	int rc = -1;

	add_complaint(h, &why);
	if (status == 0 &&
	    strncmp(buf_str(&h->out), good, strlen(good)) == 0)
		rc = 1;
	else if (strstr(buf_str(&h->out), "Could not verify") == NULL ||
	    strncmp(buf_str(&why), "Invalid ", 8) == 0)
		err_set(e, EX_UNAVAILABLE, "'%s' cannot verify signatures "
		    "(status %d%s%s)", program, status,
		    why.len > 0 ? ": " : "", buf_str(&why));
	else if (why.len > 0)
		rc = refuse(h, "key %s: %s", h->answer->key, why.ptr);
	else
		rc = refuse(h, "key %s is not listed for %s in "
		    "allowed_signers", h->answer->key, h->want->principal);
	buf_release(&why);
	return rc;
}

static int
ask(struct hearing *h, struct err *e)
{
	char *program = repo_config_path(h->s->repo, "gpg.ssh.program");
	char *revoked = repo_config_path(h->s->repo,
	    "gpg.ssh.revocationfile");
	int rc;

	if (program == NULL)
		program = mem_strdup("ssh-keygen");
	if (revoked != NULL && access(revoked, R_OK) != 0)
		rc = err_set(e, EX_CONFIG, "gpg.ssh.revocationFile: cannot "
		    "read '%s'", revoked);
	else
		rc = ghost_make(&h->signers_file, "allowed_signers",
		    h->want->signers, e);
	if (rc == 0)
		rc = ghost_make(&h->signature_file, "signature",
		    &h->signature, e);
	if (rc == 0)
		rc = run_keygen(h, program, revoked, e);
	if (rc >= 0)
		rc = understand(h, program, rc, e);
	free(program);
	free(revoked);
	return rc;
}

int
sshsig_check_text(struct sshsig *s, const struct buf *commit,
    const struct sshsig_want *want, struct sshsig_answer *answer,
    struct err *e)
{
	struct hearing h = HEARING_INIT;
	int rc;

	memset(answer, 0, sizeof(*answer));
	h.s = s;
	h.want = want;
	h.answer = answer;
	rc = look(&h, commit);
	if (rc > 0)
		rc = ask(&h, e);
	ghost_release(&h.signers_file);
	ghost_release(&h.signature_file);
	buf_release(&h.payload);
	buf_release(&h.signature);
	buf_release(&h.out);
	buf_release(&h.err);
	return rc;
}

/* What was answered to one question. */
struct verdict {
	int		 rc;
	struct sshsig_answer answer;
};

static char *
question(const struct oid *commit, const struct sshsig_want *want)
{
	char hex[OID_HEX + 1], signers[OID_HEX + 1];
	struct oid id;

	oid_of(&id, "blob", want->signers->ptr, want->signers->len);
	oid_format(signers, &id);
	oid_format(hex, commit);
	return mem_printf("%s %s %" PRId64 " %s", hex, signers,
	    want->time_us, want->principal == NULL ? "" : want->principal);
}

int
sshsig_check(struct sshsig *s, const struct oid *commit,
    const struct sshsig_want *want, struct sshsig_answer *answer,
    struct err *e)
{
	char *key = question(commit, want);
	struct verdict *v = map_find(&s->judged, key);
	struct buf text = BUF_INIT;
	int rc;

	if (v != NULL) {
		*answer = v->answer;
		rc = v->rc;
	} else {
		rc = repo_read(s->repo, commit, OBJECT_COMMIT, &text, e);
		if (rc == 0)
			rc = sshsig_check_text(s, &text, want, answer, e);
	}
	if (v == NULL && rc >= 0) {
		v = mem_zalloc(sizeof(*v));
		v->rc = rc;
		v->answer = *answer;
		map_put(&s->judged, key, v);
	}
	buf_release(&text);
	free(key);
	return rc;
}

void
sshsig_release(struct sshsig *s)
{
	map_release_values(&s->judged);
}
