// SPDX-License-Identifier: GPL-2.0-only
// The snapshot, and what in it is linked to what.
"use strict";

// Numbers can have 64 bits. Those that JavaScript would round become strings of digits.
function parseJson(text) {
	const token = /"(?:[^"\\]|\\.)*"|-?\d{16,}/g;

	return JSON.parse(text.replace(token, (found) => found[0] === '"' ? found : `"${found}"`));
}

function rowsBy(rows, column) {
	return new Map(rows.map((row) => [String(row[column]), row]));
}

// The rows that have the same value in a column, or of each what pick() gives.
function groupBy(rows, column, pick) {
	const groups = new Map();

	for (const row of rows) {
		const key = String(row[column]);

		if (!groups.has(key))
			groups.set(key, []);
		groups.get(key).push(pick(row));
	}
	return groups;
}

// Which css_sets use a css: their rows have lists of csses.
function findUsers(cssSets) {
	const uses = cssSets.flatMap(({ css_set: cssSet, csses }) =>
		(csses || []).map((css) => ({ cssSet, css })));

	return groupBy(uses, "css", ({ cssSet }) => cssSet);
}

// Everything is found by its identity, which is a string: "151" of a task, "0:98" of a cgroup.
function makeGraph(snapshot) {
	return {
		task: rowsBy(snapshot.tasks, "tid"),
		css_set: rowsBy(snapshot.css_sets, "css_set"),
		cgroup: rowsBy(snapshot.cgroups, "cgroup"),
		css: rowsBy(snapshot.csses, "css"),
		tasksOfCssSet: groupBy(snapshot.tasks, "css_set", (row) => String(row.tid)),
		cgroupsOfCssSet: groupBy(snapshot.links, "css_set", (row) => row.cgroup),
		cssSetsOfCgroup: groupBy(snapshot.links, "cgroup", (row) => row.css_set),
		cssesOfCgroup: groupBy(snapshot.csses, "cgroup", (row) => row.css),
		childrenOfCgroup: groupBy(snapshot.cgroups, "parent", (row) => row.cgroup),
		cssSetsOfCss: findUsers(snapshot.css_sets),
		childrenOfCss: groupBy(snapshot.csses, "parent", (row) => row.css),
		holdersOfObject: snapshot.holders && groupBy(snapshot.holders, "object",
			(row) => row),
	};
}

function cssesOf(graph, cgroup) {
	return graph.cssesOfCgroup.get(cgroup) || [];
}

function addCssSet(lit, graph, cssSet) {
	lit.css_set.add(cssSet);
	for (const cgroup of graph.cgroupsOfCssSet.get(cssSet) || [])
		lit.cgroup.add(cgroup);
}

function addTasks(lit, graph, cssSet) {
	for (const task of graph.tasksOfCssSet.get(cssSet) || [])
		lit.task.add(task);
}

const ADD_LINKED = {
	task(lit, graph, id) {
		lit.task.add(id);
		addCssSet(lit, graph, graph.task.get(id).css_set);
	},
	css_set(lit, graph, id) {
		addCssSet(lit, graph, id);
		addTasks(lit, graph, id);
	},
	cgroup(lit, graph, id) {
		lit.cgroup.add(id);
		for (const cssSet of graph.cssSetsOfCgroup.get(id) || []) {
			lit.css_set.add(cssSet);
			addTasks(lit, graph, cssSet);
		}
	},
	css(lit, graph, id) {
		lit.css.add(id);
		lit.cgroup.add(graph.css.get(id).cgroup);
	},
};

// What an object is linked to, itself included: a task to its css_set and the cgroups of that, in
// every hierarchy; a css_set to these and to its tasks; a cgroup to its css_sets and their tasks; a
// css to its cgroup.
function linkedTo(graph, kind, id) {
	const lit = { task: new Set(), css_set: new Set(), cgroup: new Set(), css: new Set() };

	ADD_LINKED[kind](lit, graph, id);
	return lit;
}

// Of which kinds the objects are that a column names.
const COLUMN_KINDS = {
	tid: ["task"], tgid: ["task"], ppid: ["task"],
	css_set: ["css_set"], dom: ["css_set"],
	cgroup: ["cgroup"], default: ["cgroup"], cgroupns: ["cgroup"],
	css: ["css"],
	parent: ["cgroup", "css"],
	object: ["cgroup", "css", "css_set"],
};

// The kind of the object that a field names, if there is such an object.
function kindOfField(graph, column, value) {
	const kinds = Object.hasOwn(COLUMN_KINDS, column) ? COLUMN_KINDS[column] : [];

	return kinds.find((kind) => graph[kind].has(String(value)));
}
