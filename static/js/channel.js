// What the open tabs of this browser tell each other.
const channel = new BroadcastChannel("throughline");

export const tell = (kind, more = {}) => channel.postMessage({ kind, ...more });

export function listen(heed, signal) {
  channel.addEventListener("message", ({ data }) => heed(data), { signal });
}

// An open writer holds the lock of its name for as long as its page lives, however that ends.
export function hold(name) {
  navigator.locks?.request(name, () => new Promise(() => {}));
}

// Do `work` when nobody else does what has this name.
export const inTurn = (name, work) => navigator.locks.request(name, work);

// Do `work` unless somebody holds the lock; resolves to what it gives, or to undefined.
export const unlessHeld = (name, work) =>
  navigator.locks.request(name, { ifAvailable: true }, (lock) => (lock ? work() : undefined));

export const countHeld = async (prefix) =>
  ((await navigator.locks?.query())?.held ?? []).filter(({ name }) => name.startsWith(prefix)).length;
