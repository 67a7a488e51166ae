/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include <zlib.h>

#include "base/log.h"
#include "format/deflate.h"

struct deflater {
	z_stream	 z;
	struct buf	 out;
};

struct deflater *
deflater_new(void)
{
	struct deflater *d = mem_zalloc(sizeof(*d));

	if (deflateInit(&d->z, Z_BEST_SPEED) != Z_OK)
		log_die("zlib does not start");
	return d;
}

void
deflater_free(struct deflater *d)
{
	if (d == NULL)
		return;
	deflateEnd(&d->z);
	buf_release(&d->out);
	free(d);
}

/* There is room for all of it. */
static void
feed(struct deflater *d, const void *data, size_t len, int flush)
{
	size_t room = d->out.cap - d->out.len - 1;

	d->z.next_in = (Bytef *)(uintptr_t)data;
	d->z.avail_in = (uInt)len;
	d->z.next_out = (Bytef *)d->out.ptr + d->out.len;
	d->z.avail_out = (uInt)room;
	if (deflate(&d->z, flush) == Z_STREAM_ERROR || d->z.avail_in > 0)
		log_die("zlib fails");
	buf_truncate(&d->out, d->out.len + room - d->z.avail_out);
}

const struct buf *
deflater_run(struct deflater *d, const void *head, size_t head_len,
    const struct buf *data)
{
	deflateReset(&d->z);
	buf_clear(&d->out);
	buf_grow(&d->out, deflateBound(&d->z, data->len + head_len));
	feed(d, head, head_len, Z_NO_FLUSH);
	feed(d, buf_str(data), data->len, Z_FINISH);
	return &d->out;
}

int
inflate_each(const struct buf *in,
    void (*fn)(const void *data, size_t len, void *ctx), void *ctx)
{
	unsigned char chunk[16384];
	z_stream z = { 0 };
	int status;

	if (inflateInit(&z) != Z_OK)
		log_die("zlib does not start");
	z.next_in = (unsigned char *)(uintptr_t)buf_str(in);
	z.avail_in = (unsigned)in->len;
	do {
		z.next_out = chunk;
		z.avail_out = sizeof(chunk);
		status = inflate(&z, Z_NO_FLUSH);
		fn(chunk, sizeof(chunk) - z.avail_out, ctx);
	} while (status == Z_OK);
	inflateEnd(&z);
	return status == Z_STREAM_END ? 0 : -1;
}
