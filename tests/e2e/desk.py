"""Somebody at a desk: a browser with one person logged in, and what they do in the writer."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import ScryptPasswordHasher
from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page, Request, expect

from apps.accounts.models import User
from apps.core.models import new_id
from apps.journal.models import Entry
from tests.factories import PASSWORD
from tests.house.routes import log_in

# A word that must be found nowhere it does not belong.
CANARY = "xylothecium"
# The names under which browsers find the server of the tests.
HERE = {"localhost", "127.0.0.1", "journal.test"}


@dataclass
class Desk:
    """A browser of its own; `pages` of it complain here when anything goes wrong in them."""

    context: BrowserContext
    url: str
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context.on("request", self._asked)

    def log_in(self, user: User, *, confirmed: bool = False) -> None:
        """As if they had, and just shown again that it is them: the server's own code does it."""
        client = log_in(user, confirmed=confirmed)
        name = settings.SESSION_COOKIE_NAME
        cookie = {"name": name, "value": client.cookies[name].value, "url": self.url}
        self.context.add_cookies([{**cookie, "httpOnly": True, "sameSite": "Lax"}])

    def forget_session(self) -> None:
        """As if it had run out."""
        self.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)

    def open(self, path: str) -> Page:
        """A new tab at this path."""
        page = self.new_page()
        page.goto(path)
        return page

    def new_page(self) -> Page:
        """An empty tab that is listened to."""
        page = self.context.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        return page

    def _asked(self, request: Request) -> None:
        """Nothing is loaded from elsewhere, by no page (assurance T-31, T-33)."""
        where = urlsplit(request.url)
        if where.scheme in {"http", "https", "ws", "wss"} and where.hostname not in HERE:
            self.complaints.append(f"asked for {request.url}")

    def _heard(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "violates" in message.text:
            self.complaints.append(message.text)


def log_in_by_form(page: Page, user: User) -> None:
    """The real log-in, in a page that shows it."""
    # The tests' own settings have a cheap hash, which the real server does not know.
    user.password = ScryptPasswordHasher().encode(PASSWORD, "salt for the tests")
    user.save(update_fields=["password"])
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    page.locator("[name=login]").fill(user.email)
    if page.locator("[name=password]").count() == 0:
        page.locator("button[type=submit]").first.click()
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("form", has=page.locator("[name=password]")).locator("[type=submit]").first.click()
    page.wait_for_url("**/today/")


def send_form(page: Page, action: str, data: dict[str, Any]) -> None:
    """Send a form as a page without scripts would, with the token of the page that is open."""
    with page.expect_navigation():
        page.evaluate(SEND, [action, data])


SEND = """([action, data]) => {
  const form = Object.assign(document.createElement("form"), { method: "post", action });
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  for (const [name, value] of Object.entries({ csrfmiddlewaretoken: token, ...data })) {
    form.append(Object.assign(document.createElement("textarea"), { name, value }));
  }
  document.body.append(form);
  form.submit();
}"""


def crash(page: Page) -> None:
    """The renderer dies: no pagehide, no last save.

    Closing a tab is not that: what it sends while it goes is no longer held back by `set_offline`.
    """
    with page.expect_event("crash"), pytest.raises(Error, match=r"crashed|ERR_ABORTED"):
        page.goto("chrome://crash")
    page.close()


def stuck(desk: Desk) -> Page:
    """The log-out page, after somebody pressed its button while a copy cannot be saved."""
    page = desk.open("/today/")
    desk.context.set_offline(True)
    write(page, CANARY)
    wait_until(lambda: copied(page) == [CANARY])
    crash(page)
    desk.context.set_offline(False)
    desk.context.route("**/save/", lambda route: route.abort())
    leaving = desk.open("/accounts/logout/")
    leaving.get_by_role("button", name="Log out").click()
    expect(leaving.get_by_role("dialog")).to_be_visible()
    return leaving


def text_of(page: Page) -> Any:
    """The field for the text."""
    return page.locator("tl-writer textarea[name=body]")


def write(page: Page, words: str) -> None:
    """Type at the end of the text, key by key."""
    area = text_of(page)
    area.focus()
    area.evaluate("area => area.setSelectionRange(area.value.length, area.value.length)")
    page.keyboard.type(words)


def state_of(page: Page) -> str:
    """The writer's state: idle, saving, saved, device, conflict or error."""
    return str(page.locator("tl-writer .saved").get_attribute("data-state"))


def said(page: Page) -> str:
    """What the writer says about the text, to the eye."""
    return page.locator("tl-writer .saved [data-seen]").inner_text()


def expect_state(page: Page, state: str, *, within: float = 8) -> None:
    """Wait until the writer is in this state."""
    mark = page.locator("tl-writer .saved")
    expect(mark).to_have_attribute("data-state", state, timeout=within * 1000)


def expect_said(page: Page, words: str, *, within: float = 8) -> None:
    """Wait until the writer says this."""
    mark = page.locator("tl-writer .saved [data-seen]")
    expect(mark).to_have_text(re.compile(words), timeout=within * 1000)


def entry_of(page: Page) -> Entry | None:
    """What the database has of the entry in the writer."""
    return Entry.objects.filter(pk=page.locator("tl-writer").get_attribute("data-entry")).first()


def body_of(page: Page) -> str | None:
    """The text the database has of it."""
    entry = entry_of(page)
    return entry.body if entry else None


def wait_until(is_so: Callable[[], bool], *, within: float = 8, page: Page | None = None) -> None:
    """Wait until something is so, or fail. With a page, its routes and events are heard too.

    What takes long is asked for less and less often: to ask is work for all who wait beside it.
    """
    deadline, pause = time.monotonic() + within, 0.02
    while not is_so():
        assert time.monotonic() < deadline, "waited in vain"
        if page:
            page.wait_for_timeout(1000 * pause)
        else:
            time.sleep(pause)
        pause = min(1.5 * pause, 0.25)


def wait_for_body(page: Page, body: str, *, within: float = 8) -> None:
    """Wait until the database has exactly this text."""
    wait_until(lambda: body_of(page) == body, within=within)


COPIES = """async () => {
  const names = (await indexedDB.databases()).map(({ name }) => name);
  if (!names.includes("throughline")) return { keys: [], copies: [] };
  const database = await new Promise((resolve, reject) => {
    const request = indexedDB.open("throughline");
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const all = (name) => new Promise((resolve, reject) => {
    if (!database.objectStoreNames.contains(name)) return resolve([]);
    const request = database.transaction(name).objectStore(name).getAll();
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const [keys, copies] = [await all("keys"), await all("copies")];
  const readable = (buffer) =>
    [...new Uint8Array(buffer)].map((b) => String.fromCharCode(b)).join("");
  const exported = await Promise.all(keys.map(({ key }) =>
    crypto.subtle.exportKey("raw", key).then(() => true, () => false)));
  const plain = await Promise.all(copies.map(async (copy) => {
    const own = keys.find(({ person }) => person === copy.person);
    if (!own) return null;
    const additionalData = new TextEncoder().encode(
      [copy.writer, copy.entry, copy.base, copy.sequence].join(" "));
    const buffer = await crypto.subtle.decrypt(
      { name: "AES-GCM", iv: copy.iv, additionalData }, own.key, copy.words);
    return JSON.parse(new TextDecoder().decode(buffer));
  }));
  database.close();
  return {
    keys: keys.map(({ person, key: { extractable } }, i) =>
      ({ person, extractable, exported: exported[i] })),
    copies: copies.map((copy, i) =>
      ({ ...copy, iv: [...copy.iv].join(), words: readable(copy.words), plain: plain[i] })),
    local: JSON.stringify({ ...localStorage }),
    session: JSON.stringify({ ...sessionStorage }),
    caches: await caches.keys(),
  };
}"""


def device(page: Page) -> dict[str, Any]:
    """All that the browser keeps for this site: keys, copies (opened too), and the other stores."""
    found: dict[str, Any] = page.evaluate(COPIES)
    return found


def copied(page: Page) -> list[str]:
    """The texts of the copies on the device."""
    return [copy["plain"]["body"] for copy in device(page)["copies"] if copy["plain"]]


def fresh_entry_path() -> str:
    """Where nobody has an entry yet."""
    return f"/journal/{new_id()}/edit/"
