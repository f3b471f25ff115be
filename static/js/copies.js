// Copies of unsaved words on this device. They are encrypted with a key that no script can read
// out, one key a person, one copy a writer; a copy goes when the server has exactly that text.
const DATABASE = "throughline";
const CIPHER = { name: "AES-GCM", length: 256 };

let opening;

// Only a secure origin has a cipher and locks; elsewhere nothing is kept, and the page says so.
export const canKeepCopies = Boolean(globalThis.crypto?.subtle && globalThis.indexedDB && navigator.locks);

// Keep `fields` as the copy of `header` {writer, person, entry, action, base, sequence, when}.
export async function keepCopy(header, fields) {
  const { id, key } = await keyOf(header.person);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = new TextEncoder().encode(JSON.stringify(fields));
  const words = await crypto.subtle.encrypt(cipher(iv, header), key, plain);
  await transact("readwrite", (keys, copies) => {
    const current = keys.get(header.person);
    current.onsuccess = () => {
      // Somebody logged out in another tab meanwhile: then nothing of theirs stays here.
      if (current.result?.id === id) copies.put({ ...header, key: id, iv, words });
      else current.transaction.abort();
    };
  });
}

// What a copy says, or null when its key is gone and nobody can read it any more.
export async function readCopy(copy) {
  try {
    const { key } = await transact("readonly", (keys) => keys.get(copy.person));
    const plain = await crypto.subtle.decrypt(cipher(copy.iv, copy), key, copy.words);
    return JSON.parse(new TextDecoder().decode(plain));
  } catch {
    return null;
  }
}

export const copiesOf = (person) =>
  transact("readonly", (keys, copies) => copies.index("person").getAll(person));

export const hasOthersCopies = async (person) =>
  (await transact("readonly", (keys, copies) => copies.getAll())).some((copy) => copy.person !== person);

export const dropCopy = (writer) => transact("readwrite", (keys, copies) => copies.delete(writer));

// Leave nothing of this person on the device: no copy, and no key that could open one.
export async function forgetCopies(person) {
  await transact("readwrite", (keys, copies) => {
    keys.delete(person);
    const all = copies.index("person").openKeyCursor(person);
    all.onsuccess = () => {
      if (!all.result) return;
      copies.delete(all.result.primaryKey);
      all.result.continue();
    };
  });
}

const cipher = (iv, { writer, entry, base, sequence }) => ({
  ...CIPHER,
  iv,
  additionalData: new TextEncoder().encode([writer, entry, base, sequence].join(" ")),
});

// The key is looked up each time: a key held in memory would outlive a log-out in another tab.
async function keyOf(person) {
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
    transaction = database.transaction(["keys", "copies"], mode);
  } catch {
    opening = undefined;
    transaction = (await open()).transaction(["keys", "copies"], mode);
  }
  return new Promise((resolve, reject) => {
    const request = work(transaction.objectStore("keys"), transaction.objectStore("copies"));
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = () => reject(transaction.error ?? new Error("nothing was kept"));
  });
}

function open() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("keys", { keyPath: "person" });
      request.result.createObjectStore("copies", { keyPath: "writer" }).createIndex("person", "person");
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
