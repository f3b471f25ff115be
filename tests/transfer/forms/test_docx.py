"""A journal as a document for Word: a second library opens it and finds what was written."""

import io
from zipfile import ZipFile

import docx
import pytest
from defusedxml.ElementTree import fromstring
from docx.document import Document
from docx.shared import Mm
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.core.text import clean
from apps.transfer.blocks import read
from apps.transfer.book import PAPERS
from apps.transfer.forms import docx as form
from tests.transfer.forms.books import made, make_reader, sizes_of
from tests.transfer.test_blocks import words_of


@pytest.fixture(scope="module")
def reader(rows_that_stay) -> User:
    """Whose document it is."""
    return make_reader("docx@example.org")


@pytest.fixture(scope="module")
def content(reader) -> bytes:
    """The document of a short life."""
    return made("docx", reader, paper="a5")


@pytest.fixture(scope="module")
def document(content) -> Document:
    """The same, opened by python-docx."""
    return docx.Document(io.BytesIO(content))


def texts(document: Document, style: str) -> list[str]:
    """The paragraphs of a style."""
    return [each.text for each in document.paragraphs if each.style.name == style]


def test_years_months_and_entries_are_headings(document) -> None:
    assert texts(document, "Title") == ["Journal"]
    assert texts(document, "Subtitle") == ["Mira <&> Roth"]
    assert texts(document, "Heading 1") == ["2024", "2025"]
    assert texts(document, "Heading 2") == ["December 2024", "January 2025", "March 2025"]
    assert texts(document, "Heading 3") == [
        "First",
        "All *that* #there is",
        "Wednesday, January 1",
        "Spring",
    ]
    assert texts(document, "Heading 4") == ["Plans"]
    assert texts(document, "toc 2") == ["December", "January", "March"]


def test_each_block_has_its_style(document) -> None:
    assert texts(document, "Quote") == ["What somebody said"]
    assert texts(document, "Code") == ['#import "x": * // $ \\ ]']
    assert texts(document, "Note") == ["1 The note itself"]
    assert len(texts(document, "Rule")) == 1
    assert texts(document, "About") == [
        "With  Maria <Müller>",
        "Files  lost.png · plan & more.pdf",
    ]
    cells = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert cells == [["Day", "Hours"], ["Monday", "3"]]
    body = texts(document, "Body Text")
    assert {"☐ call Jonas", "☑\ufe0e send the letter", "third", "fourth", "within"} <= set(body)
    assert '日本語 and 😀 <script>alert(1)</script> & #read("/etc/passwd")' in body


def test_letters_look_as_they_were_marked(document) -> None:
    runs = {run.text: run for each in document.paragraphs for run in each.runs}
    assert runs["quiet"].italic
    assert runs["bright"].bold
    assert runs["grey"].font.strike
    assert runs["print(1)"].style.name == "Code Letters"
    assert runs["1"].font.superscript
    assert runs["אחר צהריים"].font.rtl
    links = [link for each in document.paragraphs for link in each.hyperlinks if link.address]
    assert [(link.text, link.address) for link in links] == [
        ("the place", "https://example.org/?a=1&b=2"),
        ("a picture", "https://example.org/p.png"),
    ]


def test_lists_count_from_where_they_begin(document) -> None:
    numbering = document.part.numbering_part.element
    (number,) = {
        each._p.pPr.numPr.numId.val
        for each in document.paragraphs
        if each.text in {"third", "fourth"}
    }
    (found,) = [each for each in numbering.num_lst if each.numId == number]
    assert found.lvlOverride_lst[0].startOverride.val == 3


def test_photos_fit_the_page_without_what_a_camera_noted(document, content) -> None:
    paper = PAPERS["a5"]
    section = document.sections[0]
    assert abs(section.page_width - Mm(paper.width)) < Mm(0.1)
    inside = section.page_width - section.left_margin - section.right_margin
    shapes = document.inline_shapes
    assert len(shapes) == 3
    assert all(
        shape.width <= inside and shape.height <= section.page_height / 2 for shape in shapes
    )
    ratios = [round(shape.width / shape.height, 2) for shape in shapes]
    assert ratios == [1.78, 0.5, 1.5]
    with ZipFile(io.BytesIO(content)) as archive:
        media = [archive.read(name) for name in archive.namelist() if "/media/" in name]
    assert sorted(sizes_of(media)) == [(60, 40), (600, 1200), (1200, 675)]


def test_it_says_what_it_is(document) -> None:
    assert document.core_properties.title == "Journal"
    assert document.core_properties.author == "Mira <&> Roth"


@pytest.mark.django_db
def test_a_journal_without_entries_opens(alice) -> None:
    empty = docx.Document(io.BytesIO(made("docx", alice)))
    assert texts(empty, "Title") == ["Journal"]


WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PIECES = ["*", "**", "`", "\n", "\n\n", "> ", "- ", "- [ ] ", "1. ", "# ", "|a|b|\n|-|-|\n", "[^1]"]
PIECES += ["[^1]: ", "<w:br/>", "]]>", "&", "\x0b", "\ufffe", "](http://x.example/'\">)"]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=30).map("".join))
def test_any_text_is_only_text(source) -> None:
    text = read(clean(source))
    document = form._Document(io.StringIO(), PAPERS["a4"])
    found = fromstring(f"<body {form._NAMES}>{form._Paragraphs(document, text).all()}</body>")
    said = "".join(each.text or "" for each in found.iter(f"{WORD}t"))
    written = words_of(text.blocks) + "".join(map(words_of, text.notes))
    assert letters(said) == letters(written)


def letters(text: str) -> str:
    """A text without white space and what the form adds: boxes, and numbers of notes."""
    return "".join(each for each in text if not each.isspace() and each not in "☐☑\ufe0e0123456789")
