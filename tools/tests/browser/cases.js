// SPDX-License-Identifier: GPL-2.0-only
// What has to be seen on the pages. Each case gets a page that was just opened, and a function
// that reads what browser.sh has found in the snapshot.
"use strict";

const assert = require("assert");
const graph = require("./graph.js");
const head = require("./head.js");
const { showAll, shownRows, fillFilter } = require("./look.js");

const SNAPSHOTS = ["mixed-6.1", "systemd-hybrid-5.10"];
const TABLES = ["tasks", "css_sets", "links", "cgroups", "csses", "hierarchies", "subsystems",
	"holders"];

const cases = [];

// options: what Chromium is to be like; expected: the fault that the page has to have.
function add(page, name, run, options, expected) {
	cases.push({ page, name, run, options, expected });
}

// --- tables ---

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
	const rows = await shownRows(page, "tasks");

	assert.deepStrictEqual(rows.map(([tid]) => Number(tid)), wanted);
}

async function sortsByNames(page, read) {
	const wanted = read("tasks").map(([, comm]) => comm).sort();

	await showAll(page, "tasks");
	await page.focus("#table-tasks th:has-text('comm')");
	await page.keyboard.press("Enter");
	assert.deepStrictEqual((await shownRows(page, "tasks")).map(([, comm]) => comm), wanted);
}

async function showsAllColumns(page) {
	const headings = () => page.$$eval("#table-tasks th",
		(all) => all.map((th) => th.textContent));

	assert.ok(!(await headings()).includes("start"));
	await page.check("#section-tasks .controls input[type=checkbox]");
	assert.ok((await headings()).includes("start"));
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
	const [good, line, more] = await page.evaluate(() => [
		getComputedStyle(document.querySelector(".good")).color,
		getComputedStyle(document.querySelector("td")).borderBottomColor,
		getComputedStyle(document.querySelector("#table-tasks_info"), "::after").content]);

	assert.strictEqual(good, "rgb(26, 107, 46)");
	assert.strictEqual(line, "rgb(187, 187, 187)");
	assert.match(more, /to have them on paper/);
	assert.ok((await page.pdf()).length > 10000);
}

// --- hostile names ---

async function namesAreText(page) {
	const name = "<x-name></script><img src=x onerror=alert(1)>&lt;x-name&gt;" +
		"&amp;lt;x-name&amp;gt;\\302\\255\\357\\270\\217<!--'\"-";

	await showAll(page, "tasks");
	await page.check("#section-tasks .controls input[type=checkbox]");
	for (const row of await shownRows(page, "tasks"))
		assert.strictEqual(row[2], name);
	await fillFilter(page, "tasks", name);
	assert.ok((await shownRows(page, "tasks")).length > 50);
	await page.click("#table-tasks th >> nth=2");
	await page.evaluate(() => {
		for (const kind of ["task", "css_set", "cgroup", "css"])
			document.querySelectorAll(`td button[data-kind=${kind}]`).forEach(
				(button, i) => i % 20 || button.click());
	});
	assert.ok(await page.isVisible("#selection"));
	for (const details of await page.$$("details"))
		await details.evaluate((element) => { element.open = true; });
	assert.strictEqual(await page.$("x-name, img, iframe, object"), null);
	assert.ok((await page.textContent("#facts")).includes(name));
	assert.ok((await page.title()).includes(name));
	assert.ok((await page.textContent("#subtitle")).endsWith("not known"));
	assert.ok((await page.textContent("#verdict")).includes("not ok 4 \\377"));
	assert.match(await page.textContent("#verdict"),
		/found violations: of 25 invariants 2 do not hold/);
}

// In the page: the ranges of code points that it escapes, as characters.c prints those of
// cginspect.
function escapedRanges() {
	const ranges = [];
	let last = -2;

	for (let code = 1; code <= 0x10ffff; code++) {
		const character = String.fromCodePoint(code);

		if (code >= 0xd800 && code <= 0xdfff || showText(character) === character)
			continue;
		if (code !== last + 1)
			ranges.push([code, code]);
		ranges[ranges.length - 1][1] = last = code;
	}
	return ranges.map((range) => range.map((code) => code.toString(16)));
}

async function escapesWhatCginspectDoes(page, read) {
	assert.deepStrictEqual(await page.evaluate(escapedRanges), read("escaped"));
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

// All at once, as nobody waits for who compares each with all others.
async function manyRemoved(page) {
	await fillFilter(page, "removed", "/crowd/7777.");
	const [row] = await shownRows(page, "removed");

	assert.strictEqual(row[0], "0:507777");
	assert.match(row[4], /^memory:507777: file: 5 references, 5 pages, device:254:0,inode:5/);
	assert.match(row[4], /and 1 more, in the table of holders$/);
}

for (const name of SNAPSHOTS) {
	add(name, "host, verdict and numbers", head.headIsRight);
	add(name, "what was removed, and by what it is held", head.removedIsListed);
	add(name, "each table has all rows", tablesHaveAllRows);
	add(name, "tables are the file", tablesAreTheFile);
	add(name, "each object lights up what it is linked to", graph.eachLightsWhatItIsLinkedTo);
	add(name, "a task that is clicked in a table", graph.taskInTable);
	add(name, "a css_set and a cgroup that are clicked in the picture", graph.nodesInPicture);
	add(name, "keys in the picture", graph.keysInPicture);
	add(name, "from a task to its css_set with keys", graph.chainByKeys);
}
add("mixed-6.1", "filter", filterKeepsWhatMatches);
add("mixed-6.1", "sort by a number", sortsByNumbers);
add("mixed-6.1", "sort by a name, with a key", sortsByNames);
add("mixed-6.1", "all columns", showsAllColumns);
add("systemd-hybrid-5.10", "a narrow window", fitsNarrowWindow,
	{ viewport: { width: 360, height: 700 } });
add("mixed-6.1", "dark", isDark, { colorScheme: "dark" });
add("mixed-6.1", "on paper, of a dark window", prints, { colorScheme: "dark" });
add("systemd-hybrid-5.10", "a click in the picture moves nothing", graph.clickMovesNothing);
add("mixed-6.1", "Escape in a field", graph.escapeInField);
add("mixed-6.1", "for who hears the page", graph.isTold);
add("mixed-6.1", "without scripts", head.withoutScripts, { javaScriptEnabled: false });
add("part", "what is not in the picture", graph.outsideOfPicture);
add("held", "holders are whole, those with the most first", head.holdersAreWhole);
add("held", "what uses a css", head.cssHasUsers);
add("newer", "a newer module, and what was not judged", head.newerModule);
add("held", "one object was not judged", head.oneNotJudged);
add("broken", "what can not be shown is said", head.isNotWhole, {}, /not whole/);
add("bunched", "a cgroup in a box that stands for several", graph.bunchedCgroup);
add("plain", "no holders, no check, no picture", head.withoutMore);
add("older", "fewer columns and keys", head.ofOlderModule);
add("hostile", "names are text", namesAreText);
add("hostile", "the same characters are escaped as in a terminal", escapesWhatCginspectDoes);
add("crowd", "10,000 tasks: filter and select", manyTasks);
add("crowd", "10,000 tasks: sort by numbers that JavaScript would round", bigNumbers);
add("removed", "20,000 removed cgroups with 100,000 holders", manyRemoved);

module.exports = { cases };
