/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/look/in_page.js - what is measured inside an open page; each function runs in the browser */
"use strict";

/* Whether the page scrolls sideways, and the first elements that stick out of it. */
function overflow() {
	const wide = document.documentElement.scrollWidth;
	const guilty = [];
	if (wide > window.innerWidth) {
		for (const element of document.querySelectorAll("body *")) {
			const box = element.getBoundingClientRect();
			if (box.right > window.innerWidth + 1 && !element.closest(".scroll, pre") && guilty.length < 3) {
				guilty.push(element.tagName.toLowerCase() + (element.className.baseVal || element.className ? "." + (element.className.baseVal ?? element.className) : ""));
			}
		}
	}
	return { wide, inner: window.innerWidth, guilty };
}

/* Texts of plots that lie on each other or leave their picture. */
function plots() {
	const problems = [];
	for (const svg of document.querySelectorAll("svg.plot")) {
		if (!svg.getBoundingClientRect().width) continue;
		const frame = svg.getBoundingClientRect();
		const name = (svg.querySelector("title") || {}).textContent || "plot";
		const texts = Array.from(svg.querySelectorAll("text"))
			.map((t) => ({ text: t.textContent, box: t.getBoundingClientRect() }))
			.filter((t) => t.box.width > 0 && t.text.trim());
		texts.forEach((a, i) => {
			if (a.box.left < frame.left - 1 || a.box.right > frame.right + 1 || a.box.top < frame.top - 1 || a.box.bottom > frame.bottom + 1)
				problems.push(`${name}: "${a.text}" leaves the picture`);
			for (const b of texts.slice(i + 1)) {
				const x = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
				const y = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
				const least = Math.min(a.box.height, b.box.height, a.box.width, b.box.width);
				if (x > 1 && y > least * 0.35) problems.push(`${name}: "${a.text}" lies on "${b.text}"`);
			}
		});
	}
	return problems;
}

/* Texts that are cut off: more inside than is shown, and no way to scroll to it. */
function clipped() {
	const problems = [];
	for (const element of document.querySelectorAll("main *")) {
		const style = getComputedStyle(element);
		const hidden = style.overflowX === "hidden" || style.overflowX === "clip";
		if (hidden && element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 1 && !element.closest("svg"))
			problems.push(`${element.tagName.toLowerCase()}: "${element.textContent.trim().slice(0, 40)}"`);
	}
	return problems;
}

/* Cells of tables so narrow that words stand letter under letter. */
function squeezed() {
	return Array.from(document.querySelectorAll("main th, main td"))
		.filter((cell) => {
			const style = getComputedStyle(cell);
			const inside = cell.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
			const lines = cell.clientHeight / (parseFloat(style.lineHeight) || 20);
			const longest = Math.max(...cell.textContent.trim().split(/\s+/).map((word) => word.length));
			return cell.offsetParent && longest > 4 && inside < 40 && lines > 2.5 && !cell.querySelector("svg");
		})
		.slice(0, 3)
		.map((cell) => `"${cell.textContent.trim().slice(0, 40)}" in ${cell.clientWidth} px`);
}

/* Whether style and script of the site took effect (a policy that blocks them leaves neither). */
function assets() {
	const sheets = Array.from(document.styleSheets).filter((s) => s.href).length;
	const links = document.querySelectorAll('link[rel="stylesheet"]').length;
	const button = document.querySelector(".theme-switch");
	return { sheets, links, script: !button || !button.hidden };
}

async function axe() {
	const result = await window.axe.run(document, {
		runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
		rules: { "target-size": { enabled: true } },
		resultTypes: ["violations", "incomplete"],
	});
	const short = (rule) => ({
		id: rule.id,
		impact: rule.impact,
		help: rule.help,
		nodes: rule.nodes.map((node) => ({ target: node.target.join(" "), html: node.html.slice(0, 160), why: node.failureSummary })),
	});
	return { passes: result.passes.length, violations: result.violations.map(short), incomplete: result.incomplete.map(short) };
}

module.exports = { overflow, plots, clipped, squeezed, assets, axe };
