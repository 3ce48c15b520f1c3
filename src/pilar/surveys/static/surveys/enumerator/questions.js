/* The questions, as the server has written them into the page: one form a step. Shows what is to be asked after the
   answers so far, reads and fills the fields, and tells faults at them. */
"use strict";

class Questions {
  constructor(root, settings, texts) {
    this.steps = [...root.querySelectorAll("form[data-step]")];
    this.summary = root.querySelector("[data-summary]");
    this.progress = root.querySelector(".progress");
    this.settings = settings;
    this.texts = texts;
    this.items = settings.steps.flat();
  }

  /* Codes of what is asked of somebody who has answered so. As on the server: answers that are not asked for count
     for nothing in the conditions of later ones. */
  asked(answers) {
    const kept = {};
    for (const { code, when } of this.items) {
      if (!when || when.values.includes(kept[when.item] ?? "")) kept[code] = answers[code] ?? "";
    }
    return new Set(Object.keys(kept));
  }

  /* The step after or before another that has a question; the first asks who answers, the last hands in. */
  next(step, record, direction = 1) {
    const asked = this.asked(record.answers);
    let found = step + direction;
    while (found > 0 && found < this.last && !this.settings.steps[found - 1].some(({ code }) => asked.has(code))) {
      found += direction;
    }
    return found;
  }

  get last() {
    return this.steps.length - 1;
  }

  show(step, record) {
    this.steps.forEach((form, number) => {
      form.hidden = number !== step;
    });
    this.fill(this.steps[step], record);
    this.update(record);
    this.tell(this.steps[step], []);
    const bar = this.progress.querySelector("progress");
    Object.assign(bar, { value: step + 1, max: this.steps.length });
    this.progress.querySelector("span").textContent = `${step + 1} / ${this.steps.length}`;
    (this.steps[step].querySelector("h2") ?? this.steps[step]).focus();
  }

  /* Questions appear and go with the answers before them. */
  update(record) {
    const asked = this.asked(record.answers);
    for (const { code } of this.items) {
      const field = this.fieldOf(code);
      if (field) field.hidden = !asked.has(code);
    }
  }

  fill(form, record) {
    const values = this.values(record);
    for (const control of form.elements) {
      if (!control.name) continue;
      if (control.type === "radio") control.checked = control.value === values[control.name];
      else if (control.type === "checkbox") control.checked = Boolean(values[control.name]);
      else control.value = values[control.name] ?? "";
    }
  }

  values({ consent, group, profile, answers }) {
    return { ...answers, ...profile, group, consent };
  }

  /* The record with what stands in a form now. */
  read(form, record) {
    const given = new FormData(form);
    const made = { ...record, profile: { ...record.profile }, answers: { ...record.answers } };
    for (const name of new Set([...form.elements].map((control) => control.name).filter(Boolean))) {
      const value = (given.get(name) ?? "").trim();
      if (name === "consent") made.consent = value !== "";
      else if (name === "group") made.group = value;
      else (name in this.settings.profile ? made.profile : made.answers)[name] = value;
    }
    return made;
  }

  /* What is to be sent: answers to what is asked, and of the profile what was told. */
  given(record) {
    const asked = this.asked(record.answers);
    const kept = (values, wanted) => Object.fromEntries(Object.entries(values).filter(wanted));
    return {
      profile: kept(record.profile, ([, value]) => value !== ""),
      answers: kept(record.answers, ([code, value]) => asked.has(code) && value !== ""),
    };
  }

  /* What is wrong in a step, as the server would say: [{place, sentence}]. */
  faults(step, record) {
    const { texts } = this;
    const values = this.values(record);
    if (step === 0) {
      const names = new Set([...this.steps[0].elements].map((control) => control.name).filter(Boolean));
      return [...names].filter((name) => !values[name] && this.settings.profile[name] !== false)
        .map((place) => ({ place, sentence: place === "consent" ? texts.consent : texts.answer }));
    }
    const asked = this.asked(record.answers);
    return (this.settings.steps[step - 1] ?? []).filter(({ code }) => asked.has(code)).flatMap((item) => {
      const value = values[item.code] ?? "";
      if (!value) return item.required ? [{ place: item.code, sentence: texts.answer }] : [];
      const wrong = item.kind === "number" && !Number.isFinite(Number(value.replace(",", ".")));
      return wrong ? [{ place: item.code, sentence: texts.number }] : [];
    });
  }

  /* The first step with one of these faults; the last if none has. */
  stepOf(faults) {
    const found = this.steps.findIndex((form) => faults.some(({ place }) => place && form.elements[place]));
    return found < 0 ? this.last : found;
  }

  fieldOf(name, form = null) {
    for (const one of form ? [form] : this.steps) {
      const control = one.elements[name];
      if (control) return (control instanceof RadioNodeList ? control[0] : control).closest(".field");
    }
    return null;
  }

  /* Faults at their fields, and all of them above with ways to the fields. */
  tell(form, faults) {
    for (const field of form.querySelectorAll(".field.invalid")) this.clear(field);
    const list = this.summary.querySelector("ul");
    list.replaceChildren();
    for (const { place, sentence } of faults) {
      const field = place ? this.fieldOf(place, form) : null;
      const line = document.createElement("li");
      if (field) line.append(this.mark(field, sentence));
      else line.textContent = sentence;
      list.append(line);
    }
    this.summary.hidden = faults.length === 0;
    if (faults.length) this.summary.focus();
  }

  mark(field, sentence) {
    const control = field.querySelector("input, select, textarea");
    const label = field.querySelector("legend, label");
    const error = document.createElement("p");
    Object.assign(error, { className: "error", id: `${control.name}-fault`, textContent: sentence });
    label.after(error);
    field.classList.add("invalid");
    const described = field.querySelector("fieldset") ?? control;
    described.dataset.described = described.getAttribute("aria-describedby") ?? "";
    described.setAttribute("aria-describedby", `${error.id} ${described.dataset.described}`.trim());
    const link = document.createElement("a");
    Object.assign(link, { href: `#${control.id}`, textContent: `${label.textContent.trim()}: ${sentence}` });
    return link;
  }

  clear(field) {
    field.classList.remove("invalid");
    field.querySelector(".error")?.remove();
    const described = field.querySelector("[data-described]");
    if (!described) return;
    described.setAttribute("aria-describedby", described.dataset.described);
    if (!described.dataset.described) described.removeAttribute("aria-describedby");
    delete described.dataset.described;
  }
}
