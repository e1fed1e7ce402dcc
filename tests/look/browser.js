/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/look/browser.js - opens a built site from its folder: pictures, axe, requests, console, widths
 *
 * Usage: node browser.js SITE OUT    (CHROMIUM names the browser, NODE_PATH the packages of package.json)
 * Writes OUT/{light,dark,narrow}/KIND.png, OUT/print/KIND.pdf and OUT/browser.json. */
"use strict";
const fs = require("fs");
const path = require("path");
const { pathToFileURL } = require("url");
const { chromium } = require("playwright-core");
const { pagesOf } = require("./kinds.js");
const inPage = require("./in_page.js");

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
	"--disable-component-update", "--disable-sync", "--hide-scrollbars"];
const TALLEST = 16000; /* px of a picture; beyond it a page is cut */
const SITE = path.resolve(process.argv[2]);
const OUT = path.resolve(process.argv[3]);
const AXE = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const problems = [];
const counts = {};

function verdict(check, where, bad, message) {
	counts[check] = counts[check] || { good: 0, bad: 0 };
	counts[check][bad ? "bad" : "good"]++;
	if (bad) problems.push({ check, where, message });
}

function url(name) {
	return pathToFileURL(path.join(SITE, name)).href;
}

/* A page whose requests and console are watched from the first byte. */
async function watched(context, name, label) {
	const page = await context.newPage();
	const asked = [];
	const said = [];
	page.on("request", (request) => asked.push(request.url()));
	page.on("requestfailed", (request) => said.push(`${request.url()}: ${request.failure().errorText}`));
	page.on("console", (message) => ["error", "warning"].includes(message.type()) && said.push(message.text()));
	page.on("pageerror", (error) => said.push(String(error)));
	await page.goto(url(name), { waitUntil: "load" });
	await page.waitForTimeout(30);
	const outside = asked.filter((u) => !u.startsWith(pathToFileURL(SITE).href + "/") && !u.startsWith("data:"));
	verdict("requests", `${name} (${label})`, outside.length, outside.join(" "));
	verdict("console", `${name} (${label})`, said.length, said.join(" | "));
	return page;
}

async function everyPage(browser, pages) {
	const context = await browser.newContext({ viewport: { width: 360, height: 740 }, colorScheme: "light", reducedMotion: "reduce" });
	for (const name of pages) {
		const page = await watched(context, name, "360 px");
		for (const width of [360, 320]) {
			await page.setViewportSize({ width, height: 740 });
			const found = await page.evaluate(inPage.overflow);
			verdict(`width ${width}`, name, found.wide > found.inner, `${found.wide} px wide: ${found.guilty.join(", ")}`);
			const narrow = await page.evaluate(inPage.squeezed);
			verdict(`cells ${width}`, name, narrow.length, narrow.join("; "));
		}
		await page.setViewportSize({ width: 1280, height: 900 });
		const wide = await page.evaluate(inPage.overflow);
		verdict("width 1280", name, wide.wide > wide.inner, `${wide.wide} px wide: ${wide.guilty.join(", ")}`);
		const cut = await page.evaluate(inPage.clipped);
		verdict("clipped text", name, cut.length, cut.join("; "));
		const used = await page.evaluate(inPage.assets);
		verdict("own style and script", name, used.sheets !== used.links || !used.script, JSON.stringify(used));
		await page.close();
	}
	await context.close();
}

async function accessibility(page, name, label, incomplete) {
	await page.evaluate(AXE);
	const result = await page.evaluate(inPage.axe);
	counts[`axe ${label}`] = counts[`axe ${label}`] || { good: 0, bad: 0 };
	counts[`axe ${label}`].good += result.passes;
	for (const rule of result.violations) {
		for (const node of rule.nodes) {
			verdict(`axe ${label}`, name, true, `${rule.id} (${rule.impact}): ${rule.help}: ${node.target}: ${node.html}`);
		}
	}
	for (const rule of result.incomplete) incomplete.push({ name, label, id: rule.id, nodes: rule.nodes.length, first: rule.nodes[0].html });
}

async function screenshot(page, file) {
	const height = await page.evaluate(() => document.documentElement.scrollHeight);
	const size = page.viewportSize();
	if (height > TALLEST) await page.screenshot({ path: file, fullPage: true, clip: { x: 0, y: 0, width: size.width, height: TALLEST } });
	else await page.screenshot({ path: file, fullPage: true });
}

async function everyKind(browser, kinds, incomplete) {
	const views = [
		["light", { viewport: { width: 1280, height: 900 }, colorScheme: "light" }],
		["dark", { viewport: { width: 1280, height: 900 }, colorScheme: "dark" }],
		["narrow", { viewport: { width: 360, height: 740 }, colorScheme: "light" }],
	];
	for (const [label, options] of views) {
		const context = await browser.newContext({ ...options, reducedMotion: "reduce" });
		for (const [kind, name] of Object.entries(kinds)) {
			const page = await watched(context, name, label);
			const lies = await page.evaluate(inPage.plots);
			verdict("texts of plots", `${name} (${label})`, lies.length, lies.join("; "));
			await screenshot(page, path.join(OUT, label, `${kind}.png`));
			await accessibility(page, name, label, incomplete);
			await page.close();
		}
		await context.close();
	}
	/* A reader with a dark screen who prints gets the light dossier. */
	const context = await browser.newContext({ viewport: { width: 794, height: 1123 }, colorScheme: "dark", reducedMotion: "reduce" });
	for (const [kind, name] of Object.entries(kinds)) {
		const page = await watched(context, name, "print");
		await page.emulateMedia({ media: "print" });
		const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor + getComputedStyle(document.body).color);
		verdict("print is light", name, !/^(rgb\(255, 255, 255\)|rgba\(0, 0, 0, 0\))rgb\(\d{1,2}, \d{1,2}, \d{1,2}\)/.test(ground), ground);
		await accessibility(page, name, "print", incomplete);
		await page.pdf({ path: path.join(OUT, "print", `${kind}.pdf`), format: "A4", preferCSSPageSize: true, printBackground: false });
		await page.close();
	}
	await context.close();
}

async function main() {
	const { all, kinds } = pagesOf(SITE);
	const most = Number(process.env.LOOK_PAGES || 400);
	const chosen = new Set(Object.values(kinds));
	const step = Math.ceil(all.length / most);
	const pages = all.filter((name, i) => i % step === 0 || chosen.has(name));
	for (const view of ["light", "dark", "narrow", "print"]) fs.mkdirSync(path.join(OUT, view), { recursive: true });
	const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: FLAGS });
	const incomplete = [];
	await everyPage(browser, pages);
	await everyKind(browser, kinds, incomplete);
	await browser.close();
	fs.writeFileSync(path.join(OUT, "browser.json"), JSON.stringify({ pages: pages.length, of: all.length, kinds, counts, problems, incomplete }, null, 1) + "\n");
	for (const { check, where, message } of problems) console.log(`${check}: ${where}: ${message}`);
	for (const [check, { good, bad }] of Object.entries(counts)) console.log(`${bad ? "FAILED" : "ok    "} ${check}: ${good} good, ${bad} bad`);
	console.log(`${pages.length} of ${all.length} pages opened, ${Object.keys(kinds).length} kinds, ${problems.length} problems`);
	process.exitCode = problems.length ? 1 : 0;
}

main().catch((error) => {
	console.error(error);
	process.exitCode = 2;
});
