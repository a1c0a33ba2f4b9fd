/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CGINSPECT_PAGE_H
#define _CGINSPECT_PAGE_H

#include <stddef.h>

/*
 * The page of "html", which page.sh makes of page/ and of the libraries when the program is
 * built. Lines @snapshot@, @report@ and @picture@ stand for what is put there. It is empty if
 * the libraries were not there.
 */
extern const unsigned char page_text[];
extern const size_t page_length;

#endif /* _CGINSPECT_PAGE_H */
