"""A journal as a typeset book: what stands in it, and that no text is ever a command."""

import re
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from django.core.management import call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.home.demo import life
from apps.transfer import binding, typesetting
from apps.transfer.blocks import Code, Paragraph, Run, Text, read, readable
from apps.transfer.book import PAPERS, paper_of
from apps.transfer.choosing import Choice
from apps.transfer.forms import pdf
from apps.transfer.typesetting import NotSet, typeset
from tests.factories import TODAY
from tests.transfer.forms.books import laid, made, make_reader, sizes_of
from tests.transfer.test_blocks import TEXTS


@pytest.fixture(scope="module")
def reader(rows_that_stay) -> User:
    """Whose book it is. It is bound of parts of one month each, as that of a long life is."""
    return make_reader("pdf@example.org")


@pytest.fixture(scope="module")
def book(reader, tmp_path_factory) -> Iterator[Path]:
    """The book of a short life."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdf, "PART", 0)
        yield laid(made("pdf", reader, paper="a4"), tmp_path_factory.mktemp("pdf") / "book.pdf")


def pages_of(path: Path) -> list[str]:
    """The words of each page."""
    with pypdfium2.PdfDocument(path) as document:
        return [page.get_textpage().get_text_range() for page in document]


def letters(text: str) -> str:
    """A text without white space, of which lines make other than there was."""
    # A hyphen at the end of a line is read as this sign: the word may go on.
    return "".join(text.replace("\ufffe", "-").split())


def test_it_has_a_title_contents_and_an_opening_for_years_and_months(book) -> None:
    title, contents, *body = pages_of(book)
    assert "Mira <&> Roth" in title
    assert "2024–2025" in title
    said = [line.split() for line in contents.splitlines() if line.strip()]
    assert said[:-1] == [
        ["Contents"],
        *[["2024"], ["December", "2"], ["2025"], ["January", "4"], ["March", str(len(body))]],
    ]
    assert body[0].split()[0] == "2024"
    assert body[1].startswith("December 2024")
    assert body[2].split()[0] == "2025"
    assert body[-1].startswith("March 2025")
    assert body[-1].split()[-1] == str(len(body))


def test_readers_find_the_same_in_bookmarks_and_labels(book) -> None:
    with pikepdf.Pdf.open(book) as document, document.open_outline() as outline:
        years = [(year.title, [month.title for month in year.children]) for year in outline.root]
        assert years == [("2024", ["December"]), ("2025", ["January", "March"])]
        assert [page.label for page in document.pages][:4] == ["i", "ii", "1", "2"]
        links = [link for link in document.pages[1].Annots if "/Dest" in link]
        targets = dict.fromkeys(pikepdf.Page(link.Dest[0]).label for link in links)
        assert list(targets) == ["1", "2", "3", "4", str(len(document.pages) - 2)]
        assert b"page.invalid" not in b"".join(
            bytes(str(link), "utf-8") for link in document.pages[1].Annots
        )
        assert document.Root.Lang == "en"


def test_words_stand_as_they_were_written(book) -> None:
    said = letters("".join(pages_of(book)))
    for words in (
        "All *that* #there is",
        "It was quiet, bright and grey, said print(1)",
        "nowhere",
        '#import "x": * // $ \\ ]',
        '#read("/etc/passwd")',
        "<script>alert(1)</script> &",
        "The note itself",
        "With Maria <Müller>",
        "Files lost.png · plan & more.pdf",
        "Wednesday, January 1",
    ):
        assert letters(words) in said


def test_a_page_that_goes_on_says_where_it_is(book) -> None:
    body = pages_of(book)[2:]
    january = [page for page in body if "January 2025" in page]
    assert len(january) > 1
    assert "Mira <&> Roth" in january[1].splitlines()[0]
    assert "Mira" not in january[0].splitlines()[0]


def test_photos_are_there_whole_without_what_a_camera_noted(book) -> None:
    found = {}
    with pikepdf.Pdf.open(book) as document:
        for page in document.pages:
            for image in page.get_images().values():
                assert image.objgen not in found  # nothing of it is on another page
                found[image.objgen] = image.read_raw_bytes()
    assert sorted(sizes_of(list(found.values()))) == [(60, 40), (600, 1200), (1200, 675)]


def test_what_is_read_aloud_is_tied_to_its_pages(book) -> None:
    with pikepdf.Pdf.open(book) as document:
        numbers = list(document.Root.StructTreeRoot.ParentTree.Nums)[::2]
        assert all(one < other for one, other in pairwise(map(int, numbers)))
        used = [int(page.obj.StructParents) for page in document.pages]
        used += [
            int(link.StructParent) for page in document.pages for link in page.get("/Annots", [])
        ]
        assert len(used) == len(set(used))
        assert set(used) <= set(map(int, numbers))
        alts = [str(each.Alt) for each in document.objects if _is_figure(each)]
        assert alts.count('A "round" <thing>') == 2


def test_a_book_of_very_many_pages_has_no_trees_that_lead_nowhere(
    reader, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr(binding, "READ_ALOUD", 1)
    with pikepdf.Pdf.open(laid(made("pdf", reader), tmp_path / "book.pdf")) as document:
        assert "/StructTreeRoot" not in document.Root
        assert "/MarkInfo" not in document.Root
        pages = [page.obj for page in document.pages]
        links = [link for page in pages for link in page.get("/Annots", [])]
        assert links
        assert not [each for each in pages if "/StructParents" in each]
        assert not [each for each in links if "/StructParent" in each]


def _is_figure(each: object) -> bool:
    is_dictionary = isinstance(each, pikepdf.Dictionary)
    return is_dictionary and each.get("/S") == "/Figure" and "/Alt" in each


def test_a_month_of_many_letters_goes_on_in_another_part(reader, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(pdf, "LARGEST_PART", 0)
    parts = laid(made("pdf", reader, paper="a4"), tmp_path / "book.pdf")
    *_, later, march = pages_of(parts)
    assert "January 2025" in " ".join(later.splitlines()[:2])
    assert "Later that day." in later
    with pikepdf.Pdf.open(parts) as document, document.open_outline() as outline:
        assert [month.title for month in outline.root[1].children] == ["January", "March"]
    assert march.startswith("March 2025")


@pytest.mark.parametrize(
    ("zone", "wanted", "paper"),
    [
        ("America/New_York", "", "letter"),
        ("Europe/Vienna", "", "a4"),
        ("", "", "a4"),
        ("America/New_York", "a5", "a5"),
    ],
)
def test_the_paper_is_that_of_the_country_or_as_wanted(zone, wanted, paper) -> None:
    assert paper_of(User(time_zone=zone), Choice(paper=wanted)) == paper


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("paper", ["letter", "a5"])
def test_the_command_sets_on_other_paper(alice, tmp_path, paper) -> None:
    out = tmp_path / "book.pdf"
    call_command("export", user=alice.email, format="pdf", out=out, paper=paper)
    with pikepdf.Pdf.open(out) as document:
        wide, high = (float(each) / 72 * 25.4 for each in document.pages[0].mediabox[2:])
    assert (wide, high) == pytest.approx((PAPERS[paper].width, PAPERS[paper].height), abs=0.1)


@pytest.mark.django_db
def test_a_journal_without_entries_is_a_thin_book(alice, tmp_path) -> None:
    assert len(pages_of(laid(made("pdf", alice), tmp_path / "book.pdf"))) == 2


# --- Text is text ----------------------------------------------------------------------------

COMMANDS = [
    '#import "@preview/x:1.0.0"',
    '#read("/etc/passwd")',
    "#eval(sys.inputs)",
    "$ x^2 $",
    "= Heading",
    "*a* _b_ `c`",
    "// gone",
    "/* gone */",
    "\\ \\u{41}",
    "] [ } { ) (",
    "<label> @label",
    "a -- b --- c ... d",
    "\"a\" 'b'",
    "~ a~b",
    "+ a",
    "/ a: b",
    '"}, {"kind": "code"',
]
# What the letters that come with the journal can show.
SHOWN = "".join(map(chr, range(0x20, 0x7F))) + "äöüßéñçÅłŞőİαβγЖжы“”‘’–…€§"
SHORT = st.sampled_from(COMMANDS) | st.text(SHOWN, max_size=30)


def set_of(folder: Path, texts: list[tuple[str, Text]]) -> Path:
    """A page for each line and text, set as part of a book."""
    months = []
    for line, text in texts:
        entry = {
            "day": "",
            "starred": False,
            "title": pdf._line(line),
            "question": None,
            "blocks": pdf._Blocks(f"note-{len(months)}", text).all(),
            "photos": [],
            "about": [[line, pdf._line(line or "-")]],
        }
        months.append({"year": None, "begins": True, "name": "", "entries": [entry]})
    data = {"paper": "a4", "lang": "en", "title": texts[0][0], "author": "", "part": "body"}
    return typeset(folder, "part", data | {"first-page": 1, "months": months})


@settings(max_examples=6)
@given(st.lists(SHORT, min_size=15, max_size=30), st.booleans())
def test_any_text_is_set_as_it_is(tmp_path, lines, is_code) -> None:
    lines = [*COMMANDS, *lines]
    blocks = [Code(line) if is_code else Paragraph((Run(line),)) for line in lines]
    texts = [(line, Text((block,))) for line, block in zip(lines, blocks, strict=True)]
    pages = pages_of(set_of(tmp_path, texts))
    assert len(pages) == len(lines)
    for number, (line, page) in enumerate(zip(lines, pages, strict=True), 1):
        again = line or "-"
        assert letters(page) == letters(f"{line}{line}{line}{again}{number}")


def test_a_note_without_words_is_set(tmp_path) -> None:
    (page,) = pages_of(set_of(tmp_path, [("-", read("a[^1] b[^2]\n\n[^1]:\n\n[^2]: c"))]))
    assert letters(page) == letters("-a1b2--12c1")


@settings(max_examples=6)
@given(st.lists(st.tuples(st.text(max_size=40).map(readable), TEXTS), min_size=20, max_size=40))
def test_nothing_that_is_written_stops_it(tmp_path, written) -> None:
    texts = [(line, read(source)) for line, source in written]
    with pikepdf.Pdf.open(set_of(tmp_path, texts)) as document:
        assert len(document.pages) >= len(texts)


def test_the_template_makes_no_program_of_data_and_fetches_nothing() -> None:
    template = re.sub(r"//.*", "", typesetting.TEMPLATE.read_text(encoding="utf-8"))
    words = set(re.findall(r"[a-z]+", template))
    assert {"json", "image"} < words
    assert not words & {
        "eval",
        "import",
        "include",
        "plugin",
        "read",
        "yaml",
        "toml",
        "cbor",
        "csv",
    }


@pytest.mark.parametrize("place", ["../secret.jpg", "/../secret.jpg", "{outside}"])
def test_it_reads_nothing_outside_its_folder(tmp_path, place) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    outside = tmp_path / "secret.jpg"
    outside.write_bytes(b"no picture")
    shot = {"path": place.format(outside=outside), "width": 1, "height": 1, "alt": ""}
    entry = {"day": "", "starred": False, "title": None, "question": None, "blocks": []}
    month = {"year": None, "begins": True, "name": "", "entries": [entry | {"photos": [shot]}]}
    data = {"paper": "a4", "lang": "en", "title": "", "author": "", "part": "body"}
    month["entries"][0]["about"] = []
    with pytest.raises(NotSet) as caught:
        typeset(folder, "part", data | {"first-page": 1, "months": [month]})
    said = caught.value.__cause__.stderr.decode()
    assert "no picture" not in said
    assert "file not found" in said or "outside" in said or "root" in said


def test_what_went_wrong_is_told_without_a_word_of_the_text(tmp_path) -> None:
    with pytest.raises(NotSet) as caught:
        typeset(tmp_path, "part", {"part": "secret words"})
    assert "secret" not in str(caught.value)


@pytest.mark.nightly
@pytest.mark.django_db
def test_a_thousand_entries_take_less_than_a_minute(tmp_path) -> None:
    long = {"email": "long@example.org", "password": None, "today": TODAY, "years": 3}
    user = life.make(**long, entries=1_000).owner
    begun = time.monotonic()
    content = made("pdf", user)
    assert time.monotonic() - begun < 60
    assert len(pages_of(laid(content, tmp_path / "book.pdf"))) > 200
