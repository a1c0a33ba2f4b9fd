// SPDX-License-Identifier: GPL-2.0-only
/*
 * The orders in which holders are counted and shown.
 */
#include <linux/string.h>

#include "../snapshot/snapshot.h"
#include "holder_order.h"

static int cgi_compare_u64(u64 x, u64 y)
{
	return x < y ? -1 : x > y;
}

static int cgi_holder_compare_held(const struct cgi_holder *x, const struct cgi_holder *y)
{
	if (x->held_kind != y->held_kind)
		return x->held_kind < y->held_kind ? -1 : 1;
	return cgi_compare_u64(x->held, y->held);
}

/* By a descriptor, by a task, or in some other way. */
static int cgi_holder_way(const struct cgi_holder *holder)
{
	return holder->fd >= 0 ? 0 : holder->tid ? 1 : 2;
}

/**
 * cgi_holder_compare_who() - compare the tasks and descriptors by which holders were found
 * @x: a holder
 * @y: another one
 *
 * Context: Any.
 * Return: 0 if they are the same; below 0 if that of @x comes first.
 */
int cgi_holder_compare_who(const struct cgi_holder *x, const struct cgi_holder *y)
{
	int order = cgi_holder_way(x) - cgi_holder_way(y);

	if (!order)
		order = x->tid - y->tid;
	return order ? order : x->fd - y->fd;
}

/**
 * cgi_holder_compare_same() - order in which whatever is the same holder of the same object comes
 *                             together
 * @x: a holder
 * @y: another one
 *
 * Context: Any.
 * Return: 0 if they are the same; below 0 if @x comes first.
 */
int cgi_holder_compare_same(const struct cgi_holder *x, const struct cgi_holder *y)
{
	int order = cgi_holder_compare_held(x, y);

	if (!order)
		order = x->kind - y->kind;
	if (!order)
		order = cgi_compare_u64((unsigned long)x->addr, (unsigned long)y->addr);
	if (!order)
		order = cgi_compare_u64(x->number, y->number);
	if (!order)
		order = cgi_compare_u64(x->device, y->device);
	if (!order)
		order = cgi_compare_u64(x->generation, y->generation);
	return order ? order : !!x->files - !!y->files;
}

/**
 * cgi_holder_is_same() - whether two records are of the same holder of the same object
 * @x: a holder
 * @y: another one
 *
 * A socket has an inode number as long as somebody has it open, so one that is closed or accepted
 * while holders are looked for is found with a number and without one.
 *
 * Context: Any.
 * Return: true if they are.
 */
bool cgi_holder_is_same(const struct cgi_holder *x, const struct cgi_holder *y)
{
	if (x->kind == CGI_HOLDER_SOCKET && y->kind == CGI_HOLDER_SOCKET && x->addr == y->addr &&
	    (!x->number || !y->number))
		return !cgi_holder_compare_held(x, y);
	return !cgi_holder_compare_same(x, y);
}

/**
 * cgi_holder_compare_once() - the same order, by ways to find a holder, and by its parts
 * @a: a holder
 * @b: another one
 *
 * Context: Any.
 * Return: 0 if they are the same; below 0 if @a comes first.
 */
int cgi_holder_compare_once(const void *a, const void *b)
{
	const struct cgi_holder *x = a, *y = b;
	int order = cgi_holder_compare_same(x, y);

	if (!order)
		order = cgi_holder_compare_who(x, y);
	return order ? order : cgi_compare_u64(x->part, y->part);
}

/* Of files those come first that have the most pages, and their rest comes last. */
static int cgi_holder_compare_what(const struct cgi_holder *x, const struct cgi_holder *y)
{
	int order = !!x->files - !!y->files;

	if (!order && x->kind == CGI_HOLDER_FILE)
		order = cgi_compare_u64(y->amount, x->amount);
	if (!order)
		order = cgi_compare_u64(x->number, y->number);
	return order ? order : cgi_compare_u64(x->device, y->device);
}

/**
 * cgi_holder_compare() - the order of the file
 * @a: a holder
 * @b: another one
 *
 * Context: Any.
 * Return: 0 if they are the same; below 0 if @a comes first.
 */
int cgi_holder_compare(const void *a, const void *b)
{
	const struct cgi_holder *x = a, *y = b;
	int order = x->live - y->live;

	if (!order)
		order = cgi_holder_compare_held(x, y);
	if (!order)
		order = x->kind - y->kind;
	if (!order)
		order = cgi_holder_compare_who(x, y);
	if (!order)
		order = cgi_holder_compare_what(x, y);
	return order || x->kind != CGI_HOLDER_UNSEEN ? order : strcmp(x->phrase, y->phrase);
}
