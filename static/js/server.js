// The door to the server: one answer, in the words of the writer's states.
const ANSWER_WITHIN = 15_000;
// Browsers let a page that is being left send 64 KiB.
const LEAVING_LIMIT = 60_000;

const REFUSALS = { 401: "logged-out", 409: "conflict", 422: "invalid", 429: "limited" };

// Who is here, with the token that their forms need. A token can be old (it changes at each log-in);
// then a new one is fetched, but only for the person whose page this is. Where no page asks, it is for
// whoever is logged in.
export class Session {
  constructor(person, token, door) {
    Object.assign(this, { person, token, door });
  }

  // Resolves to {kind, …what the server said}, and never rejects.
  async post(url, fields, options = {}) {
    if (!this.token) {
      const problem = await this.renew();
      if (problem) return { kind: problem };
    }
    const answer = await send(url, fields, this.token, options);
    if (answer.kind !== "csrf") return answer;
    const problem = await this.renew();
    if (problem) return { kind: problem };
    const second = await send(url, fields, this.token, options);
    return second.kind === "csrf" ? { ...second, kind: "server" } : second;
  }

  // Fetch a fresh token. Resolves to nothing when that went well, else to why it did not.
  async renew() {
    const { kind, person, csrf } = await request(this.door, {});
    if (kind !== "done") return kind;
    this.person ??= person;
    if (person !== this.person) return "person";
    this.token = csrf;
    return undefined;
  }
}

// Whether this can still be sent while the page is being left.
export const fitsLeaving = (fields) => size(fields) <= LEAVING_LIMIT;

async function send(url, fields, token, { leaving = false }) {
  const keepalive = leaving && fitsLeaving(fields);
  const headers = { "X-CSRFToken": token };
  const answer = await request(url, { method: "POST", headers, body: body(fields), keepalive });
  if (answer.kind !== "done") return answer;
  // A page from somewhere else (a hotel's log-in, a proxy's excuse) is no answer of ours.
  return { ...answer, kind: answer.outcome ? "saved" : "server" };
}

async function request(url, { headers, ...options }) {
  let response;
  try {
    response = await fetch(url, {
      ...options,
      headers: { ...headers, Accept: "application/json" },
      redirect: "error",
      cache: "no-store",
      signal: AbortSignal.timeout(ANSWER_WITHIN),
    });
    const said = await response.json().catch(() => ({}));
    return { ...said, kind: kindOf(response, said), wait: Number(response.headers.get("Retry-After")) || 0 };
  } catch {
    return { kind: navigator.onLine ? "server" : "offline" };
  }
}

function kindOf({ ok, status }, { error }) {
  if (ok) return "done";
  if (status === 403) return error === "other-person" ? "person" : error === "csrf" ? "csrf" : "server";
  if (REFUSALS[status]) return REFUSALS[status];
  return status < 500 && status !== 408 ? "invalid" : "server";
}

// A form's own encoding is the cheaper one for the server; where letters take nine bytes each in it,
// the other one may be what fits.
function body(fields) {
  const encoded = new URLSearchParams(fields);
  if (encoded.toString().length <= LEAVING_LIMIT) return encoded;
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  return data;
}

const size = (fields) =>
  Object.values(fields).reduce((sum, value) => sum + new Blob([value]).size + 200, 0);
