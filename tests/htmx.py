"""htmx without a browser: send what it sends, do to the page what it does.

`HtmxClient.follow` and `.submit` press a link or a form of a page that carries hx attributes and
return the page as htmx would leave it; `same` says whether that equals the page freshly loaded.
(After the idea of les-emplois' tests/utils/htmx; house.md 3.7.)
"""

from bs4 import BeautifulSoup, Tag
from django.http import HttpResponse
from django.test import Client


class HtmxClient(Client):
    """A client whose pages are soups."""

    def page(self, url: str) -> BeautifulSoup:
        """The page at `url`, loaded as a browser does."""
        response = self.get(url)
        assert response.status_code == 200, response.status_code
        return soup(response)

    def follow(self, page: BeautifulSoup, selector: str) -> HttpResponse:
        """Press the link: GET its hx-get, put the answer into the page."""
        link = one(page, selector)
        assert link["hx-get"] == link["href"], "an hx-get stands on a link to the same place"
        response = self.get(link["hx-get"], headers=_headers(link))
        swap(page, link, response)
        return response

    def submit(self, page: BeautifulSoup, selector: str, **data: str) -> HttpResponse:
        """Send the form: POST its fields and `data`, put the answer into the page."""
        form = one(page, selector)
        assert form["hx-post"] == form["action"], "an hx-post stands on a form to the same place"
        response = self.post(form["hx-post"], fields(form) | data, headers=_headers(form))
        swap(page, form, response)
        return response


def soup(response: HttpResponse) -> BeautifulSoup:
    """The answer, parsed."""
    return BeautifulSoup(response.content.decode(), "html.parser")


def one(page: BeautifulSoup | Tag, selector: str) -> Tag:
    """The only element that the selector finds."""
    found = page.select(selector)
    assert len(found) == 1, f"{selector} finds {len(found)} elements"
    return found[0]


def fields(form: Tag) -> dict[str, str]:
    """What a browser would send of this form if nothing were typed."""
    data: dict[str, str] = {}
    for control in form.select("input[name], textarea[name], select[name]"):
        kind = control.get("type", "")
        if kind in {"checkbox", "radio"} and not control.has_attr("checked"):
            continue
        if control.name == "textarea":
            data[control["name"]] = control.get_text().removeprefix("\n")
        elif control.name == "select":
            chosen = control.select("option[selected]") or control.select("option")
            data[control["name"]] = chosen[0].get("value", "")
        else:
            without = "on" if kind in {"checkbox", "radio"} else ""
            data[control["name"]] = control.get("value", without)
    return data


def swap(page: BeautifulSoup, source: Tag, response: HttpResponse) -> None:
    """Do to the page what htmx does with this answer: the target, then what is out of band."""
    if "HX-Redirect" in response.headers or response.status_code not in {200, 422}:
        return
    answer = soup(response)
    for region in answer.select("[hx-swap-oob]"):
        region.extract()
        del region["hx-swap-oob"]
        one(page, f"#{region['id']}").replace_with(region)
    target = one(page, source["hx-target"])
    assert source["hx-swap"] == "outerHTML", "only outerHTML is used here"
    parts = [part for part in answer.contents if part != "\n"]
    target.insert_before(*parts)
    target.decompose()


def same(page: BeautifulSoup, fresh: BeautifulSoup, selector: str = "main") -> None:
    """Assert that the swapped page is what a reload would show, but for tokens and focus."""
    assert _plain(one(page, selector)) == _plain(one(fresh, selector))


def _plain(element: Tag) -> str:
    copy = BeautifulSoup(str(element), "html.parser")
    for token in copy.select("[name=csrfmiddlewaretoken], #messages"):
        token.decompose()
    for focused in copy.select("[autofocus]"):
        del focused["autofocus"]
    return "\n".join(line.strip() for line in copy.prettify().splitlines() if line.strip())


def _headers(source: Tag) -> dict[str, str]:
    target = source["hx-target"].removeprefix("#")
    return {"HX-Request": "true", "HX-Target": f"li#{target}"}
