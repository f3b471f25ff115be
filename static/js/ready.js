// Getting ready for a day without a network: the worker, the page that it shows then, and the newest
// entries, encrypted (copies.js). docs/offline.md has the rules.
import { canKeepCopies, dropRecents, keepRecents, keyOf, recentsOf } from "./copies.js";

const READY_AFTER = 2500;
const SETTING = "tl-keeps-entries";

export const keepsEntries = () => localStorage.getItem(SETTING) !== "no";

// What a person decides for this device; without it, the newest entries are kept.
export async function chooseKeeping(isKept, device) {
  if (isKept) localStorage.removeItem(SETTING);
  else localStorage.setItem(SETTING, "no");
  await getRecents(device);
}

// What is somebody else's goes at once; the rest comes when the page has all that it needs itself.
export function getReady(device) {
  if (!canKeepCopies || !navigator.serviceWorker) return;
  const forgetOthers = async () => {
    await dropRecents(device.person);
    const of = await markOfShell(device);
    if (of && !of.startsWith(device.person)) await forgetShell();
  };
  const prepare = async () => {
    // A browser would fetch it before it has shown the page, which does not need it.
    const { manifest, worker: script } = device.element.dataset;
    document.head.append(Object.assign(document.createElement("link"), { rel: "manifest", href: manifest }));
    const worker = await navigator.serviceWorker.register(script);
    if (!worker) return;
    await keepShell(device);
    await getRecents(device);
  };
  forgetOthers().catch(() => {});
  whenIdle(() => navigator.onLine && prepare().catch(() => {}));
  window.addEventListener("offline", sendLater);
}

const whenIdle = (work) =>
  globalThis.requestIdleCallback?.(work, { timeout: READY_AFTER }) ?? setTimeout(work, READY_AFTER);

// Where a browser can do that, what lies here is sent when the network is back, though no page is open.
export const sendLater = async () => (await navigator.serviceWorker?.ready)?.sync?.register("copies").catch(() => {});

// Nothing is left for whoever is without a network here next.
export async function forgetShell() {
  for (const name of await caches.keys()) await caches.delete(name);
}

// The page for a browser without a network, with the files that it needs: all of them or none, and
// anew when this person, their settings or the product have changed, or once a day.
async function keepShell(device) {
  const { person, zone, element: { dataset } } = device;
  const { lang, dataset: look } = document.documentElement;
  const day = new Date().toDateString();
  const mark = [person, zone, dataset.dayStartsAt, lang, look.theme, look.textSize, dataset.build, day].join(" ");
  if ((await markOfShell(device)) === mark) return;
  const answer = await fetch(dataset.shell, { cache: "no-store", redirect: "error", headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const html = await answer.text();
  const old = await caches.keys();
  const name = `shell ${Date.now()}`;
  const cache = await caches.open(name);
  await cache.addAll(filesOf(html));
  const headers = new Headers(answer.headers);
  for (const gone of ["Content-Encoding", "Content-Length"]) headers.delete(gone);
  headers.set("X-Shell", mark);
  await cache.put(dataset.shell, new Response(html, { headers }));
  for (const other of old) await caches.delete(other);
}

const markOfShell = async ({ element: { dataset } }) =>
  (await caches.match(dataset.shell, { ignoreVary: true }))?.headers.get("X-Shell");

const FILES = "link[rel=stylesheet], link[rel=preload], link[rel=icon], script[src], use[href]";

function filesOf(html) {
  const parts = new DOMParser().parseFromString(html, "text/html").querySelectorAll(FILES);
  const files = [...parts].map((part) => part.getAttribute("href") ?? part.getAttribute("src"));
  return [...new Set(files.map((file) => file.split("#")[0]))];
}

async function getRecents({ person, element: { dataset } }) {
  const { mark } = (await recentsOf(person)) ?? {};
  if (!keepsEntries()) return dropRecents();
  const lock = await keyOf(person);
  const headers = { Accept: "application/json", ...(mark && { "If-None-Match": mark }) };
  const answer = await fetch(dataset.recent, { cache: "no-store", redirect: "error", headers });
  // Somebody whose session is over has no entries on this device any more.
  if (answer.status === 401) return dropRecents();
  if (!answer.ok) return undefined;
  const { person: owner, entries } = await answer.json();
  // Somebody else has logged in beside this page.
  if (owner !== person) return undefined;
  return keepRecents(person, answer.headers.get("ETag"), entries, lock);
}
