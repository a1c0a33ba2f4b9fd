// SPDX-License-Identifier: GPL-2.0-only
/*
 * The order in which plain data is made of what was collected.
 */
#include "../snapshot/snapshot.h"
#include "derive.h"
#include "paths.h"
#include "picture.h"
#include "resolve.h"
#include "types.h"
#include "unaccounted.h"
#include "unite.h"

/**
 * cgi_derive() - derive everything that takes no lock
 * @s: the snapshot, whose records fit
 *
 * Without the graph the records have their indices from the collector.
 *
 * Context: Process, may sleep; call with no lock held.
 * Return: 0, -ENOMEM, or -EINTR if the caller was killed.
 */
int cgi_derive(struct cgi_snapshot *s)
{
	int err = cgi_tasks_unite(s);

	if (!err && (s->want & CGI_WANT_GRAPH))
		err = cgi_resolve(s);
	if (!err && (s->want & CGI_WANT_CGROUPS))
		err = cgi_types_derive(s);
	if (!err && (s->want & CGI_WANT_CGROUPS))
		err = cgi_unaccounted_decide(s);
	if (!err && (s->want & CGI_WANT_PICTURE))
		err = cgi_picture_derive(s);
	if (!err)
		err = cgi_paths_write(s);
	return err;
}
