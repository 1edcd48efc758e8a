// Forms of moves: rows of measures, the sum of shares, fields to spare for units. Without it the forms work too:
// "add a row" is then a submit button, a row is taken out with its checkbox, the sum is told on sending.
(() => {
  "use strict";
  const table = document.querySelector("[data-rows]");

  const rows = () => [...table.tBodies[0].rows];
  const field = (row, name) => row.querySelector(`[name$="-${name}"]`);
  const isDropped = (row) => Boolean(field(row, "DELETE")?.checked);
  const shown = () => rows().filter((row) => !isDropped(row));

  const addRow = () => {
    const total = document.querySelector(`[name="${table.dataset.rows}-TOTAL_FORMS"]`);
    const made = document.getElementById("measure-row").content.cloneNode(true);
    made.querySelectorAll("[name]").forEach((el) => {
      el.name = el.name.replace("__prefix__", total.value);
      el.id = el.id.replace("__prefix__", total.value);
    });
    table.tBodies[0].append(made);
    total.value = Number(total.value) + 1;
    const row = rows().at(-1);
    const before = rows().at(-2);
    if (before) { field(row, "due").value = field(before, "due").value; field(row, "unit").value = field(before, "unit").value; }
    return row;
  };
  const told = document.querySelector("[data-shares]");
  const whole = table ? Number(table.dataset.whole) : 100; // what the parts below leave
  const tellShares = () => {
    const sum = shown().filter((row) => field(row, "text").value.trim() || field(row, "share").value)
      .reduce((all, row) => all + (Number(field(row, "share").value) || 0), 0);
    const text = sum === whole ? told.dataset.good : sum < whole ? told.dataset.less : told.dataset.more;
    told.textContent = text.replace("{n}", sum).replace("{rest}", Math.abs(whole - sum));
    told.classList.toggle("shares-wrong", sum !== whole);
    rows().forEach((row) => row.classList.toggle("dropped", isDropped(row)));
  };
  const shareEvenly = () => {
    const all = shown();
    if (!all.length) { return; }
    const each = Math.floor(whole / all.length);
    all.forEach((row, place) => { field(row, "share").value = each + (place < whole % all.length ? 1 : 0); });
    tellShares();
    field(all[0], "share").dispatchEvent(new Event("input", { bubbles: true }));
  };

  if (table) {
    const form = table.closest("form");
    document.querySelector("[data-add-row]").addEventListener("click", (event) => {
      event.preventDefault();
      field(addRow(), "text").focus();
      tellShares();
    });
    const even = document.querySelector("[data-even-shares]");
    even.hidden = false;
    even.addEventListener("click", shareEvenly);
    // keep.js is about to put back what was typed: make room for rows that were added then.
    form.addEventListener("keeping", (event) => {
      const wanted = event.detail.filter((name) => /^m-\d+-text$/.test(name)).length;
      while (rows().length < wanted) { addRow(); }
    });
    ["input", "change", "kept"].forEach((name) => form.addEventListener(name, tellShares));
    tellShares();
  }

  // Tables of lines that are simply added to: milestones, quantities.
  const addLine = (code) => {
    const total = document.querySelector(`[name="${code}-TOTAL_FORMS"]`);
    const made = document.getElementById(`line-${code}`).content.cloneNode(true);
    made.querySelectorAll("[name]").forEach((el) => {
      el.name = el.name.replace("__prefix__", total.value);
      el.id = el.id.replace("__prefix__", total.value);
    });
    document.querySelector(`[data-lines="${code}"]`).tBodies[0].append(made);
    total.value = Number(total.value) + 1;
  };
  document.querySelectorAll("[data-add-line]").forEach((button) => {
    const code = button.dataset.addLine;
    const lines = document.querySelector(`[data-lines="${code}"]`).tBodies[0].rows;
    button.addEventListener("click", (event) => {
      event.preventDefault();
      addLine(code);
      lines[lines.length - 1].querySelector("input:not([type=hidden])").focus();
    });
    button.form.addEventListener("keeping", (event) => {
      const wanted = event.detail.filter((name) => new RegExp(`^${code}-\\d+-(text|name)$`).test(name)).length;
      while (lines.length < wanted) { addLine(code); }
    });
  });

  // The last of several fields of one name was filled in: offer another.
  document.addEventListener("input", (event) => {
    const group = event.target.closest("[data-grows]");
    if (!group || event.target !== group.lastElementChild || !event.target.value) { return; }
    const next = event.target.cloneNode();
    next.value = "";
    next.id = event.target.id.replace(/\d+$/, (n) => Number(n) + 1);
    group.append(next);
  });

  // A second click on a step that is under way is not sent; the ticket would catch it anyway.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-once], .act-form")) { return; }
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(() => { delete form.dataset.sent; }, 8000);
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; }));
  document.querySelector(".field-wrong input, .field-wrong select, .field-wrong textarea")?.focus();
})();
