// SPDX-License-Identifier: GPL-2.0-only
// All tables of the snapshot, and that of what was removed.
"use strict";

function addPart(id, text) {
	const link = make("a", "", text);

	link.href = "#" + id;
	document.getElementById("parts").append(make("li", "", link));
}

function makeSections(page) {
	for (const spec of page.report.tables) {
		const rows = page.snapshot[spec.section];
		const title = make("h2", "", spec.section, " ", make("small", "",
			`${rows.length}: ${spec.help}`));
		const section = make("section", "", title);

		section.id = "section-" + spec.section;
		title.id = "title-" + spec.section;
		section.setAttribute("aria-labelledby", title.id);
		document.getElementById("tables").append(section);
		addPart(section.id, `${spec.section} (${rows.length})`);
		page.tables.set(spec.section,
			makeTable(page, section, spec.section, spec.columns, rows));
	}
}

const REMOVED_COLUMNS = [
	{ name: "object", type: "word", shown: true, help: "a cgroup, or a css" },
	{ name: "path", type: "string", shown: true, help: "the path that its cgroup has or had" },
	{ name: "state", type: "word", shown: true,
	  help: "dying, or draining: tasks have to leave" },
	{ name: "held", type: "shown", shown: true, help: "by what it is held, as its row tells" },
	{ name: "serial", type: "number", shown: false, help: "order of creation" },
];
const HOLDERS_COLUMN = { name: "holders", type: "lines", shown: true, help: "who holds it" };

function removedRow(graph, removed) {
	const objects = removed.kind === "cgroup" ? heldWith(graph, removed.object) :
		[removed.object];
	const lines = holderLines(graph, objects);

	return { ...removed, holders: lines.length ? lines : null };
}

function removedNotes({ removed, no_holders: lacking }) {
	return [
		removed.length ? "What is held alike and was in the same cgroup comes together, " +
			"the oldest first; what was removed below follows." :
			"Nothing that was removed is held.",
		lacking ? `Who holds it is not known: the file holders ${lacking}.` :
			"Holders were read at a later moment than the rest.",
	].join(" ");
}

function makeRemoved(page) {
	const { report, graph } = page;
	const section = document.getElementById("removed");
	const columns = graph.holdersOfObject ? [...REMOVED_COLUMNS, HOLDERS_COLUMN] :
		REMOVED_COLUMNS;
	const rows = report.removed.map((one) => removedRow(graph, one));

	section.hidden = false;
	addPart("removed", `removed (${rows.length})`);
	section.append(make("p", "", removedNotes(report)));
	if (rows.length)
		page.tables.set("removed", makeTable(page, section, "removed", columns, rows));
}
