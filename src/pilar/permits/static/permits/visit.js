/* Minutes of a visit: beside each photograph goes when and where it was added, as the phone says; who was met there signs
   with a finger, and what they signed cannot change below their signature. */
"use strict";

const SIGNED = ["day", "found", "present", "agreed", "remarks"];
const [WIDTH, HEIGHT, LINE, APART, MAX_POINTS, MAX_STROKES] = [900, 300, 6, 5, 2000, 100];

/* The field to sign in: strokes in units of the field, as text in its input. */
class Pad {
  constructor(input, changed) {
    this.input = input;
    this.canvas = input.parentElement.querySelector("canvas");
    this.changed = changed;
    this.stroke = null;
    for (const kind of ["pointerdown", "pointermove", "pointerup", "pointercancel"]) {
      this.canvas.addEventListener(kind, (event) => this[kind](event));
    }
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
  }

  get strokes() {
    return this.input.value ? this.input.value.split(";").map((one) => one.split(" ").map((two) => two.split(","))) : [];
  }

  /* Units of all strokes together, as rules/signatures.py measures them. */
  get length() {
    const lengths = this.strokes.flatMap((stroke) => stroke.slice(1).map(([across, down], before) => (
      Math.hypot(across - stroke[before][0], down - stroke[before][1])
    )));
    return lengths.reduce((sum, one) => sum + one, 0);
  }

  get room() {
    return MAX_POINTS - this.strokes.flat().length;
  }

  pointerdown(event) {
    if (this.stroke || event.button > 0 || this.room < 2 || this.strokes.length >= MAX_STROKES) return;
    event.preventDefault();
    this.canvas.setPointerCapture(event.pointerId);
    this.pointer = event.pointerId;
    this.stroke = [this.at(event)];
  }

  pointermove(event) {
    if (!this.stroke || event.pointerId !== this.pointer || this.stroke.length >= this.room) return;
    const [one, last] = [this.at(event), this.stroke.at(-1)];
    if (Math.hypot(one[0] - last[0], one[1] - last[1]) < APART) return;
    this.stroke.push(one);
    this.line([last, one]);
  }

  pointerup(event) {
    if (!this.stroke || event.pointerId !== this.pointer) return;
    const points = this.stroke.length > 1 ? this.stroke : [this.stroke[0], this.stroke[0]];
    this.stroke = null;
    this.input.value = [this.input.value, points.map((one) => one.join(",")).join(" ")].filter(Boolean).join(";");
    this.draw();
    this.changed();
  }

  pointercancel(event) {
    this.pointerup(event);
  }

  /* A point of the field, also where the finger has left it. */
  at(event) {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    const within = (value, most) => Math.min(Math.max(Math.round(value), 0), most);
    return [
      within(((event.clientX - left) / width) * WIDTH, WIDTH), within(((event.clientY - top) / height) * HEIGHT, HEIGHT),
    ];
  }

  clear() {
    this.input.value = "";
    this.draw();
  }

  draw() {
    this.canvas.getContext("2d").clearRect(0, 0, WIDTH, HEIGHT);
    for (const stroke of this.strokes) this.line(stroke);
  }

  line(points) {
    const pen = this.canvas.getContext("2d");
    Object.assign(pen, {
      lineWidth: LINE, lineCap: "round", lineJoin: "round", strokeStyle: getComputedStyle(this.canvas).color,
    });
    pen.beginPath();
    points.forEach(([across, down], number) => (number ? pen.lineTo(across, down) : pen.moveTo(across, down)));
    pen.stroke();
  }
}

class VisitFields extends Fields {
  constructor(root, settings, texts) {
    super(root, settings, texts);
    const [form] = this.steps;
    this.pad = new Pad(form.elements.signature, () => {
      this.told("");
      form.elements.signature.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }

  fill(form, record) {
    super.fill(form, record);
    this.told("");
    this.pad.draw();
  }

  told(text) {
    this.pad.input.closest(".field").querySelector("[data-drawn-told]").textContent = text;
  }

  /* What was signed stays as it was, or is signed anew. */
  changedBelow(name) {
    if (!SIGNED.includes(name) || !this.pad.input.value) return;
    this.pad.clear();
    this.told(this.texts.changed);
  }

  faults(step) {
    const { signature, capacity, attested } = this.steps[step].elements;
    const found = super.faults(step);
    if (!signature.value && !capacity.value) return found;
    const short = signature.value && this.pad.length < this.settings.shortest;
    const missing = [
      ["capacity", capacity.value, this.texts.no_capacity], ["signature", signature.value, this.texts.not_drawn],
      ["signature", !short, this.texts.unreadable], ["attested", attested.checked, this.texts.not_attested],
    ];
    return [...found, ...missing.filter(([, given]) => !given).map(([place, , sentence]) => ({ place, sentence }))];
  }
}

class Visits extends Outbox {
  listen() {
    /* Before what is typed is kept. No "change": that comes when a field is left, after somebody has signed. */
    this.root.addEventListener("input", ({ target }) => this.fields.changedBelow(target.name));
    super.listen();
  }

  clearDrawn() {
    this.fields.pad.clear();
    this.fields.told("");
    this.typed(this.fields.pad.input.form);
  }

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

new Visits(document.getElementById("outbox"), VisitFields).begin();
