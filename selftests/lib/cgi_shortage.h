/* SPDX-License-Identifier: GPL-2.0-only */
/* For tests in which the whole machine is short of memory. */
#ifndef CGI_SHORTAGE_H
#define CGI_SHORTAGE_H

/* Gives up what the kernel could give up later, so that little else than free memory is left. */
void cgi_drop_caches(void);
/* Until the test ends, the kernel sets no more memory aside than now. */
void cgi_keep_reserve(void);
/* Returns how many bytes a process can still take. */
long cgi_usable_bytes(void);

#endif /* CGI_SHORTAGE_H */
