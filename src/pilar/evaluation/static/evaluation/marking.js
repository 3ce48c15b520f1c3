/* The marking form by keyboard. Saving is autosave.js, which hears the change of a mark.
   The keys work while nothing else takes them, and can be switched off (WCAG 2.1.4). */
const OFF = "pilar-marking-keys-off";
const help = document.querySelector("[data-keys-help]");
const toggle = document.querySelector("[data-keys-toggle]");
const items = [...document.querySelectorAll("[data-mark-item]")];

const remembered = {
  get off() {
    try {
      return localStorage.getItem(OFF) === "1";
    } catch {
      return false;
    }
  },
  set off(value) {
    try {
      localStorage.setItem(OFF, value ? "1" : "0");
    } catch {
      /* without storage the choice holds for this page */
    }
  },
};
let off = remembered.off;

const here = () => items.indexOf(document.activeElement.closest("[data-mark-item]"));

function go(index) {
  const item = items[Math.min(Math.max(index, 0), items.length - 1)];
  item?.closest("details")?.setAttribute("open", "");
  item?.focus({ preventScroll: true });
  item?.scrollIntoView({ block: "start" });
}

function nextOpen() {
  const at = here();
  const order = [...items.slice(at + 1), ...items.slice(0, at + 1)];
  const found = order.find((item) => item.querySelector('input[name="value"]') && !chosen(item));
  if (found) go(items.indexOf(found));
}

function chosen(item) {
  return item.querySelector('input[name="value"]:checked, input[name="value"][type="text"]:not(:placeholder-shown)');
}

function digit(key, event) {
  const item = items[here()];
  const number = item?.querySelector('input[type="text"][name="value"]');
  const level = item?.querySelector(`input[type="radio"][name="value"][value="${key}"]`);
  if (number) number.focus();
  if (!level) return;
  event.preventDefault();
  level.click();
}

const keys = {
  j: () => go(here() + 1),
  k: () => go(here() - 1),
  ArrowDown: () => go(here() + 1),
  ArrowUp: () => go(here() - 1),
  n: nextOpen,
  r: () => items[here()]?.querySelector('[name="reason"]')?.focus(),
};

addEventListener("keydown", (event) => {
  const field = event.target.closest?.('textarea, select, input:not([type="radio"])');
  if (event.key === "Escape" && field) {
    field.closest("[data-mark-item]")?.focus();
    return;
  }
  if (off || field || help?.open || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "?") {
    event.preventDefault();
    help?.showModal();
  } else if (/^[0-9]$/.test(event.key)) {
    digit(event.key, event);
  } else if (keys[event.key]) {
    event.preventDefault();
    keys[event.key]();
  }
});

function show() {
  toggle?.setAttribute("aria-pressed", String(!off));
}

toggle?.addEventListener("click", () => {
  off = !off;
  remembered.off = off;
  show();
});
document.querySelector("[data-keys-open]")?.addEventListener("click", () => help?.showModal());
document.querySelectorAll("[data-keys]").forEach((element) => (element.hidden = false));
show();
