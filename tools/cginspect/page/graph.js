// SPDX-License-Identifier: GPL-2.0-only
// The picture, which Graphviz has drawn. It names each node in its title: a cgroup by its
// identity; a css_set by its own, with "@" and the hierarchy where it is drawn again; "roots" is
// the box of all hierarchies that have no tree.
"use strict";

function titleOf(element) {
	return element.querySelector("title").textContent;
}

function nodeOf(graph, element) {
	const name = titleOf(element);

	if (name === "roots")
		return { element, kind: "roots", id: name };
	if (graph.cgroup.has(name))
		return { element, kind: "cgroup", id: name };
	const cssSet = name.replace(/@.*/, "");

	return graph.css_set.has(cssSet) ? { element, kind: "css_set", id: cssSet } : null;
}

function findNodes(page, svg) {
	page.nodes = new Map();
	for (const element of svg.querySelectorAll("g.node")) {
		const node = nodeOf(page.graph, element);

		if (node)
			page.nodes.set(titleOf(element), node);
	}
	page.edges = Array.from(svg.querySelectorAll("g.edge"), (element) =>
		({ element, ends: titleOf(element).split("->").map(
			(name) => page.nodes.get(name)) }));
}

// --- what is lit ---

// The boxes of cgroups, which can stand for several. A root that has no box is in that of all
// roots.
function litBoxes(page) {
	const boxes = new Set();

	for (const cgroup of page.lit ? page.lit.cgroup : []) {
		const box = page.boxes.get(cgroup) || cgroup;
		const row = page.graph.cgroup.get(cgroup);

		if (page.nodes.has(box))
			boxes.add(box);
		else if (row && isAbsent(row.parent))
			boxes.add("roots");
	}
	return boxes;
}

function isLit(page, boxes, node) {
	if (node.kind === "css_set")
		return page.lit !== null && page.lit.css_set.has(node.id);
	return boxes.has(node.id);
}

// An arrow is lit if it joins a css_set and a cgroup that are, as these are linked; lines
// between a cgroup and its parent are not.
function edgeIsLit({ ends }) {
	return ends.every((node) => node && node.lit) && ends[0].kind !== ends[1].kind;
}

function isChosen(page, { kind, id }) {
	if (!page.chosen || page.chosen.kind !== kind)
		return false;
	return id === (page.boxes.get(page.chosen.id) || page.chosen.id);
}

function light(page, element, lit) {
	element.classList.toggle("lit", lit);
	element.classList.toggle("faded", page.drawn && !lit);
}

function lightPicture(page) {
	if (!page.svg)
		return;
	const boxes = litBoxes(page);

	for (const node of page.nodes.values())
		node.lit = isLit(page, boxes, node);
	// Of what is not in the picture nothing is lit, and nothing needs to be faded.
	page.drawn = Array.from(page.nodes.values()).some((node) => node.lit);
	for (const node of page.nodes.values()) {
		node.element.classList.toggle("chosen", isChosen(page, node));
		light(page, node.element, node.lit);
	}
	for (const edge of page.edges)
		light(page, edge.element, edgeIsLit(edge));
}

// What one wants to see: what was chosen, else the css_set where all is written that there is to
// say of it, else anything that is lit.
function nodeToSee(page) {
	const lit = Array.from(page.nodes.values()).filter((node) => node.lit);
	const wholeCssSet = ({ kind, element }) =>
		kind === "css_set" && !titleOf(element).includes("@");

	return lit.find((node) => isChosen(page, node)) || lit.find(wholeCssSet) || lit[0];
}

function scrollToLit(page) {
	const node = page.svg && nodeToSee(page);

	if (!node)
		return;
	const host = page.picture.getBoundingClientRect();
	const at = node.element.getBoundingClientRect();

	page.picture.scrollBy(at.x + at.width / 2 - host.x - host.width / 2,
		at.y + at.height / 2 - host.y - host.height / 2);
	uncover(page, node);
}

// The panel lies on the lower part of the window. What it covers is moved away from there, and
// nothing else is, so that the picture stays under the pointer.
function uncover(page, node) {
	const { bottom } = node.element.getBoundingClientRect();
	const { top } = page.panel.getBoundingClientRect();

	if (bottom > top)
		window.scrollBy(0, bottom - top + 8);
}

// --- mouse and keys ---

function selectable(page) {
	return Array.from(page.nodes.values()).filter(({ kind }) => kind !== "roots");
}

function selectNode(page, node) {
	if (node.kind === "roots")
		return;
	selectObject(page, node.kind, node.id, null);
	uncover(page, node);
}

// One node can be reached with the tabulator key, the others from there with arrows.
function focusNode(page, node) {
	for (const other of selectable(page))
		other.element.setAttribute("tabindex", other === node ? "0" : "-1");
	node.element.focus();
}

function stepOf(key) {
	return { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[key] || 0;
}

function nodeAt(page, target) {
	const element = target.closest("g.node");

	return element ? page.nodes.get(titleOf(element)) : undefined;
}

function pressKey(page, event) {
	const node = nodeAt(page, event.target);
	const nodes = selectable(page);
	const next = nodes[nodes.indexOf(node) + stepOf(event.key)];

	if (!node)
		return;
	if (event.key === "Enter" || event.key === " ")
		selectNode(page, node);
	else if (stepOf(event.key) && next)
		focusNode(page, next);
	else
		return;
	event.preventDefault();
}

function watchPicture(page) {
	page.picture.addEventListener("click", (event) => {
		const node = nodeAt(page, event.target);

		if (node)
			selectNode(page, node);
		else
			clearSelection(page);
	});
	page.picture.addEventListener("keydown", (event) => pressKey(page, event));
}

function labelNodes(page) {
	let first = "0";

	for (const { element } of selectable(page)) {
		element.setAttribute("role", "button");
		element.setAttribute("tabindex", first);
		element.setAttribute("aria-label", Array.from(element.querySelectorAll("text"),
			(line) => line.textContent).join(", "));
		first = "-1";
	}
}

// --- size ---

function setScale(page, scale) {
	page.scale = Math.min(Math.max(scale, 0.05), 8);
	page.svg.style.width = `${page.width * page.scale}px`;
	page.svg.style.height = "auto";
}

function fitScale(page) {
	return (page.picture.clientWidth - 2) / page.width;
}

// A picture that is much too wide is not made so small that nobody can read it.
function startZoom(page) {
	page.width = page.svg.getBoundingClientRect().width;
	setScale(page, Math.max(Math.min(1, fitScale(page)), 0.6));
	document.getElementById("zoom").hidden = false;
	for (const button of document.querySelectorAll("#zoom button"))
		button.addEventListener("click", () => {
			const { zoom } = button.dataset;

			setScale(page, zoom === "fit" ? fitScale(page) :
				zoom === "1" ? 1 : page.scale * Number(zoom));
		});
}

// --- all of it ---

// Of what the picture is, if somebody wanted no more.
function partWords(part) {
	const of = ["task", "cgroup", "hierarchy"].filter((what) => !isAbsent(part[what]))
		.map((what) => `${what} ${showName(part[what])}`).join(", ");

	return of ? `The picture is only of what belongs to ${of}. ` : "";
}

function leftOutWords({ cgroups_left_out: cgroups, css_sets_left_out: cssSets }) {
	const out = [cgroups ? `${counted(cgroups, "cgroup")} in double boxes` : "",
		     cssSets ? counted(cssSets, "css_set") : ""].filter(Boolean).join(" and ");

	return out ? `The picture leaves out ${out}. ` : "";
}

function pictureNotes(picture) {
	if (picture.lacking)
		return `There is no picture: ${picture.lacking}. All else is in the tables.`;
	return partWords(picture.part) + leftOutWords(picture) +
		"Boxes are cgroups, ellipses css_sets; red and dashed is what was removed. " +
		"Select one, or an identity in a table, and what it is linked to is lit. " +
		"Keys: Tab and arrows, Enter; Escape clears.";
}

function makePicture(page) {
	page.picture = document.getElementById("picture");
	page.svg = page.picture.querySelector("svg");
	page.boxes = new Map(page.report.picture.boxes);
	page.boxedIn = groupBy(page.report.picture.boxes, 1, ([cgroup]) => cgroup);
	document.getElementById("graph-notes").textContent = pictureNotes(page.report.picture);
	addPart("graph", "graph");
	if (!page.svg) {
		page.picture.hidden = true;
		return;
	}
	page.svg.setAttribute("role", "group");
	page.svg.setAttribute("aria-label", "Cgroups, and the css_sets that are linked to them");
	findNodes(page, page.svg);
	labelNodes(page);
	watchPicture(page);
	startZoom(page);
}
