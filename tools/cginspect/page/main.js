// SPDX-License-Identifier: GPL-2.0-only
// Put the page together.
"use strict";

function readData(id) {
	return parseJson(document.getElementById("data-" + id).textContent);
}

function startPage() {
	const snapshot = readData("snapshot");

	return {
		snapshot,
		report: readData("report"),
		graph: makeGraph(snapshot),
		tables: new Map(),
		panel: document.getElementById("selection"),
		// What is selected, what that is linked to, whether any of it is in the picture,
		// and the button that did it.
		chosen: null,
		lit: null,
		drawn: false,
		opener: null,
	};
}

// What a page can not show must not look as if it was not there.
function attempt(part, page) {
	try {
		return part(page);
	} catch (error) {
		const words = document.createElement("p");

		words.className = "verdict bad fault";
		words.textContent = `This page is not whole: ${error.message}`;
		document.querySelector("main").prepend(words);
		return null;
	}
}

function makePage() {
	const page = attempt(startPage);

	for (const part of page ? [makeSummary, makeRemoved, makePicture, makeSections,
		watchSelection] : [])
		attempt(part, page);
}

makePage();
