// SPDX-License-Identifier: GPL-2.0-only
// What has to be seen on the pages. Each case gets a page that was just opened, and a function
// that reads what browser.sh has found in the snapshot.
"use strict";

const assert = require("assert");

const SNAPSHOTS = ["mixed-6.1", "systemd-hybrid-5.10"];
const TABLES = ["tasks", "css_sets", "links", "cgroups", "csses", "hierarchies", "subsystems",
	"holders"];

const cases = [];

function add(page, name, run, options) {
	cases.push({ page, name, run, options });
}

// --- tables ---

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

async function tablesHaveAllRows(page, read) {
	for (const table of TABLES) {
		const [[nr]] = read(`${table}.rows`);
		const info = await page.textContent(`#table-${table}_info`);

		assert.match(info, new RegExp(`of ${nr}$`), table);
	}
}

// Columns that are shown at first, of all lines, in the order of the file.
async function tablesAreTheFile(page, read) {
	for (const table of ["tasks", "cgroups", "csses"]) {
		await showAll(page, table);
		const rows = await shownRows(page, table);

		assert.deepStrictEqual(rows.map((row) => row.slice(0, read(table)[0].length)),
			read(table), table);
	}
}

async function filterKeepsWhatMatches(page, read) {
	await showAll(page, "tasks");
	await fillFilter(page, "tasks", "SLEEP");
	const rows = await shownRows(page, "tasks");

	assert.deepStrictEqual(rows.map((row) => row.slice(0, 4)), read("sleep"));
	await fillFilter(page, "tasks", "");
	assert.strictEqual((await shownRows(page, "tasks")).length, read("tasks").length);
}

async function sortsByNumbers(page, read) {
	const wanted = read("tasks").map(([tid]) => Number(tid)).sort((a, b) => b - a);

	await showAll(page, "tasks");
	await page.click("#table-tasks th >> text=tid");
	await page.click("#table-tasks th >> text=tid");
	assert.deepStrictEqual((await shownRows(page, "tasks")).map(([tid]) => Number(tid)), wanted);
}

async function sortsByNames(page, read) {
	const wanted = read("tasks").map(([, comm]) => comm).sort();

	await showAll(page, "tasks");
	await page.focus("#table-tasks th:has-text('comm')");
	await page.keyboard.press("Enter");
	assert.deepStrictEqual((await shownRows(page, "tasks")).map(([, comm]) => comm), wanted);
}

async function showsAllColumns(page) {
	const headings = () => page.$$eval("#table-tasks th", (all) => all.map((th) => th.textContent));

	assert.ok(!(await headings()).includes("start"));
	await page.check("#section-tasks .controls input[type=checkbox]");
	assert.ok((await headings()).includes("start"));
}

// --- the graph ---

// In the page: the titles of what is lit, in order, and how many nodes are faded.
function litNow() {
	const titles = (what) => Array.from(
		document.querySelectorAll(`#picture g.${what}.lit > title`),
		(title) => title.textContent).sort();

	return { nodes: titles("node"), edges: titles("edge"),
		 faded: document.querySelectorAll("#picture g.node[role].faded").length };
}

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

async function isClear(page) {
	assert.strictEqual(await page.$$eval(".lit, .faded, .chosen", (all) => all.length), 0);
	assert.ok(await page.isHidden("#selection"));
}

function nodeSelector(title) {
	return `#picture g.node:has(title:text-is("${title}"))`;
}

// The title itself has no place on the screen; what is drawn has.
function clickNode(page, title) {
	return page.click(`${nodeSelector(title)} text >> nth=0`, { force: true });
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
	await isLit(page, read("lit").find(([kind, id]) => kind === "css_set" && title.includes(id)));
}

// A cgroup without a box of its own lights that which stands for it.
async function bunchedCgroup(page) {
	await fillFilter(page, "cgroups", "/jobs/5");
	await page.click("#table-cgroups td:first-child button");
	assert.deepStrictEqual((await page.evaluate(litNow)).nodes, ["0:142"]);
	assert.match(await page.textContent("#graph-notes"), /leaves out 9 cgroups/);
}

// --- the head ---

async function headIsRight(page, read) {
	const facts = await page.textContent("#facts");
	const [[nrTasks]] = read("tasks.rows");

	assert.ok(facts.includes(`Tasks${nrTasks}`), facts);
	assert.ok(facts.includes("Cgroups" + read("cgroups.rows")[0][0]), facts);
	assert.match(await page.textContent("#verdict"), /^The graph is sound: all 25 invariants hold/);
}

async function removedIsListed(page, read) {
	const wanted = read("removed").map(([id, state, path]) => [id, path, state].join(" "));

	await showAll(page, "removed");
	const rows = await shownRows(page, "removed");
	const cgroups = rows.filter(([id]) => /^\d/.test(id));

	assert.deepStrictEqual(cgroups.map((row) => row.slice(0, 3).join(" ")).sort(), wanted.sort());
	assert.ok(rows.every((row) => row[3] !== ""));
	assert.ok(rows.some((row) => /net_ns: 9 references, sleep \d+/.test(row[4])));
}

async function withoutMore(page) {
	assert.match(await page.textContent("#verdict"), /is not known/);
	assert.match(await page.textContent("#graph-notes"), /There is no picture: dot of Graphviz/);
	assert.match(await page.textContent("#removed"), /has no holders/);
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

// --- looks ---

async function fitsNarrowWindow(page) {
	assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
}

function brightness(page) {
	return page.evaluate(() => {
		const color = getComputedStyle(document.body).backgroundColor;

		return Math.max(...color.match(/\d+/g).slice(0, 3).map(Number));
	});
}

async function isDark(page) {
	assert.ok(await brightness(page) < 64);
	await page.emulateMedia({ colorScheme: "light" });
	assert.ok(await brightness(page) > 192);
}

async function prints(page) {
	await page.emulateMedia({ media: "print" });
	assert.ok(await page.isHidden("nav"));
	assert.ok(await page.isVisible("#picture svg"));
	assert.ok((await page.pdf()).length > 10000);
}

// --- hostile names ---

async function namesAreText(page) {
	const name = "<x-name></script><img src=x onerror=alert(1)>&lt;x-name&gt;&amp;lt;x-name&amp;gt;" +
		"<!--'\"";

	await showAll(page, "tasks");
	await page.check("#section-tasks .controls input[type=checkbox]");
	for (const row of await shownRows(page, "tasks"))
		assert.strictEqual(row[2], name);
	await fillFilter(page, "tasks", name);
	assert.ok((await shownRows(page, "tasks")).length > 50);
	await page.click("#table-tasks th >> nth=2");
	await page.evaluate(() => {
		for (const kind of ["task", "css_set", "cgroup", "css"])
			document.querySelectorAll(`td button[data-kind=${kind}]`).forEach((button, i) =>
				i % 20 || button.click());
	});
	assert.ok(await page.isVisible("#selection"));
	for (const details of await page.$$("details"))
		await details.evaluate((element) => { element.open = true; });
	assert.strictEqual(await page.$("x-name, img, iframe, object"), null);
	assert.ok((await page.textContent("#facts")).includes(name));
	assert.ok((await page.title()).includes(name));
	assert.ok((await page.textContent("#subtitle")).endsWith("not known"));
	assert.ok((await page.textContent("#verdict")).includes("not ok 4 \\377"));
	assert.match(await page.textContent("#verdict"), /not sound: 2 of 25/);
}

// --- many tasks ---

async function manyTasks(page, read) {
	assert.match(await page.textContent("#table-tasks_info"),
		new RegExp(`^1 to 25 of ${read("tasks").length.toLocaleString("en")}$`));
	await fillFilter(page, "tasks", "crowd-7777.");
	assert.deepStrictEqual((await shownRows(page, "tasks")).map((row) => row.slice(0, 2)),
		[["107777", "crowd-7777."]]);
	await page.click("#table-tasks td:first-child button");
	assert.match(await page.textContent("#selection h3"), /^task 107777 crowd-7777\., running/);
	assert.match(await page.textContent("#selection"), /and 10026 more/);
	await page.keyboard.press("Escape");
	await fillFilter(page, "tasks", "");
}

// In nanoseconds tasks are nearer to each other than numbers of JavaScript can be.
async function bigNumbers(page, read) {
	await page.check("#section-tasks .controls input[type=checkbox]");
	await page.click("#table-tasks th >> text=start");
	await page.click("#table-tasks th >> text=start");
	const rows = await shownRows(page, "tasks");

	assert.deepStrictEqual(rows.map(([tid]) => [tid]), read("by-start").slice(0, 25));
	assert.strictEqual(rows[0][13], "9007199254750992");
	assert.strictEqual(rows[1][13], "9007199254750991");
}

for (const name of SNAPSHOTS) {
	add(name, "host, verdict and numbers", headIsRight);
	add(name, "what was removed, and by what it is held", removedIsListed);
	add(name, "each table has all rows", tablesHaveAllRows);
	add(name, "tables are the file", tablesAreTheFile);
	add(name, "each object lights up what it is linked to", eachLightsWhatItIsLinkedTo);
	add(name, "a task that is clicked in a table", taskInTable);
	add(name, "a css_set and a cgroup that are clicked in the picture", nodesInPicture);
	add(name, "keys in the picture", keysInPicture);
	add(name, "from a task to its css_set with keys", chainByKeys);
}
add("mixed-6.1", "filter", filterKeepsWhatMatches);
add("mixed-6.1", "sort by a number", sortsByNumbers);
add("mixed-6.1", "sort by a name, with a key", sortsByNames);
add("mixed-6.1", "all columns", showsAllColumns);
add("systemd-hybrid-5.10", "a narrow window", fitsNarrowWindow,
	{ viewport: { width: 360, height: 700 } });
add("mixed-6.1", "dark", isDark, { colorScheme: "dark" });
add("mixed-6.1", "on paper", prints);
add("bunched", "a cgroup in a box that stands for several", bunchedCgroup);
add("plain", "no holders, no check, no picture", withoutMore);
add("older", "fewer columns and keys", ofOlderModule);
add("hostile", "names are text", namesAreText);
add("crowd", "10,000 tasks: filter and select", manyTasks);
add("crowd", "10,000 tasks: sort by numbers that JavaScript would round", bigNumbers);

module.exports = { cases };
