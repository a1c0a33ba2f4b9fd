// SPDX-License-Identifier: GPL-2.0-only
// What has to be seen of the host, of check, and of what holds what.
"use strict";

const assert = require("assert");
const { showAll, shownRows, fillFilter } = require("./look.js");

async function headIsRight(page, read) {
	const facts = await page.textContent("#facts");
	const [[nrTasks]] = read("tasks.rows");

	assert.ok(facts.includes(`Tasks${nrTasks}`), facts);
	assert.ok(facts.includes("Cgroups" + read("cgroups.rows")[0][0]), facts);
	assert.match(await page.textContent("#verdict"),
		/^Check found no violation: all 25 invariants hold/);
	assert.match(await page.textContent("#made"),
		/ from one snapshot; holders and check of a later moment\.$/);
}

async function removedIsListed(page, read) {
	const wanted = read("removed").map(([id, state, path]) => [id, path, state].join(" "));

	assert.match(await page.textContent("#removed > p"),
		/in the same cgroup comes together, the oldest first/);
	await showAll(page, "removed");
	const rows = await shownRows(page, "removed");
	const cgroups = rows.filter(([id]) => /^\d/.test(id));

	assert.deepStrictEqual(cgroups.map((row) => row.slice(0, 3).join(" ")).sort(),
		wanted.sort());
	assert.ok(rows.every((row) => row[3] !== ""));
	assert.ok(rows.some((row) => /net_ns: 9 references, sleep \d+/.test(row[4])));
}

async function withoutMore(page) {
	assert.match(await page.textContent("#verdict"), /is not known/);
	assert.match(await page.textContent("#made"), / from one snapshot\.$/);
	assert.match(await page.textContent("#graph-notes"),
		/There is no picture: dot of Graphviz/);
	assert.match(await page.textContent("#removed"),
		/the file holders is not in the snapshot; cginspect save adds it/);
	assert.strictEqual(await page.$("#section-holders"), null);
	await page.click("#table-tasks tbody button >> nth=0");
	assert.match(await page.textContent("#selection"), /^clear \(Escape\)task 1 init/);
}

async function ofOlderModule(page) {
	await page.click("#table-tasks tbody button >> nth=1");
	assert.match(await page.textContent("#selection h3"), /^css_set [0-9a-f]+ -$/);
	for (const table of ["tasks", "cgroups", "csses"]) {
		await page.click(`#table-${table} tbody button >> nth=0`);
		assert.ok(!/undefined|null|NaN/.test(await page.textContent("body main")));
	}
}

// What check has not judged is not sound, and of another format all can be otherwise.
async function newerModule(page) {
	const verdict = await page.textContent("#verdict > .good");

	assert.strictEqual(verdict,
		"Check found no violation, but 18 objects could not be judged (invariants 7, 11).");
	assert.ok(await page.isVisible("#verdict > .verdicts >> text=one instant: 11"));
	assert.match(await page.textContent("#verdict > .bad"), /has format 3, and .* knows 2:/);
	assert.match(await page.textContent("#facts"), /Memberships5/);
}

async function oneNotJudged(page) {
	assert.strictEqual(await page.textContent("#verdict > .good"),
		"Check found no violation, but 1 object could not be judged (invariant 5).");
}

// Those with the most references first, whole, and with the object if that is another one.
const HELD = [
	"memory:99: file: 900 references, 900 pages, files:1200",
	"net_ns: 9 references, sleep 159, inode:4026532114",
	"dead0001: perf_event: 5 references, event:7",
	"unknown: 2 references (howto:files)",
];

function selectedLines(page) {
	return page.$$eval("#selection li", (all) => all.map((li) => li.textContent));
}

async function holdersAreWhole(page) {
	await fillFilter(page, "removed", "0:142");
	const [row] = await shownRows(page, "removed");

	assert.strictEqual(row[4], HELD.join("") + "and 47 more, in the table of holders");
	await page.click("#table-removed td:first-child button");
	const lines = await selectedLines(page);

	assert.deepStrictEqual(lines.slice(0, 4), HELD);
	assert.strictEqual(lines[4], "memory:99: file: 1 reference, 1 page, device:254:0,inode:1");
	assert.strictEqual(lines[40], "and 11 more, in the table of holders");
	assert.match(await page.textContent("#facts"), /10 d 2 h after boot/);
	await page.click("#table-css_sets button[data-id=dead0001]");
	assert.deepStrictEqual(await selectedLines(page),
		["perf_event: 5 references, event:7", "bpf_prog: prog:5"]);
}

// A css that only a css_set uses is held by that, and one that has children by these.
async function cssHasUsers(page) {
	await page.click("#table-csses button[data-id='memory:99'] >> nth=0");
	assert.match(await page.textContent("#selection"), /used by css_sets \(1\) dead0001/);
	assert.match(await page.textContent("#selection"), /parent memory:98/);
	await page.click("#selection button[data-id='memory:98']");
	assert.match(await page.textContent("#selection"), /children \(1\) memory:99/);
	assert.deepStrictEqual(await selectedLines(page), ["not seen here: howto:memory"]);
}

async function isNotWhole(page) {
	assert.match(await page.textContent("main > p:first-child"),
		/^This page is not whole: .*tables/);
	await page.click("#table-removed tbody button >> nth=0");
	assert.ok(await page.isVisible("#selection"));
}

async function withoutScripts(page) {
	assert.ok(await page.isVisible("noscript p"));
	assert.ok(await page.isVisible("#picture svg"));
	assert.ok(await page.isHidden("#facts"));
	assert.ok(await page.isHidden("#removed-title"));
}

module.exports = {
	headIsRight, removedIsListed, withoutMore, ofOlderModule, newerModule, oneNotJudged,
	holdersAreWhole, cssHasUsers, isNotWhole, withoutScripts,
};
