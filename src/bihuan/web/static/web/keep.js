// Keeps what was typed into forms marked data-keep until it has been sent: an expired session or a lost
// connection costs nothing. Kept in this tab only (sessionStorage), never passwords or files.
(() => {
  "use strict";
  const PREFIX = "keep:";
  const SENT = "kept-sent";
  const place = (form) => PREFIX + location.pathname + "#" + (form.id || form.dataset.keep || "form");
  const fields = (form) => [...form.elements].filter(
    (f) => f.name && !["hidden", "password", "file", "submit", "button"].includes(f.type));

  const save = (form) => {
    const kept = fields(form).map((f) =>
      [f.name, f.type === "checkbox" || f.type === "radio" ? (f.checked ? f.value : null) : f.value]);
    sessionStorage.setItem(place(form), JSON.stringify(kept));
  };
  const restore = (form) => {
    const stored = sessionStorage.getItem(place(form));
    if (!stored || form.dataset.keepFresh !== undefined) { return; }
    const kept = JSON.parse(stored);
    // Forms whose rows are added by script make room first.
    form.dispatchEvent(new CustomEvent("keeping", { detail: kept.map(([name]) => name) }));
    const here = fields(form);
    kept.forEach(([name, value], index) => {
      const field = here[index];
      if (!field || field.name !== name) { return; }
      if (field.type === "checkbox" || field.type === "radio") { field.checked = value !== null; }
      else if (value) { field.value = value; }
    });
    form.dispatchEvent(new CustomEvent("kept", { bubbles: true }));
  };
  const start = (root) => root.querySelectorAll("form[data-keep]").forEach(restore);

  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form && form.matches("[data-keep]")) { save(form); }
  });
  // A page that came after a successful send says so; then the text of the form that was sent has served.
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-keep]")) { sessionStorage.setItem(SENT, place(event.target)); }
  });
  if (document.querySelector(".message-success, meta[name=kept-done]") && sessionStorage.getItem(SENT)) {
    sessionStorage.removeItem(sessionStorage.getItem(SENT));
    sessionStorage.removeItem(SENT);
  }
  document.addEventListener("DOMContentLoaded", () => start(document));
  document.addEventListener("htmx:load", (event) => start(event.target));
})();
