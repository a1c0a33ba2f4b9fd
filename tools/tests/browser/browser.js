// SPDX-License-Identifier: GPL-2.0-only
// Run the cases of cases.js in Chromium, which has no network, on the pages in a folder.
"use strict";

const { chromium } = require("playwright-core");
const fs = require("fs");
const path = require("path");
const { cases } = require("./cases.js");

// Only cases whose names match are run.
const [folder, pattern = ""] = process.argv.slice(2);
const chosen = cases.filter(({ page, name }) => `${page}: ${name}`.match(pattern));

// Everything that a page says or wants, but for itself, is a fault.
function watch(page, faults) {
	page.on("console", (message) => faults.push(`console: ${message.text()}`));
	page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
	page.on("dialog", (dialog) => {
		faults.push(`dialog: ${dialog.message()}`);
		dialog.dismiss();
	});
	page.on("request", (request) => {
		if (!/^file:.*\.html(#.*)?$/.test(request.url()))
			faults.push(`request: ${request.url()}`);
	});
}

async function open(browser, name, options, faults) {
	const context = await browser.newContext({ offline: true,
		viewport: { width: 1300, height: 900 }, ...options });
	const page = await context.newPage();

	page.setDefaultTimeout(30000);
	watch(page, faults);
	await page.goto("file://" + path.join(folder, name + ".html"));
	return page;
}

// The lines of a file that browser.sh has made, each with its fields.
function lines(file) {
	const text = fs.readFileSync(path.join(folder, file), "utf8");

	return text.split("\n").slice(0, -1).map((line) => line.split("\t"));
}

async function runCase(browser, { page: name, options, expected, run }) {
	const faults = [];
	let page;

	try {
		page = await open(browser, name, options, faults);
		for (const fault of await page.$$(".fault"))
			faults.push(await fault.textContent());
		if (expected)
			faults.splice(0, Infinity,
				...faults.filter((fault) => !expected.test(fault)));
		// A page that complains at once has no more to show, and waiting for it takes long.
		if (!faults.length)
			await run(page, (file) => lines(`${name}.${file}`));
	} catch (error) {
		faults.push(error.message);
	}
	if (page)
		await page.context().close();
	return faults;
}

async function main() {
	const browser = await chromium.launch({ executablePath: "/usr/bin/chromium",
		args: ["--no-sandbox"] });
	let failed = 0;

	for (const [i, one] of chosen.entries()) {
		const began = Date.now();
		const faults = await runCase(browser, one);

		for (const fault of faults.slice(0, 5))
			console.log(fault.slice(0, 1000).replace(/^/gm, "# "));
		failed += faults.length > 0;
		console.log(`# ${Date.now() - began} ms`);
		console.log(`${faults.length ? "not ok" : "ok"} ${i + 1} ${one.page}: ${one.name}`);
	}
	await browser.close();
	console.log(`${chosen.length - failed} passed, ${failed} failed, 0 skipped`);
	process.exitCode = failed || !chosen.length ? 1 : 0;
}

main();
