# SPDX-License-Identifier: MIT
dist_noinst_SCRIPTS += build-aux/embed
