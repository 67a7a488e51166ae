/* SPDX-License-Identifier: MIT */
/* change/journal */
#include "base/compat.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include <fcntl.h>
#include <signal.h>

#include "base/err.h"
#include "change/journal.h"
#include "t/unit/scratch.h"
#include "t/unit/tap.h"

enum { HEADER = 56, AT_BOOT = 8 };

static struct journal j = JOURNAL_INIT;
static struct err err;

static void
reopen(void)
{
	journal_close(&j);
	if (journal_open(&j, scratch_fd(), &err) != 0)
		bail("%s", err.msg);
}

static int
append(const char *text)
{
	struct buf b = BUF_INIT;
	int rc;

	buf_adds(&b, text);
	rc = journal_append(&j, &b, &err);
	buf_release(&b);
	return rc;
}

static int
note(void *ctx, const struct buf *record, bool done, struct err *e)
{
	struct buf *seen = ctx;

	buf_addf(seen, "%s%.*s%s", seen->len > 0 ? " " : "",
	    (int)record->len, buf_str(record), done ? "+" : "");
	return strcmp(buf_str(record), "bad") == 0 ?
	    err_set(e, EX_SOFTWARE, "it cannot be") : 0;
}

/* What is carried out, "+" behind what had been applied. */
static const char *
recovered(void)
{
	static struct buf b;

	buf_clear(&b);
	reopen();
	if (journal_recover(&j, note, &b, &err) != 0)
		buf_addf(&b, " %s", err.msg);
	return buf_str(&b);
}

static void
begin(void)
{
	remove_tree("journal");
	reopen();
}

static off_t
size(void)
{
	struct stat st;

	return stat("journal", &st) == 0 ? st.st_size : -1;
}

static void
change_byte(off_t at)
{
	struct buf b = BUF_INIT;

	get_data("journal", &b);
	b.ptr[at] ^= 1;
	put_data("journal", b.ptr, b.len);
	buf_release(&b);
}

static void
test_new(void)
{
	begin();
	ok(j.size == HEADER && j.applied == HEADER && !j.restarted,
	    "a journal begins empty");
	is_str(recovered(), "", "nothing has to be carried out");
	ok(append("one") == 0 && size() > HEADER,
	    "what is appended is in the file");
	is_int(journal_done(&j, &err), 0, "and may be done");
	is_str(recovered(), "", "then it is not carried out again");
	journal_close(&j);
	journal_close(&j);
	is_int(j.fd, -1, "closing twice is no harm");
}

static void
test_recover(void)
{
	begin();
	append("one");
	is_str(recovered(), "one", "what was not done is carried out");
	is_str(recovered(), "", "once");
	append("two");
	journal_done(&j, &err);
	append("three");
	append("");
	append("five");
	is_str(recovered(), "three  five",
	    "each record after the last that was done, in order");
	ok(append("six") == 0 && strcmp(recovered(), "six") == 0,
	    "further ones follow");
}

static void
test_failure(void)
{
	begin();
	append("one");
	append("bad");
	append("three");
	is_str(recovered(), "one bad it cannot be", "a failure ends it");
	is_str(recovered(), "one bad it cannot be",
	    "and all of it is carried out the next time");
}

static void
test_restart(void)
{
	begin();
	append("one");
	journal_done(&j, &err);
	append("two");
	change_byte(AT_BOOT);
	reopen();
	ok(j.restarted, "after a restart of the machine it is known");
	is_str(recovered(), "one+ two",
	    "all records are carried out again, with what was done");
	reopen();
	ok(!j.restarted, "once");
	is_str(recovered(), "", "nothing is left");
	begin();
	append("one");
	journal_done(&j, &err);
	journal_flush(&j, scratch_fd(), &err);
	append("two");
	journal_done(&j, &err);
	change_byte(AT_BOOT);
	is_str(recovered(), "two+", "what was flushed is not among them");
}

static void
test_restart_empty(void)
{
	struct buf b = BUF_INIT;

	begin();
	append("one");
	get_data("journal", &b);
	put_data("journal", b.ptr, HEADER);
	change_byte(AT_BOOT);
	is_str(recovered(), "", "a journal may have no record at all");
	ok(!j.restarted && size() == 0, "and begins anew");
	ok(append("two") == 0 && strcmp(recovered(), "two") == 0,
	    "as any other");
	buf_release(&b);
}

static void
test_cut(void)
{
	struct buf whole = BUF_INIT;
	bool good = true;
	const char *got;
	size_t first, n;

	begin();
	append("one");
	first = (size_t)size();
	append("two");
	get_data("journal", &whole);
	for (n = first; n < whole.len; n++) {
		put_data("journal", whole.ptr, n);
		got = recovered();
		good &= row(strcmp(got, "one") == 0 &&
		    size() == (off_t)first, "%zu bytes: %s", n, got);
	}
	ok(good, "a record that was cut off anywhere counts for nothing");
	for (good = true, n = first; n < whole.len; n++) {
		put_data("journal", whole.ptr, whole.len);
		/* The four bytes behind the magic say nothing. */
		if (n >= first + 4 && n < first + 8)
			continue;
		change_byte((off_t)n);
		got = recovered();
		good &= row(strcmp(got, "one") == 0, "byte %zu: %s", n, got);
	}
	ok(good, "nor does one that is damaged");
	for (good = true, n = 0; n < HEADER; n++) {
		put_data("journal", whole.ptr, n);
		good &= row(strcmp(recovered(), "") == 0, "%zu bytes", n);
	}
	ok(good, "a file without a whole header is a new one");
	put_data("journal", whole.ptr, whole.len);
	change_byte(0);
	is_str(recovered(), "", "and so is one of another kind");
	append("new");
	is_str(recovered(), "new", "which is written over");
	buf_release(&whole);
}

static void
test_checkpoint(void)
{
	struct buf b = BUF_INIT;

	begin();
	ok(journal_flush(&j, scratch_fd(), &err) == 0,
	    "an empty journal can be flushed");
	append("one");
	journal_done(&j, &err);
	ok(journal_checkpoint(&j, scratch_fd(), &err) == 0 &&
	    size() > HEADER, "a small one is kept at a checkpoint");
	buf_grow(&b, 5 << 20);
	memset(b.ptr, 'x', 5 << 20);
	buf_truncate(&b, 5 << 20);
	ok(journal_append(&j, &b, &err) == 0 && journal_done(&j, &err) == 0,
	    "a record may be large");
	ok(journal_checkpoint(&j, scratch_fd(), &err) == 0 && size() == 0,
	    "a large journal is flushed, and dropped");
	ok(append("two") == 0 && strcmp(recovered(), "two") == 0,
	    "it goes on from there");
	is_int(journal_checkpoint(&j, -1, &err), 0,
	    "a small one flushes nothing");
	is_int(journal_flush(&j, -1, &err), -1,
	    "a disk that cannot be flushed is an error");
	ok(strcmp(recovered(), "") == 0 && size() > 0, "and nothing is lost");
	buf_release(&b);
}

/* Fails where the file may not grow beyond a few bytes more. */
static int
append_too_much(void *ctx)
{
	struct rlimit limit = { (rlim_t)size() + 10, (rlim_t)size() + 10 };
	off_t before = size();

	(void)ctx;
	signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
		return 9;
	if (append("much more than there is room for") == 0)
		return 1;
	return size() == before && err.status == EX_IOERR ? 0 : 2;
}

static void
test_full(void)
{
	struct child c;
	int fd;

	begin();
	append("one");
	in_child(&c, append_too_much, NULL);
	is_int(c.status, 0, "where the disk is full the record is not there");
	child_release(&c);
	is_str(recovered(), "one", "and all others are");
	journal_close(&j);
	fd = open("journal", O_RDONLY | O_CLOEXEC);
	j.fd = fd;
	ok(journal_done(&j, &err) == -1 && err.status == EX_IOERR &&
	    append("x") == -1 && journal_flush(&j, fd, &err) == -1,
	    "a file that cannot be written is EX_IOERR");
	journal_close(&j);
	remove_tree("journal");
	if (symlink("elsewhere", "journal") != 0)
		bail("no link: %s", strerror(errno));
	ok(journal_open(&j, scratch_fd(), &err) == -1 &&
	    !is_there("elsewhere"), "a link is not followed");
	remove_tree("journal");
}

int
main(void)
{
	scratch();
	test_new();
	test_recover();
	test_failure();
	test_restart();
	test_restart_empty();
	test_cut();
	test_checkpoint();
	test_full();
	return tap_done();
}
