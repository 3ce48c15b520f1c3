/* The page of an enumerator: answers of others, taken down while a survey is open. */
"use strict";

class Enumerator extends Outbox {
  /* Before all rooms shared their outbox, answers lay in a database of this page. */
  get former() {
    const read = ({ cell, programme, consent, group, profile, answers, ...record }) => ({
      ...record, title: programme, content: { consent, group, profile, answers },
    });
    return { database: "pilar-enumerator", name: "answers", read };
  }

  refreshed() {
    const now = new Date();
    const { opens, closes } = this.settings;
    const early = now < new Date(opens);
    const over = !this.settings.open || now > new Date(closes);
    this.part("early").hidden = !early;
    this.part("over").hidden = !over;
    this.part("start").hidden = early || over;
  }

  body(records) {
    const answers = records.map(({ key, began, ended, content }) => ({
      key, began_at: began, ended_at: ended, ...content,
    }));
    return { mode: this.settings.mode, answers };
  }
}

new Enumerator(document.getElementById("outbox"), Questions).begin();
