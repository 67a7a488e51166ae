/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <sys/stat.h>

#include <fcntl.h>

#include "base/err.h"
#include "base/log.h"
#include "change/journal.h"
#include "format/oid.h"
#include "sys/file.h"

enum {
	BOOT_ID = 36,
	CHECKPOINT_SIZE = 4 << 20,
	RECORD_MAGIC = 0x314a4b54	/* "TKJ1" */
};

static const char magic[8] = "TASKJNL2";

struct header {
	char		magic[8];
	char		boot[BOOT_ID];
	uint32_t	unused;
	uint64_t	applied;
};

struct record {
	uint32_t	magic;
	uint32_t	made;		/* when; TASK_NOW says nothing here */
	uint64_t	length;
};

static void
read_boot_id(char boot[BOOT_ID])
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);

	memset(boot, 0, BOOT_ID);
	if (fd < 0)
		return;
	if (read(fd, boot, BOOT_ID) != BOOT_ID)
		memset(boot, 0, BOOT_ID);
	close(fd);
}

static int
write_header(struct journal *j, struct err *e)
{
	struct header h = { .applied = j->applied };

	memcpy(h.magic, magic, sizeof(magic));
	read_boot_id(h.boot);
	if (pwrite(j->fd, &h, sizeof(h), 0) != (ssize_t)sizeof(h))
		return err_errno(e, "cannot write the journal");
	return 0;
}

static int
start_anew(struct journal *j, struct err *e)
{
	j->size = j->applied = sizeof(struct header);
	j->restarted = false;
	if (ftruncate(j->fd, 0) != 0)
		return err_errno(e, "cannot empty the journal");
	return 0;
}

/* What is no journal is kept for a person to look at. */
static int
put_aside(struct journal *j, int dirfd, struct err *e)
{
	if (renameat(dirfd, "journal", dirfd, "journal-damaged") != 0)
		return err_errno(e, "cannot put the damaged journal aside");
	log_warn("the journal was damaged and is kept as "
	    "task/journal-damaged in git's directory");
	close(j->fd);
	j->fd = openat(dirfd, "journal", O_RDWR | O_CREAT | O_EXCL |
	    O_CLOEXEC | O_NOFOLLOW, 0666);
	if (j->fd < 0)
		return err_errno(e, "cannot open the journal");
	return start_anew(j, e);
}

int
journal_open(struct journal *j, int dirfd, struct err *e)
{
	static const char nothing[sizeof(magic)];
	char boot[BOOT_ID];
	struct header h;
	struct stat st;

	j->fd = openat(dirfd, "journal",
	    O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
	if (j->fd < 0 || fstat(j->fd, &st) != 0)
		return err_errno(e, "cannot open the journal");
	/* A record is only found by the name of its file. */
	if (st.st_size == 0 && fsync(dirfd) != 0 && errno != EINVAL)
		return err_errno(e, "cannot flush the journal's folder");
	/* New, or cut off before its first record was on disk. */
	if (pread(j->fd, &h, sizeof(h), 0) != (ssize_t)sizeof(h) ||
	    memcmp(h.magic, nothing, sizeof(nothing)) == 0)
		return start_anew(j, e);
	if (memcmp(h.magic, magic, sizeof(magic) - 1) == 0 &&
	    h.magic[sizeof(magic) - 1] != magic[sizeof(magic) - 1])
		return err_set(e, EX_CONFIG, "the journal (task/journal in "
		    "git's directory) is of another version of these "
		    "programs, which has to finish what is in it");
	if (memcmp(h.magic, magic, sizeof(magic)) != 0 ||
	    h.applied < sizeof(h))
		return put_aside(j, dirfd, e);
	read_boot_id(boot);
	j->restarted = memcmp(h.boot, boot, BOOT_ID) != 0;
	j->size = (uint64_t)st.st_size;
	j->applied = h.applied;
	return 0;
}

void
journal_close(struct journal *j)
{
	if (j->fd >= 0)
		close(j->fd);
	j->fd = -1;
}

/* Reads the record at `*at`; 1: whole, and `*at` is behind it; 0: none. */
static int
read_record(struct journal *j, uint64_t *at, struct buf *out)
{
	struct record r;
	struct oid want, is;
	ssize_t n;

	if (pread(j->fd, &r, sizeof(r), (off_t)*at) != (ssize_t)sizeof(r) ||
	    r.magic != RECORD_MAGIC || r.length > j->size - *at)
		return 0;
	buf_clear(out);
	buf_grow(out, r.length);
	n = pread(j->fd, out->ptr, r.length, (off_t)(*at + sizeof(r)));
	if (n < 0 || (uint64_t)n != r.length)
		return 0;
	buf_truncate(out, r.length);
	if (pread(j->fd, want.raw, OID_RAW,
	    (off_t)(*at + sizeof(r) + r.length)) != OID_RAW)
		return 0;
	oid_of(&is, "record", out->ptr, out->len);
	if (!oid_equal(&is, &want))
		return 0;
	*at += sizeof(r) + r.length + OID_RAW;
	j->made = r.made;
	return 1;
}

int
journal_recover(struct journal *j, int (*fn)(void *, const struct buf *,
    bool, struct err *), void *ctx, struct err *e)
{
	uint64_t at = j->restarted ? sizeof(struct header) : j->applied, from;
	struct buf record = BUF_INIT;
	int rc = 0;

	if (at >= j->size) {
		if (j->restarted)
			return start_anew(j, e);
		return 0;
	}
	for (from = at; rc == 0 && read_record(j, &at, &record) > 0;
	    from = at)
		rc = fn(ctx, &record, from < j->applied, e);
	buf_release(&record);
	if (rc != 0)
		return -1;
	/* What follows was cut off and never reported. */
	j->size = j->applied = at;
	if (ftruncate(j->fd, (off_t)at) != 0)
		return err_errno(e, "cannot write the journal");
	return write_header(j, e);
}

int
journal_unfinished(int dirfd)
{
	struct journal j = JOURNAL_INIT;
	struct buf record = BUF_INIT;
	struct header h;
	struct stat st;
	int found = 0;

	if (dirfd >= 0)
		j.fd = openat(dirfd, "journal",
		    O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (j.fd >= 0 && fstat(j.fd, &st) == 0 &&
	    pread(j.fd, &h, sizeof(h), 0) == (ssize_t)sizeof(h) &&
	    memcmp(h.magic, magic, sizeof(magic)) == 0) {
		j.size = (uint64_t)st.st_size;
		j.applied = h.applied;
		found = j.applied >= sizeof(h) && j.applied < j.size &&
		    read_record(&j, &j.applied, &record) > 0;
	}
	buf_release(&record);
	journal_close(&j);
	return found;
}

/* The clock of the file system's times. */
static uint32_t
now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME_COARSE, &now);
	return (uint32_t)now.tv_sec;
}

int
journal_append(struct journal *j, const struct buf *record, struct err *e)
{
	struct record r = { RECORD_MAGIC, now_s(), record->len };
	struct buf whole = BUF_INIT;
	struct oid sum;
	int rc = 0;

	buf_grow(&whole, record->len + sizeof(r) + OID_RAW);
	buf_add(&whole, &r, sizeof(r));
	buf_addb(&whole, record);
	oid_of(&sum, "record", record->ptr, record->len);
	buf_add(&whole, sum.raw, OID_RAW);
	if (j->size == sizeof(struct header))
		rc = write_header(j, e);
	if (rc == 0 && (lseek(j->fd, (off_t)j->size, SEEK_SET) < 0 ||
	    fd_write_all(j->fd, whole.ptr, whole.len) != 0 ||
	    fdatasync(j->fd) != 0)) {
		rc = err_errno(e, "cannot write the journal");
		/* It must not be found later: nobody is told that it is. */
		if (ftruncate(j->fd, (off_t)j->size) != 0)
			err_prefix(e, "the change may still be completed");
	}
	if (rc == 0)
		j->size += whole.len;
	buf_release(&whole);
	return rc;
}

int
journal_done(struct journal *j, struct err *e)
{
	uint64_t applied = j->size;

	if (pwrite(j->fd, &applied, sizeof(applied),
	    offsetof(struct header, applied)) != (ssize_t)sizeof(applied))
		return err_errno(e, "cannot write the journal");
	j->applied = applied;
	return 0;
}

int
journal_flush(struct journal *j, int workfd, struct err *e)
{
	if (j->size == sizeof(struct header))
		return 0;
	if (syncfs(workfd) != 0 || syncfs(j->fd) != 0)
		return err_errno(e, "cannot flush the disk");
	return start_anew(j, e);
}

int
journal_checkpoint(struct journal *j, int workfd, struct err *e)
{
	if (j->size < CHECKPOINT_SIZE)
		return 0;
	return journal_flush(j, workfd, e);
}
