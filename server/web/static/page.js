// Buttons that copy a text or print the page. Without it the texts are marked and copied by hand.
"use strict";
(function () {
  const isCopied = (field) => { // on an address without https browsers give no clipboard
    field.focus();
    field.select();
    return document.execCommand("copy");
  };
  document.querySelectorAll("[data-copy]").forEach((button) => {
    const field = document.getElementById(button.dataset.copy);
    const words = button.textContent;
    button.hidden = false;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      const isDone = navigator.clipboard
        ? await navigator.clipboard.writeText(field.value).then(() => true, () => isCopied(field))
        : isCopied(field);
      if (!isDone) return;
      button.focus();
      button.textContent = `✓ ${button.dataset.done}`;
      setTimeout(() => (button.textContent = words), 3000);
    });
  });
  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
})();
