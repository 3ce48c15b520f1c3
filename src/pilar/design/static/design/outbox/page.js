/* The page of an outbox: begins records, keeps each keystroke of them on the tablet, hands them in, sends them when there
   is a line, and says at any time how many wait. */
"use strict";

class Outbox {
  constructor(root, kind) {
    this.root = root;
    this.settings = JSON.parse(document.getElementById("settings").textContent);
    this.texts = JSON.parse(document.getElementById("texts").textContent);
    this.fields = new kind(root, this.settings, this.texts);
    this.record = null;
    this.kept = new Set(); // keys of the records that the tablet has
    this.step = 0;
    this.busy = false;
    this.listed = "";
    this.writing = Promise.resolve();
  }

  /* Where a page of before kept its records, and how they are read now: {database, name, read}. */
  get former() {
    return null;
  }

  /* For what else of the page depends on the moment. */
  refreshed() {}

  /* What is sent. */
  body(records) {
    const sent = records.map(({ key, began, ended, content }) => ({
      key, began_at: began, ended_at: ended, content: withoutFiles(content),
      ...(this.settings.files ? { files: Object.fromEntries(filesOf(content).map((one) => [one.key, one.held])) } : {}),
    }));
    return { records: sent };
  }

  part(name) {
    return this.root.querySelector(`[data-${name}]`);
  }

  async begin() {
    this.listen();
    try {
      this.store = await Store.open(this.settings.name);
    } catch {
      this.part("nothing-kept").hidden = false;
      return;
    }
    this.sender = new Sender(this.store, this);
    /* Asks the browser not to clear this site's data when its disk is full. */
    navigator.storage?.persist?.();
    /* What a full disk keeps where it was comes another time. */
    if (this.former) await this.store.takeFrom(this.former).catch(() => null);
    const days = this.settings.days * 24 * 3600 * 1000;
    await this.store.forgetUnfinished(new Date(Date.now() - days).toISOString());
    await this.refresh();
    this.send();
    setInterval(() => this.send(), this.settings.retry);
    await this.takeWorker();
  }

  listen() {
    this.root.addEventListener("click", (event) => {
      const name = event.target.closest("button[data-do]")?.dataset.do;
      if (name === "send") this.send();
      else if (name) this.once(() => this[name](event.target.closest("[data-key]")?.dataset.key));
    });
    this.root.addEventListener("submit", (event) => {
      event.preventDefault();
      this.once(() => this.forward());
    });
    for (const kind of ["input", "change"]) {
      this.root.addEventListener(kind, ({ target }) => {
        if (target.type !== "file") this.typed(target.form);
        else if (kind === "change") this.once(() => this.takeFiles(target));
      });
    }
    addEventListener("online", () => this.send());
    addEventListener("offline", () => this.refresh());
    document.addEventListener("visibilitychange", () => document.hidden || this.send());
    addEventListener("pageshow", (event) => event.persisted && location.reload());
  }

  /* A second tap while the first is still at work does nothing. */
  async once(work) {
    if (this.busy) return;
    this.busy = true;
    try {
      await work();
    } finally {
      this.busy = false;
    }
  }

  /* The worker that opens this page without a line; says when it has everything. */
  async takeWorker() {
    if (!navigator.serviceWorker) return this.say("ready", this.texts.no_worker);
    navigator.serviceWorker.addEventListener("controllerchange", () => this.checkReady());
    try {
      await navigator.serviceWorker.register(this.settings.worker);
    } catch {
      /* Without a line the worker that is there goes on. */
    }
    await this.checkReady();
  }

  async checkReady() {
    const kept = () => caches.match(this.settings.page);
    if (navigator.serviceWorker.controller && !(await kept())) {
      await fetch(`${this.settings.page}?lagi`).catch(() => null);
    }
    this.say("ready", (await kept()) ? this.texts.ready : this.texts.not_ready);
  }

  /* Whoever signs in or out gets another cookie: this page is then of somebody else, and shows nothing of theirs. */
  async unlocked() {
    if (!crypto.subtle) return true; // without a safe line no worker keeps the page: it comes from the server
    const text = new TextEncoder().encode(`outbox ${cookie(this.settings.cookie)}`);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", text));
    return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("") === this.settings.seal;
  }

  async refresh() {
    const open = await this.unlocked();
    this.part("locked").hidden = open;
    this.part("work").hidden = this.part("state").hidden = !open;
    if (!open) return;
    const all = await this.store.all();
    const mine = all.filter((one) => one.account === this.settings.account);
    const waiting = mine.filter((one) => one.state === WAITING);
    this.part("waiting").textContent = waiting.length;
    this.part("send").hidden = waiting.length === 0;
    this.part("others").hidden = all.length === mine.length;
    this.part("others-count").textContent = all.length - mine.length;
    this.list(mine.filter((one) => one.state !== WAITING));
    this.refreshed();
    if (!navigator.onLine) this.say("line", this.texts.offline);
    else if (this.part("line").textContent === this.texts.offline) this.say("line", "");
  }

  /* Drawn anew only when something has changed: what is open in it stays open. */
  list(records) {
    const told = JSON.stringify(records);
    if (told === this.listed) return;
    this.listed = told;
    const rows = records.sort((one, other) => one.began.localeCompare(other.began)).map((one) => this.row(one));
    this.part("kept-list").replaceChildren(...rows);
    this.part("kept").hidden = rows.length === 0;
  }

  row(record) {
    const row = document.getElementById("kept-row").content.firstElementChild.cloneNode(true);
    const refused = record.state === REFUSED;
    const here = record.page === this.settings.page;
    row.dataset.key = record.key;
    row.querySelector(".tag").textContent = refused ? this.texts.refused : this.texts.unfinished;
    row.querySelector("[data-when]").textContent = this.moment(record.began);
    row.querySelector("[data-title]").textContent = record.title;
    row.querySelector("[data-faults]").hidden = record.faults.length === 0;
    row.querySelector("[data-faults]").replaceChildren(
      ...record.faults.map(({ place, sentence }) => {
        const line = document.createElement("li");
        const label = here && place && this.fields.fieldOf(place)?.querySelector("legend, label");
        line.textContent = label ? `${label.textContent.trim()}: ${sentence}` : sentence;
        return line;
      }),
    );
    const button = row.querySelector("[data-do=resume]");
    const link = row.querySelector("[data-other]");
    button.textContent = refused ? this.texts.mend : this.texts.go_on;
    Object.assign(link, { href: record.page, textContent: this.texts.other_page });
    button.hidden = !here;
    link.hidden = here;
    return row;
  }

  moment(iso) {
    return new Date(iso).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  }

  say(name, text) {
    if (this.part(name).textContent !== text) this.part(name).textContent = text;
  }

  start() {
    const { account, title, page, send } = this.settings;
    this.record = {
      key: newKey(), account, title, page, send, state: DRAFT, began: "", ended: "", step: 0,
      content: this.fields.blank(), faults: [],
    };
    this.ask(0);
  }

  async resume(key) {
    const record = (await this.store.all()).find((one) => one.key === key && one.state !== WAITING);
    if (!record) return this.home(this.texts.elsewhere);
    this.record = record;
    this.kept.add(key);
    const { faults } = record;
    this.ask(record.state === REFUSED ? this.fields.stepOf(faults) : record.step);
    if (faults.length) this.fields.tell(this.fields.steps[this.step], faults);
  }

  ask(step) {
    this.step = this.record.step = step;
    this.part("home").hidden = true;
    this.part("asking").hidden = false;
    this.part("leave").hidden = !this.kept.has(this.record.key);
    this.fields.show(step, this.record);
  }

  home(told = "") {
    this.record = null;
    this.part("asking").hidden = true;
    this.part("home").hidden = false;
    this.say("told", told);
    this.part("told").hidden = !told;
    this.part("start").focus();
    return this.refresh();
  }

  /* Each keystroke is on the tablet before the next step comes; in the order in which they were typed. */
  typed(form) {
    if (!this.record || !form) return;
    this.record = this.fields.read(form, this.record);
    this.fields.update(this.record);
    if (this.kept.has(this.record.key) || this.fields.keptAtOnce) this.save();
  }

  /* Says whether the record is kept as it is. It is begun when it is kept for the first time. */
  save(record = this.record) {
    record.began ||= new Date().toISOString();
    this.writing = this.writing.then(() => this.written(record)).then(
      (kept) => {
        this.kept.add(record.key);
        this.part("leave").hidden = false;
        this.part("nothing-kept").hidden = true;
        if (!kept && this.record?.key === record.key) this.home(this.texts.elsewhere);
        return kept;
      },
      () => {
        this.part("nothing-kept").hidden = false;
        this.part("nothing-kept").scrollIntoView();
        return false;
      },
    );
    return this.writing;
  }

  written(record) {
    return this.kept.has(record.key) ? this.store.keep(record) : this.store.add(record);
  }

  /* Files lie on the tablet with the record, pictures made smaller. */
  async takeFiles(control) {
    const taken = await Promise.all([...control.files].map(kept));
    control.value = "";
    this.keepFiles(control, [...(this.record.content[control.name] ?? []), ...taken]);
  }

  dropFile(key) {
    for (const control of this.root.querySelectorAll("input[type=file]")) {
      const files = this.record.content[control.name] ?? [];
      if (files.some((one) => one.key === key)) this.keepFiles(control, files.filter((one) => one.key !== key));
    }
  }

  keepFiles(control, files) {
    this.record = { ...this.record, content: { ...this.record.content, [control.name]: files } };
    this.fields.listFiles(control, files);
    this.fields.update(this.record);
    this.save();
  }

  async forward() {
    const form = this.fields.steps[this.step];
    this.record = this.fields.read(form, this.record);
    const faults = this.fields.faults(this.step, this.record);
    if (faults.length) return this.fields.tell(form, faults);
    if (this.step === this.fields.last) return this.handIn();
    const step = this.fields.next(this.step, this.record);
    this.record.step = step;
    return (await this.save()) ? this.ask(step) : null;
  }

  back() {
    if (this.step === 0) return this.home();
    return this.ask(this.fields.next(this.step, this.record, -1));
  }

  leave() {
    return this.home();
  }

  /* Everything is looked through once more: a field may have appeared on a step that was passed before. */
  async handIn() {
    for (let step = 0; step < this.fields.last; step += 1) {
      this.fields.fill(this.fields.steps[step], this.record); // not shown since the page was opened again
      const faults = this.fields.faults(step, this.record);
      if (faults.length) {
        this.ask(step);
        return this.fields.tell(this.fields.steps[step], faults);
      }
    }
    const content = this.fields.given(this.record);
    const ended = this.record.ended || new Date().toISOString();
    if (!(await this.save({ ...this.record, content, ended, state: WAITING, faults: [] }))) return null;
    await this.home(this.texts.kept);
    /* The next record need not wait until this one has arrived. */
    this.send();
    return null;
  }

  async discard(key) {
    const dropped = await this.store.drop(key);
    return this.home(dropped ? this.texts.thrown : this.texts.elsewhere);
  }

  /* Sends what waits, and says how it went. */
  async send() {
    await this.refresh();
    if (!navigator.onLine || this.part("send").hidden) return;
    this.say("line", this.texts.sending);
    const { outcome, sentences } = await this.sender.send();
    const left = (await this.store.all()).filter((one) => one.account === this.settings.account);
    const sent = left.some((one) => one.state === REFUSED) ? this.texts.some_refused : this.texts.all_sent;
    this.part("signed-out").hidden = outcome !== "signed_out";
    this.part("told").hidden = true;
    this.say("line", outcome === "sent" ? [...sentences].join(". ") || sent : this.texts[outcome]);
    await this.refresh();
  }
}

/* A UUID of version 4; the browser's own maker is there on safe lines only. */
function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const text = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return text.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
