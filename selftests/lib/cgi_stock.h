/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For tests that wait until a css of memory has only certain references, or goes.
 */
#ifndef CGI_STOCK_H
#define CGI_STOCK_H

/*
 * A CPU that charges a page charges more in advance, its stock, and has a reference to that css
 * meanwhile. When the cgroup is removed the kernel takes back what is left of a stock. Before 7.2,
 * if none is left, it leaves the reference, until the CPU charges to another css, which in an
 * idle guest can be never. So this does it, on each CPU. Where no cgroup can have memory it does
 * nothing.
 */
void cgi_stock_replace(void);

/* Who waits for something does it after so many tries, as it mostly is not needed. */
#define CGI_STOCK_TRIES	10

#endif
