/* SPDX-License-Identifier: MIT */
/* change/ident, change/actor */
#include "base/compat.h"

#include "base/err.h"
#include "board/people.h"
#include "board/store.h"
#include "change/actor.h"
#include "change/ident.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

static struct repo *repo;
static struct store store;
static struct err err;

static void
configure(const char *text)
{
	put_file(".gitconfig", text);
	repo_close(repo);
	if (repo_open(&repo, ".", &err) != 0)
		bail("%s", err.msg);
}

/* The commit's lines from "author" on; or the message. */
static const char *
commit(const char *message)
{
	static struct buf b;
	struct commit_want want = { .message = message,
	    .now_us = INT64_C(1760783400123456) };

	buf_clear(&b);
	if (ident_commit_text(repo, &want, &b, &err) != 0)
		return err.msg;
	return strstr(b.ptr, "author");
}

#define WHEN " 1760783400 +0000\n"

static void
test_identity(void)
{
	is_str(commit("said"), "author Alice <alice@example.org>" WHEN
	    "committer Alice <alice@example.org>" WHEN "\nsaid\n",
	    "a commit is by whoever git says");
	is_str(commit("a\n\nb\n"), "author Alice <alice@example.org>" WHEN
	    "committer Alice <alice@example.org>" WHEN "\na\n\nb\n",
	    "a message ends with one line end");
	setenv("GIT_AUTHOR_NAME", " Bob <x> Q.\n", 1);
	setenv("GIT_AUTHOR_EMAIL", "<bob@example.org>", 1);
	setenv("GIT_COMMITTER_NAME", "", 1);
	is_str(commit("x"), "author Bob x Q <bob@example.org>" WHEN
	    "committer Alice <alice@example.org>" WHEN "\nx\n",
	    "the environment goes first, without what breaks the line");
	unsetenv("GIT_AUTHOR_NAME");
	unsetenv("GIT_AUTHOR_EMAIL");
	unsetenv("GIT_COMMITTER_NAME");
	setenv("TZ", "XYZ+3:30", 1);
	tzset();
	ok(strstr(commit("x"), "> 1760783400 -0330\n") != NULL,
	    "the zone is that of the person");
	setenv("TZ", "UTC", 1);
	tzset();
}

/*
 * True where git itself commits by the same people, or by nobody as we do: it
 * depends on what the system calls its user.
 */
static bool
as_git_does(void)
{
	const char *ours = commit("x");
	struct buf theirs = BUF_INIT;
	size_t n = run_line(&theirs, "git var GIT_AUTHOR_IDENT") != 0 ? 0 :
	    strcspn(buf_str(&theirs), ">");
	bool same = row(n == 0 ? strstr(ours, "not know who") != NULL :
	    strncmp(ours, "author ", 7) == 0 &&
	    strncmp(ours + 7, buf_str(&theirs), n) == 0, "%s, not %s", ours,
	    buf_str(&theirs));

	buf_release(&theirs);
	return same;
}

static void
test_configured(void)
{
	configure("[user]\n\temail = a@b\n\tname = A\n[author]\n"
	    "\tname = B\n[committer]\n\temail = c@d\n");
	is_str(commit("x"), "author B <a@b>" WHEN "committer A <c@d>" WHEN
	    "\nx\n", "author and committer may be others");
	ok(as_git_does(), "as git has them");
	configure("[user]\n\temail = carol@example.org\n");
	ok(as_git_does(), "without a name it is the system's");
	configure("[user]\n\tname = ...\n\temail = carol@example.org\n");
	ok(as_git_does(), "a name of punctuation is none");
	configure("[user]\n\tname = Dave\n");
	setenv("EMAIL", "dave@example.org", 1);
	ok(as_git_does() && strstr(commit("x"), " <dave@example.org>") !=
	    NULL, "EMAIL comes last");
	configure("[user]\n\tuseConfigOnly = true\n\tname = A\n");
	ok(strstr(commit("x"), "git does not know who you are") != NULL,
	    "and does not where user.useConfigOnly is set");
	unsetenv("EMAIL");
	configure("[user]\n\tname = A\n");
	err.status = 0;
	ok(strstr(commit("x"), "git does not know who you are") != NULL &&
	    err.status == EX_CONFIG, "without an address there is none");
}

static void
test_commit(void)
{
	struct commit_want want = { .message = "two" };
	struct buf b = BUF_INIT;

	configure("[user]\n\tname = A\n\temail = a@b\n");
	memset(&want.tree, 0x22, sizeof(want.tree));
	ident_commit_text(repo, &want, &b, &err);
	ok(strncmp(b.ptr, "tree 2222222222222222222222222222222222222222\n"
	    "author", 52) == 0, "the first commit has no parent");
	buf_clear(&b);
	memset(&want.parent, 0x33, sizeof(want.parent));
	ident_commit_text(repo, &want, &b, &err);
	ok(strncmp(b.ptr + 46, "parent 3333333333333333333333333333333333"
	    "333333\nauthor", 54) == 0, "any other has one");
	buf_release(&b);
}

/* "user worker" of the actor, or the message. */
static const char *
who(const char *user)
{
	static char text[256];
	struct actor a;

	err = (struct err)ERR_INIT;
	if (actor_find(&a, repo, &store, user, &err) != 0)
		snprintf(text, sizeof(text), "%d %.200s", err.status,
		    err.msg);
	else
		snprintf(text, sizeof(text), "%s %s", a.user,
		    a.worker == NULL ? "-" : a.worker);
	actor_release(&a);
	actor_release(&a);
	return text;
}

static void
test_person(void)
{
	configure("[user]\n\temail = alice.b@example.org\n");
	is_str(who(NULL), "@alice.b -", "we are who git says");
	configure("[user]\n\temail = \"a b'c@example.org\"\n");
	is_str(who(NULL), "@a-b-c -", "what is of no name becomes '-'");
	configure("[user]\n\temail = x@y\n[task]\n\tuser = bob\n");
	is_str(who(NULL), "@bob -", "task.user goes before the address");
	setenv("TASK_USER", "@carol", 1);
	is_str(who(NULL), "@carol -", "TASK_USER before that");
	is_str(who("dave"), "@dave -", "and -u before all");
	setenv("TASK_USER", "", 1);
	is_str(who(NULL), "@bob -", "an empty TASK_USER says nothing");
	unsetenv("TASK_USER");
	configure("[user]\n\tname = x\n");
	ok(strncmp(who(NULL), "78 who are you? ", 16) == 0,
	    "who is nobody is told what to do");
	configure("[user]\n\temail = @example.org\n");
	ok(strncmp(who(NULL), "78 user.email: '' is no user", 28) == 0,
	    "an address without a name is none");
	is_str(who("\xc3\xa4nne"), "@\xc3\xa4nne -",
	    "a name may have letters of any script");
}

static void
test_wrong(void)
{
	static const char *const names[] = { "", "@", "a b", "@a/b", "a\nb",
	    "system", "@@a", "a:b",
	    "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffg"
	    "gggg" };
	bool good = true;
	size_t i;

	for (i = 0; i < ARRAY_LEN(names); i++)
		good &= row(strncmp(who(names[i]), "64 --user: '", 12) == 0,
		    "'%s': %s", names[i], who(names[i]));
	ok(good, "what is no name is refused");
	setenv("TASK_USER", "a b", 1);
	is_str(who(NULL), "78 TASK_USER: 'a b' is no user; write @name, with "
	    "letters, digits and . _ + -", "and where it was said");
	unsetenv("TASK_USER");
}

static void
test_worker(void)
{
	put_file(".work/tasks/.workers/ci.manifest.yaml", "");
	configure("[user]\n\temail = alice@example.org\n");
	is_str(who("ci"), "ci -", "a worker keeps its id");
	is_str(who("@ci"), "@ci -", "where it is named so");
	setenv("TASK_AGENT", "bot-7", 1);
	is_str(who(NULL), "@alice bot-7", "an agent's process is marked");
	is_str(who("@bob"), "@bob bot-7", "whomever it acts for");
	setenv("TASK_AGENT", "a b", 1);
	is_str(who(NULL), "78 TASK_AGENT: 'a b' is no worker's id",
	    "unless that is no id");
	setenv("TASK_AGENT", "", 1);
	is_str(who(NULL), "@alice -", "an empty one is none");
	unsetenv("TASK_AGENT");
}

int
main(void)
{
	scratch();
	put_dir(".work/tasks");
	put_repo();
	if (repo_open(&repo, ".", &err) != 0 ||
	    store_open(&store, NULL, &err) != 0)
		bail("%s", err.msg);
	test_identity();
	test_configured();
	test_commit();
	test_person();
	test_wrong();
	test_worker();
	store_close(&store);
	repo_close(repo);
	return tap_done();
}
