// SPDX-License-Identifier: GPL-2.0-only
// How the cases look at a page, and use it.
"use strict";

const assert = require("assert");

function showAll(page, table) {
	return page.selectOption(`#table-${table}_length select`, "-1");
}

// The text of all lines that are shown; a name in a button is its text.
function shownRows(page, table) {
	return page.$$eval(`#table-${table} tbody tr`, (rows) => rows.map((row) =>
		Array.from(row.cells, (cell) => cell.textContent)));
}

function fillFilter(page, table, text) {
	return page.fill(`#table-${table}_filter input`, text);
}

// In the page: the titles of what is lit, in order, and how many nodes are faded.
function litNow() {
	const titles = (what) => Array.from(
		document.querySelectorAll(`#picture g.${what}.lit > title`),
		(title) => title.textContent).sort();

	return { nodes: titles("node"), edges: titles("edge"),
		 faded: document.querySelectorAll("#picture g.node[role].faded").length };
}

function nodeSelector(title) {
	return `#picture g.node:has(title:text-is("${title}"))`;
}

// The title itself has no place on the screen; what is drawn has.
function clickNode(page, title) {
	return page.click(`${nodeSelector(title)} text >> nth=0`, { force: true });
}

async function isClear(page) {
	assert.strictEqual(await page.$$eval(".lit, .faded, .chosen", (all) => all.length), 0);
	assert.ok(await page.isHidden("#selection"));
}

module.exports = {
	showAll, shownRows, fillFilter, litNow, nodeSelector, clickNode, isClear,
};
