/* SPDX-License-Identifier: GPL-3.0-or-later */
/* themes/default/script.js - the theme switch, the place in the contents, the filter of findings
 *
 * Loaded before the page is drawn, so that a chosen theme does not flash. Nothing needs it in
 * order to read. */
(function () {
	"use strict";
	var KEY = "modelbook-theme";
	var CHOICES = ["auto", "light", "dark"];
	var root = document.documentElement;

	function stored() {
		try {
			return CHOICES.indexOf(localStorage.getItem(KEY)) > 0 ? localStorage.getItem(KEY) : "auto";
		} catch (e) {
			return "auto"; /* storage is refused: the system's choice */
		}
	}

	function apply(theme) {
		if (theme === "auto") root.removeAttribute("data-theme");
		else root.setAttribute("data-theme", theme);
	}

	function keep(theme) {
		try {
			if (theme === "auto") localStorage.removeItem(KEY);
			else localStorage.setItem(KEY, theme);
		} catch (e) {
			/* the choice holds for this page */
		}
	}

	function themeSwitch(button) {
		var theme = stored();
		function label() {
			button.textContent = "Theme: " + theme;
		}
		button.hidden = false;
		label();
		button.addEventListener("click", function () {
			theme = CHOICES[(CHOICES.indexOf(theme) + 1) % CHOICES.length];
			apply(theme);
			keep(theme);
			label();
		});
	}

	/* Marks the entry of the contents whose heading was passed last. */
	function markPlace(contents) {
		var links = Array.prototype.slice.call(contents.querySelectorAll('a[href^="#"]'));
		var targets = links.map(function (link) {
			return document.getElementById(decodeURIComponent(link.getAttribute("href").slice(1)));
		});
		var waiting = false;
		function mark() {
			var here = -1;
			waiting = false;
			targets.forEach(function (target, i) {
				if (target && target.getBoundingClientRect().top < 96) here = i;
			});
			links.forEach(function (link, i) {
				if (i === here) link.setAttribute("aria-current", "location");
				else link.removeAttribute("aria-current");
			});
		}
		window.addEventListener(
			"scroll",
			function () {
				if (!waiting) {
					waiting = true;
					window.requestAnimationFrame(mark);
				}
			},
			{ passive: true }
		);
		mark();
	}

	/* A choice among what the entries of a list have under data-NAME. */
	function choice(items, name, label, changed) {
		var box = document.createElement("label");
		var select = document.createElement("select");
		var seen = [];
		items.forEach(function (item) {
			if (seen.indexOf(item.dataset[name]) < 0) seen.push(item.dataset[name]);
		});
		[""].concat(name === "rule" ? seen.sort() : seen).forEach(function (value) {
			var option = document.createElement("option");
			option.value = value;
			option.textContent = value || "all";
			select.appendChild(option);
		});
		select.addEventListener("change", changed);
		box.textContent = label + " ";
		box.appendChild(select);
		return { box: box, select: select };
	}

	/* Findings by severity and rule; a file of which nothing is left is not shown. */
	function findingFilter(place) {
		var items = Array.prototype.slice.call(document.querySelectorAll(".findings > li"));
		var shown = document.createElement("span");
		var severity = choice(items, "severity", "Severity", apply);
		var rule = choice(items, "rule", "Rule", apply);
		function apply() {
			var n = 0;
			items.forEach(function (item) {
				item.hidden =
					(severity.select.value && severity.select.value !== item.dataset.severity) ||
					(rule.select.value && rule.select.value !== item.dataset.rule);
				if (!item.hidden) n++;
			});
			document.querySelectorAll(".findings").forEach(function (list) {
				var section = list.closest("section");
				var link = document.querySelector('.contents a[href="#' + section.getAttribute("aria-labelledby") + '"]');
				section.hidden = !list.querySelector(":scope > li:not([hidden])");
				if (link) link.parentElement.hidden = section.hidden;
			});
			shown.textContent = n === items.length ? "" : n + " of " + items.length + " shown";
		}
		if (items.length < 2) return;
		shown.setAttribute("role", "status");
		[severity.box, rule.box, shown].forEach(function (e) {
			place.appendChild(e);
		});
		place.hidden = false;
	}

	/* Controls by status; a part of which nothing is left is not shown. The row that the address
	 * names is always shown. */
	function controlFilter(place) {
		var items = Array.prototype.slice.call(document.querySelectorAll("table.controls tbody tr"));
		var shown = document.createElement("span");
		var status = choice(items, "status", "Status", apply);
		function apply() {
			var n = 0;
			items.forEach(function (item) {
				item.hidden = status.select.value && status.select.value !== item.dataset.status;
				if (!item.hidden) n++;
			});
			document.querySelectorAll(".control-part").forEach(function (part) {
				part.hidden = !part.querySelector("tbody tr:not([hidden])");
			});
			shown.textContent = n === items.length ? "" : n + " of " + items.length + " shown";
		}
		if (items.length < 2) return;
		shown.setAttribute("role", "status");
		place.appendChild(status.box);
		place.appendChild(shown);
		window.addEventListener("hashchange", function () {
			var row = document.getElementById(decodeURIComponent(location.hash.slice(1)));
			if (row && row.hidden) {
				status.select.value = "";
				apply();
				row.scrollIntoView();
			}
		});
		place.hidden = false;
	}

	/* A fold that holds the target of the address is opened. */
	function openTarget() {
		var id = location.hash.length > 1 ? decodeURIComponent(location.hash.slice(1)) : "";
		var at = id ? document.getElementById(id) : null;
		for (var e = at; e; e = e.parentElement) if (e.tagName === "DETAILS") e.open = true;
		if (at) at.scrollIntoView();
	}

	apply(stored());
	document.addEventListener("DOMContentLoaded", function () {
		var button = document.querySelector(".theme-switch");
		var contents = document.querySelector(".contents");
		if (button) themeSwitch(button);
		var filter = document.querySelector(".finding-filter:not(.control-filter)");
		var controls = document.querySelector(".control-filter");
		if (contents) markPlace(contents);
		if (filter) findingFilter(filter);
		if (controls) controlFilter(controls);
		openTarget();
		window.addEventListener("hashchange", openTarget);
	});
})();
