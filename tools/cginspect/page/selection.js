// SPDX-License-Identifier: GPL-2.0-only
// The object that somebody has selected: in words with buttons for all that it is linked to, in
// the tables, and in the picture.
"use strict";

// So many objects of one kind are listed; of more only how many there are.
const MOST_LISTED = 40;

const NAMES = {
	task: (row) => showValue("string", row.comm),
	css_set: () => "",
	cgroup: (row) => showValue("string", row.path),
	css: () => "",
};

function chip(page, kind, id) {
	const row = page.graph[kind].get(id);
	const name = row ? NAMES[kind](row) : "not in the snapshot";

	return row ? objectButton(page, kind, id, `${id} ${name}`.trim()) : `${id} (${name})`;
}

// An identity, or none, as a list.
function present(id) {
	return isAbsent(id) ? [] : [id];
}

// A line of the panel: a title and buttons.
function chips(page, title, kind, ids) {
	const line = make("p", "chips", make("b", "", title), " ");

	for (const id of ids.slice(0, MOST_LISTED))
		line.append(chip(page, kind, id), " ");
	if (ids.length > MOST_LISTED)
		line.append(`and ${ids.length - MOST_LISTED} more`);
	return ids.length ? line : "";
}

function heldBy(page, objects) {
	const lines = holderLines(page.graph, objects);
	const list = make("ul", "",
		...lines.slice(0, MOST_LISTED).map((line) => make("li", "", line)));

	if (lines.length > MOST_LISTED)
		list.append(make("li", "rest", `and ${lines.length - MOST_LISTED} more, in the ` +
			"table of holders"));
	return lines.length ? make("div", "", make("b", "", titled("held by", lines)), list) : "";
}

function titled(title, ids) {
	return `${title} (${ids.length})`;
}

// The cgroups of a css_set; at the roots of most hierarchies is nothing to see, so these come last.
function cgroupsOf(graph, cssSet) {
	const cgroups = graph.cgroupsOfCssSet.get(cssSet) || [];
	const isRoot = (id) => graph.cgroup.has(id) && isAbsent(graph.cgroup.get(id).parent);

	return [...cgroups.filter((id) => !isRoot(id)), ...cgroups.filter(isRoot)];
}

// A box of the picture can stand for several cgroups, and has the identity of the first.
function inBox(page, id) {
	const box = page.svg && page.boxes.get(id);
	const all = [id, ...page.svg && page.boxedIn.get(id) || []];

	if (box)
		return chips(page, "in the picture it is in the box of", "cgroup", [box]);
	return all.length === 1 ? "" :
		chips(page, titled("its box in the picture stands for", all), "cgroup", all);
}

const DESCRIBE = {
	task(page, id, row) {
		const { graph } = page;
		const others = (graph.tasksOfCssSet.get(row.css_set) || []).filter(
			(tid) => tid !== id);
		const cgroups = cgroupsOf(graph, row.css_set);

		return [`${showValue("string", row.comm)}, ${showValue("word", row.state)}`,
			chips(page, "css_set", "css_set", present(row.css_set)),
			chips(page, titled("cgroups", cgroups), "cgroup", cgroups),
			chips(page, titled("shares the css_set with", others), "task", others)];
	},
	css_set(page, id, row) {
		const tasks = page.graph.tasksOfCssSet.get(id) || [];
		const cgroups = cgroupsOf(page.graph, id);

		return [showValue("word", row.state),
			chips(page, titled("tasks", tasks), "task", tasks),
			chips(page, titled("cgroups", cgroups), "cgroup", cgroups),
			heldBy(page, [id])];
	},
	cgroup(page, id, row) {
		const { graph } = page;
		const cssSets = graph.cssSetsOfCgroup.get(id) || [];
		const tasks = cssSets.flatMap((cssSet) => graph.tasksOfCssSet.get(cssSet) || []);
		const csses = cssesOf(graph, id);
		const children = graph.childrenOfCgroup.get(id) || [];

		return [`${showValue("string", row.path)}, ${showValue("word", row.state)}`,
			inBox(page, id),
			chips(page, titled("css_sets", cssSets), "css_set", cssSets),
			chips(page, titled("tasks", tasks), "task", tasks),
			chips(page, "parent", "cgroup", present(row.parent)),
			chips(page, titled("children", children), "cgroup", children),
			chips(page, titled("csses", csses), "css", csses),
			heldBy(page, heldWith(graph, id))];
	},
	css(page, id, row) {
		const children = page.graph.childrenOfCss.get(id) || [];
		const cssSets = page.graph.cssSetsOfCss.get(id) || [];

		return [showValue("word", row.state),
			chips(page, "cgroup", "cgroup", present(row.cgroup)),
			chips(page, "parent", "css", present(row.parent)),
			chips(page, titled("children", children), "css", children),
			chips(page, titled("used by css_sets", cssSets), "css_set", cssSets),
			heldBy(page, [id])];
	},
};

function clearButton(page) {
	const button = make("button", "clear", "clear (Escape)");

	button.type = "button";
	button.addEventListener("click", () => clearSelection(page));
	return button;
}

function describe(page, kind, id) {
	const [words, ...lines] = DESCRIBE[kind](page, id, page.graph[kind].get(id));
	const title = make("h3", "", `${kind} ${id}`, " ", make("small", "", words));
	const absent = page.svg && !page.drawn ? make("p", "", "It is not in the picture.") : "";

	page.panel.replaceChildren(clearButton(page), title, absent, ...lines);
	page.panel.hidden = false;
}

function showSelection(page) {
	for (const api of page.tables.values())
		markObjects(page, api.table().node());
	lightPicture(page);
}

// Select an object. Who did it with a button outside of the picture is led to the panel, and
// with Escape back.
function selectObject(page, kind, id, opener) {
	page.lit = linkedTo(page.graph, kind, id);
	page.chosen = { kind, id };
	showSelection(page);
	describe(page, kind, id);
	if (!opener)
		return;
	if (!page.panel.contains(opener))
		page.opener = opener;
	document.getElementById("graph").scrollIntoView();
	page.panel.focus({ preventScroll: true });
	scrollToLit(page);
}

function clearSelection(page) {
	const { opener } = page;

	if (!page.chosen)
		return;
	page.lit = null;
	page.chosen = null;
	page.opener = null;
	page.panel.hidden = true;
	page.panel.replaceChildren();
	showSelection(page);
	if (opener && opener.isConnected)
		opener.focus();
}

function watchSelection(page) {
	document.addEventListener("click", (event) => {
		const button = event.target.closest("button.object");

		if (button)
			selectObject(page, button.dataset.kind, button.dataset.id, button);
	});
	document.addEventListener("keydown", (event) => {
		// In a field the key is that of the field.
		if (event.key === "Escape" && !event.target.closest("input, select"))
			clearSelection(page);
	});
}
