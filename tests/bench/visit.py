"""A first visit: everything a browser fetches to show a page it has never seen, counted."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from tests.bench.load import Connection, request

ENCODING = "gzip, br"


@dataclass(frozen=True)
class Visit:
    """Requests and bytes over the wire, heads included; fonts apart."""

    requests: int
    bytes: int
    page: int
    script: int
    fonts: int
    font_bytes: int


class _Links(HTMLParser):
    """What a page asks for without being asked."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        fetched = {"stylesheet", "icon", "preload", "manifest", "modulepreload"}
        if tag == "link" and fetched & set((values.get("rel") or "").split()):
            self.found.append(values.get("href") or "")
        elif tag in {"script", "img"} and values.get("src"):
            self.found.append(values["src"] or "")
        elif tag == "use":
            self.found.append(values.get("href") or "")


def visit(port: int, path: str, headers: dict[str, str]) -> Visit:
    """Fetch the page and all it needs, as a browser with an empty cache would."""
    connection = Connection(port)
    waiting, seen = [path], {path}
    total = page = script = fonts = font_bytes = 0
    while waiting:
        address = waiting.pop(0)
        message = request("GET", address, headers | {"Accept-Encoding": ENCODING})
        status, head, body = connection.ask(message)
        if status != 200:
            raise ValueError(f"{address} answered {status}")
        size = len(head) + 4 + len(body)
        if address.endswith(".woff2"):
            fonts += 1
            font_bytes += size
        else:
            total += size
        page = page or size
        # Of scripts the bound is for what they weigh, without the heads of their answers.
        script += len(body) if address.endswith(".js") else 0
        for link in _links(port, address, headers):
            target = urlsplit(urljoin(address, link)).path
            if target not in seen:
                seen.add(target)
                waiting.append(target)
    return Visit(len(seen) - fonts, total, page, script, fonts, font_bytes)


def _links(port: int, address: str, headers: dict[str, str]) -> list[str]:
    """What the file at this address leads to; asked for again, uncompressed."""
    if address.endswith((".woff2", ".svg", ".png", ".css")):
        return []
    _, _, body = Connection(port).ask(request("GET", address, headers))
    text = body.decode()
    if address.endswith(".js"):
        return re.findall(r"""\b(?:from|import)\s*["'](\.[^"']+)["']""", text)
    links = _Links()
    links.feed(text)
    return [link for link in links.found if link and not link.startswith("data:")]
