/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/look/kinds.js - the pages of a site, and one of every kind to be looked at */
"use strict";
const fs = require("fs");
const path = require("path");

/* The first row that fits gives a page its kind; a page that none fits is a document. Of each kind the
 * largest page is taken, since it shows most. */
const KINDS = [
	["overview", /^index\.html$/],
	["not-found", /^404\.html$/],
	["models", /^models\/index\.html$/],
	["model", /^models\/[^/]+\/index\.html$/],
	["run", /^models\/.*\/runs\/[^/]+\.html$/],
	["version", /^models\/[^/]+\/[^/]+\.html$/, /<h1[^>]*>[^<]*@/],
	["system-design", /^models\/[^/]+\/system_design\.html$/],
	["monitoring-plan", /^models\/[^/]+\/monitoring\.html$/],
	["model-card", /^models\/[^/]+\/model_card\.html$/],
	["review", /^models\/[^/]+\/review-/],
	["checklist", /^models\/[^/]+\/(\w+_checklist|evaluation_rigor|model_done|pipeline_done)-/],
	["failure-report", /^models\/[^/]+\/failure_report/],
	["improvement-report", /^models\/[^/]+\/improvement_report/],
	["project-postmortem", /^models\/[^/]+\/postmortem\.html$/],
	["document-of-model", /^models\//],
	["incidents", /^incidents\/index\.html$/],
	["incident", /^incidents\//],
	["findings", /^findings\/index\.html$/],
	["controls", /^controls\/index\.html$/],
	["framework", /^controls\//],
	["templates", /^templates\/index\.html$/],
	["record-kind", /^templates\//, /What a record of kind/],
	["template", /^templates\//],
	["records", /^records\/index\.html$/],
	["record-log", /^records\/.*\.csv\.html$/],
	["record-measured", /^records\/.*\/measured\//],
	["record-of-alerts", /^records\/.*alerts\.yaml\.html$/],
	["record", /^records\//],
	["document", /./],
];

function walk(root, folder, found) {
	for (const entry of fs.readdirSync(path.join(root, folder), { withFileTypes: true })) {
		const name = folder ? folder + "/" + entry.name : entry.name;
		if (entry.isDirectory()) walk(root, name, found);
		else if (name.endsWith(".html")) found.push(name);
	}
	return found;
}

function kindOf(root, name) {
	for (const [kind, place, holds] of KINDS) {
		if (place.test(name) && (!holds || holds.test(fs.readFileSync(path.join(root, name), "utf8")))) return kind;
	}
	return "document";
}

/* All pages in order of their paths, and {kind: page} in the order of KINDS. */
function pagesOf(root) {
	const all = walk(root, "", []).sort();
	const largest = new Map();
	for (const name of all) {
		const kind = kindOf(root, name);
		const size = fs.statSync(path.join(root, name)).size;
		if (!largest.has(kind) || largest.get(kind).size < size) largest.set(kind, { name, size });
	}
	const kinds = {};
	for (const [kind] of KINDS) if (largest.has(kind)) kinds[kind] = largest.get(kind).name;
	return { all, kinds };
}

module.exports = { pagesOf };
