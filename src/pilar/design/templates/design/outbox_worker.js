/* Keeps the pages of an outbox and their files for times without a line: nothing else, and nothing that was filled in.
   A version is taken whole: its files and every page that the tablet knows, or the version before stays. */
"use strict";

const NAME = {{ name|safe }};
/* Addresses below this worker's folder. */
const PAGES = new RegExp({{ pages|safe }});
const VERSION = {{ version|safe }};
const FILES = {{ files|safe }};
/* Milliseconds: on a bad line a page that lies here is better than one that may come. */
const PATIENCE = {{ patience|safe }};

const SCOPE = new URL(registration.scope).pathname;
const OURS = `pilar-${NAME} ${SCOPE} `;
const CACHE = OURS + VERSION;

addEventListener("install", (event) => event.waitUntil(prepare()));
addEventListener("activate", (event) => event.waitUntil(takeOver()));
addEventListener("fetch", (event) => {
  const { pathname, origin, search } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== location.origin) return;
  if (isPage(pathname)) event.respondWith(pageFor(event, pathname, search === ""));
  else if (FILES.includes(pathname)) event.respondWith(fileFor(event.request, pathname));
});

function isPage(pathname) {
  return pathname.startsWith(SCOPE) && PAGES.test(pathname.slice(SCOPE.length));
}

async function cacheNames() {
  return (await caches.keys()).filter((name) => name.startsWith(OURS));
}

async function prepare() {
  const cache = await caches.open(CACHE);
  await cache.addAll(FILES.map((file) => new Request(file, { cache: "reload" })));
  await Promise.all([...(await knownPages())].map((pathname) => renew(cache, pathname)));
  await skipWaiting();
}

/* Pages that the version before kept, and those that are open. */
async function knownPages() {
  const addresses = (await clients.matchAll({ includeUncontrolled: true })).map((client) => client.url);
  for (const name of await cacheNames()) {
    addresses.push(...(await (await caches.open(name)).keys()).map((request) => request.url));
  }
  return new Set(addresses.map((address) => new URL(address).pathname).filter(isPage));
}

async function renew(cache, pathname) {
  const answer = await fetch(pathname, { redirect: "manual" });
  /* The sign-in has ended, or the server is unwell: the version before goes on working. */
  if (answer.type === "opaqueredirect" || answer.status >= 500) throw new Error(`${pathname} cannot be read now`);
  if (fits(answer)) await cache.put(pathname, answer);
}

/* A page that names files of another version would lack them without a line. */
function fits(answer) {
  return answer.ok && answer.headers.get("X-Outbox-Version") === VERSION;
}

async function takeOver() {
  const old = (await cacheNames()).filter((name) => name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await clients.claim();
}

async function fileFor(request, pathname) {
  return (await (await caches.open(CACHE)).match(pathname)) ?? fetch(request);
}

/* From the server if it answers in time; what it shows is kept, and a page that it refuses is forgotten. An address
   with a question mark asks for a fresh page, however long it takes: after signing in the old one shows nothing. For a
   page that does not lie here the one of the folder itself stands in, if there is such a one. */
async function pageFor(event, pathname, hurried) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(pathname);
  const asked = fetch(event.request).then((answer) => {
    if (fits(answer)) event.waitUntil(cache.put(pathname, answer.clone()));
    else if ([403, 404].includes(answer.status)) event.waitUntil(cache.delete(pathname));
    return kept && answer.status >= 500 ? kept : answer;
  });
  event.waitUntil(asked.catch(() => null));
  if (!kept) return asked.catch(async (error) => (await cache.match(SCOPE)) ?? Promise.reject(error));
  if (!hurried) return asked.catch(() => kept);
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, kept));
  return Promise.race([asked.catch(() => kept), late]);
}
