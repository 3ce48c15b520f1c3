/* The forms of the page, one a step, as the server has written them. Shows a step, reads and fills its fields, and tells
   faults at them. A room whose steps depend on what was filled in before extends this. */
"use strict";

class Fields {
  constructor(root, settings, texts) {
    this.steps = [...root.querySelectorAll("form[data-step]")];
    this.summary = root.querySelector("[data-summary]");
    this.progress = root.querySelector(".progress");
    this.progress.hidden = this.steps.length === 1;
    this.settings = settings;
    this.texts = texts;
  }

  get last() {
    return this.steps.length - 1;
  }

  /* The step after or before another. */
  next(step, record, direction = 1) {
    return step + direction;
  }

  /* Whether what is typed may be kept before the first step is left. */
  get keptAtOnce() {
    return true;
  }

  /* What a new record holds. */
  blank() {
    return {};
  }

  /* What stands in the fields, by name: lists of values. */
  values(record) {
    return record.content;
  }

  /* The record with what stands in a form now. */
  read(form, record) {
    const given = new FormData(form);
    const content = { ...record.content };
    for (const name of this.names(form)) {
      if (form.elements[name].type !== "file") content[name] = given.getAll(name).map((value) => value.trim());
    }
    return { ...record, content };
  }

  /* What is to be sent. */
  given(record) {
    const names = this.steps.flatMap((form) => this.names(form));
    return Object.fromEntries(names.map((name) => [name, record.content[name] ?? []]));
  }

  /* What is wrong in a step: [{place, sentence}]. The server looks through all of it once more. */
  faults(step) {
    const wrong = [...this.steps[step].elements].filter((control) => control.name && !control.validity.valid);
    const faults = new Map(wrong.map(({ name, validity, validationMessage }) => [
      name, validity.valueMissing ? this.texts.missing : validationMessage,
    ]));
    return [...faults].map(([place, sentence]) => ({ place, sentence }));
  }

  names(form) {
    return [...new Set([...form.elements].map((control) => control.name).filter(Boolean))];
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

  /* For fields that come and go with others. */
  update() {}

  fill(form, record) {
    const values = this.values(record);
    for (const control of form.elements) {
      if (!control.name) continue;
      const given = values[control.name] ?? [];
      if (control.type === "file") this.listFiles(control, given);
      else if (["radio", "checkbox"].includes(control.type)) control.checked = given.includes(control.value);
      else if (control.multiple) for (const one of control.options) one.selected = given.includes(one.value);
      else control.value = given[0] ?? control.options?.[0]?.value ?? "";
    }
  }

  /* The files that are kept for a field, below it; each can be taken out again. */
  listFiles(control, files) {
    const field = control.closest(".field");
    field.querySelector(".kept-files")?.remove();
    const list = document.createElement("ul");
    list.className = "kept-files";
    list.append(...files.map(({ key, name }) => {
      const line = document.createElement("li");
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: "button quiet", textContent: this.texts.take_out });
      button.dataset.do = "dropFile";
      line.dataset.key = key;
      line.append(name, button);
      return line;
    }));
    if (files.length) field.append(list);
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
