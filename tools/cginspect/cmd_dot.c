// SPDX-License-Identifier: GPL-2.0-only
/*
 * A picture of the graph, as text for Graphviz. Only who asks for a format needs Graphviz
 * itself.
 */
#include <stdlib.h>
#include <unistd.h>

#include "dot.h"
#include "graphviz.h"

static void draw(struct slice text, const char *format)
{
	char *reason = graphviz_draw(text, format, STDOUT_FILENO);

	if (reason)
		die(STATUS_INPUT, "-T %s: %s", format, reason);
}

enum status cmd_dot(struct context *context)
{
	struct picture picture;
	struct slice text;

	if (context->options->holders)
		context_more(context, KIND_HOLDERS);
	picture_make(&picture, context);
	text = dot_text(&picture);
	if (picture.nr_bunched || picture.nr_css_sets_hidden)
		note("the picture leaves out %u cgroups and %u css_sets, and says where",
		     picture.nr_bunched, picture.nr_css_sets_hidden);
	if (context->options->format)
		draw(text, context->options->format);
	else
		fwrite(text.at, 1, text.length, stdout);
	free((char *)text.at);
	picture_free(&picture);
	return STATUS_OK;
}
