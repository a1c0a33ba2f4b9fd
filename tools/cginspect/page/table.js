// SPDX-License-Identifier: GPL-2.0-only
// One table, which DataTables sorts, filters and pages. It makes HTML of what it is given, so it
// is given nothing but escaped text, and cells are filled with text.
"use strict";

const escapeHtml = $.fn.dataTable.render.text().display;

// sortKey() has made what is compared.
$.fn.dataTable.ext.type.order["key-pre"] = (key) => key;
$.fn.dataTable.ext.errMode = "throw";

const LANGUAGE = {
	search: "Filter, in all columns:",
	info: "_START_ to _END_ of _TOTAL_",
	infoEmpty: "none",
	infoFiltered: "(filtered from _MAX_)",
	lengthMenu: "_MENU_ a page",
	emptyTable: "nothing",
	zeroRecords: "nothing matches",
	thousands: ",",
	paginate: { previous: "previous", next: "next" },
};

// A button that selects an object.
function objectButton(page, kind, id, text) {
	const button = make("button", "object", text);

	button.type = "button";
	button.dataset.kind = kind;
	button.dataset.id = id;
	button.classList.toggle("lit", page.lit !== null && page.lit[kind].has(id));
	return button;
}

// The memberships that are not at a root, as most tasks are at the roots of most hierarchies.
function briefMemberships(items) {
	const below = items.filter((item) => item.path !== "/");
	const atRoot = items.length - below.length;
	const rest = atRoot ? [below.length ? `/ in ${atRoot} others` : `/ in all ${atRoot}`] : [];

	return below.map(showMembership).concat(rest).join(", ");
}

// So many lines of a cell are shown.
const MOST_LINES = 4;

function fillLines(cell, lines) {
	cell.replaceChildren(...lines.slice(0, MOST_LINES).map((line) => make("div", "", line)));
	if (lines.length > MOST_LINES)
		cell.append(make("div", "rest", `and ${lines.length - MOST_LINES} more, in the ` +
			"table of holders"));
}

// What is no longer than this is one line.
const SHORT = 20;

function fillCell(page, cell, column, value) {
	const text = showValue(column.type, value);
	const kind = kindOfField(page.graph, column.name, value);

	cell.classList.toggle("short", text.length <= SHORT);
	if (kind) {
		cell.replaceChildren(objectButton(page, kind, String(value), text));
	} else if (column.type === "memberships" && value) {
		cell.textContent = briefMemberships(value);
		cell.title = text;
	} else if (column.type === "lines" && value) {
		fillLines(cell, value);
	} else {
		cell.textContent = text;
	}
}

function columnOptions(page, column) {
	return {
		type: "key",
		visible: column.shown,
		className: "type-" + column.type,
		data: (row) => showValue(column.type, row[column.name]),
		render: (text, use, row) => use === "sort" || use === "type" ?
			sortKey(column.type, row[column.name]) : escapeHtml(text),
		createdCell: (cell, text, row) => fillCell(page, cell, column, row[column.name]),
	};
}

function tableHead(columns) {
	const line = make("tr", "");

	for (const column of columns) {
		const cell = make("th", "", showText(column.name));

		cell.scope = "col";
		cell.title = column.help;
		line.append(cell);
	}
	return make("thead", "", line);
}

// After each change of what is shown; if there is only one page nobody needs to turn it.
function afterDraw(page, api) {
	const { pages } = api.page.info();

	markObjects(page, api.table().node());
	api.table().container().querySelector(".dataTables_paginate").hidden = pages < 2;
	api.table().container().classList.toggle("paged", pages > 1);
}

// Columns that are not shown at first can be shown.
function columnsSwitch(api, columns) {
	const hidden = columns.map((column, at) => column.shown ? -1 : at).filter((at) => at >= 0);
	const box = make("input", "");

	box.type = "checkbox";
	box.addEventListener("change", () => api.columns(hidden).visible(box.checked));
	return hidden.length ? make("label", "", box, " all columns") : "";
}

// DataTables looks for each word by itself, and for what is between quotes as one word. But it
// drops a quote inside a word, so a text that has a quote is looked for as it is, quotes included.
function filterByBox(api, box) {
	$(box).off(".DT").on("input search", () => {
		const looksForWords = !box.value.includes('"');

		api.search(box.value, false, looksForWords).draw();
	});
}

// Make the table of rows in an element. columns: name, type, help, shown.
function makeTable(page, host, name, columns, rows) {
	const table = make("table", "", tableHead(columns));
	const frame = make("div", "frame", table);

	table.id = "table-" + name;
	host.append(frame);
	const api = $(table).DataTable({
		data: rows,
		columns: columns.map((column) => columnOptions(page, column)),
		order: [],
		orderClasses: false,
		deferRender: true,
		autoWidth: false,
		pageLength: 25,
		lengthMenu: [[10, 25, 100, 1000, -1], [10, 25, 100, 1000, "all"]],
		dom: '<"controls"fil><"scroll"t>p',
		language: LANGUAGE,
	});

	filterByBox(api, frame.querySelector(".dataTables_filter input"));
	frame.querySelector(".controls").append(columnsSwitch(api, columns));
	api.on("draw", () => afterDraw(page, api));
	afterDraw(page, api);
	return api;
}

// The buttons of a table that are about what is selected.
function markObjects(page, root) {
	for (const button of root.querySelectorAll("button.object"))
		button.classList.toggle("lit", page.lit !== null &&
			page.lit[button.dataset.kind].has(button.dataset.id));
}
