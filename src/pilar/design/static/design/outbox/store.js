/* What was filled in on this tablet, in IndexedDB, until the server has it. These files are classic scripts that share
   their names: a module would import others by addresses that lack the mark of their content.

   A record: key (UUID made here), account, page and send (addresses), title, state, began and ended (moments of this
   tablet, ISO), step, content (by name of the field), faults (as the server told them). */
"use strict";

const DRAFT = "draft";
const WAITING = "waiting";
const REFUSED = "refused";

class Store {
  /* Rejects where the browser keeps nothing. */
  static async open(name) {
    return new Store(await opened(`pilar-outbox ${name}`, (asked) => {
      asked.result.createObjectStore("records", { keyPath: "key" });
    }), "records");
  }

  constructor(database, name) {
    this.database = database;
    this.name = name;
    /* A later version of this page is not kept waiting by this one. */
    database.onversionchange = () => database.close();
  }

  /* One transaction; resolves, once it is written through, to what `work` hands to `done`. */
  transact(mode, work) {
    return new Promise((resolve, reject) => {
      const transaction = this.database.transaction(this.name, mode, { durability: "strict" });
      let found;
      transaction.oncomplete = () => resolve(found);
      transaction.onabort = () => reject(transaction.error);
      work(transaction.objectStore(this.name), (value) => {
        found = value;
      });
    });
  }

  all() {
    return this.transact("readonly", (records, done) => {
      records.getAll().onsuccess = (event) => done(event.target.result);
    });
  }

  add(record) {
    return this.transact("readwrite", (records, done) => {
      records.add(record).onsuccess = () => done(true);
    });
  }

  /* Writes over what may still be changed. False if the record was handed in or thrown away in another window. */
  keep(record) {
    return this.whereChangeable(record.key, (records) => records.put(record));
  }

  drop(key) {
    return this.whereChangeable(key, (records) => records.delete(key));
  }

  whereChangeable(key, change) {
    return this.transact("readwrite", (records, done) => {
      records.get(key).onsuccess = (event) => {
        const there = event.target.result;
        const changeable = there !== undefined && there.state !== WAITING;
        if (changeable) change(records);
        done(changeable);
      };
    });
  }

  /* What the server has leaves the tablet; `faults` (a Map by key) tells what it refused. */
  settle(sent, faults) {
    return this.transact("readwrite", (records) => {
      for (const record of sent) {
        if (faults.has(record.key)) records.put({ ...record, state: REFUSED, faults: faults.get(record.key) });
        else records.delete(record.key);
      }
    });
  }

  /* What was begun before a moment and never handed in. */
  forgetUnfinished(before) {
    return this.transact("readwrite", (records) => {
      records.openCursor().onsuccess = (event) => {
        const cursor = event.target.result;
        if (!cursor) return;
        if (cursor.value.state === DRAFT && cursor.value.began < before) cursor.delete();
        cursor.continue();
      };
    });
  }

  /* Moves here what a page of before kept in a database of its own, and may still be keeping without a line. It leaves
     that one when it is in this one; what would come twice has one key. */
  async takeFrom({ database, name, read }) {
    const found = await opened(database, (asked) => asked.transaction.abort()).catch(() => null);
    if (!found) return;
    const former = new Store(found, name);
    const there = await former.all();
    await this.transact("readwrite", (records) => there.forEach((one) => records.put(read(one))));
    await former.transact("readwrite", (records) => there.forEach((one) => records.delete(one.key)));
    found.close();
  }
}

/* A file as it is kept: under a key of its own. A picture is drawn anew no larger than a receipt needs to be read, so a
   weak line carries it, and what the camera wrote beside it stays behind. */
const LONGEST = 1600;

async function kept(file) {
  return { key: newKey(), name: file.name, blob: (await smaller(file).catch(() => null)) ?? file };
}

async function smaller(file) {
  if (!["image/jpeg", "image/png", "image/webp"].includes(file.type)) return null;
  const image = await createImageBitmap(file);
  const scale = LONGEST / Math.max(image.width, image.height);
  if (scale >= 1 && file.type !== "image/jpeg") return null;
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(image.width * Math.min(scale, 1)));
  canvas.height = Math.max(1, Math.round(image.height * Math.min(scale, 1)));
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, file.type, 0.8));
}

function filesOf(content) {
  return Object.values(content).flat().filter((one) => one?.blob);
}

/* What was filled in, with keys in the place of files. */
function withoutFiles(content) {
  const found = Object.entries(content).map(([name, values]) => (
    [name, Array.isArray(values) ? values.map((one) => one?.key ?? one) : values]
  ));
  return Object.fromEntries(found);
}

function opened(database, make) {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(database, 1);
    asked.onupgradeneeded = () => make(asked);
    asked.onerror = () => reject(asked.error);
    asked.onsuccess = () => resolve(asked.result);
  });
}
