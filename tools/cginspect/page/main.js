// SPDX-License-Identifier: GPL-2.0-only
// Put the page together.
"use strict";

function readData(id) {
	return parseJson(document.getElementById("data-" + id).textContent);
}

function makePage() {
	const snapshot = readData("snapshot");
	const page = {
		snapshot,
		report: readData("report"),
		graph: makeGraph(snapshot),
		tables: new Map(),
		panel: document.getElementById("selection"),
		// What is selected, what that is linked to, and the button that did it.
		chosen: null,
		lit: null,
		opener: null,
	};

	makeSummary(page);
	makeRemoved(page);
	makePicture(page);
	makeSections(page);
	watchSelection(page);
}

makePage();
