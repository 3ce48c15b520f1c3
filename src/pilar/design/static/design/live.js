/* Elements with data-live ask again when the server says so, and by the clock where it has no place for a listener. */
"use strict";

const LOOK_FOR_A_PLACE = 60000;
const lines = new Map();

class Line {
  constructor(address) {
    this.address = address;
    this.asked = 0;
    this.open();
  }

  get parts() {
    return [...document.querySelectorAll("[data-live]")].filter((part) => part.dataset.live === this.address);
  }

  get every() {
    return Math.max(...this.parts.map((part) => Number(part.dataset.every)));
  }

  open() {
    this.source = new EventSource(this.address);
    /* What changed before the line stood was not told. */
    this.source.addEventListener("open", () => this.look());
    this.source.addEventListener("told", () => this.look());
    this.source.addEventListener("error", () => this.source.readyState === EventSource.CLOSED && this.byTheClock());
  }

  byTheClock() {
    this.clock = setInterval(() => this.look(), this.every);
    this.place = setTimeout(() => {
      clearInterval(this.clock);
      this.open();
    }, LOOK_FOR_A_PLACE);
  }

  /* Not more often than the parts want. */
  look() {
    if (this.waits) return;
    this.waits = setTimeout(() => {
      this.waits = null;
      this.asked = Date.now();
      this.parts.forEach((part) => htmx.trigger(part, "live"));
    }, Math.max(this.asked + this.every - Date.now(), 0));
  }

  end() {
    this.source.close();
    for (const timer of [this.clock, this.place, this.waits]) clearTimeout(timer);
  }
}

/* A line for what is shown now; none for a page that nobody sees. */
function attend() {
  const parts = document.hidden ? [] : [...document.querySelectorAll("[data-live]")];
  const wanted = new Set(parts.map((part) => part.dataset.live));
  for (const [address, line] of lines) {
    if (!wanted.has(address)) {
      line.end();
      lines.delete(address);
    }
  }
  for (const address of wanted) if (!lines.has(address)) lines.set(address, new Line(address));
}

document.addEventListener("visibilitychange", attend);
document.addEventListener("htmx:afterSettle", attend);
attend();
