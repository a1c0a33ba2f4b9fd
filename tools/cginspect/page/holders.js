// SPDX-License-Identifier: GPL-2.0-only
// Who holds an object, in words.
"use strict";

function counted(nr, one) {
	return `${nr} ${one}${String(nr) === "1" ? "" : "s"}`;
}

// One holder: how much it has, whose it is, and all that is known of it. One without a reference
// is only named, as the file of debugfs does.
function holderWords({ kind, refs, amount, tid, comm, fd, detail }) {
	const has = [
		isAbsent(refs) || refs === 0 ? "" : counted(showCount(refs), "reference"),
		isAbsent(amount) ? "" : counted(showCount(amount), "page"),
		isAbsent(tid) ? "" : `${showValue("string", comm)} ${tid}`,
		isAbsent(fd) ? "" : `fd ${fd}`,
		isAbsent(detail) ? "" : showDetail(detail),
	].filter(Boolean);
	const what = showValue("word", kind);

	return has.length ? `${what}: ${has.join(", ")}` : what;
}

// The lines of one object. Those of kind unseen say where to look for what is unknown, if
// anything is.
function holdersOf(graph, object) {
	const rows = graph.holdersOfObject?.get(object) || [];
	const seen = rows.filter(({ kind }) => kind !== "unseen");
	const unseen = rows.filter(({ kind }) => kind === "unseen");
	const where = unseen.map(({ detail }) => showValue("detail", detail)).join(" ");
	const lines = seen.map((row) => ({ object, refs: row.refs, words: holderWords(row) +
		(row.kind === "unknown" && where ? ` (${where})` : "") }));

	if (where && !seen.some(({ kind }) => kind === "unknown"))
		lines.push({ object, refs: 0, words: `not seen here: ${where}` });
	return lines;
}

function byReferences(one, other) {
	return Number(sortKey("count", other.refs)) - Number(sortKey("count", one.refs)) || 0;
}

// The lines of several objects, of which the first is what the reader looks at, so that only the
// others are named. Who holds most comes first.
function holderLines(graph, objects) {
	return objects.flatMap((object) => holdersOf(graph, object)).sort(byReferences).map(
		({ object, words }) => object === objects[0] ? words : `${object}: ${words}`);
}

function isRemoved(row) {
	return row !== undefined && (row.state === "dying" || row.state === "draining");
}

// What holds a cgroup holds it itself or one of its csses. A removed one can be held by no more
// than a css_set that something holds.
function heldWith(graph, cgroup) {
	const cssSets = isRemoved(graph.cgroup.get(cgroup)) ?
		graph.cssSetsOfCgroup.get(cgroup) || [] : [];

	return [cgroup, ...cssesOf(graph, cgroup), ...cssSets];
}
