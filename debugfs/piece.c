// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parts of lines that are the same in many lines of a file.
 */
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "../module/snapshot/memory.h"
#include "../module/snapshot/snapshot.h"
#include "out.h"
#include "piece.h"

/**
 * cgi_pieces_init() - make room for parts of lines
 * @p: the parts, zero at first
 * @slots: how many records parts may belong to
 * @bytes: how much all parts may take; there is room for %CGI_PIECES_MAX at most
 *
 * Context: Process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int cgi_pieces_init(struct cgi_pieces *p, size_t slots, u64 bytes)
{
	p->room = min_t(u64, bytes, CGI_PIECES_MAX);
	p->text = cgi_alloc(max_t(size_t, p->room, 1), 1);
	p->slots = cgi_alloc(max_t(size_t, slots, 1), sizeof(*p->slots));
	if (!p->text || !p->slots)
		return -ENOMEM;
	memset(p->slots, 0, slots * sizeof(*p->slots));
	return 0;
}

/**
 * cgi_pieces_deinit() - give the memory back
 * @p: the parts
 *
 * Context: Process, may sleep.
 */
void cgi_pieces_deinit(struct cgi_pieces *p)
{
	kvfree(p->text);
	kvfree(p->slots);
}

/**
 * cgi_piece_put() - print a part of a line that was kept
 * @p: the parts
 * @key: which part
 * @o: where to
 *
 * Context: Any.
 * Return: false if it was not kept, and must be printed.
 */
bool cgi_piece_put(const struct cgi_pieces *p, struct cgi_piece_key key, struct cgi_out *o)
{
	const struct cgi_piece *piece;

	if (!p->slots || key.slot == CGI_NONE)
		return false;
	piece = &p->slots[key.slot];
	if (!piece->len || piece->variant != key.variant)
		return false;
	cgi_out_put(o, p->text + piece->at, piece->len);
	return true;
}

/**
 * cgi_piece_keep() - keep a part of a line, if all of it was printed and there is room
 * @p: the parts
 * @key: which part
 * @o: where it was printed, last of all
 * @from: offset of its first byte
 *
 * Once the window is full no more columns are printed, so what ends where it ends may lack some.
 *
 * Context: Any.
 */
void cgi_piece_keep(struct cgi_pieces *p, struct cgi_piece_key key, const struct cgi_out *o,
		    u64 from)
{
	u64 len = o->at - from;
	struct cgi_piece *piece;

	if (!p->slots || key.slot == CGI_NONE || len > p->room - p->used)
		return;
	if (from < o->from || cgi_out_is_full(o))
		return;
	piece = &p->slots[key.slot];
	if (piece->len)
		return;
	*piece = (struct cgi_piece){ .variant = key.variant, .at = p->used, .len = len };
	memcpy(p->text + p->used, o->buf + (from - o->from), len);
	p->used += len;
}
