/* Speaks each call once, in the page's language, and says when the board could not be renewed. */
"use strict";

const OLD = 90000;
const spoken = new Set();
const voice = document.getElementById("voice");
const stale = document.getElementById("stale");
let on = false;
let renewed = Date.now();

function calls() {
  return [...document.querySelectorAll("[data-call]")].reverse();
}

function speak() {
  for (const row of calls()) {
    if (spoken.has(row.dataset.call)) continue;
    spoken.add(row.dataset.call);
    if (!on) continue;
    const said = new SpeechSynthesisUtterance(row.dataset.said.replace(/-0*/, " "));
    said.lang = document.documentElement.lang;
    window.speechSynthesis.speak(said);
  }
}

if ("speechSynthesis" in window) {
  voice.hidden = false;
  /* A browser speaks only after somebody has touched the page. */
  voice.addEventListener("click", () => {
    on = true;
    voice.textContent = voice.dataset.on;
    voice.disabled = true;
  });
}

/* Also by an answer that nothing has changed. */
document.addEventListener("htmx:afterRequest", (event) => {
  if (!event.detail.successful) return;
  renewed = Date.now();
  stale.hidden = true;
});
document.addEventListener("htmx:afterSettle", speak);
for (const name of ["htmx:sendError", "htmx:responseError"]) document.addEventListener(name, () => (stale.hidden = false));

/* Nothing may have changed for long: asked again now and then, so that what is shown is known to be so. */
setInterval(() => {
  if (Date.now() - renewed > OLD / 3) htmx.trigger("#board", "live");
  if (Date.now() - renewed > OLD) stale.hidden = false;
}, OLD / 3);
speak();
