"""The website to read offline: whole by itself, safe, and with nothing in it that is private."""

import io
import json
import posixpath
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import unquote
from zipfile import ZipFile

import pytest
from bs4 import BeautifulSoup
from django.core.files.storage import default_storage
from django.utils.translation import override

from apps.accounts.models import User
from apps.journal.models import Attachment, EntryPerson, EntryTag, Notebook, Tag
from apps.journal.settling import settle
from apps.transfer.choosing import Choice
from apps.transfer.forms import Progress, html
from tests.accounts.test_leaving import with_a_life
from tests.factories import NOW, make_attachment, make_entry, make_person
from tests.house.test_sanitiser import PAYLOADS, faults_of_page

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 5)
# What elements have that stand in our templates and nowhere in a text.
OWN = {
    *("src", "href", "rel", "type", "charset", "name", "content", "http-equiv"),
    *("alt", "width", "height", "loading", "decoding"),
}
# What a browser loads by itself.
LOADED = {"img": "src", "script": "src", "link": "href", "audio": "src", "source": "src"}


def site(user: User, **said: Any) -> dict[str, bytes]:
    """The files of the site, by name."""
    progress = Progress()
    packed = b"".join(html.write(user, Choice(**said), NOW, progress))
    assert progress.done == html.count(user, Choice(**said))
    with ZipFile(io.BytesIO(packed)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def pages(files: dict[str, bytes]) -> dict[str, BeautifulSoup]:
    """Its pages, read."""
    return {
        name: BeautifulSoup(content, "html.parser")
        for name, content in files.items()
        if name.endswith(".html")
    }


def rows_of_search(files: dict[str, bytes]) -> list[list[Any]]:
    """What can be searched."""
    shards = [name for name in files if name.startswith("search/")]
    found = []
    for at in range(len(shards)):
        script = files[f"search/{at}.js"].decode()
        said = re.fullmatch(r"\(window\.throughline \?\?= \[\]\)\.push\((.*)\);\n", script)
        assert said
        found += json.loads(said[1])
    return found


def broken(files: dict[str, bytes]) -> Iterator[str]:
    """Links that lead to no file of the site, or to no place on its page."""
    read = pages(files)
    ids = {name: {it["id"] for it in page.find_all(id=True)} for name, page in read.items()}
    for name, page in read.items():
        for element in page.find_all(True):
            for attribute in ("href", "src", "action"):
                address = element.get(attribute)
                if address is None or re.match(r"https?:|mailto:|tel:", address):
                    continue
                path, _hash, anchor = address.partition("#")
                folder = posixpath.dirname(name)
                target = posixpath.normpath(posixpath.join(folder, unquote(path))) if path else name
                if target not in files:
                    yield f"{name}: {address}"
                elif anchor and target in ids and anchor not in ids[target]:
                    yield f"{name}: {address} leads to no such place"


def a_month_of_all(alice: User) -> User:
    """Entries with whatever a page can show, and more than one page of them."""
    first = make_entry(alice, title="First", body="Words[^1]\n\n[^1]: Below.", local_date=DAY)
    photo = make_attachment(first)
    Attachment.objects.filter(pk=photo.pk).update(alt="A walk")
    make_attachment(first, content=b"%PDF-1.4\n%%EOF\n", name="plan <b>.pdf")
    body = (
        f"See [then](https://a.example/journal/{first.pk}/) and [out](https://b.example/?a=1&b=2)."
    )
    second = make_entry(
        alice,
        body=body,
        local_date=DAY + timedelta(days=30),
        starred=True,
        mood=0,
        answers=first.pk,
    )
    tag = Tag.objects.create(owner=alice, name="a/b & “c”", key="a")
    EntryTag.objects.create(owner=alice, entry=second, tag=tag)
    EntryPerson.objects.create(owner=alice, entry=second, person=make_person(alice, name="Ana"))
    second.notebook = Notebook.objects.create(owner=alice, name="Apart", key="apart")
    second.save(update_fields=["notebook"])
    return alice


def test_every_link_leads_somewhere_and_nothing_is_loaded_from_elsewhere(alice) -> None:
    files = site(a_month_of_all(alice))
    assert list(broken(files)) == []
    loaded = 0
    for name, page in pages(files).items():
        policy = page.select_one("meta[http-equiv=Content-Security-Policy]")["content"]
        assert "default-src 'none'" in policy
        assert not re.search(r"https?:|\*|unsafe|data:", policy)
        for element in page.find_all(LOADED):
            address = element.get(LOADED[element.name], "")
            assert not re.match(r"[a-z]+:|//", address), f"{name} loads {address}"
            loaded += 1
        for script in page.select("script"):
            assert script.get("src")
            assert not script.string
    assert loaded > 10
    looks = files["assets/css/site.css"].decode()
    assert "@import" not in looks
    for address in re.findall(r"url\(\"?([^)\"]+)\"?\)", looks):
        assert posixpath.normpath(posixpath.join("assets/css", address)) in files
    assert not re.search(r"https?://", looks + files["assets/search.js"].decode())


def test_it_catches_what_leads_nowhere() -> None:
    page = b'<a href="b.html">x</a><a href="#y">x</a><img src="../p.jpg"><a href="c.html#z">x</a>'
    found = list(broken({"pages/a.html": page, "pages/c.html": b""}))
    assert len(found) == 4


def test_an_entry_is_shown_with_all_that_belongs_to_it(alice) -> None:
    files = site(a_month_of_all(alice))
    read = pages(files)
    first = read["pages/2026-03.html"].select_one("article")
    second = read["pages/2026-04.html"].select_one("article")
    picture = first.select_one(".photo img")
    assert files[posixpath.normpath(f"pages/{picture['src']}")].startswith(b"RIFF")
    assert (picture["alt"], picture["loading"]) == ("A walk", "lazy")
    assert files[posixpath.normpath(f"pages/{picture.parent['href']}")].startswith(b"\x89PNG")
    assert first.select_one(".files .name").text == "plan <b>.pdf"
    assert first.select_one(".footnotes li")["id"] in first.select_one("sup a")["href"]
    links = {it.text: it for it in second.select(".prose a")}
    assert links["then"]["href"] == f"2026-03.html#{first['id']}"
    assert "rel" not in links["then"].attrs
    assert links["out"]["href"] == "https://b.example/?a=1&b=2"
    assert "noreferrer" in links["out"]["rel"]
    assert first["id"] in second.select_one(".quiet a")["href"]
    assert "Starred" in second.text
    assert "Mood: Even" in second.text
    tagged = {it.text.strip(): it["href"] for it in second.select(".tags a")}
    assert set(tagged) == {"#a/b & “c”", "Ana", "Apart"}
    group = read[f"pages/{tagged['Ana']}"]
    assert group.select_one(".rows a")["href"] == f"2026-04.html#{second['id']}"
    days = {it["href"] for it in read["pages/2026.html"].select(".calendar a")}
    assert days == {"2026-03.html#d-2026-03-05", "2026-04.html#d-2026-04-04"}


def test_a_month_with_very_many_entries_has_several_pages(alice, monkeypatch) -> None:
    monkeypatch.setattr(html, "ON_A_PAGE", 2)
    monkeypatch.setattr(html, "SHARD", 1)
    for number in range(5):
        make_entry(alice, title=f"No. {number}", local_date=DAY)
    make_entry(alice, title="April", local_date=date(2026, 4, 1))
    files = site(alice)
    months = [name for name in files if re.match(r"pages/2026-\d", name)]
    assert months == [f"pages/2026-{it}.html" for it in ("03", "03-2", "03-3", "04")]
    assert list(broken(files)) == []
    assert [row[2] for row in rows_of_search(files)] == [*(f"No. {it}" for it in range(5)), "April"]
    beside = pages(files)["pages/2026-03-2.html"].select(".steps a")
    assert {it["href"] for it in beside} == {"2026-03.html", "2026-03-3.html"}


def test_all_of_a_life_can_be_searched_and_reached(bob) -> None:
    life = with_a_life(bob)
    files = site(life)
    assert list(broken(files)) == []
    rows = rows_of_search(files)
    assert len(rows) == html.count(life, Choice())
    for place, day, _title, _words, _names in rows:
        path, _hash, anchor = place.partition("#")
        assert f'id="{anchor}"'.encode() in files[f"pages/{path}"]
        assert path.startswith(day[:7])
    kinds = {it.text for it in pages(files)["pages/names.html"].select("h2")}
    assert kinds == {"Tags", "People", "Promises", "Cares", "Notebooks"}


def test_what_is_private_is_nowhere(alice) -> None:
    body = "Open %%the Halcyon deal, with #halcyon and @Halcyon%% end"
    make_person(alice, name="Halcyon Park", also_called="Halcyon")
    settle(alice, make_entry(alice, title="On %%Halcyon%%", body=body, local_date=DAY).pk)
    files = site(alice, is_masked=True)
    assert not [it for it in files if "halcyon" in (it + files[it].decode("latin-1")).casefold()]
    assert b"[private]" in files["pages/2026-03.html"]
    assert b"[private]" in files["search/0.js"]
    whole = site(alice)
    assert b"Halcyon" in whole["search/0.js"]
    assert {"pages/tag-halcyon.html", "pages/person-Halcyon-Park.html"} < set(whole)


def test_nothing_that_means_harm_gets_onto_a_page(alice) -> None:
    for at in range(0, len(PAYLOADS), 12):
        some = PAYLOADS[at : at + 12]
        make_entry(alice, title=some[0][:200], body="\n\n".join(some), local_date=DAY)
    tag = Tag.objects.create(owner=alice, name=PAYLOADS[3][:60], key="x")
    marked = make_entry(alice, body="x", local_date=DAY, title="</script><script>alert(1)")
    EntryTag.objects.create(owner=alice, entry=marked, tag=tag)
    for payload in PAYLOADS[::24]:
        person = make_person(alice, name=payload[:200])
        EntryPerson.objects.create(owner=alice, entry=marked, person=person)
    row = make_attachment(marked)
    Attachment.objects.filter(pk=row.pk).update(alt=PAYLOADS[2], name=PAYLOADS[1][:200])
    checked = 0
    for name, page in pages(site(alice)).items():
        for own in page.select('script[src="../assets/search.js"], link, meta, .photo img'):
            assert set(own.attrs) <= OWN
            own.decompose()
        assert list(faults_of_page(str(page))) == [], name
        checked += 1
    assert checked > 4


def test_a_file_that_is_lost_and_a_picture_that_cannot_be_shown_stop_nothing(alice) -> None:
    entry = make_entry(alice, local_date=DAY)
    lost, unmade = make_attachment(entry), make_attachment(entry, name="kept.png")
    default_storage.delete(lost.key)
    default_storage.delete(unmade.size_key(480))
    files = site(alice)
    [picture] = pages(files)["pages/2026-03.html"].select("article img")
    assert picture["src"] == picture.parent["href"] == "../files/2026-03/kept.png"
    assert not [name for name in site(alice, with_files=False) if name.startswith("files/")]


def test_an_empty_choice_is_a_site_all_the_same(alice) -> None:
    files = site(alice)
    assert list(broken(files)) == []
    assert "Nothing was written" in pages(files)["index.html"].text


def test_it_speaks_the_language_of_whoever_asked(alice) -> None:
    make_entry(alice, body="Ein Tag.", local_date=DAY)
    with override("de"):
        files = site(alice)
    page = pages(files)["pages/2026-03.html"]
    assert page.html["lang"] == "de"
    assert page.select_one("time").text == "Donnerstag, 5. März 2026"
