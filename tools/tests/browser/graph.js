// SPDX-License-Identifier: GPL-2.0-only
// What has to be seen in the picture, and of what is selected.
"use strict";

const assert = require("assert");
const { fillFilter, litNow, nodeSelector, clickNode, isClear } = require("./look.js");

// In the page: what each object lights, which is selected by a button as those in tables are.
function litByEach(objects) {
	return objects.map(([kind, id]) => {
		const button = document.createElement("button");

		button.className = "object";
		Object.assign(button.dataset, { kind, id });
		document.body.append(button);
		button.click();
		button.remove();
		return window.litNow();
	});
}

function words(text) {
	return text.split(" ").filter(Boolean).sort();
}

function nrNodes(page) {
	return page.$$eval("#picture g.node[role]", (all) => all.length);
}

function assertLit(lit, [kind, id, nodes, edges], nr) {
	const wanted = words(nodes);

	assert.deepStrictEqual(lit, { nodes: wanted, edges: words(edges),
		faded: nr - wanted.filter((node) => node !== "roots").length }, `${kind} ${id}`);
}

async function isLit(page, object) {
	assertLit(await page.evaluate(litNow), object, await nrNodes(page));
}

async function eachLightsWhatItIsLinkedTo(page, read) {
	const objects = read("lit");
	const nr = await nrNodes(page);

	await page.evaluate(`window.litNow = ${litNow}`);
	for (const [i, lit] of (await page.evaluate(litByEach, objects)).entries())
		assertLit(lit, objects[i], nr);
	assert.ok(objects.some(([kind]) => kind === "task"));
	assert.ok(objects.some(([kind]) => kind === "cgroup"));
}

async function taskInTable(page, read) {
	const task = read("lit").find(([kind, , nodes]) => kind === "task" && /:[2-9]/.test(nodes));

	await fillFilter(page, "tasks", task[1]);
	await page.click(`#table-tasks td:first-child button[data-id="${task[1]}"]`);
	await isLit(page, task);
	assert.match(await page.textContent("#selection h3"), new RegExp(`^task ${task[1]} `));
	await page.keyboard.press("Escape");
	await isClear(page);
	assert.strictEqual(await page.evaluate(() => document.activeElement.dataset.id), task[1]);
}

async function nodesInPicture(page, read) {
	for (const wantedKind of ["css_set", "cgroup"]) {
		const object = read("lit").find(([kind, id, , edges]) =>
			kind === wantedKind && !id.endsWith(":1") && edges);

		await clickNode(page, object[1]);
		await isLit(page, object);
		await page.$eval("#picture svg", (svg) => svg.dispatchEvent(
			new MouseEvent("click", { bubbles: true })));
		await isClear(page);
	}
}

async function keysInPicture(page, read) {
	const titles = await page.$$eval("#picture g.node[role] > title", (all) =>
		all.map((title) => title.textContent));
	const object = read("lit").find(([, id]) => id === titles[2].replace(/@.*/, ""));

	assert.strictEqual(await page.$$eval("#picture [tabindex='0']", (all) => all.length), 1);
	await page.focus("#picture [tabindex='0']");
	await page.keyboard.press("ArrowDown");
	await page.keyboard.press("ArrowRight");
	await page.keyboard.press("Enter");
	await isLit(page, object);
	await page.keyboard.press("Escape");
	await isClear(page);
}

// From a task to its css_set and on to another task, by the keyboard alone.
async function chainByKeys(page, read) {
	const task = read("lit").find(([kind, , nodes]) => kind === "task" && /:[2-9]/.test(nodes));

	await fillFilter(page, "tasks", task[1]);
	await page.focus(`#table-tasks td:first-child button[data-id="${task[1]}"]`);
	await page.keyboard.press("Enter");
	await page.keyboard.press("Tab");
	await page.keyboard.press("Tab");
	await page.keyboard.press("Enter");
	const title = await page.textContent("#selection h3");

	assert.match(title, /^css_set [0-9a-f]+ /);
	await isLit(page, read("lit").find(
		([kind, id]) => kind === "css_set" && title.includes(id)));
}

// A cgroup without a box of its own lights that which stands for it.
async function bunchedCgroup(page) {
	await fillFilter(page, "cgroups", "/jobs/5");
	await page.click("#table-cgroups td:first-child button");
	assert.deepStrictEqual((await page.evaluate(litNow)).nodes, ["0:142"]);
	assert.match(await page.textContent("#graph-notes"), /leaves out 9 cgroups in double/);
	assert.match(await page.textContent("#selection"),
		/in the picture it is in the box of 0:142 /);
	await page.keyboard.press("Escape");
	await clickNode(page, "0:142");
	assert.match(await page.textContent("#selection"),
		/its box in the picture stands for \(9\)( 0:\d+ \/jobs\/\d){9}/);
}

// What a picture of a part does not have is said to be missing, and the rest is not faded.
async function outsideOfPicture(page) {
	assert.match(await page.textContent("#graph-notes"),
		/The picture is only of what belongs to cgroup 0:\/shop\./);
	await fillFilter(page, "cgroups", "/jobs/5");
	await page.click("#table-cgroups td:first-child button");
	assert.match(await page.textContent("#selection"), /It is not in the picture\./);
	assert.deepStrictEqual(await page.evaluate(litNow), { nodes: [], edges: [], faded: 0 });
	await clickNode(page, "0:1");
	assert.ok(!/not in the picture/.test(await page.textContent("#selection")));
}

function placeOf(page, title) {
	return page.$eval(nodeSelector(title), (node) => {
		const { x, y, bottom } = node.getBoundingClientRect();
		const panel = document.getElementById("selection");

		return { at: [x, y].map(Math.round), bottom,
			 panel: panel.hidden ? null : panel.getBoundingClientRect().top };
	});
}

// The node that is nearest to a height of the window.
function nodeAtHeight(page, height) {
	return page.$$eval("#picture g.node[role]", (nodes, wanted) => {
		const off = (node) => Math.abs(node.getBoundingClientRect().y - wanted);

		return nodes.reduce((best, node) => off(node) < off(best) ? node : best)
			.querySelector("title").textContent;
	}, height);
}

// Nothing moves under the pointer, unless it would be below the panel.
async function clickMovesNothing(page) {
	await page.evaluate(() => document.getElementById("graph").scrollIntoView());
	const high = await nodeAtHeight(page, 350);
	const before = await placeOf(page, high);

	await clickNode(page, high);
	const after = await placeOf(page, high);

	assert.deepStrictEqual(after.at, before.at);
	assert.ok(after.panel > after.bottom);
	await page.keyboard.press("Escape");
	assert.deepStrictEqual((await placeOf(page, high)).at, before.at);
	const low = await nodeAtHeight(page, 800);

	assert.ok((await placeOf(page, low)).bottom > after.panel);
	await clickNode(page, low);
	const moved = await placeOf(page, low);

	assert.ok(moved.panel > moved.bottom);
}

// In a field the key means the field.
async function escapeInField(page) {
	await page.click("#table-tasks td:first-child button >> nth=0");
	await page.focus("#table-tasks_filter input");
	await page.keyboard.press("Escape");
	assert.ok(await page.isVisible("#selection"));
	await page.focus("#table-tasks th");
	await page.keyboard.press("Escape");
	await isClear(page);
}

async function isTold(page) {
	assert.strictEqual(await page.getAttribute("#selection", "aria-live"), "polite");
	assert.strictEqual(await page.getAttribute("#picture svg", "role"), "group");
	assert.match(await page.getAttribute("#picture svg", "aria-label"), /Cgroups/);
}

module.exports = {
	eachLightsWhatItIsLinkedTo, taskInTable, nodesInPicture, keysInPicture, chainByKeys,
	bunchedCgroup, outsideOfPicture, clickMovesNothing, escapeInField, isTold,
};
