// Copying a text with one click. Without it the text is selected by hand; on plain http the older way is used.
(() => {
  "use strict";
  const told = document.getElementById("copied");
  const copy = async (field) => {
    if (navigator.clipboard && window.isSecureContext) {
      try { await navigator.clipboard.writeText(field.value); return true; } catch { /* not allowed: the older way */ }
    }
    field.focus();
    field.select();
    return document.execCommand("copy");
  };
  document.querySelectorAll("[data-copy]").forEach((button) => {
    const name = button.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const field = document.getElementById(button.dataset.copy);
      if (!(await copy(field))) { field.focus(); field.select(); return; }
      button.textContent = button.dataset.done;
      if (told) { told.textContent = button.dataset.done; }
      setTimeout(() => { button.textContent = name; if (told) { told.textContent = ""; } }, 2500);
    });
  });
})();
