/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Parts of lines that are the same in many lines of a file.
 *
 * All tasks of a css_set have the same memberships, so the part of the line with these is printed
 * for the first task, kept, and copied for the others.
 */
#ifndef _CGI_PIECE_H
#define _CGI_PIECE_H

#include <linux/types.h>

struct cgi_out;

/* More than all memberships take on a large host, and little memory there. */
#define CGI_PIECES_MAX	(4UL << 20)

/* So much there is in such a part beside the memberships: words, an address, two namespaces. */
#define CGI_PIECE_REST	88

/**
 * struct cgi_piece_key - which part of a line
 * @slot: index of the record that the part belongs to, or CGI_NONE if it is not to be kept
 * @variant: the rest of what the part depends on; only the first one of a slot is kept
 */
struct cgi_piece_key {
	u32 slot;
	u64 variant;
};

/**
 * struct cgi_piece - a part that was kept
 * @variant: of its key
 * @at: where it begins
 * @len: its bytes, 0 if none was kept
 */
struct cgi_piece {
	u64 variant;
	u32 at;
	u32 len;
};

/**
 * struct cgi_pieces - parts that were kept, each where the one before it ends
 * @text: their bytes
 * @room: bytes of @text
 * @used: how many of these are used
 * @slots: a &struct cgi_piece for each slot
 */
struct cgi_pieces {
	char *text;
	size_t room;
	size_t used;
	struct cgi_piece *slots;
};

int cgi_pieces_init(struct cgi_pieces *p, size_t slots, u64 bytes);
void cgi_pieces_deinit(struct cgi_pieces *p);
bool cgi_piece_put(const struct cgi_pieces *p, struct cgi_piece_key key, struct cgi_out *o);
void cgi_piece_keep(struct cgi_pieces *p, struct cgi_piece_key key, const struct cgi_out *o,
		    u64 from);

#endif /* _CGI_PIECE_H */
