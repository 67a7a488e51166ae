/* SPDX-License-Identifier: MIT */
/*
 * libgit2 without its network, for programs that link it statically.
 *
 * At its start libgit2 prepares its transports; with TLS that means parsing
 * every certificate of the system, about 4 ms, for connections that no
 * program of ours makes (git's own program does).  These definitions stand
 * before those of the archive, so that the linker takes neither its TLS nor
 * its SSH and HTTP code.  configure tries whether the archive at hand links
 * with them and falls back to the shared library where it does not.
 */
#include "base/compat.h"

#ifdef LIBGIT2_STATIC

#include "change/nonet.h"

bool git_http__expect_continue;

int
git_mbedtls_stream_global_init(void)
{
	return 0;
}

int
git_mbedtls__set_cert_location(const char *file, const char *path)
{
	(void)file;
	(void)path;
	return -1;
}

int
git_mbedtls_stream_new(void **out, const char *host, const char *port)
{
	(void)host;
	(void)port;
	*out = NULL;
	return -1;
}

int
git_mbedtls_stream_wrap(void **out, void *in, const char *host)
{
	(void)in;
	(void)host;
	*out = NULL;
	return -1;
}

int
git_transport_ssh_global_init(void)
{
	return 0;
}

int
git_transport_ssh_with_paths(void **out, void *owner, void *payload)
{
	(void)owner;
	(void)payload;
	*out = NULL;
	return -1;
}

int
git_smart_subtransport_http(void **out, void *owner, void *param)
{
	(void)owner;
	(void)param;
	*out = NULL;
	return -1;
}

int
git_smart_subtransport_ssh(void **out, void *owner, void *param)
{
	(void)owner;
	(void)param;
	*out = NULL;
	return -1;
}

#endif
