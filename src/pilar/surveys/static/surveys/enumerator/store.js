/* Answers on this tablet, in IndexedDB, until the server has them. These files are classic scripts that share their
   names: a module would import others by addresses that lack the mark of their content.

   A record: key (UUID made here), account, cell, programme, page and send (addresses), state, began and ended (moments
   of this tablet, ISO), step, consent, group, profile, answers, faults (as the server told them). */
"use strict";

const DRAFT = "draft";
const WAITING = "waiting";
const REFUSED = "refused";

class Store {
  /* Rejects where the browser keeps nothing. */
  static open() {
    return new Promise((resolve, reject) => {
      const asked = indexedDB.open("pilar-enumerator", 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore("answers", { keyPath: "key" });
      asked.onerror = () => reject(asked.error);
      asked.onsuccess = () => {
        /* A later version of this page is not kept waiting by this one. */
        asked.result.onversionchange = () => asked.result.close();
        resolve(new Store(asked.result));
      };
    });
  }

  constructor(database) {
    this.database = database;
  }

  /* One transaction; resolves, once it is written through, to what `work` hands to `done`. */
  transact(mode, work) {
    return new Promise((resolve, reject) => {
      const transaction = this.database.transaction("answers", mode, { durability: "strict" });
      let found;
      transaction.oncomplete = () => resolve(found);
      transaction.onabort = () => reject(transaction.error);
      work(transaction.objectStore("answers"), (value) => {
        found = value;
      });
    });
  }

  all() {
    return this.transact("readonly", (answers, done) => {
      answers.getAll().onsuccess = (event) => done(event.target.result);
    });
  }

  add(record) {
    return this.transact("readwrite", (answers) => answers.add(record));
  }

  /* Writes over what may still be changed. False if the answer was handed in or thrown away in another window. */
  keep(record) {
    return this.whereChangeable(record.key, (answers) => answers.put(record));
  }

  drop(key) {
    return this.whereChangeable(key, (answers) => answers.delete(key));
  }

  whereChangeable(key, change) {
    return this.transact("readwrite", (answers, done) => {
      answers.get(key).onsuccess = (event) => {
        const there = event.target.result;
        const changeable = there !== undefined && there.state !== WAITING;
        if (changeable) change(answers);
        done(changeable);
      };
    });
  }

  /* What the server has leaves the tablet; `faults` (a Map by key) tells what it refused. */
  settle(records, faults) {
    return this.transact("readwrite", (answers) => {
      for (const record of records) {
        if (faults.has(record.key)) answers.put({ ...record, state: REFUSED, faults: faults.get(record.key) });
        else answers.delete(record.key);
      }
    });
  }

  /* What was begun before a moment and never handed in. */
  forgetUnfinished(before) {
    return this.transact("readwrite", (answers) => {
      answers.openCursor().onsuccess = (event) => {
        const cursor = event.target.result;
        if (!cursor) return;
        if (cursor.value.state === DRAFT && cursor.value.began < before) cursor.delete();
        cursor.continue();
      };
    });
  }
}
