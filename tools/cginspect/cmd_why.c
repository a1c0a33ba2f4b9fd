// SPDX-License-Identifier: GPL-2.0-only
/*
 * Why an operation on a cgroup fails, or why it is still there: a reason and evidence each.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "objects.h"
#include "why.h"

/* --- answers --- */

void evidence_begin(struct evidence *evidence, const struct why *why)
{
	*evidence = (struct evidence){ .all = why->context->options->all };
	evidence->to = need_memory(open_memstream(&evidence->text, &evidence->length));
	evidence->objects = json_array();
}

void evidence_add(struct evidence *evidence, struct slice id, const char *fmt, ...)
{
	va_list args;

	if (evidence->nr++ >= WHY_OBJECTS && !evidence->all)
		return;
	if (evidence->nr > 1)
		fputs(", ", evidence->to);
	va_start(args, fmt);
	vfprintf(evidence->to, fmt, args);
	va_end(args);
	if (!slice_absent(id))
		json_append(evidence->objects, json_field(TYPE_WORD, id));
}

static void evidence_end(struct evidence *evidence)
{
	if (evidence->nr > WHY_OBJECTS && !evidence->all)
		fprintf(evidence->to, ", and %lu more (--all)", evidence->nr - WHY_OBJECTS);
	if (fclose(evidence->to))
		need_memory(NULL);
}

void evidence_drop(struct evidence *evidence)
{
	evidence_end(evidence);
	json_free(evidence->objects);
	free(evidence->text);
}

static void add_json(struct why *why, const char *what, const char *error, bool waits,
		     const char *reason, const struct evidence *evidence)
{
	struct json *answer = json_object();

	json_add(answer, "object", json_field(TYPE_WORD, why->id));
	json_add(answer, "path", json_field(TYPE_STRING, why->path));
	json_add(answer, "what", json_text(slice_of(what)));
	json_add(answer, "error", error ? json_text(slice_of(error)) : json_null());
	json_add(answer, "waits", json_bool(waits));
	json_add(answer, "reason", json_text(slice_of(reason)));
	json_add(answer, "evidence", json_text(slice_of(evidence->text)));
	json_add(answer, "objects", evidence->objects);
	json_append(why->answers, answer);
}

/* The text, which is freed, without what could change a terminal's state or is no UTF-8. */
static char *made_safe(char *text)
{
	char *safe = text_show(slice_of(text), true);

	free(text);
	return safe;
}

static void answer(struct why *why, const char *what, const char *error, bool waits, char *reason,
		   struct evidence *evidence)
{
	evidence_end(evidence);
	evidence->text = made_safe(evidence->text);
	reason = made_safe(reason);
	why->found = true;
	if (why->answers) {
		add_json(why, what, error, waits, reason, evidence);
	} else {
		fprintf(why->to, "  %s: %s%s%s\n    %s\n", what, error ? error : "",
			error ? ": " : "", reason, evidence->text);
		json_free(evidence->objects);
	}
	free(evidence->text);
	free(reason);
}

void why_answer(struct why *why, const char *what, const char *error, char *reason,
		struct evidence *evidence)
{
	answer(why, what, error, false, reason, evidence);
}

void why_answer_waits(struct why *why, const char *what, char *reason, struct evidence *evidence)
{
	answer(why, what, NULL, true, reason, evidence);
}

/* The identity of a row, and its name as it is shown. */
static void add_named(struct evidence *evidence, const struct table *table, uint32_t row,
		      const char *identity, const char *name, const char *words)
{
	struct slice id = table_get(table, row, identity);
	char *shown = text_show(table_get(table, row, name), false);

	evidence_add(evidence, id, "%.*s %s%s", (int)id.length, id.at, shown, words);
	free(shown);
}

void why_add_task(struct why *why, struct evidence *evidence, uint32_t task, const char *words)
{
	add_named(evidence, why_table(why, KIND_TASKS), task, "tid", "comm", words);
}

void why_add_cgroup(struct why *why, struct evidence *evidence, uint32_t row, const char *words)
{
	add_named(evidence, why_table(why, KIND_CGROUPS), row, "cgroup", "path", words);
}

void why_add_column(struct why *why, struct evidence *evidence, const char *column)
{
	char *value = text_show(why_get(why, column), false);

	evidence_add(evidence, slice_of("-"), "%s %s", column, value);
	free(value);
}

/* --- what the answers are about --- */

/* "cgroup PATH (ID, WORDS)"; the words are freed. */
static void print_head(const struct why *why, const char *kind, char *words)
{
	char *path = text_show(why->path, false), *id = text_show(why->id, false);

	if (!why->answers)
		fprintf(why->to, "%s %s (%s%s%s)\n", kind, path, id, *words ? ", " : "", words);
	free(path);
	free(id);
	free(words);
}

static char *cgroup_words(struct why *why)
{
	uint32_t hierarchy = graph_hierarchy_of(&why->context->graph, why->id);
	char *state = text_show(why_get(why, "state"), false), *of, *words;

	if (hierarchy == NO_ROW)
		return state;
	of = object_hierarchy_words(why->context, hierarchy);
	words = text_format("%s, %s", of, state);
	free(of);
	free(state);
	return words;
}

/* A hierarchy that was unmounted has no files. */
static bool is_mounted(struct why *why)
{
	uint32_t hierarchy = graph_hierarchy_of(&why->context->graph, why->id);
	struct slice state;

	if (hierarchy == NO_ROW)
		return true;
	state = table_get(why_table(why, KIND_HIERARCHIES), hierarchy, "state");
	return !slice_is(state, "lingering") && !slice_is(state, "dying");
}

/*
 * Not of a mount, which can fail because of another cgroup. Without the column attach, which an
 * older module does not have, only a cgroup of v1 and a root are known to take processes.
 */
static void print_nothing(struct why *why)
{
	bool is_v2 = !slice_absent(why_get(why, "type"));
	bool is_root = slice_absent(why_get(why, "parent"));
	bool is_known = !is_v2 || is_root || !slice_absent(why_get(why, "attach"));

	if (why->answers && !is_known)
		note("only of rmdir it is known that nothing is in its way: no column attach");
	if (why->answers)
		return;
	if (!is_mounted(why))
		fputs("  nothing is in the way but that its hierarchy is not mounted\n", why->to);
	else if (!is_known)
		fprintf(why->to, "  nothing is in the way of rmdir; %s\n",
			"of the rest that is not known, as there is no column attach");
	else
		fprintf(why->to, "  nothing is in the way of %scgroup.procs%s\n",
			is_root ? "" : is_v2 ? "rmdir, " : "rmdir or ",
			is_v2 ? " or cgroup.subtree_control" : "");
}

/* Returns whether there is an answer. */
static bool explain_cgroup(struct why *why, uint32_t row)
{
	why->row = row;
	why->id = why_get(why, "cgroup");
	why->path = why_get(why, "path");
	why->found = false;
	why->held = false;
	why->doubtful = false;
	print_head(why, "cgroup", cgroup_words(why));
	if (slice_is(why_get(why, "state"), "live")) {
		why_rmdir(why);
		why_attach(why);
		why_subtree_control(why);
		why_freeze(why);
	}
	why_removal(why);
	why_mount(why);
	if (!why->found)
		print_nothing(why);
	return why->found;
}

static bool explain_cgroups(struct why *why, const char *what)
{
	uint32_t row = object_find_cgroup(why->context, what, 0);
	bool found = false;

	if (row == NO_ROW)
		die(STATUS_NO, "there is no cgroup '%s' in %s", what,
		    why->context->snapshot.input.name);
	for (; row != NO_ROW; row = object_find_cgroup(why->context, what, row + 1))
		found |= explain_cgroup(why, row);
	return found;
}

static bool explain_controller(struct why *why, const char *name)
{
	const struct table *controllers = why_table(why, KIND_SUBSYSTEMS);
	uint32_t row;

	for (row = 0; row < controllers->nr_rows; row++)
		if (slice_is(table_get(controllers, row, "name"), name) ||
		    slice_is(table_get(controllers, row, "legacy_name"), name))
			break;
	if (row == controllers->nr_rows)
		die(STATUS_NO, "there is no controller '%s' in %s (a path begins with /)", name,
		    why->context->snapshot.input.name);
	why->id = table_get(controllers, row, "name");
	why->path = slice_of(name);
	why->row = NO_ROW;
	print_head(why, "controller", text_format("%s", ""));
	why_controller(why, row);
	if (!why->found && !why->answers)
		fputs("  nothing is in the way of a v1 mount of it alone\n", why->to);
	return why->found;
}

static void begin(struct why *why)
{
	if (why->context->options->json)
		why->answers = json_array();
	else
		why->to = need_memory(open_memstream(&why->text, &why->length));
}

static void end(struct why *why)
{
	if (why->answers) {
		json_print_one(stdout, "why", why->answers);
		return;
	}
	if (fclose(why->to))
		need_memory(NULL);
	fwrite(why->text, 1, why->length, stdout);
	free(why->text);
}

enum status cmd_why(struct context *context)
{
	const char *what = context->options->args[0];
	struct why why = { .context = context };
	bool found;

	snapshot_check(&context->snapshot);
	begin(&why);
	if (strpbrk(what, "/:"))
		found = explain_cgroups(&why, what);
	else
		found = explain_controller(&why, what);
	end(&why);
	free(why.uses.first);
	free(why.uses.use);
	free(why.draining);
	return found ? STATUS_OK : STATUS_NO;
}
