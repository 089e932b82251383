// Keeps a page as fresh as the register, and nothing else: every page works without it.
(() => {
	"use strict";
	const main = document.querySelector("main[data-follow]");
	if (!main || !window.EventSource) return;
	const pause = 3000; // between two refreshes, however much happens
	let waiting = false, last = Date.now();

	// Nothing moves under somebody who types, chooses a moment, or is not looking.
	const busy = () => document.hidden || main.querySelector("details.asof[open]") ||
		(main.contains(document.activeElement) && document.activeElement.matches("input, select, textarea"));

	const refresh = async () => {
		if (busy()) return setTimeout(refresh, pause);
		waiting = false;
		last = Date.now();
		const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
		if (!answer || !answer.ok || answer.redirected || busy()) return;
		const next = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
		if (!next) return;
		const at = main.contains(document.activeElement) && document.activeElement.getAttribute("href");
		const open = [...main.querySelectorAll("details")].map((d) => d.open);
		main.replaceChildren(...next.childNodes);
		main.querySelectorAll("details").forEach((d, i) => { if (i in open) d.open = open[i]; });
		if (at) main.querySelector(`[href="${at.replace(/"/g, "%22")}"]`)?.focus();
	};

	const changed = () => {
		if (waiting) return;
		waiting = true;
		setTimeout(refresh, Math.max(0, pause - (Date.now() - last)));
	};
	const events = new EventSource("/api/v1/events");
	for (const name of ["message", "changed"]) events.addEventListener(name, changed);
	addEventListener("pagehide", () => events.close());
})();

// Shows who may be meant while somebody types. The button of the form does the same.
(() => {
	"use strict";
	const form = document.querySelector("form[data-instant]");
	const out = form && document.getElementById(form.dataset.instant);
	if (!out) return;
	const says = document.querySelector("[data-status]");
	const asked = () => "?" + new URLSearchParams(new FormData(form));
	let timer, running, shown = asked();

	const search = async () => {
		const query = asked();
		if (query === shown) return;
		shown = query;
		running?.abort();
		running = new AbortController();
		const answer = await fetch(form.action + query, { headers: { Accept: "text/html", Part: out.id }, signal: running.signal }).catch(() => null);
		if (!answer || query !== shown) return;
		if (answer.redirected) return location.reload(); // signed out meanwhile
		const next = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(out.id);
		if (!next || query !== shown) return;
		out.replaceChildren(...next.childNodes);
		says.textContent = next.dataset.says;
		history.replaceState(null, "", form.action + query);
	};
	form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(search, 250); });
})();
