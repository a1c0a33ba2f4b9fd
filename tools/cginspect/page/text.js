// SPDX-License-Identifier: GPL-2.0-only
// Values of the snapshot as text for people, as cginspect prints them. What could look like
// something else stays an escape: a backslash and three octal digits for each byte.
"use strict";

// Control characters, noncharacters, and what is not seen, changes the direction of letters or
// breaks lines: the same as is_unsafe() in text.c, which browser.sh makes sure of.
const UNSAFE = new RegExp("[\\p{Default_Ignorable_Code_Point}\\p{Noncharacter_Code_Point}\\p{Cs}" +
	"\\u0000-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\ufff9-\\ufffb\\u{e0000}-\\u{10ffff}]",
	"gu");

function escapeByte(byte) {
	return "\\" + byte.toString(8).padStart(3, "0");
}

// A byte that is no UTF-8 is half of a surrogate pair in a string of JavaScript.
const BROKEN_BYTES = 0xdc00;

function escapeText(text) {
	const code = text.charCodeAt(0);

	if (code > BROKEN_BYTES && code < BROKEN_BYTES + 256)
		return escapeByte(code - BROKEN_BYTES);
	return Array.from(new TextEncoder().encode(text), escapeByte).join("");
}

// A backslash must not look like the beginning of an escape.
function showText(text) {
	return text.replace(/\\(?=[0-7]{3}|x)/g, "\\134").replace(UNSAFE, escapeText);
}

const strictDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

// The character whose first byte is at a place, as text and number of bytes, or that byte.
function characterAt(bytes, at) {
	const first = bytes[at];
	const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;

	try {
		return [strictDecoder.decode(bytes.subarray(at, at + length)), length];
	} catch {
		return [String.fromCharCode(BROKEN_BYTES + first), 1];
	}
}

// Bytes of which not all are UTF-8, which JSON has in hexadecimal.
function showBytes(hex) {
	const bytes = Uint8Array.from(hex.match(/../g) || [], (digits) => parseInt(digits, 16));
	let text = "";

	for (let at = 0; at < bytes.length;) {
		const [character, length] = characterAt(bytes, at);

		text += character;
		at += length;
	}
	return showText(text);
}

// A name can be empty, and can be what stands for none. What should be one is not always.
function showName(name) {
	if (typeof name !== "string")
		return isAbsent(name?.bytes) ? showOther(name) : showBytes(name.bytes);
	if (name === "")
		return "\\000";
	return name === "-" ? "\\055" : showText(name);
}

function showCount(count) {
	return typeof count === "object" ? "~" + count.count : String(count);
}

// A number, where a newer module has put one.
function showOther(value) {
	return isAbsent(value) ? "-" : showCount(value);
}

function showMembership({ hierarchy, controllers, path }) {
	return `${hierarchy}:${controllers.map(showName).join(",")}:${showName(path)}`;
}

function showDetail(detail) {
	return Object.entries(detail).map(([key, value]) =>
		`${showText(key)}:${showName(value)}`).join(",");
}

const SHOW = {
	word: showName,
	string: showName,
	number: String,
	count: showCount,
	yes_no: (value) => value ? "yes" : "no",
	list: (items) => items.map(showName).join(","),
	memberships: (items) => items.map(showMembership).join(" "),
	detail: showDetail,
	// What has been made text for people before, and several of these.
	shown: String,
	lines: (lines) => lines.join("; "),
};

// A column or key can be absent, too, in what an older module has said.
function isAbsent(value) {
	return value === null || value === undefined;
}

function showValue(type, value) {
	return isAbsent(value) ? "-" : SHOW[type](value);
}

// What a value is sorted by: numbers as numbers, all else by its letters. What is absent comes
// first.
function sortKey(type, value) {
	if (type !== "number" && type !== "count")
		return isAbsent(value) ? "" : showValue(type, value);
	if (isAbsent(value))
		return -Infinity;
	const number = typeof value === "object" ? value.count : value;

	return typeof number === "string" ? BigInt(number) : number;
}

// An element with a class and with text, or with what else belongs into it.
function make(name, className, ...content) {
	const element = document.createElement(name);

	if (className)
		element.className = className;
	element.append(...content);
	return element;
}
