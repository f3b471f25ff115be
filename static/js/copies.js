// What lies on this device: copies of unsaved words, and the newest entries for writing without a
// network. All of it is encrypted with a key that no script can read out, one key a person. There is
// one copy a writer; it goes when the server has exactly that text.
const DATABASE = "throughline";
const STORES = ["keys", "copies", "recents"];
const CIPHER = { name: "AES-GCM", length: 256 };

let opening;

// Only a secure origin has a cipher and locks; elsewhere nothing is kept, and the page says so.
export const canKeepCopies = Boolean(globalThis.crypto?.subtle && globalThis.indexedDB && navigator.locks);

// Keep `fields` as the copy of `header` {writer, person, entry, action, base, sequence, when}.
export const keepCopy = async (header, fields) => keep("copies", header, fields, await keyOf(header.person));

// What a copy says, or null when its key is gone and nobody can read it any more.
export const readCopy = (copy) => read("copies", copy);

// The copies of this person, in the order in which they were written.
export const copiesOf = async (person) =>
  (await transact("readonly", (keys, copies) => copies.index("person").getAll(person))).sort(
    (one, other) => one.when - other.when,
  );

export const hasOthersCopies = async (person) =>
  (await transact("readonly", (keys, copies) => copies.getAll())).some((copy) => copy.person !== person);

export const dropCopy = (writer) => transact("readwrite", (keys, copies) => copies.delete(writer));

// The newest entries of this person. `lock` was taken by `keyOf` before they were asked for: were it
// made afterwards, they could come to lie here after a log-out in another tab.
export const keepRecents = (person, mark, entries, lock) => keep("recents", { person, mark }, entries, lock);

export const recentsOf = (person) =>
  transact("readonly", (keys, copies, recents) => recents.get(person)).catch(() => undefined);

// Their texts; none when there are none, or nobody can read them any more.
export async function readRecents(person) {
  const found = await recentsOf(person);
  return (found && (await read("recents", found))) ?? [];
}

// Only one person's newest entries are kept: those of whoever is logged in.
export const dropRecents = (but) =>
  transact("readwrite", (keys, copies, recents) => {
    const all = recents.openKeyCursor();
    all.onsuccess = () => {
      if (!all.result) return;
      if (all.result.primaryKey !== but) recents.delete(all.result.primaryKey);
      all.result.continue();
    };
  }).catch(() => {});

// Leave nothing of this person on the device: no copy, and no key that could open one.
export async function forgetCopies(person) {
  await transact("readwrite", (keys, copies, recents) => {
    keys.delete(person);
    recents.delete(person);
    const all = copies.index("person").openKeyCursor(person);
    all.onsuccess = () => {
      if (!all.result) return;
      copies.delete(all.result.primaryKey);
      all.result.continue();
    };
  });
}

// What is bound to the words, so that they cannot pass for others.
const BOUND = {
  copies: ({ writer, entry, base, sequence }) => [writer, entry, base, sequence],
  recents: ({ person, mark }) => ["recents", person, mark],
};

const cipher = (store, iv, header) => ({
  ...CIPHER,
  iv,
  additionalData: new TextEncoder().encode(BOUND[store](header).join(" ")),
});

async function keep(store, header, words, { id, key }) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = new TextEncoder().encode(JSON.stringify(words));
  const sealed = await crypto.subtle.encrypt(cipher(store, iv, header), key, plain);
  await transact("readwrite", (keys) => {
    const current = keys.get(header.person);
    current.onsuccess = () => {
      // Somebody logged out in another tab meanwhile: then nothing of theirs stays here.
      if (current.result?.id !== id) return current.transaction.abort();
      return current.transaction.objectStore(store).put({ ...header, key: id, iv, words: sealed });
    };
  });
}

async function read(store, { iv, words, ...header }) {
  try {
    const { key } = await transact("readonly", (keys) => keys.get(header.person));
    const plain = await crypto.subtle.decrypt(cipher(store, iv, header), key, words);
    return JSON.parse(new TextDecoder().decode(plain));
  } catch {
    return null;
  }
}

// The key is looked up each time: a key held in memory would outlive a log-out in another tab.
export async function keyOf(person) {
  const find = () => transact("readonly", (keys) => keys.get(person));
  const found = await find();
  if (found) return found;
  const key = await crypto.subtle.generateKey(CIPHER, false, ["encrypt", "decrypt"]);
  // Two tabs may make one at the same moment: the first that is stored is the key.
  await transact("readwrite", (keys) => keys.add({ person, id: crypto.randomUUID(), key })).catch(() => {});
  return find();
}

async function transact(mode, work) {
  const database = await open();
  let transaction;
  try {
    transaction = database.transaction(STORES, mode);
  } catch {
    opening = undefined;
    transaction = (await open()).transaction(STORES, mode);
  }
  return new Promise((resolve, reject) => {
    const request = work(...STORES.map((name) => transaction.objectStore(name)));
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = () => reject(transaction.error ?? new Error("nothing was kept"));
  });
}

function open() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 2);
    request.onupgradeneeded = ({ oldVersion }) => {
      const make = (name, keyPath) => request.result.createObjectStore(name, { keyPath });
      if (oldVersion < 1) {
        make("keys", "person");
        make("copies", "writer").createIndex("person", "person");
      }
      if (oldVersion < 2) make("recents", "person");
    };
    request.onsuccess = () => {
      const database = request.result;
      // Logging out clears the browser's storage under our feet; the next use opens it anew.
      const close = () => {
        database.close();
        opening = undefined;
      };
      database.onclose = close;
      database.onversionchange = close;
      resolve(database);
    };
    request.onerror = () => {
      opening = undefined;
      reject(request.error);
    };
  });
  return opening;
}
