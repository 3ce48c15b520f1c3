/* Checks codes and files of signed documents on the device: with the keys that the page holds, and with lists of what
   became of documents that were taken along. What a record is: pilar/reports/signing/record.py; a list: lists.py. */
"use strict";

const given = JSON.parse(document.getElementById("given").textContent);
const LISTS = "pilar-lists";
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const digest = async (name, bytes) => new Uint8Array(await crypto.subtle.digest(name, bytes));
const joined = (...parts) => Uint8Array.from(parts.flatMap((part) => [...part]));
const latin = (bytes) => new TextDecoder("latin1").decode(bytes);

/* Ed25519 as RFC 8032, 5.1 describes it, to check signatures alone: not every browser has it. */
const P = 2n ** 255n - 19n, Q = 2n ** 252n + 27742317777372353535851937790883648493n;
const mod = (number, by = P) => ((number % by) + by) % by;
function power(base, exponent) {
  let found = 1n;
  for (base = mod(base); exponent; exponent >>= 1n, base = mod(base * base)) if (exponent & 1n) found = mod(found * base);
  return found;
}
const D = mod(-121665n * power(121666n, P - 2n)), ROOT = power(2n, (P - 1n) / 4n);
const little = (bytes) => BigInt("0x" + (hex([...bytes].reverse()) || "0"));
function add(a, b) {
  const one = mod((a[1] - a[0]) * (b[1] - b[0])), two = mod((a[1] + a[0]) * (b[1] + b[0]));
  const three = mod(2n * a[3] * b[3] * D), four = mod(2n * a[2] * b[2]);
  const [e, f, g, h] = [two - one, four - three, four + three, two + one];
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}
function times(number, point) {
  let found = [0n, 1n, 1n, 0n];
  for (; number; number >>= 1n, point = add(point, point)) if (number & 1n) found = add(found, point);
  return found;
}
function point(bytes) {
  const whole = little(bytes), sign = whole >> 255n, y = whole & (2n ** 255n - 1n);
  const square = mod((y * y - 1n) * power(D * y * y + 1n, P - 2n));
  let x = power(square, (P + 3n) / 8n);
  if (mod(x * x - square)) x = mod(x * ROOT);
  if (y >= P || mod(x * x - square) || (!x && sign)) throw new Error("no point of the curve");
  if ((x & 1n) !== sign) x = P - x;
  return [x, y, 1n, mod(x * y)];
}
const BASE = point(Uint8Array.from([0x58, ...Array(31).fill(0x66)]));
async function isSigned(key, message, signature) {
  const scalar = little(signature.slice(32));
  if (scalar >= Q) return false;
  try {
    const [by, nonce] = [point(key), point(signature.slice(0, 32))];
    const number = mod(little(await digest("SHA-512", joined(signature.slice(0, 32), key, message))), Q);
    const [left, right] = [times(scalar, BASE), add(nonce, times(number, by))];
    return mod(left[0] * right[2]) === mod(right[0] * left[2]) && mod(left[1] * right[2]) === mod(right[1] * left[2]);
  } catch {
    return false;
  }
}

/* What a code says; null for what is none. */
function read(code) {
  try {
    const all = Uint8Array.from(atob(code.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
    const body = all.slice(0, -64), texts = [];
    for (let at = 43; at < body.length; at += body[at] + 1) {
      texts.push(new TextDecoder("utf-8", { fatal: true }).decode(body.slice(at + 1, at + 1 + body[at])));
    }
    if (body[0] !== 1 || all.length > 200 || texts.length !== 3) return null;
    const day = new Date(Date.UTC(2000, 0, 1 + body[9] * 256 + body[10])).toISOString().slice(0, 10);
    const [kind, scope, number] = texts;
    return { kind, scope, number, day, body, key: hex(body.slice(1, 9)), pages: hex(body.slice(11, 43)), signature: all.slice(-64) };
  } catch {
    return null;
  }
}

async function isGenuine(record) {
  for (const key of given.keys) {
    const raw = Uint8Array.from(key.match(/../g), (one) => parseInt(one, 16));
    if (hex(await digest("SHA-256", raw)).slice(0, 16) !== record.key) continue;
    return isSigned(raw, joined(new TextEncoder().encode("pilar-document\n"), record.body), record.signature);
  }
  return false;
}

/* What a file is beside the record: "whole", "added" behind the pages, or "other". */
async function compared(bytes, text, record) {
  const ends = [...text.matchAll(/%%EOF(\r\n|\n|\r)?/g)].flatMap((one) => [one.index + 5, one.index + one[0].length]);
  const pages = await Promise.all([...new Set(ends)].map(async (end) => hex(await digest("SHA-256", bytes.slice(0, end)))));
  if (!pages.includes(record.pages)) return "other";
  const ranges = [...text.matchAll(/\/ByteRange\s*\[\s*0 +(\d+) +(\d+) +(\d+)\s*\]/g)].map((one) => one.slice(1).map(Number));
  const [first, start, more] = ranges[0] ?? [0, 0, 0];
  if (ranges.length !== 1 || start + more !== bytes.length) return "added";
  const signed = hex(await digest("SHA-256", joined(bytes.slice(0, first), bytes.slice(start))));
  return text.slice(first, start).toLowerCase().includes("0420" + signed) ? "whole" : "added";
}

/* What became of the document, by the newest list that can be had: {day, standing, file}; null without a list. */
async function listed(record) {
  const address = given.lists[record.kind]?.replace("{scope}", record.scope).replace("{year}", record.day.slice(0, 4));
  if (!address || !/^[\d.]+$/.test(record.scope)) return null;
  const kept = await caches.open(LISTS);
  try {
    const fresh = await fetch(address, { signal: AbortSignal.timeout(15_000) });
    if (fresh.ok) await kept.put(address, fresh);
  } catch { /* no line: the one that was taken along */ }
  const [head, ...lines] = (await (await kept.match(address))?.text())?.trimEnd().split("\n") ?? [""];
  if (!head.startsWith(`pilar-list 1 ${record.kind} ${record.scope} ${record.day.slice(0, 4)} `)) return null;
  const found = lines.find((line) => line.startsWith(record.pages.slice(0, 16)))?.split(" ");
  const day = head.split(" ")[5];
  if (!found) return { day, standing: "missing" };
  return { day, standing: found[3] === record.day.replaceAll("-", "") ? found[2] : "dated", file: found[1] };
}

const page = document.getElementById("offline");
const local = (day) => new Date(day + "T00:00Z").toLocaleDateString(document.documentElement.lang, { dateStyle: "long", timeZone: "UTC" });
function show(name, value) {
  for (const one of page.querySelectorAll(`[data-${name}]`)) one.hidden = one.dataset[name] !== value;
}

async function check(code, file) {
  const record = read(code);
  const genuine = record !== null && (await isGenuine(record));
  show("code", record === null ? "unreadable" : genuine ? "genuine" : "forged");
  page.querySelector("[data-told]").hidden = record === null;
  for (const name of ["copy", "standing"]) show(name, "");
  if (record === null) return;
  for (const name of ["number", "scope"]) page.querySelector(`[data-is=${name}]`).textContent = record[name];
  page.querySelector("[data-is=day]").textContent = local(record.day);
  if (!genuine) return;
  const found = await listed(record);
  let copy = file ? await compared(file.bytes, file.text, record) : "";
  if (copy === "whole" && found?.file && !hex(await digest("SHA-256", file.bytes)).startsWith(found.file)) copy = "added";
  show("copy", copy);
  show("standing", found?.standing ?? "unlisted");
  for (const one of page.querySelectorAll("[data-as-of]")) one.textContent = found ? local(found.day) : "";
}

function codeIn(text) {
  return text.trim().replace(/\/$/, "").split("/").pop();
}

async function open(file) {
  if (file.type.startsWith("image/")) return check(codeIn((await inPhoto(file)) ?? ""));
  const bytes = new Uint8Array(await file.arrayBuffer());
  const text = latin(bytes);
  const contacts = [...text.matchAll(/\/ContactInfo\s*\(([^)]*)\)/g)].map((one) => one[1]).join(" ");
  const said = contacts.replace(/\\([0-7]{3})/g, (_all, octal) => String.fromCharCode(parseInt(octal, 8)));
  const codes = new Set([...said.matchAll(/\/periksa\/([\w-]{100,300})\//g)].map((one) => one[1]));
  await check(codes.size === 1 ? [...codes][0] : "", { bytes, text });
}

/* What reads a QR code in a picture: the browser itself or, where it cannot (Safari, Firefox), a script. */
let reading;
const codeReader = () => (reading ??= loadReader());
async function loadReader() {
  if ((await globalThis.BarcodeDetector?.getSupportedFormats())?.includes("qr_code")) {
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async (picture) => (await detector.detect(picture).catch(() => []))[0]?.rawValue;
  }
  const script = Object.assign(document.createElement("script"), { src: given.reader });
  const loaded = new Promise((done) => script.addEventListener("load", done));
  document.head.append(script);
  await loaded;
  return async (picture, width, height, side) => {
    const scale = Math.min(1, side / Math.max(width, height));
    const canvas = Object.assign(document.createElement("canvas"), { width: width * scale, height: height * scale });
    const drawn = canvas.getContext("2d", { willReadFrequently: true });
    drawn.imageSmoothingQuality = "high";
    drawn.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return jsQR(drawn.getImageData(0, 0, canvas.width, canvas.height).data, canvas.width, canvas.height)?.data;
  };
}

/* A photo is read in several sizes: the script finds a large code better in a small picture, a small one in a large; in
   one larger than these it looks for half a minute. */
async function inPhoto(file) {
  const picture = await createImageBitmap(file).catch(() => null), find = await codeReader();
  for (const side of picture ? [1600, 1000, 1300, 600] : []) {
    const found = await find(picture, picture.width, picture.height, side);
    if (found) return found;
  }
  return null;
}

async function look(button) {
  const video = page.querySelector("video"), find = await codeReader();
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } }).catch(() => null);
  show("refused", stream ? "" : "camera");
  if (!stream) return;
  [video.srcObject, video.hidden, button.disabled] = [stream, false, true];
  await video.play();
  let found;
  while (!found && stream.active) {
    await new Promise(requestAnimationFrame);
    found = await find(video, video.videoWidth, video.videoHeight, 1000);
  }
  stream.getTracks().forEach((track) => track.stop());
  [video.hidden, button.disabled] = [true, false];
  if (found) await check(codeIn(found));
}

if (globalThis.crypto?.subtle) {
  page.hidden = false;
  const typed = page.querySelector("textarea");
  page.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    check(codeIn(typed.value));
  });
  for (const chosen of page.querySelectorAll("input[type=file]")) {
    chosen.addEventListener("change", () => chosen.files[0] && open(chosen.files[0]));
  }
  page.addEventListener("dragover", (event) => event.preventDefault());
  page.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files[0]) open(event.dataTransfer.files[0]);
  });
  const camera = page.querySelector("[data-camera]");
  camera.hidden = !navigator.mediaDevices?.getUserMedia;
  camera.addEventListener("click", () => look(camera));
  /* Opened by a code while there was no line. */
  if (read(codeIn(location.pathname))) check(codeIn(location.pathname));
}
navigator.serviceWorker?.register(given.worker).then(() => navigator.serviceWorker.ready).then((ready) => {
  if (ready.active) page.querySelector("[data-ready]").hidden = false;
});
