// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is known of the sections and of their columns: the contract of debugfs.rst as a table.
 * A new column of the module is one line here.
 */
#include <string.h>

#include "kinds.h"

static const struct column_kind tasks_columns[] = {
	{ "tid",	TYPE_NUMBER,	true,	"thread id, in the initial pid namespace" },
	{ "tgid",	TYPE_NUMBER,	false,	"thread group id" },
	{ "comm",	TYPE_STRING,	true,	"command name" },
	{ "state",	TYPE_WORD,	true,	"running, exiting or zombie" },
	{ "css_set",	TYPE_WORD,	true,	"the css_set that it belongs to" },
	{ "cgroups",	TYPE_MEMBERSHIPS, true,	"its cgroup in each hierarchy" },
	{ "kthread",	TYPE_YES_NO,	false,	"whether it is a kernel thread" },
	{ "list",	TYPE_WORD,	false,	"the list of its css_set that it is on" },
	{ "pidns",	TYPE_NUMBER,	false,	"inode of its pid namespace" },
	{ "cgroupns",	TYPE_WORD,	false,	"root of its cgroup namespace" },
	{ "movable",	TYPE_WORD,	false,	"whether the kernel would move it, or why not" },
	{ "frozen",	TYPE_WORD,	false,	"yes, no, or resisting" },
	{ "ppid",	TYPE_NUMBER,	false,	"thread group id of its parent" },
	{ "start",	TYPE_NUMBER,	false,	"when it was forked, in ns after boot" },
	{ 0 }
};

static const struct column_kind css_sets_columns[] = {
	{ "css_set",	TYPE_WORD,	true,	"its identity" },
	{ "refs",	TYPE_COUNT,	true,	"references to it" },
	{ "tasks",	TYPE_NUMBER,	true,	"its tasks, without those that have exited" },
	{ "exiting",	TYPE_COUNT,	true,	"exited tasks that hold it" },
	{ "threaded",	TYPE_NUMBER,	false,	"threaded css_sets that hold it as their domain" },
	{ "namespaces",	TYPE_NUMBER,	false,	"cgroup namespaces that hold it" },
	{ "unaccounted", TYPE_COUNT,	true,	"references that nothing explains" },
	{ "state",	TYPE_WORD,	true,	"live, or dead: one of its cgroups was removed" },
	{ "dom",	TYPE_WORD,	false,	"the css_set of its resource domain" },
	{ "default",	TYPE_WORD,	true,	"its cgroup of v2" },
	{ "csses",	TYPE_LIST,	false,	"the css that counts, for each controller" },
	{ 0 }
};

static const struct column_kind links_columns[] = {
	{ "css_set",	TYPE_WORD,	true,	"a css_set" },
	{ "cgroup",	TYPE_WORD,	true,	"a cgroup that it is a member of" },
	{ "path",	TYPE_STRING,	true,	"path of that cgroup" },
	{ 0 }
};

static const struct column_kind cgroups_columns[] = {
	{ "cgroup",	TYPE_WORD,	true,	"its identity: hierarchy and inode" },
	{ "parent",	TYPE_WORD,	false,	"its parent" },
	{ "level",	TYPE_NUMBER,	false,	"its depth, 0 for a root" },
	{ "path",	TYPE_STRING,	true,	"its path, or the one that it had" },
	{ "state",	TYPE_WORD,	true,	"live, draining or dying" },
	{ "type",	TYPE_STRING,	false,	"as in cgroup.type" },
	{ "controllers", TYPE_LIST,	false,	"controllers of which it has a css" },
	{ "subtree_control", TYPE_LIST,	false,	"controllers enabled for its children" },
	{ "populated",	TYPE_NUMBER,	false,	"1 if it or one below it has tasks" },
	{ "css_sets",	TYPE_NUMBER,	false,	"css_sets linked to it" },
	{ "tasks",	TYPE_NUMBER,	true,	"tasks in it" },
	{ "children",	TYPE_NUMBER,	true,	"its child cgroups" },
	{ "dying_descendants", TYPE_NUMBER, false, "removed cgroups below it" },
	{ "refs",	TYPE_COUNT,	true,	"references to it" },
	{ "unaccounted", TYPE_COUNT,	true,	"references that the graph does not explain" },
	{ "serial",	TYPE_NUMBER,	false,	"order of creation" },
	{ "freeze",	TYPE_WORD,	false,	"who told it to freeze, and whether it has" },
	{ "attach",	TYPE_WORD,	false,	"what moving a process there would answer" },
	{ "exiting",	TYPE_NUMBER,	false,	"exited tasks in it" },
	{ 0 }
};

static const struct column_kind csses_columns[] = {
	{ "css",	TYPE_WORD,	true,	"its identity: controller and id" },
	{ "cgroup",	TYPE_WORD,	true,	"its cgroup" },
	{ "parent",	TYPE_WORD,	true,	"the css above it" },
	{ "serial",	TYPE_NUMBER,	false,	"order of creation" },
	{ "state",	TYPE_WORD,	true,	"online, offline, draining or dying" },
	{ "refs",	TYPE_COUNT,	true,	"references to it" },
	{ "css_sets",	TYPE_NUMBER,	true,	"css_sets for which it counts" },
	{ "children",	TYPE_NUMBER,	true,	"csses below it" },
	{ "unaccounted", TYPE_COUNT,	true,	"references that the graph does not explain" },
	{ "online_count", TYPE_COUNT,	false,	"itself and its children that are online" },
	{ "flags",	TYPE_LIST,	false,	"flags of the kernel" },
	{ "pages",	TYPE_COUNT,	false,	"pages on its lists (memory)" },
	{ "swap",	TYPE_COUNT,	false,	"pages in swap (memory)" },
	{ "writeback",	TYPE_COUNT,	false,	"writeback structures (memory)" },
	{ 0 }
};

static const struct column_kind hierarchies_columns[] = {
	{ "id",		TYPE_NUMBER,	true,	"its id, 0 for v2" },
	{ "version",	TYPE_NUMBER,	true,	"1 or 2" },
	{ "name",	TYPE_STRING,	true,	"its name" },
	{ "controllers", TYPE_LIST,	true,	"controllers attached to it" },
	{ "cgroups",	TYPE_NUMBER,	true,	"its cgroups that are not removed" },
	{ "dying",	TYPE_NUMBER,	true,	"its removed cgroups" },
	{ "state",	TYPE_WORD,	true,	"mounted, unmounted, lingering or dying" },
	{ "flags",	TYPE_LIST,	false,	"options of its mounts" },
	{ 0 }
};

static const struct column_kind subsystems_columns[] = {
	{ "id",		TYPE_NUMBER,	false,	"its number in this kernel" },
	{ "name",	TYPE_STRING,	true,	"its name on v2" },
	{ "legacy_name", TYPE_STRING,	true,	"its name on v1" },
	{ "hierarchy",	TYPE_NUMBER,	true,	"the hierarchy that it is attached to" },
	{ "csses",	TYPE_NUMBER,	true,	"its csses" },
	{ "dying",	TYPE_NUMBER,	true,	"those of them that were removed" },
	{ "blocked_by",	TYPE_WORD,	true,	"what makes a mount on v1 fail" },
	{ "flags",	TYPE_LIST,	true,	"flags of the controller" },
	{ "ids",	TYPE_NUMBER,	false,	"ids in use (memory)" },
	{ "max_ids",	TYPE_NUMBER,	false,	"ids that there can be (memory)" },
	{ 0 }
};

static const struct column_kind holders_columns[] = {
	{ "object",	TYPE_WORD,	true,	"what is held: a cgroup, css or css_set" },
	{ "path",	TYPE_STRING,	true,	"path of its cgroup" },
	{ "kind",	TYPE_WORD,	true,	"what holds it" },
	{ "refs",	TYPE_COUNT,	true,	"references that the holder has" },
	{ "amount",	TYPE_NUMBER,	true,	"pages" },
	{ "tid",	TYPE_NUMBER,	true,	"the task that has the holder open" },
	{ "comm",	TYPE_STRING,	true,	"its command name" },
	{ "fd",		TYPE_NUMBER,	true,	"its descriptor" },
	{ "detail",	TYPE_DETAIL,	true,	"which one it is" },
	{ 0 }
};

static const struct column_kind info_keys[] = {
	{ "version",	TYPE_STRING,	true,	"version of the module" },
	{ "kernel",	TYPE_STRING,	true,	"release and machine" },
	{ "boot_id",	TYPE_STRING,	true,	"tells the boot" },
	{ 0 }
};

static const struct column_kind no_columns[] = { { 0 } };

const struct table_kind kinds[NR_KINDS] = {
	[KIND_INFO] = {
		"info", NULL, NULL, FORM_PAIRS, true, info_keys },
	[KIND_TASKS] = {
		"tasks", "tasks", "all threads",
		FORM_TABLE, true, tasks_columns },
	[KIND_CSS_SETS] = {
		"css_sets", "sets", "css_sets: memberships that tasks share",
		FORM_TABLE, true, css_sets_columns },
	[KIND_LINKS] = {
		"links", "links", "which css_set is linked to which cgroup",
		FORM_TABLE, true, links_columns },
	[KIND_CGROUPS] = {
		"cgroups", "cgroups", "cgroups, removed ones too",
		FORM_TABLE, true, cgroups_columns },
	[KIND_CSSES] = {
		"csses", "csses", "what controllers have of cgroups, removed ones too",
		FORM_TABLE, true, csses_columns },
	[KIND_HIERARCHIES] = {
		"hierarchies", "hierarchies", "hierarchies, mounted or not",
		FORM_TABLE, true, hierarchies_columns },
	[KIND_SUBSYSTEMS] = {
		"subsystems", "controllers", "controllers, and what blocks a v1 mount",
		FORM_TABLE, true, subsystems_columns },
	[KIND_STATS] = {
		"stats", NULL, NULL, FORM_PAIRS, true, no_columns },
	[KIND_HOLDERS] = {
		"holders", "holders", "who holds what",
		FORM_TABLE, false, holders_columns },
	[KIND_CHECK] = {
		"check", NULL, NULL, FORM_KTAP, false, no_columns },
};

static const struct column_kind diff_columns[] = {
	{ "change",	TYPE_WORD,	true,	"made, removed, leaked, freed, moved, ..." },
	{ "kind",	TYPE_WORD,	true,	"of what kind the object is" },
	{ "object",	TYPE_WORD,	true,	"its identity" },
	{ "name",	TYPE_STRING,	true,	"its name, or the path of its cgroup" },
	{ "from",	TYPE_MEMBERSHIPS, true,	"where a task was" },
	{ "to",		TYPE_MEMBERSHIPS, true,	"where it is now" },
	{ "detail",	TYPE_STRING,	true,	"by what it is held, or what else there is" },
	{ 0 }
};

const struct table_kind diff_kind = {
	"diff", "diff", "what differs between two snapshots",
	FORM_TABLE, false, diff_columns,
};

const struct column_kind *kind_column(const struct table_kind *kind, struct slice name)
{
	const struct column_kind *column;

	for (column = kind->columns; column->name; column++)
		if (slice_is(name, column->name))
			return column;
	return NULL;
}

enum type kind_pair_type(const struct table_kind *kind, struct slice key, struct slice value)
{
	const struct column_kind *known = kind_column(kind, key);

	if (known)
		return known->type;
	return text_number(value, NULL) ? TYPE_NUMBER : TYPE_WORD;
}

const struct table_kind *kind_of_command(const char *name)
{
	size_t i;

	for (i = 0; i < NR_KINDS; i++)
		if (kinds[i].command &&
		    (!strcmp(name, kinds[i].command) || !strcmp(name, kinds[i].section)))
			return &kinds[i];
	return NULL;
}

static struct slice without(char sign, struct slice field)
{
	if (field.length && *field.at == sign)
		return (struct slice){ field.at + 1, field.length - 1 };
	return field;
}

static bool is_count(struct slice field)
{
	return text_number(without('-', without('~', field)), NULL);
}

static bool are_memberships(struct slice field)
{
	struct slice item, id, controllers;

	while (slice_next(&field, ' ', &item)) {
		slice_next(&item, ':', &id);
		if (!text_number(id, NULL) || !slice_next(&item, ':', &controllers) || !item.at ||
		    !text_escapes_are_whole(item))
			return false;
	}
	return true;
}

bool type_allows(enum type type, struct slice field)
{
	if (slice_absent(field))
		return true;
	switch (type) {
	case TYPE_NUMBER:
		return text_number(field, NULL);
	case TYPE_COUNT:
		return is_count(field);
	case TYPE_YES_NO:
		return slice_is(field, "yes") || slice_is(field, "no");
	case TYPE_STRING:
	case TYPE_DETAIL:
		return text_escapes_are_whole(field);
	case TYPE_MEMBERSHIPS:
		return are_memberships(field);
	default:
		return true;
	}
}
