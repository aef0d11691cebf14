// Keyboard shortcuts and ticking for the list of sheets and for one sheet. The pages work without it.
"use strict";
(function () {
  const find = (selector) => document.querySelector(selector);
  const rows = Array.from(document.querySelectorAll(".sheets li"));
  const boxes = rows.map((row) => row.querySelector("input[name=sheet]")).filter(Boolean);
  const dialog = find("#keys");
  const opener = find("#show-keys");
  let here = -1;
  let pending = null;

  function isTyping(target) {
    return target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") !== null;
  }

  function move(step) {
    if (!rows.length) return;
    here = Math.min(Math.max(here + step, 0), rows.length - 1);
    const link = rows[here].querySelector("a.open");
    if (link) link.focus();
    rows[here].scrollIntoView({ block: "nearest" });
  }

  function follow(selector) {
    const link = find(selector);
    if (link) link.click();
  }

  function count() {
    const ticked = boxes.filter((box) => box.checked).length;
    const told = find("#ticked-count");
    if (told) told.textContent = ticked ? told.dataset.text.replace("{count}", ticked) : "";
    const bar = find("#ticked-bar"); // on a phone it stays at the foot of the window and leads to the decision
    if (bar) {
      bar.textContent = told.textContent;
      bar.parentElement.hidden = !ticked;
      find("#decide").hidden = !ticked;
    }
    const all = find("#tick-all");
    if (all) {
      all.checked = ticked === boxes.length && ticked > 0;
      all.indeterminate = ticked > 0 && ticked < boxes.length;
    }
  }

  function decide(key) {
    const button = find(`button[name=state][data-key=${key}]`);
    if (!button) return;
    if (rows.length && !boxes.some((box) => box.checked)) {
      const box = here >= 0 ? rows[here].querySelector("input[name=sheet]") : null;
      if (!box) return;
      box.checked = true;
      count();
    }
    const reason = button.form.elements.reason;
    if (key === "a" || reason.value.trim() || button.form.elements.common.value) {
      button.click();
      return;
    }
    if (pending) pending.classList.remove("pending");
    pending = button;
    button.classList.add("pending");
    reason.focus();
  }

  const actions = {
    j: () => (rows.length ? move(1) : follow("a[data-next]")),
    k: () => (rows.length ? move(-1) : follow("a[data-previous]")),
    l: () => follow("a[data-list]"),
    o: () => here >= 0 && rows[here].querySelector("a.open").click(),
    x: () => {
      const box = here >= 0 ? rows[here].querySelector("input[name=sheet]") : null;
      if (box) box.click();
    },
    a: () => decide("a"),
    c: () => decide("c"),
    r: () => decide("r"),
    u: () => follow("[data-undo] button"),
    "/": () => find("#q") && find("#q").focus(),
    "?": () => dialog && dialog.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    if (pending && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      pending.click();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (isTyping(event.target) || (dialog && dialog.open)) return;
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });

  rows.forEach((row, position) => row.addEventListener("focusin", () => (here = position)));
  boxes.forEach((box) => box.addEventListener("change", count));
  const all = find("#tick-all");
  if (all) {
    all.closest("p").hidden = false;
    all.addEventListener("change", () => {
      boxes.forEach((box) => (box.checked = all.checked));
      count();
    });
    count();
  }
  const outcome = find("#outcome"); // read out, and the next Tab is on "undo"
  if (outcome && !find("[autofocus]")) {
    outcome.tabIndex = -1;
    outcome.focus({ preventScroll: true });
  }
  if (opener && dialog) {
    opener.hidden = false;
    opener.addEventListener("click", () => dialog.showModal());
  }
})();
