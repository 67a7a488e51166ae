/* SPDX-License-Identifier: MIT */
#include "base/compat.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/strvec.h"
#include "sys/dir.h"
#include "sys/file.h"
#include "t/fuzz/fuzz.h"

#include <fcntl.h>

enum { INPUT_MAX = 16 << 20 };

/* Replays every file of a folder; how many. */
static int
replay(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), n = 0;
	struct strvec names = STRVEC_INIT;
	struct file f = FILE_INIT;
	struct err e = ERR_INIT;
	size_t i;

	if (fd < 0 || dir_list(fd, "", &names, &e) != 0) {
		fprintf(stderr, "%s: %s\n", folder, e.msg);
		return -1;
	}
	for (i = 0; i < names.n; i++) {
		if (file_read(fd, names.v[i], INPUT_MAX, &f, &e) != 0)
			continue;
		LLVMFuzzerTestOneInput((const uint8_t *)buf_str(&f.data),
		    f.data.len);
		n++;
	}
	file_release(&f);
	strvec_release(&names);
	close(fd);
	return n;
}

int
main(int argc, char **argv)
{
	int i, n;

	for (i = 1; i < argc; i++) {
		if ((n = replay(argv[i])) < 0)
			return 1;
		printf("%s: %d inputs\n", argv[i], n);
	}
	return 0;
}
