// Passkeys: shows their buttons where the browser knows them, and says on the page why one did not work.
// The exchange with the browser itself is done by the sign-in library's scripts.
const known = "PublicKeyCredential" in window;
for (const part of document.querySelectorAll("[data-passkey]")) part.hidden = !known;
for (const part of document.querySelectorAll("[data-no-passkey]")) part.hidden = known;

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const told = document.querySelector("[data-passkey-fault]");
  told.hidden = false;
  told.focus();
});
