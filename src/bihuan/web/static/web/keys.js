// Keys for lists and everywhere. Lists are tables with data-list; a row's first link opens it. Pages add their own.
(() => {
  "use strict";
  const typing = (el) => el.closest("input, textarea, select, [contenteditable]");
  const rows = () => [...document.querySelectorAll("[data-list] tbody tr[data-id]")];
  let at = -1;

  const go = (step) => {
    const all = rows();
    if (!all.length) { return; }
    const current = all.findIndex((row) => row.classList.contains("row-at"));
    at = Math.max(0, Math.min(all.length - 1, (current < 0 ? (step > 0 ? -1 : 0) : current) + step));
    all.forEach((row) => row.classList.remove("row-at"));
    all[at].classList.add("row-at");
    all[at].scrollIntoView({ block: "nearest" });
    const link = all[at].querySelector("a[href]");
    if (link) { link.focus({ preventScroll: true }); }
    if (document.querySelector(".side-drawer:not(:empty)")) { open(); }
  };
  const row = () => document.querySelector("[data-list] tbody tr.row-at");
  const open = () => { const r = row(); if (r) { r.querySelector("[data-drawer]")?.click(); } };
  const close = () => { const d = document.querySelector(".side-drawer"); if (d) { d.replaceChildren(); row()?.querySelector("a[href]")?.focus(); } };
  const follow = (selector) => document.querySelector(selector)?.click();

  const keys = {
    "/": () => document.getElementById("search")?.focus(),
    "?": () => document.getElementById("keys-help")?.showModal(),
    j: () => go(1), k: () => go(-1),
    x: () => { const box = row()?.querySelector("input[type=checkbox]"); box?.click(); },
    o: open,
    Enter: () => { const r = row(); if (r && document.activeElement === document.body) { r.querySelector("a[href]").click(); } },
    n: () => follow("a[rel=next]"), p: () => follow("a[rel=prev]"),
    Escape: () => {
      if (typing(document.activeElement)) { document.activeElement.blur(); return; }
      const menu = document.querySelector("details.menu[open]");
      if (menu) { menu.open = false; menu.querySelector("summary").focus(); } else { close(); }
    },
  };
  // A page may give a key to one of its own links, buttons or fields: data-key="a". The key does what a click does.
  const own = (key) => {
    const el = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    return el && (() => (el.matches("input, textarea, select") ? el.focus() : el.click()));
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) { return; }
    if (typing(event.target) && !(event.key === "Escape") && !(event.target.type === "checkbox")) { return; }
    const act = own(event.key) || keys[event.key];
    if (!act || document.querySelector("dialog[open]")) { return; }
    if (event.key !== "Enter" && event.key !== "Escape") { event.preventDefault(); }
    act();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-close-drawer]")) { close(); }
    document.querySelectorAll("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) { menu.open = false; } });
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("select[data-submit], input[data-submit]")) { event.target.form.requestSubmit(); }
  });
})();
