/* Minutes of a visit: beside each photograph goes when and where it was added, as the phone says. */
"use strict";

class Visits extends Outbox {
  async takeFiles(control) {
    const key = this.record.key;
    const before = new Set((this.record.content[control.name] ?? []).map((one) => one.key));
    const at = new Date().toISOString();
    await super.takeFiles(control);
    const added = this.record.content[control.name].filter((one) => !before.has(one.key));
    const tell = (where) => this.tell(control.form, key, added.map((one) => [one.key, { at, ...where }]));
    tell({});
    this.place().then(tell); // it may take seconds, in which the surveyor types on
  }

  /* What is said of photographs, as long as their record is open. */
  tell(form, key, said) {
    if (this.record?.key !== key) return;
    const field = form.elements.device;
    field.value = JSON.stringify({ ...JSON.parse(field.value || "{}"), ...Object.fromEntries(said) });
    this.typed(form);
  }

  place() {
    return new Promise((resolve) => {
      if (!navigator.geolocation) return resolve({});
      return navigator.geolocation.getCurrentPosition(
        ({ coords }) => resolve({
          point: `${coords.latitude.toFixed(5)}, ${coords.longitude.toFixed(5)}`, metres: Math.round(coords.accuracy),
        }),
        () => resolve({}),
        { enableHighAccuracy: true, timeout: 15_000, maximumAge: 30_000 },
      );
    });
  }
}

new Visits(document.getElementById("outbox"), Fields).begin();
