/* Forms with data-autosave lose nothing: what is typed is sent after a pause and kept in this browser until the server
   has it. The key begins with the account, so that nobody sends what another typed. The answer is elements that replace
   those of the same id; its header X-Autosave says how it went. */
const PAUSE = 1200;
const RETRY = 10000;
const STORE = "pilar-unsent:";

/* Without storage the page still sends. */
function attempt(work) {
  try {
    return work(localStorage);
  } catch {
    return null;
  }
}

const kept = {
  get: (key) => attempt((store) => JSON.parse(store.getItem(STORE + key))),
  set: (key, entry) => attempt((store) => store.setItem(STORE + key, JSON.stringify(entry))),
  drop: (key) => attempt((store) => store.removeItem(STORE + key)),
  of: (person) => attempt((store) => Object.keys(store).filter((key) => key.startsWith(`${STORE}${person}:`))) ?? [],
};

function post(action, values, keepalive = false) {
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
  const headers = { "X-CSRFToken": token, "X-Autosave": "1" };
  return fetch(action, { method: "POST", body: new URLSearchParams(values), headers, redirect: "manual", keepalive });
}

function place(html) {
  const answer = new DOMParser().parseFromString(html, "text/html");
  for (const element of answer.querySelectorAll("body > [id]")) {
    document.getElementById(element.id)?.replaceWith(element);
  }
}

const typedPart = (values) => JSON.stringify(values.filter(([name]) => name !== "version"));

class Keeper {
  pending = false;
  sending = false;
  again = false;
  undecided = false;
  unconfirmed = null;

  constructor(form) {
    this.form = form;
    this.key = form.dataset.autosave;
    form.addEventListener("input", () => this.typed(PAUSE));
    form.addEventListener("change", () => this.typed(0));
    form.addEventListener("submit", (event) => this.pressed(event));
    form.addEventListener("click", (event) => event.target.closest("[data-discard]") && kept.drop(this.key));
    this.restore();
  }

  get values() {
    return [...new FormData(this.form)].filter(([name]) => name !== "csrfmiddlewaretoken");
  }

  say(text) {
    const state = this.form.querySelector("[data-state]");
    if (state) state.textContent = text;
  }

  remember() {
    this.pending = true;
    const { values, unconfirmed } = this;
    kept.set(this.key, { action: this.form.action, page: location.href, title: document.title, values, unconfirmed });
  }

  restore() {
    const entry = kept.get(this.key);
    if (!entry) return;
    if (typedPart(entry.values) === typedPart(this.values)) return kept.drop(this.key);
    for (const field of this.form.elements) {
      const given = entry.values.filter(([name]) => name === field.name).map(([, value]) => value);
      if (["radio", "checkbox"].includes(field.type)) field.checked = given.includes(field.value);
      else if (given.length) field.value = given.at(-1);
    }
    this.unconfirmed = entry.unconfirmed;
    this.pending = true;
    this.send();
  }

  typed(wait) {
    this.remember();
    this.say(this.form.dataset.unsaved);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), wait);
  }

  pressed(event) {
    event.preventDefault();
    if (event.submitter?.name === "over") {
      this.form.elements.version.value = event.submitter.value;
      this.undecided = false;
    }
    this.remember();
    this.send();
  }

  async send(keepalive = false) {
    clearTimeout(this.timer);
    this.again = this.sending;
    if (this.sending || this.undecided || !this.pending) return;
    this.sending = true;
    // The server may have got what was sent when the line dropped: asked again, it says so.
    const sent = this.unconfirmed ?? this.values;
    this.say(this.form.dataset.saving);
    try {
      const answer = await post(this.form.action, sent, keepalive);
      this.unconfirmed = null;
      await this.answered(answer, sent);
    } catch {
      this.unconfirmed = sent;
      this.remember();
      this.say(this.form.dataset.offline);
    }
    this.sending = false;
    if (this.again) this.send();
  }

  async answered(answer, sent) {
    const told = answer.headers.get("X-Autosave");
    const expired = !told && [0, 401, 403].includes(answer.status);
    this.form.querySelector("[data-expired]").hidden = !expired;
    if (!told) return this.say(this.form.dataset.unsaved);
    place(await answer.text());
    this.undecided = told === "conflict";
    this.pending = this.again = typedPart(this.values) !== typedPart(sent);
    if (this.pending) this.remember();
    else if (answer.ok) kept.drop(this.key);
  }
}

/* What was typed on another page and never arrived: sent now, or named with a link. */
async function sendOther(key, list) {
  const entry = kept.get(key);
  if (!entry || (await post(entry.action, entry.values).then((answer) => answer.ok, () => false))) {
    return kept.drop(key);
  }
  const item = list.querySelector("template").content.firstElementChild.cloneNode(true);
  Object.assign(item.querySelector("a"), { href: entry.page, textContent: entry.title });
  item.querySelector("button").addEventListener("click", () => {
    kept.drop(key);
    item.remove();
  });
  list.querySelector("ul").append(item);
  list.hidden = false;
}

const keepers = [...document.querySelectorAll("form[data-autosave]")].map((form) => new Keeper(form));
const sendAll = (keepalive) => keepers.forEach((keeper) => keeper.send(keepalive));
addEventListener("online", () => sendAll(false));
addEventListener("pagehide", () => sendAll(true));
document.addEventListener("visibilitychange", () => sendAll(document.hidden));
setInterval(() => sendAll(false), RETRY);

const list = document.querySelector("[data-unsent]");
if (list) {
  const here = keepers.map((keeper) => keeper.key);
  for (const key of kept.of(list.dataset.unsent).map((stored) => stored.slice(STORE.length))) {
    if (!here.includes(key)) sendOther(key, list);
  }
}
