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

function counted(nr, one) {
	return `${nr} ${one}${nr === "1" ? "" : "s"}`;
}

// One holder in words: what it is, how much it has, and whose it is.
function holderWords({ kind, refs, amount, tid, comm, fd, detail }) {
	const name = detail && (detail.path ?? detail.name ?? detail.file);
	const what = [showValue("word", kind), name ? showName(name) : ""].filter(Boolean).join(" ");
	const has = [
		isAbsent(refs) ? "" : counted(showCount(refs), "reference"),
		isAbsent(amount) ? "" : counted(String(amount), "page"),
		isAbsent(tid) ? "" : `${showValue("string", comm)} ${tid}`,
		isAbsent(fd) ? "" : `fd ${fd}`,
	].filter(Boolean);

	return has.length ? `${what}: ${has.join(", ")}` : what;
}

const REMOVED_COLUMNS = [
	{ name: "object", type: "word", shown: true, help: "a cgroup, or a css" },
	{ name: "path", type: "string", shown: true, help: "the path that its cgroup has or had" },
	{ name: "state", type: "word", shown: true, help: "dying, or draining: tasks have to leave" },
	{ name: "held", type: "shown", shown: true, help: "by what it is held, as its row tells" },
	{ name: "serial", type: "number", shown: false, help: "order of creation" },
];
const HOLDERS_COLUMN = { name: "holders", type: "lines", shown: true, help: "who holds it" };

function removedRow(graph, removed) {
	const objects = removed.kind === "cgroup" ?
		[removed.object, ...cssesOf(graph, removed.object)] : [removed.object];
	const holders = holdersOf(graph, objects).map(holderWords);

	return { ...removed, holders: holders.length ? holders : null };
}

function makeRemoved(page) {
	const section = document.getElementById("removed");
	const removed = page.report.removed.map((one) => removedRow(page.graph, one));
	const columns = page.graph.holdersOfObject ? [...REMOVED_COLUMNS, HOLDERS_COLUMN] : REMOVED_COLUMNS;

	addPart("removed", `removed (${removed.length})`);
	section.append(make("p", "", removed.length ? "The oldest comes first. " :
		"Nothing that was removed is held. ", page.graph.holdersOfObject ?
		"Holders were read at a later moment than the rest." :
		"The snapshot has no holders; cginspect save adds them."));
	if (removed.length)
		page.tables.set("removed", makeTable(page, section, "removed", columns, removed));
}
