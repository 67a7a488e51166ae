/* SPDX-License-Identifier: MIT */
/*
 * The functions of libgit2 that nonet.c stands in for; see there.  They are
 * internal to libgit2 1.5: nothing of ours calls them.
 */
#ifndef CHANGE_NONET_H
#define CHANGE_NONET_H

extern bool git_http__expect_continue;

int	 git_mbedtls_stream_global_init(void);
int	 git_mbedtls__set_cert_location(const char *file, const char *path);
int	 git_mbedtls_stream_new(void **out, const char *host,
	    const char *port);
int	 git_mbedtls_stream_wrap(void **out, void *in, const char *host);
int	 git_transport_ssh_global_init(void);
int	 git_transport_ssh_with_paths(void **out, void *owner, void *payload);
int	 git_smart_subtransport_http(void **out, void *owner, void *param);
int	 git_smart_subtransport_ssh(void **out, void *owner, void *param);

#endif
