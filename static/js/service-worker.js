// The worker between the pages and the network. A page that cannot be had is answered with the one
// that ready.js has kept for that; saves and everything else go their own way, untouched.
import { dayAt } from "./clock.js";
import { dropRecents, keepCopy } from "./copies.js";
import { datedId } from "./ids.js";
import { inOrder, settle, strandedCopies } from "./recovery.js";
import { Session } from "./server.js";

const SHELL = "/offline/";
const SHARE = "/share/";
const TOKEN = "/journal/token/";
const LOGIN = "/accounts/login/";

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => {
  // The page is asked for while the worker starts, so that it costs no time where there is a network.
  event.waitUntil(Promise.all([self.clients.claim(), self.registration.navigationPreload?.enable()]));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(event, pathname));
  else if (pathname.startsWith("/static/")) event.respondWith(file(request));
});

self.addEventListener("sync", (event) => event.waitUntil(inOrder(sendCopies)));

const kept = (request) => caches.match(request, { ignoreVary: true });

const file = async (request) => (await kept(request)) ?? fetch(request);

async function page(event, pathname) {
  const { request } = event;
  const shared = request.method === "POST" && pathname === SHARE && request.clone();
  try {
    const answer = (await event.preloadResponse) ?? (await fetch(request));
    // Whoever is led to the log-in has no entries on this device any more.
    if (pathname === LOGIN) event.waitUntil(dropRecents());
    return answer;
  } catch (error) {
    const shell = await kept(SHELL);
    if (!shell) throw error;
    if (shared) return keepShared(await shared.formData(), shell);
    return request.method === "GET" ? shell : Response.redirect(`${SHELL}#not-sent`, 303);
  }
}

// Words that are shared without a network lie here like any that are not saved yet. Files do not fit.
async function keepShared(form, shell) {
  const [person, zone, startsAt] = shell.headers.get("X-Shell").split(" ");
  const [title, text, url] = ["title", "text", "url"].map((name) => String(form.get(name) ?? ""));
  const body = [text, text.includes(url) ? "" : url].filter(Boolean).join("\n\n");
  const when = Date.now();
  const entry = datedId(when);
  const header = { writer: crypto.randomUUID(), person, entry, action: `/journal/${entry}/save/`, base: 0, sequence: 1, when };
  const moment = new Date(when).toISOString();
  const day = dayAt(when, zone, Number(startsAt)) ?? moment.slice(0, 10);
  const marks = { local_date: day, occurred_at: moment, time_zone: zone, mood: "", energy: "", answers: "" };
  await keepCopy(header, { title, body, ...marks });
  const hasFiles = form.getAll("files").some(({ size }) => size);
  return Response.redirect(`/journal/${entry}/edit/${hasFiles ? "#no-files" : ""}`, 303);
}

async function sendCopies() {
  const session = new Session(undefined, null, TOKEN);
  if (await session.renew()) throw new Error("nobody is logged in, or no server answers");
  let isDone = true;
  for (const copy of await strandedCopies(session.person)) {
    const { kind } = (await settle(copy, session)) ?? {};
    if (kind === "offline" || kind === "server") isDone = false;
  }
  // The browser tries again a little later.
  if (!isDone) throw new Error("some are left");
}
