/* The three screens of a payment request; the last one says what is sent. */
"use strict";

class RequestFields extends Fields {
  update(record) {
    const { content } = record;
    const said = {
      line: this.labelOf("line", content.line?.[0]), amount: content.amount?.[0] ?? "", told: content.told?.[0] ?? "",
      payee: content.payee?.[0] ?? "", files: filesOf(content).length,
    };
    for (const [name, text] of Object.entries(said)) {
      for (const place of document.querySelectorAll(`[data-said="${name}"]`)) place.textContent = text;
    }
  }

  labelOf(name, value) {
    const control = this.steps[0].querySelector(`[name="${name}"][value="${CSS.escape(value ?? "")}"]`);
    return control?.closest("label")?.textContent.trim() ?? "";
  }
}

new Outbox(document.getElementById("outbox"), RequestFields).begin();
