/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <sys/stat.h>

#include <fcntl.h>
#include <signal.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/strvec.h"
#include "base/utf8.h"
#include "change/repo.h"
#include "change/sshsign.h"
#include "sys/dir.h"
#include "sys/file.h"
#include "sys/run.h"

#define FOLDER		"signing."
#define KEY_PREFIX	"key::"

enum {
	SAID_MAX = 64 << 10,	/* bytes that a program says */
	PATIENCE_S = 60,	/* with one that nobody has to answer */
	NOTICE_S = 5
};

void
sshsign_release(struct sshsign *s)
{
	free(s->program);
	free(s->path);
	free(s->literal);
	*s = (struct sshsign)SSHSIGN_INIT;
}

/* A piece of a command: what is next in it, and how it is meant. */
struct words {
	const char	*at;
	char		 quote;		/* that we are in, or NUL */
	bool		 bad;
};

/* The next character that belongs to a word, or NUL where a quote is. */
static char
next_char(struct words *w)
{
	char c = *w->at++;

	if (w->quote == '\0' && (c == '\'' || c == '"')) {
		w->quote = c;
		return '\0';
	}
	if (c == w->quote) {
		w->quote = '\0';
		return '\0';
	}
	if (c != '\\' || w->quote == '\'')
		return c;
	w->bad = *w->at == '\0';
	return w->bad ? '\0' : *w->at++;
}

static bool
between_words(const struct words *w)
{
	return w->quote == '\0' && strchr(" \t\r\n", *w->at) != NULL;
}

/* Words as git takes a command of its configuration apart; no shell. */
static int
split_command(const char *s, struct strvec *argv)
{
	struct words w = { s, '\0', false };
	struct buf word = BUF_INIT;
	char c;

	while (*w.at != '\0' && !w.bad) {
		if (between_words(&w)) {
			w.at++;
			continue;
		}
		buf_clear(&word);
		while (*w.at != '\0' && !w.bad && !between_words(&w))
			if ((c = next_char(&w)) != '\0')
				buf_addc(&word, c);
		strvec_add(argv, buf_str(&word));
	}
	buf_release(&word);
	return w.quote == '\0' && !w.bad && argv->n > 0 ? 0 : -1;
}

/* "key::ssh-ed25519 …", or without "key::" where it begins with "ssh-". */
static const char *
literal_key(const char *value)
{
	if (strncmp(value, KEY_PREFIX, strlen(KEY_PREFIX)) == 0)
		return value + strlen(KEY_PREFIX);
	return strncmp(value, "ssh-", 4) == 0 ? value : NULL;
}

/* The first line that gpg.ssh.defaultKeyCommand prints. */
static int
ask_command(const char *command, char **key, struct err *e)
{
	struct strvec argv = STRVEC_INIT;
	struct buf out = BUF_INIT;
	struct run r = { .output = &out, .output_max = SSHKEY_TEXT_MAX,
	    .timeout_us = PATIENCE_S * CLOCK_SECOND };
	int rc;

	if (split_command(command, &argv) != 0) {
		rc = err_set(e, EX_CONFIG, "its quotes do not match");
	} else {
		r.argv = (const char *const *)argv.v;
		rc = run_program(&r, e);
		if (rc > 0)
			rc = err_set(e, EX_CONFIG, "it failed with status %d",
			    rc);
	}
	buf_truncate(&out, strcspn(buf_str(&out), "\r\n"));
	if (rc == 0 && literal_key(buf_str(&out)) == NULL)
		rc = err_set(e, EX_CONFIG, "it prints no key (key::… or "
		    "ssh-…)");
	if (rc == 0)
		*key = mem_strdup(buf_str(&out));
	else
		err_prefix(e, "gpg.ssh.defaultKeyCommand");
	strvec_release(&argv);
	buf_release(&out);
	return rc;
}

/* The value of user.signingKey, or of what stands in for it. */
static int
find_value(struct repo *r, char **value, struct err *e)
{
	char *command;
	int rc;

	*value = repo_config(r, "user.signingkey");
	if (*value != NULL)
		return 0;
	command = repo_config(r, "gpg.ssh.defaultkeycommand");
	if (command == NULL)
		return err_set(e, EX_CONFIG, "there is no key to sign with "
		    "(git config --global user.signingKey "
		    "~/.ssh/id_ed25519.pub)");
	rc = ask_command(command, value, e);
	free(command);
	return rc;
}

/* "256 SHA256:… comment (ED25519)": what ssh-keygen says of any key. */
static int
ask_fingerprint(struct sshsign *s, struct err *e)
{
	const char *argv[] = { "ssh-keygen", "-l", "-f", s->path, NULL };
	struct buf out = BUF_INIT;
	struct run r = { .argv = argv, .quiet = true, .output = &out,
	    .output_max = SAID_MAX, .timeout_us = PATIENCE_S * CLOCK_SECOND };
	const char *at;
	int rc = run_program(&r, e);

	at = strstr(buf_str(&out), " SHA256:");
	if (rc < 0)
		e->status = e->status == EX_NOINPUT ? EX_UNAVAILABLE :
		    e->status;
	else if (rc > 0 || at == NULL ||
	    strcspn(at + 1, " \n") != SSHKEY_SIZE - 1)
		rc = err_set(e, EX_CONFIG, "user.signingKey: '%s' is no SSH "
		    "key", s->path);
	else
		snprintf(s->fingerprint, SSHKEY_SIZE, "%s", at + 1);
	buf_release(&out);
	return rc;
}

/* A public half is read by ourselves; a private one ssh-keygen knows. */
static int
read_fingerprint(struct sshsign *s, struct err *e)
{
	int fd = open(s->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct err ignored = ERR_INIT;
	struct buf text = BUF_INIT;
	int rc = -1;

	if (fd < 0) {
		err_errno(e, "user.signingKey: '%s'", s->path);
		e->status = EX_CONFIG;
		return -1;
	}
	if (fd_read_all(fd, SSHKEY_TEXT_MAX, &text, &ignored) == 0)
		rc = sshkey_fingerprint(buf_str(&text), text.len,
		    s->fingerprint, &ignored);
	close(fd);
	buf_release(&text);
	return rc == 0 ? 0 : ask_fingerprint(s, e);
}

/* A relative path is one of the worktree, where git runs what it runs. */
static void
take_path(struct sshsign *s, struct repo *r, const char *value)
{
	const char *top = repo_workdir(r);

	s->path = repo_config_path(r, "user.signingkey");
	if (s->path == NULL)
		s->path = mem_strdup(value);
	if (s->path[0] != '/' && top != NULL) {
		char *whole = mem_printf("%s%s", top, s->path);

		free(s->path);
		s->path = whole;
	}
}

int
sshsign_find(struct sshsign *s, struct repo *r, struct err *e)
{
	const char *literal;
	char *value = NULL;
	int rc;

	if (s->fingerprint[0] != '\0')
		return 0;
	sshsign_release(s);
	if (find_value(r, &value, e) != 0)
		return -1;
	s->program = repo_config_path(r, "gpg.ssh.program");
	if (s->program == NULL)
		s->program = mem_strdup("ssh-keygen");
	literal = literal_key(value);
	if (literal == NULL) {
		take_path(s, r, value);
		rc = read_fingerprint(s, e);
	} else {
		s->literal = mem_strdup(literal);
		rc = sshkey_fingerprint(literal, strlen(literal),
		    s->fingerprint, e);
		if (rc != 0)
			rc = err_set(e, EX_CONFIG, "user.signingKey: '%s' is "
			    "no public SSH key", literal);
	}
	free(value);
	return rc;
}

/* The folder that lies in <common directory>/task while we sign. */
struct desk {
	int		 fd;		/* of .../task */
	char		*name;		/* "signing.<pid>" */
	char		*path;		/* of the commit in it */
};

#define DESK_INIT	{ -1, NULL, NULL }

static void
clear_folder(int fd, const char *name)
{
	static const char *const files[] = { "commit", "commit.sig", "key" };
	size_t i;
	char *path;

	for (i = 0; i < ARRAY_LEN(files); i++) {
		path = mem_printf("%s/%s", name, files[i]);
		unlinkat(fd, path, 0);
		free(path);
	}
	unlinkat(fd, name, AT_REMOVEDIR);
}

struct sweep {
	int	fd;
};

static void
sweep_one(const char *name, void *ctx)
{
	const struct sweep *s = ctx;

	if (strncmp(name, FOLDER, strlen(FOLDER)) == 0)
		clear_folder(s->fd, name);
}

static int
put_file(const struct desk *d, const char *name, const struct buf *data,
    struct err *e)
{
	char *path = mem_printf("%s/%s", d->name, name);
	int fd = openat(d->fd, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC |
	    O_NOFOLLOW, 0600);
	int rc = 0;

	if (fd < 0 || fd_write_all(fd, data->ptr, data->len) != 0)
		rc = err_errno(e, "%s", path);
	if (fd >= 0)
		close(fd);
	free(path);
	return rc;
}

static int
desk_open(struct desk *d, struct repo *r, struct err *e)
{
	char *folder = mem_printf("%stask", repo_commondir(r));
	struct sweep left;
	int rc = 0;

	d->fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	d->name = mem_printf(FOLDER "%ld", (long)getpid());
	d->path = mem_printf("%s/%s/commit", folder, d->name);
	left.fd = d->fd;
	if (d->fd < 0)
		rc = err_errno(e, "%s", folder);
	else
		rc = dir_each_folder(d->fd, "", sweep_one, &left, e);
	if (rc == 0 && mkdirat(d->fd, d->name, 0700) != 0)
		rc = err_errno(e, "%s/%s", folder, d->name);
	free(folder);
	return rc;
}

static void
desk_close(struct desk *d)
{
	if (d->fd >= 0) {
		clear_folder(d->fd, d->name);
		close(d->fd);
	}
	free(d->name);
	free(d->path);
}

/* True where somebody may be asked: at a terminal, or on a screen. */
static bool
is_attended(void)
{
	static const char *const screens[] = { "DISPLAY", "WAYLAND_DISPLAY",
	    "SSH_ASKPASS_REQUIRE" };
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	size_t i;
	const char *s;

	if (fd >= 0) {
		close(fd);
		return true;
	}
	for (i = 0; i < ARRAY_LEN(screens); i++)
		if ((s = getenv(screens[i])) != NULL && *s != '\0')
			return true;
	return false;
}

/*
 * What the program complains of: the last line that is not about what it
 * does.
 */
static void
add_complaint(const struct buf *said, struct buf *out)
{
	const char *p = buf_str(said), *last = "";
	size_t n, len = 0;

	for (; *p != '\0'; p += n + (p[n] != '\0')) {
		n = strcspn(p, "\r\n");
		if (n > 0 && strncmp(p, "Signing file ", 13) != 0) {
			last = p;
			len = n;
		}
	}
	utf8_add_safe(out, last, len < 300 ? len : 300);
}

/* What a person calls the key. */
static const char *
name_of(const struct sshsign *s)
{
	return s->path != NULL ? s->path : s->fingerprint;
}

static int
not_signed(const struct sshsign *s, int status, const struct buf *said,
    struct err *e)
{
	struct buf why = BUF_INIT;

	if (status == 128 + SIGINT) {
		err_set(e, EX_TEMPFAIL, "'%s' was interrupted and did not sign",
		    s->program);
		return -1;
	}
	add_complaint(said, &why);
	err_set(e, EX_UNAVAILABLE, "'%s' did not sign with %s (status %d%s"
	    "%s): unlock the key (ssh-add) and try again", s->program,
	    name_of(s), status, why.len > 0 ? ": " : "", buf_str(&why));
	buf_release(&why);
	return -1;
}

static int
run_signer(const struct sshsign *s, const struct desk *d, const char *key,
    struct err *e)
{
	char *notice = mem_printf("waiting for '%s' to sign with %s: it may "
	    "ask for a passphrase, or for the key to be touched", s->program,
	    name_of(s));
	const char *argv[] = { s->program, "-Y", "sign", "-n", "git", "-f",
	    key, NULL, NULL, NULL };
	struct buf said = BUF_INIT, out = BUF_INIT;
	bool attended = is_attended();
	struct run r = { .argv = argv, .has_terminal = attended,
	    .output = &out, .output_max = SAID_MAX, .errors = &said,
	    .errors_max = SAID_MAX, .notice = notice,
	    .notice_us = NOTICE_S * CLOCK_SECOND,
	    .timeout_us = attended ? 0 : PATIENCE_S * CLOCK_SECOND };
	size_t n = 7;
	int rc;

	/* A public key alone: the private half is the agent's. */
	if (s->literal != NULL)
		argv[n++] = "-U";
	argv[n] = d->path;
	rc = run_program(&r, e);
	if (rc < 0 && e->status == EX_NOINPUT)
		err_suffix(e, " (it comes with OpenSSH's client)");
	if (rc < 0 && e->status != EX_TEMPFAIL)
		e->status = EX_UNAVAILABLE;
	if (rc > 0)
		rc = not_signed(s, rc, &said, e);
	buf_release(&said);
	buf_release(&out);
	free(notice);
	return rc;
}

static int
read_signature(const struct sshsign *s, const struct desk *d,
    struct buf *signature, struct err *e)
{
	char *path = mem_printf("%s/commit.sig", d->name);
	struct file f = FILE_INIT;
	char key[SSHKEY_SIZE];
	int rc;

	rc = file_read(d->fd, path, SSHKEY_TEXT_MAX, &f, e);
	if (rc == 0)
		rc = sshkey_of_signature(buf_str(&f.data), f.data.len, key,
		    e);
	if (rc != 0) {
		err_prefix(e, "'%s' said that it signed, but there is no "
		    "signature", s->program);
		e->status = EX_UNAVAILABLE;
	} else if (strcmp(key, s->fingerprint) != 0) {
		rc = err_set(e, EX_CONFIG, "'%s' signed with the key %s, and "
		    "not with %s of user.signingKey (is the .pub beside it "
		    "another key's?)", s->program, key, s->fingerprint);
	}
	buf_swap(signature, &f.data);
	file_release(&f);
	free(path);
	return rc;
}

/* As the last header: each line of it but the first goes on with a space. */
static void
insert_signature(struct buf *commit, const struct buf *signature)
{
	const char *end = strstr(commit->ptr, "\n\n"), *p, *stop, *next;
	struct buf header = BUF_INIT;

	stop = signature->ptr + signature->len;
	for (p = signature->ptr; p < stop; p = next) {
		next = memchr(p, '\n', (size_t)(stop - p));
		next = next == NULL ? stop : next + 1;
		buf_adds(&header, p == signature->ptr ? "gpgsig " : " ");
		for (; p < next; p++)
			if (*p != '\r' && *p != '\n')
				buf_addc(&header, *p);
		buf_addc(&header, '\n');
	}
	buf_splice(commit, (size_t)(end - commit->ptr) + 1, 0, header.ptr,
	    header.len);
	buf_release(&header);
}

int
sshsign_commit(const struct sshsign *s, struct repo *r, struct buf *commit,
    struct err *e)
{
	struct buf key = BUF_INIT, signature = BUF_INIT;
	struct desk d = DESK_INIT;
	char *path = NULL;
	int rc;

	rc = desk_open(&d, r, e);
	if (rc == 0)
		rc = put_file(&d, "commit", commit, e);
	if (rc == 0 && s->literal != NULL) {
		buf_addf(&key, "%s\n", s->literal);
		path = mem_printf("%stask/%s/key", repo_commondir(r), d.name);
		rc = put_file(&d, "key", &key, e);
	}
	if (rc == 0)
		rc = run_signer(s, &d, path != NULL ? path : s->path, e);
	if (rc == 0)
		rc = read_signature(s, &d, &signature, e);
	if (rc == 0)
		insert_signature(commit, &signature);
	desk_close(&d);
	buf_release(&key);
	buf_release(&signature);
	free(path);
	return rc;
}
