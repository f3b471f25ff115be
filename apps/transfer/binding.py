"""Binding the parts of a PDF to one: pages, their numbers, bookmarks, links, what is read aloud.

The parts come from typst. Each is a whole PDF that knows nothing of the others; so links from one
to another are addresses (`book.address_of`) until they are bound.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, Pdf

from apps.transfer.book import PAGE_ADDRESS, Opener

# Of a book of more pages the trees for reading aloud would take a gigabyte; it has none.
READ_ALOUD = 2_000


def look(part: Path) -> tuple[int, list[int]]:
    """How many pages a part has, and on which of them, counted from 0, its bookmarks are."""
    with Pdf.open(part) as pdf:
        places = {page.objgen: at for at, page in enumerate(pdf.pages)}
        with pdf.open_outline() as outline:
            return len(pdf.pages), [places[page.objgen] for page in _targets(outline.root)]


def bind(front: Path, parts: Sequence[Path], openers: Sequence[Opener], made: Path) -> None:
    """One PDF of all of them. `openers` become its bookmarks, months below their years."""
    with ExitStack() as stack:
        book = stack.enter_context(Pdf.open(front))
        pdfs = [stack.enter_context(Pdf.open(part)) for part in parts]
        before = len(book.pages)
        is_tagged = before + sum(len(pdf.pages) for pdf in pdfs) <= READ_ALOUD
        tags = _Tags(book) if is_tagged else _NoTags(book)
        for pdf in pdfs:
            first = len(book.pages)
            book.pages.extend(pdf.pages)
            tags.add(pdf, first)
        tags.close()
        _lead_on(book, before)
        book.Root.PageLabels = Dictionary(
            Nums=[0, Dictionary(S=Name.r), before, Dictionary(S=Name.D)]
        )
        book.Root.PageMode = Name.UseOutlines
        _bookmark(book, before, openers)
        book.save(made, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def _targets(items: Sequence[OutlineItem]) -> list[Any]:
    found = []
    for item in items:
        target: Any = item.destination
        found += [target[0], *_targets(item.children)]
    return found


def _lead_on(book: Pdf, before: int) -> None:
    """Turn addresses of pages into links within the book."""
    for page in book.pages[:before]:
        for link in page.get("/Annots", []):
            address = str(link.A.get("/URI", "")) if "/A" in link else ""
            if address.startswith(PAGE_ADDRESS):
                number = address.removeprefix(PAGE_ADDRESS)
                del link.A
                link.Dest = Array([book.pages[before + int(number) - 1].obj, Name.Fit])
                link.Contents = number  # what is read aloud


def _bookmark(book: Pdf, before: int, openers: Sequence[Opener]) -> None:
    with book.open_outline() as outline:
        outline.root.clear()
        for opener in openers:
            item = OutlineItem(opener.name, before + opener.page - 1)
            within = outline.root if opener.is_year else outline.root[-1].children
            within.append(item)
            item.is_closed = True


class _Tags:
    """The trees that say what is a heading, a list, a picture: those of all parts as one."""

    def __init__(self, book: Pdf) -> None:
        self.book = book
        self.root = book.Root.StructTreeRoot
        self.numbers: list[Any] = list(self.root.ParentTree.Nums)
        self.following = int(self.root.ParentTreeNextKey)

    def add(self, part: Pdf, first: int) -> None:
        """Those of a part whose pages are the book's from `first` on."""
        root = self.book.copy_foreign(part.Root.StructTreeRoot)
        for kid in root.K:
            kid.P = self.root
            self.root.K.append(kid)
        numbers = list(root.ParentTree.Nums)
        for number, owner in zip(numbers[::2], numbers[1::2], strict=True):
            self.numbers += [int(number) + self.following, owner]
        for each, key in _keys(self.book, first):
            each[key] = int(each[key]) + self.following
        self.following += int(root.ParentTreeNextKey)

    def close(self) -> None:
        """Write down what was added."""
        self.root.ParentTree = Dictionary(Nums=Array(self.numbers))
        self.root.ParentTreeNextKey = self.following


class _NoTags:
    """A book without such trees, that says so."""

    def __init__(self, book: Pdf) -> None:
        self.book = book
        del book.Root.StructTreeRoot, book.Root.MarkInfo
        self._clear(0)

    def add(self, _part: Pdf, first: int) -> None:
        """Take from the pages from `first` on what points into trees."""
        self._clear(first)

    def close(self) -> None:
        """There is nothing to be written down."""

    def _clear(self, first: int) -> None:
        for each, key in _keys(self.book, first):
            del each[key]


def _keys(book: Pdf, first: int) -> Iterator[tuple[Any, str]]:
    """What points into the trees, on the pages from `first` on, and by which of its keys."""
    for page in book.pages[first:]:
        if "/StructParents" in page.obj:
            yield page.obj, "/StructParents"
        for link in page.get("/Annots", []):
            if "/StructParent" in link:
                yield link, "/StructParent"
