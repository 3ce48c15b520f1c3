/* Sends what waits, in the order in which it was handed in. A record leaves the tablet only when the server has said
   that it is stored, now or before; the server knows it by its key, so sending again after a dropped line stores nothing
   twice. */
"use strict";

const TIMEOUT = 60000;
/* For one file on a weak line; and how long the server holds it for its record, which is an hour. */
const FILE_TIMEOUT = 300000;
const HELD = 3000000;

class Sender {
  /* `page.unlocked()` says whether the account of the page is still the one that is signed in, `page.body(records)` what
     is sent. */
  constructor(store, page) {
    this.store = store;
    this.page = page;
    this.settings = page.settings;
    this.running = null;
  }

  /* How it went: {outcome: "sent" | "unreached" | "signed_out", sentences of what was not taken as a whole}. */
  send() {
    this.running ??= this.alone().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  /* Two windows do not send the same at once. */
  alone() {
    return navigator.locks ? navigator.locks.request(`pilar-${this.settings.name}`, () => this.all()) : this.all();
  }

  async all() {
    const sentences = new Set();
    const { account, batch } = this.settings;
    const waiting = (await this.store.all()).filter((one) => one.account === account && one.state === WAITING);
    waiting.sort((one, other) => one.ended.localeCompare(other.ended));
    for (const address of new Set(waiting.map((one) => one.send))) {
      const records = waiting.filter((one) => one.send === address);
      for (let start = 0; start < records.length; start += batch) {
        const { outcome, sentence } = await this.some(address, records.slice(start, start + batch));
        if (["unreached", "signed_out"].includes(outcome)) return { outcome, sentences };
        if (sentence) sentences.add(sentence);
      }
    }
    return { outcome: "sent", sentences };
  }

  async some(address, records) {
    for (const record of this.settings.files ? records : []) {
      const went = await this.sendFiles(record);
      if (went.outcome) return went.body ? this.refused([record], went.body, went.place) : went;
    }
    const { outcome, answer, body } = await this.asked(address, JSON.stringify(this.page.body(records)), TIMEOUT);
    if (outcome) return { outcome };
    if (answer.ok) return this.settled(records, body);
    if (this.settings.over.includes(body.code)) return this.refused(records, body);
    if (![400, 413, 422].includes(answer.status)) return { outcome: "refused", sentence: body.title };
    return this.unreadable(address, records, body);
  }

  /* The files of a record, one by one: what has arrived is not sent again as long as the server holds it. */
  async sendFiles(record) {
    for (const [place, values] of Object.entries(record.content)) {
      for (const file of values.filter((one) => one.blob && !(Date.now() - one.since < HELD))) {
        const form = new FormData();
        form.append("file", file.blob, file.name);
        const { outcome, answer, body } = await this.asked(this.settings.files, form, FILE_TIMEOUT);
        if (outcome) return { outcome };
        if (!answer.ok) return { outcome: "refused", body, place };
        Object.assign(file, { held: body.held, since: Date.now() });
        await this.store.transact("readwrite", (records) => records.put(record));
      }
    }
    return {};
  }

  /* What the server answers, or an outcome where it has not: it was not reached, or nobody is signed in any more. */
  async asked(address, content, patience) {
    if (!(await this.page.unlocked())) return { outcome: "signed_out" };
    let answer;
    try {
      answer = await this.post(address, content, patience);
    } catch {
      return { outcome: "unreached" };
    }
    const body = await answer.json().catch(() => null);
    /* A page in place of an answer leads to the sign-in, or says that the form has expired with it. */
    const away = answer.type === "opaqueredirect" || (answer.status === 403 && !body);
    if (away || answer.status === 401 || body?.code === "forged-request") return { outcome: "signed_out" };
    if (!body || answer.status >= 500 || answer.status === 429) return { outcome: "unreached" };
    return { answer, body };
  }

  post(address, content, patience) {
    return fetch(address, {
      method: "POST",
      headers: {
        ...(typeof content === "string" ? { "Content-Type": "application/json" } : {}),
        "Accept-Language": document.documentElement.lang,
        "X-CSRFToken": cookie(this.settings.cookie),
        "X-Outbox-Account": this.settings.account,
      },
      body: content,
      redirect: "manual",
      signal: AbortSignal.timeout(patience),
    });
  }

  /* The counts must be those of what was sent: anything else is no answer of this server. */
  async settled(records, body) {
    const faults = new Map(body.refused?.map((one) => [one.key, one.faults]));
    if (body.stored + body.known + faults.size !== records.length) return { outcome: "unreached" };
    await this.store.settle(records, faults);
    return { outcome: "sent" };
  }

  /* All of them, for one reason. */
  async refused(records, { code, title, faults: told }, place = "") {
    const faults = [{ code, place, sentence: told?.map((one) => one.sentence).join(". ") || title }];
    await this.store.settle(records, new Map(records.map((one) => [one.key, faults])));
    return { outcome: "sent" };
  }

  /* One record that cannot be read must not hold up the others: they are sent in halves until it is alone. */
  async unreadable(address, records, body) {
    if (records.length === 1) return this.refused(records, body);
    const half = Math.ceil(records.length / 2);
    const first = await this.some(address, records.slice(0, half));
    return first.outcome === "sent" ? this.some(address, records.slice(half)) : first;
  }
}

function cookie(name) {
  const found = document.cookie.split("; ").find((one) => one.startsWith(`${name}=`));
  return found ? found.slice(name.length + 1) : "";
}
