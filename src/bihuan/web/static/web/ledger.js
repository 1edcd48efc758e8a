// Selecting rows for bulk steps. Without it the checkboxes and buttons still work.
(() => {
  "use strict";
  const form = document.getElementById("list");
  if (!form) { return; }
  const boxes = () => [...form.querySelectorAll("input[name=ids]")];
  const page = document.getElementById("check-page");
  const all = document.getElementById("check-all");
  const told = form.querySelector("[data-selected]");

  const tell = () => {
    const n = boxes().filter((box) => box.checked).length;
    if (told) { told.textContent = n ? told.dataset.selected.replace("{n}", n) : told.dataset.none; }
    if (page) { page.checked = n > 0 && n === boxes().length; page.indeterminate = n > 0 && n < boxes().length; }
  };
  form.addEventListener("change", (event) => {
    if (event.target === page) { boxes().forEach((box) => { box.checked = page.checked; }); }
    if (event.target === all) { boxes().forEach((box) => { box.checked = all.checked; box.disabled = all.checked; }); }
    tell();
  });
  document.addEventListener("htmx:afterSettle", () => {
    const total = document.querySelector("meta[name=total]");
    const count = document.getElementById("all-count");
    if (total && count) { count.textContent = Number(total.content).toLocaleString(); }
  });
  document.addEventListener("click", (event) => {
    const row = event.target.closest("[data-drawer]")?.closest("tr");
    if (row) { form.querySelectorAll(".row-at").forEach((other) => other.classList.remove("row-at")); row.classList.add("row-at"); }
  });
  tell();
})();
