/* The questions of a survey: who answers, a step for each section, and the last, which hands in. What is asked depends on
   the answers before. */
"use strict";

class Questions extends Fields {
  constructor(root, settings, texts) {
    super(root, settings, texts);
    this.items = settings.steps.flat();
  }

  /* Nothing is kept before the respondent has agreed. */
  get keptAtOnce() {
    return false;
  }

  blank() {
    return { consent: false, group: "", profile: {}, answers: {} };
  }

  /* Codes of what is asked of somebody who has answered so. As on the server: answers that are not asked for count
     for nothing in the conditions of later ones. */
  asked({ answers }) {
    const kept = {};
    for (const { code, when } of this.items) {
      if (!when || when.values.includes(kept[when.item] ?? "")) kept[code] = answers[code] ?? "";
    }
    return new Set(Object.keys(kept));
  }

  /* The nearest step that has a question; the first asks who answers, the last hands in. */
  next(step, record, direction = 1) {
    const asked = this.asked(record.content);
    let found = step + direction;
    while (found > 0 && found < this.last && !this.settings.steps[found - 1].some(({ code }) => asked.has(code))) {
      found += direction;
    }
    return found;
  }

  /* Questions appear and go with the answers before them. */
  update(record) {
    const asked = this.asked(record.content);
    for (const { code } of this.items) {
      const field = this.fieldOf(code);
      if (field) field.hidden = !asked.has(code);
    }
  }

  values({ content: { consent, group, profile, answers } }) {
    const given = { ...answers, ...profile, group, consent: consent ? "on" : "" };
    return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, value ? [value] : []]));
  }

  read(form, record) {
    const given = new FormData(form);
    const { profile, answers } = record.content;
    const content = { ...record.content, profile: { ...profile }, answers: { ...answers } };
    for (const name of this.names(form)) {
      const value = (given.get(name) ?? "").trim();
      if (name === "consent") content.consent = value !== "";
      else if (name === "group") content.group = value;
      else (name in this.settings.profile ? content.profile : content.answers)[name] = value;
    }
    return { ...record, content };
  }

  /* Answers to what is asked, and of the profile what was told. */
  given({ content }) {
    const asked = this.asked(content);
    const kept = (values, wanted) => Object.fromEntries(Object.entries(values).filter(wanted));
    return {
      ...content,
      profile: kept(content.profile, ([, value]) => value !== ""),
      answers: kept(content.answers, ([code, value]) => asked.has(code) && value !== ""),
    };
  }

  /* As the server would say. */
  faults(step, record) {
    const { texts } = this;
    const values = this.values(record);
    if (step === 0) {
      return this.names(this.steps[0])
        .filter((name) => !values[name]?.length && this.settings.profile[name] !== false)
        .map((place) => ({ place, sentence: place === "consent" ? texts.consent : texts.missing }));
    }
    const asked = this.asked(record.content);
    return (this.settings.steps[step - 1] ?? []).filter(({ code }) => asked.has(code)).flatMap((item) => {
      const [value] = values[item.code] ?? [];
      if (!value) return item.required ? [{ place: item.code, sentence: texts.missing }] : [];
      const wrong = item.kind === "number" && !Number.isFinite(Number(value.replace(",", ".")));
      return wrong ? [{ place: item.code, sentence: texts.number }] : [];
    });
  }
}
