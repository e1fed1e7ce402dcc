/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/look/sheet.js - the contact sheet of all pictures in a folder, with the summary first
 *
 * Usage: node sheet.js OUT > OUT/index.html */
"use strict";
const fs = require("fs");
const path = require("path");

const OUT = process.argv[2];
const VIEWS = [
	["light", "Light, 1280 px"],
	["dark", "Dark, 1280 px"],
	["narrow", "360 px"],
	["print", "Print, A4"],
	["workbook", "Workbook, as LibreOffice prints it"],
];

function escape(text) {
	return String(text).replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
}

function read(name) {
	const file = path.join(OUT, name);
	return fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "";
}

function pictures(view) {
	const folder = path.join(OUT, view);
	return fs.existsSync(folder) ? fs.readdirSync(folder).filter((f) => f.endsWith(".png")).sort() : [];
}

function section([view, title]) {
	const cards = pictures(view).map((file) => {
		const place = escape(`${view}/${encodeURIComponent(file)}`);
		return `<figure><a href="${place}"><img src="${place}" alt="" loading="lazy"></a><figcaption>${escape(file.replace(/\.png$/, ""))}</figcaption></figure>`;
	});
	return `<h2>${escape(title)}</h2>\n<div class="cards">\n${cards.join("\n")}\n</div>`;
}

const report = JSON.parse(read("browser.json") || '{"problems": [], "incomplete": []}');
console.log(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>What the site looks like</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; margin: 24px; color: #1b1f24; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(220px, 1fr)); gap: 16px; }
figure { margin: 0; }
img { width: 100%; height: 320px; object-fit: cover; object-position: top; border: 1px solid #d0d7de; }
figcaption { font-size: 14px; }
</style>
</head>
<body>
<h1>What the site looks like</h1>
<pre>${escape(read("summary.txt"))}</pre>
<h2>Problems seen by the browser</h2>
<ul>
${report.problems.map((p) => `<li><b>${escape(p.check)}</b> ${escape(p.where)}: ${escape(p.message)}</li>`).join("\n") || "<li>none</li>"}
</ul>
${VIEWS.map(section).join("\n")}
</body>
</html>`);
