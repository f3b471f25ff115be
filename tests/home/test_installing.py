"""Throughline as an app of the device: manifest, worker, and the page without a network."""

import re
from pathlib import Path
from uuid import UUID

import pytest
from django.contrib import messages
from django.contrib.staticfiles import finders
from django.test import Client, RequestFactory
from django.urls import resolve, reverse
from PIL import Image

from apps.home import installing
from tests.factories import make_entry
from tests.htmx import one, soup


@pytest.fixture
def manifest(client: Client) -> dict:
    return client.get("/manifest.webmanifest").json()


def test_it_has_what_a_browser_asks_before_it_installs(manifest) -> None:
    """https://www.w3.org/TR/appmanifest/, and the smallest icons that Chromium takes."""
    assert {"name", "short_name", "start_url", "display", "icons"} <= manifest.keys()
    assert manifest["display"] == "standalone"
    assert manifest["start_url"].startswith(manifest["scope"])
    purposes = {(icon["sizes"], icon["purpose"]) for icon in manifest["icons"]}
    assert {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")} <= purposes


def test_every_icon_is_there_and_as_large_as_it_says(manifest) -> None:
    for icon in manifest["icons"]:
        path = finders.find(icon["src"].removeprefix("/static/"))
        assert path
        if icon["type"] == "image/png":
            with Image.open(path) as image:
                assert icon["sizes"] == "{}x{}".format(*image.size)


def test_every_shortcut_leads_to_a_page(manifest, alice_client) -> None:
    assert len(manifest["shortcuts"]) == 4
    for shortcut in manifest["shortcuts"]:
        assert alice_client.get(shortcut["url"], follow=True).status_code == 200


def test_what_is_shared_goes_to_an_address_that_takes_it(manifest) -> None:
    target = manifest["share_target"]
    assert (target["method"], target["enctype"]) == ("POST", "multipart/form-data")
    assert resolve(target["action"]).view_name == "share:share"


def test_it_speaks_the_language_of_the_browser(client) -> None:
    told = client.get("/manifest.webmanifest", headers={"accept-language": "de"}).json()
    assert told["lang"] == "de"
    assert told["shortcuts"][1]["name"] == "Heute"


def test_every_page_names_it(client, alice_client) -> None:
    """Where somebody is logged in, a script puts it in later (e2e/test_installing.py)."""
    assert b'<link rel="manifest" href="/manifest.webmanifest">' in client.get("/").content
    assert b'data-manifest="/manifest.webmanifest"' in alice_client.get("/today/").content


def test_the_worker_answers_for_every_page_and_loads_nothing_from_elsewhere(client) -> None:
    answer = client.get("/service-worker.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert re.fullmatch(rb'importScripts\("/static/[^"]+"\);\n', answer.content)
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "worker-src 'self'" in client.get("/").headers["Content-Security-Policy"]


def test_the_addresses_that_scripts_know_are_those_of_the_product() -> None:
    scripts = Path(finders.find("js/app.js")).parent
    named = {
        "service-worker.js": {
            'SHELL = "%s"': reverse("home:offline"),
            'SHARE = "%s"': reverse("share:share"),
            'TOKEN = "%s"': reverse("journal:writer_token"),
            'LOGIN = "%s"': reverse("account_login"),
            "action: `%s`": _of_entry("journal:entry_save"),
            "redirect(`%s": _of_entry("journal:entry_edit"),
        },
        "offline.js": {
            r"match(/^%s(?:edit\/)?$/)": reverse("journal:entry_detail", args=[ANY])
            .replace(str(ANY), "([0-9a-f-]{36})")
            .replace("/", r"\/"),
        },
    }
    for name, places in named.items():
        code = (scripts / name).read_text()
        assert [place % url for place, url in places.items() if place % url not in code] == []


ANY = UUID(int=0)


def _of_entry(view: str) -> str:
    return reverse(view, args=[ANY]).replace(str(ANY), "${entry}")


def test_the_kept_page_holds_nothing_of_anybody(alice, alice_client) -> None:
    alice.name = "Xylothecium"
    alice.save()
    make_entry(alice, title="Xylothecium", body="xylothecium")
    page = alice_client.get(reverse("home:offline"))
    assert b"xylothecium" not in page.content.lower()
    assert b"csrfmiddlewaretoken" not in page.content
    assert str(alice.pk).encode() in page.content


def test_a_message_waits_for_a_page_that_is_not_kept(alice, rf: RequestFactory) -> None:
    request = rf.get("/offline/")
    request.user = alice
    request.session = {}
    request._messages = messages.storage.base.BaseStorage(request)
    request._messages._loaded_data = []
    request.csp_nonce = "nonce"
    request.resolver_match = resolve("/offline/")
    messages.success(request, "Xylothecium was renamed.")
    page = installing.offline(request)
    assert b"Xylothecium" not in page.content
    assert [str(one) for one in messages.get_messages(request)] == ["Xylothecium was renamed."]


def test_without_scripts_it_says_why_it_is_empty(alice_client) -> None:
    page = soup(alice_client.get(reverse("home:offline")))
    assert "needs scripts" in one(page, "tl-offline > .no-js").text
