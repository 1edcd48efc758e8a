// The editor of the colour policy: a number is asked for only where the condition takes one, the mark follows the
// colour chosen, Alt+arrow moves a rule. Everything works without this file.
(() => {
  "use strict";
  const numbered = (row) => {
    const when = row.querySelector("select[name^=when-]");
    if (!when) return;
    const unit = when.selectedOptions[0]?.dataset.unit ?? "";
    row.querySelector(".rule-number").classList.toggle("unasked", !unit);
    row.querySelector(".rule-unit").textContent = unit;
  };
  const marked = (row) => {
    const chosen = row.querySelector("select[name^=colour-]");
    const mark = row.querySelector(".colour");
    mark.className = `colour colour-${chosen.value}`;
    mark.textContent = mark.title = chosen.selectedOptions[0].textContent;
    if (document.documentElement.lang === "en") mark.textContent = chosen.value === "grey" ? "–" : mark.title[0];
  };
  const all = () => document.querySelectorAll("[data-rule]").forEach(numbered);
  document.addEventListener("change", (event) => {
    const row = event.target.closest("[data-rule]");
    if (!row) return;
    if (event.target.name.startsWith("when-")) numbered(row);
    if (event.target.name.startsWith("colour-")) marked(row);
  });
  document.addEventListener("keydown", (event) => {
    const row = event.target.closest?.("[data-rule]");
    const way = { ArrowUp: "up", ArrowDown: "down" }[event.key];
    if (!row || !way || !event.altKey) return;
    event.preventDefault();
    row.querySelector(`button[value^=${way}-]:enabled`)?.click();
  });
  document.addEventListener("htmx:afterSettle", all);
  document.documentElement.classList.add("has-scripts");
  all();
})();
