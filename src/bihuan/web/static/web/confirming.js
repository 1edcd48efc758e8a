// Going over a file: a field and what it was read from point at each other, what is typed is kept as soon as a field
// is left, units are added by name, and nothing jumps. Without it every deed works with the page's own buttons.
(() => {
  "use strict";
  const form = () => document.querySelector("form[data-draft]");
  const pane = () => document.querySelector(".pane-lines");

  // Fields and cells.
  const point = (code) => {
    const cells = document.querySelectorAll(".pane-source .used");
    let first = null;
    cells.forEach((cell) => {
      const same = cell.dataset.field === code;
      cell.classList.toggle("pointed", same);
      first = first || (same ? cell : null);
    });
    if (first) { first.scrollIntoView({ block: "nearest", inline: "nearest" }); }
    document.querySelectorAll(".draft-form .field").forEach((field) => field.classList.toggle("pointed-at", field.dataset.field === code && Boolean(code)));
  };
  document.addEventListener("focusin", (event) => {
    const field = event.target.closest(".draft-form .field");
    if (field) { point(field.dataset.field); }
  });
  document.addEventListener("click", (event) => {
    const cell = event.target.closest(".pane-source .used");
    const field = cell && form()?.querySelector(`.field[data-field="${CSS.escape(cell.dataset.field)}"]`);
    if (field) { field.querySelector("input, select, textarea").focus({ preventScroll: true }); field.scrollIntoView({ block: "nearest" }); }
  });

  // Kept as one goes: each time a field is left that was changed.
  document.addEventListener("change", (event) => {
    if (event.target.closest("form[data-draft]") && event.target.name !== "pick" && window.htmx) {
      window.htmx.trigger("#kept", "keep");
    }
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const sent = event.detail.elt.closest("form[data-keep]") || (event.detail.elt.id === "kept" && form());
    if (sent && event.detail.successful && !document.querySelector(".kept-not, .field-error")) {
      sessionStorage.removeItem("keep:" + location.pathname + "#" + sent.id);
    }
  });

  // Keys that need more than a click (the others are in the page itself, see keys.js).
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const save = document.querySelector(".draft-form [data-save]");
      if (save) { event.preventDefault(); save.click(); }
    } else if ((event.key === "e" || event.key === "Enter") && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const idle = event.target === document.body || event.target.id === "open-title";
      const first = document.querySelector(".draft-form .field-wrong input, .draft-form .field-wrong textarea, .draft-form textarea");
      if (idle && first && !document.querySelector("dialog[open]")) { event.preventDefault(); first.focus(); }
    }
  });

  // Units by name.
  const add = (name, id) => {
    const field = document.getElementById(id);
    if (!name) { return; }
    field.value = field.value.trim() ? field.value.trim() + "、" + name : name;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-adds]");
    const pick = document.getElementById("add-unit");
    if (button && pick) { add(pick.value.trim(), button.dataset.adds); pick.value = ""; pick.focus(); }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.id === "add-unit" && !event.ctrlKey) {
      event.preventDefault();
      event.target.parentElement.querySelector("[data-adds]").click();
    }
  });

  // The open draft stays where the eye is: the list is put back, then the draft brought into sight.
  let kept = 0;
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id !== "going-over") { return; }
    kept = pane() ? pane().scrollTop : 0;
    // The field left behind is not the next draft's, though it is called the same: focus must not be put into it.
    if (document.activeElement.closest("#going-over")) { document.activeElement.removeAttribute("id"); }
  });
  const wide = () => matchMedia("(min-width: 901px)").matches;
  const settle = () => {
    document.querySelectorAll(".add-unit").forEach((part) => { part.hidden = false; });
    const open = document.getElementById("open");
    const list = pane();
    if (!open || !list) { return; }
    if (wide()) {
      list.scrollTop = kept;
      const head = list.querySelector(".pane-head").offsetHeight;
      const top = open.offsetTop - list.offsetTop - head;
      const below = top + open.offsetHeight > list.scrollTop + list.clientHeight - head;
      if (top < list.scrollTop || below) { list.scrollTop = Math.max(0, top - 34); }
    }
    const row = document.querySelector("#source-part .present");
    const part = document.getElementById("source-part");
    if (row && part && wide()) {
      const room = part.querySelector("thead")?.offsetHeight || 0;
      part.scrollTop = Math.max(0, row.offsetTop - room - 60);
    }
  };
  // Focus comes last, when what was put in has been made ready for clicks; never away from where somebody went.
  const focus = () => document.activeElement === document.body && (document.querySelector(".field-wrong input, .field-wrong textarea, .field-wrong select") || document.getElementById("open-title"))?.focus({ preventScroll: wide() });
  document.addEventListener("htmx:afterSwap", (event) => { if (event.target.id === "going-over") { settle(); } });
  document.addEventListener("htmx:afterSettle", (event) => { if (event.target.id === "going-over") { focus(); } });
  document.addEventListener("DOMContentLoaded", settle);
})();
