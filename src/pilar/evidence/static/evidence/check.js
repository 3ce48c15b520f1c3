/* Compares a file with the signed one in the browser: the page holds the hashes, the file stays where it is. Where the
   browser computes no hashes (a page without HTTPS), the form is sent as it is without this script. */
const shown = document.getElementById("copy");
const form = document.getElementById("compare");

const sha256 = async (bytes) =>
  Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)), (byte) => byte.toString(16).padStart(2, "0")).join("");

async function compare(file) {
  const bytes = await file.arrayBuffer();
  const { whole, pages, size } = shown.dataset;
  if ((await sha256(bytes)) === whole) return "same";
  return (await sha256(bytes.slice(0, Number(size)))) === pages ? "pages" : "other";
}

async function show(file) {
  const found = await compare(file);
  for (const one of shown.querySelectorAll("[data-copy]")) one.hidden = one.dataset.copy !== found;
}

if (shown && form && globalThis.crypto?.subtle) {
  document.querySelector("[data-here]").hidden = false;
  const chosen = form.querySelector("input[type=file]");
  chosen.addEventListener("change", () => chosen.files[0] && show(chosen.files[0]));
  form.addEventListener("submit", (event) => {
    if (!chosen.files[0]) return;
    event.preventDefault();
    show(chosen.files[0]);
  });
}
