/* Sends what waits. An answer leaves the tablet only when the server has said that it is stored, now or before; the
   server knows it by its key, so sending again after a dropped line stores nothing twice. */
"use strict";

const TIMEOUT = 60000;
/* Codes of a survey that will never take these answers: whoever took them down may throw them away. */
const OVER = ["survey-closed", "wrong-survey-state"];

class Sender {
  /* `open()` says whether the account of this page is still the one that is signed in. */
  constructor(store, settings, open) {
    this.store = store;
    this.settings = settings;
    this.open = open;
    this.running = null;
  }

  /* How it went: {outcome: "sent" | "unreached" | "signed_out", sentences of refused programmes}. */
  send() {
    this.running ??= this.alone().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  /* Two windows do not send the same at once. */
  alone() {
    return navigator.locks ? navigator.locks.request("pilar-enumerator", () => this.all()) : this.all();
  }

  async all() {
    const sentences = new Set();
    const { account, batch } = this.settings;
    const waiting = (await this.store.all()).filter((one) => one.account === account && one.state === WAITING);
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
    if (!(await this.open())) return { outcome: "signed_out" };
    let answer, body;
    try {
      answer = await this.post(address, records);
      body = await answer.json();
    } catch {
      return { outcome: "unreached" };
    }
    if (answer.ok) return this.settled(records, body);
    if (answer.status === 401 || body.code === "forged-request") return { outcome: "signed_out" };
    if (answer.status >= 500 || answer.status === 429) return { outcome: "unreached" };
    if (OVER.includes(body.code)) return this.refused(records, body);
    if (![400, 413, 422].includes(answer.status)) return { outcome: "refused", sentence: body.title };
    return this.unreadable(address, records, body);
  }

  post(address, records) {
    const body = {
      mode: this.settings.mode,
      answers: records.map(({ key, began, ended, group, profile, answers, consent }) => ({
        key, began_at: began, ended_at: ended, group, profile, answers, consent,
      })),
    };
    return fetch(address, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "Accept-Language": document.documentElement.lang,
        "X-CSRFToken": cookie(this.settings.cookie),
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT),
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
  async refused(records, { code, title }) {
    const faults = [{ code, place: "", sentence: title }];
    await this.store.settle(records, new Map(records.map((one) => [one.key, faults])));
    return { outcome: "sent" };
  }

  /* One answer that cannot be read must not hold up the others: they are sent in halves until it is alone. */
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
