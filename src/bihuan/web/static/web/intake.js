// Intake: a choice of unit is kept as soon as it is made, ticks choose their phrase, a file may be dropped on its
// field. Everything also works with the page's own buttons.
(() => {
  "use strict";
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (!form || !form.matches("[data-autosave]")) { return; }
    const cell = event.target.closest("td");
    if (event.target.type === "checkbox") {
      cell.querySelector("input[value=spread]").checked = true;
    } else if (event.target.type !== "radio") { return; }
    // What is chosen settles the name: a word left in its search field must not speak against it when the form is sent.
    const find = event.target.closest("tr").querySelector(".find");
    if (find) { find.value = ""; }
    if (window.htmx) { window.htmx.trigger(form, "autosave"); }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches(".find")) { event.preventDefault(); event.target.closest("tr").querySelector("input[type=radio]")?.focus(); }
  });

  document.querySelectorAll(".drop").forEach((area) => {
    const input = area.querySelector("input[type=file]");
    ["dragenter", "dragover"].forEach((name) => area.addEventListener(name, (event) => { event.preventDefault(); area.classList.add("over"); }));
    ["dragleave", "drop"].forEach((name) => area.addEventListener(name, () => area.classList.remove("over")));
    area.addEventListener("drop", (event) => { event.preventDefault(); if (event.dataTransfer.files.length) { input.files = event.dataTransfer.files; } });
  });

  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button || !button.dataset.busy) { return; }
    setTimeout(() => { button.disabled = true; button.textContent = button.dataset.busy; }, 0);
  });
  // Coming back with the browser's own button finds the button as it was.
  window.addEventListener("pageshow", (event) => { if (event.persisted) { location.reload(); } });
})();
