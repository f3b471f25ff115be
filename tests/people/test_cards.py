"""Reading files of cards: what is taken of one, and that nothing hostile does more than be told."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.people import cards
from apps.people.cards import Found, NotCards, ReadCard, read
from tests.day import one_in


def card(*lines: str, version: str = "3.0") -> bytes:
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""]).encode()


def only(*lines: str, version: str = "3.0") -> ReadCard:
    found = read(card(*lines, version=version))
    assert found.unread == []
    [one] = found.cards
    return one


def test_it_takes_what_is_wanted_of_a_card() -> None:
    found = only(
        "N:Ruiz;Ana;María;Dr.;",
        "FN:Ana Ruiz",
        "ORG:Saint Anna;Ward 4",
        "TITLE:Nurse",
        "item1.EMAIL;TYPE=INTERNET;TYPE=WORK:ana@example.org",
        "EMAIL;TYPE=PREF,HOME:home@example.org",
        "TEL;TYPE=CELL:+43 1 234",
        "BDAY:1980-11-20",
        r"NOTE:One\, two\;\nthree\\four",
        "UID:urn:uuid:1",
        "X-OTHER:left where it is",
    )
    assert found == ReadCard(
        name="Ana Ruiz",
        email="home@example.org",
        how_known="Nurse, Saint Anna, Ward 4",
        notes="One, two;\nthree\\four",
        uid="urn:uuid:1",
        month=11,
        day=20,
        year=1980,
    )


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (["FN:Ana"], "Ana"),
        (["FN:  ", "N:Ruiz;Ana;;;"], "Ana Ruiz"),
        (["N:Ruiz;Ana"], "Ana Ruiz"),
        ([r"N:Ru\;iz;Ana;;;"], "Ana Ru;iz"),
        (["NICKNAME:Annie"], "Annie"),
        (["ORG:Saint Anna;Ward 4"], "Saint Anna"),
        (["FN:An", " a Ru", "\tiz"], "Ana Ruiz"),
        (["FN;CHARSET=UTF-8:Zoë"], "Zoë"),
        (['FN;X="a:b;c":Ana'], "Ana"),
        (["FN:\x00\x01\x1b[31mAna\x7f"], "\ufffd [31mAna"),
        (["FN:" + "x" * 300], "x" * 200),
    ],
)
def test_it_finds_a_name(lines, name) -> None:
    assert only(*lines).name == name


def test_it_reads_what_old_address_books_write() -> None:
    found = only(
        "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;Ana",
        "EMAIL;INTERNET:ana@example.org",
        "NOTE;ENCODING=QUOTED-PRINTABLE:one=",
        " two=0D=0Athree",
        "PHOTO;JPEG;ENCODING=BASE64:",
        " /9j/4AAQSkZJRgABAQ",
        "",
        "ORG;CHARSET=ISO-8859-1:Caf\u00e9",
        version="2.1",
    )
    assert (found.name, found.email, found.how_known) == ("Ana Müller", "ana@example.org", "Café")
    assert found.notes == "one two\nthree"


def test_it_reads_other_encodings_that_are_named() -> None:
    content = card("FN;CHARSET=ISO-8859-1:Zo@").replace(b"@", b"\xeb")
    assert read(content).cards[0].name == "Zoë"


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("1980-11-20", (11, 20, 1980)),
        ("19801120", (11, 20, 1980)),
        ("1980-11-20T00:00:00Z", (11, 20, 1980)),
        ("--1120", (11, 20, None)),
        ("--11-20", (11, 20, None)),
        ("--0229", (2, 29, None)),
        ("1604-02-29", (2, 29, None)),
        ("1981-02-29", (0, 0, None)),
        ("1980", (0, 0, None)),
        ("circa 1800", (0, 0, None)),
        ("9999-99-99", (0, 0, None)),
    ],
)
def test_it_reads_a_birthday(value, day) -> None:
    found = only("FN:Ana", f"BDAY:{value}")
    assert (found.month, found.day, found.year) == day


@pytest.mark.parametrize("address", ["nobody", "a b@c.de", "x" * 300 + "@example.org", "@", ""])
def test_it_takes_no_address_that_is_none(address) -> None:
    assert only("FN:Ana", f"EMAIL:{address}").email == ""


def test_one_bad_card_never_stops_the_rest() -> None:
    content = b"".join(
        [
            card("FN:Ana"),
            card("EMAIL:nobody@example.org"),
            card("no line of this is one"),
            b"BEGIN:VCARD\nFN:Without an end\n",
            card("FN:Z\xff").replace("ÿ".encode(), b"\xff\xfe"),
            card("FN:Ben"),
            b"BEGIN:VCARD\nFN:Cut off",
        ]
    )
    found = read(content)
    assert [one.name for one in found.cards] == ["Ana", "Ben"]
    assert found.unread == [(2, "name"), (3, "broken"), (4, "end"), (5, "letters"), (7, "end")]
    assert {reason for _number, reason in found.unread} == set(cards.REASONS)


def test_a_card_within_a_card_is_passed_over() -> None:
    inner = "\r\n".join(["AGENT:", "BEGIN:VCARD", "FN:Inner", "END:VCARD"])
    assert only("FN:Outer", inner, "NOTE:after") == ReadCard(name="Outer", notes="after")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "none"),
        (b"name,email\nAna,ana@example.org", "none"),
        (b"\xff" * 2_000, "none"),
        (b"x" * (cards.MOST_BYTES + 1), "large"),
        (card("FN:A") * (cards.MOST_CARDS + 1), "many"),
    ],
    ids=["empty", "a table", "bytes", "large", "many"],
)
def test_it_says_when_a_file_cannot_be_taken(content, reason) -> None:
    with pytest.raises(NotCards) as problem:
        read(content)
    assert problem.value.reason == reason


HOSTILE = {
    "parameters": card("FN;" + "A=b;" * 500_000 + ":x", "FN:Ana"),
    "quotes": card('FN;A="' + '"' * 2_000_001 + ":x", "FN:Ana"),
    "a long line": card("FN:Ana", "NOTE:" + "x" * 4_900_000),
    "escapes": card("FN:Ana", "NOTE:" + "\\," * 2_000_000),
    "semicolons": card("FN:Ana", "N:" + ";" * 4_900_000),
    "folds": card("FN:Ana", "NOTE:a", *[" a"] * 1_000_000),
    "soft line ends": card("FN:Ana", "NOTE;ENCODING=QUOTED-PRINTABLE:a", *["="] * 1_000_000),
    "beginnings": card("FN:Ana") + b"BEGIN:VCARD\n" * 4_000,
    "nested": card("FN:Ana", "AGENT:") + b"AGENT:\nBEGIN:VCARD\n" * 200_000,
    "names": card("FN:Ana") + b"BEGIN:VCARD\n" + b"FN:\n" * 1_000_000 + b"END:VCARD\n",
}


@pytest.mark.parametrize("name", one_in(3, HOSTILE))
def test_nothing_hostile_takes_longer_than_its_length(name) -> None:
    begin = time.perf_counter()
    found = read(HOSTILE[name])
    assert time.perf_counter() - begin < 15
    assert all(one.name == "Ana" for one in found.cards)


@given(st.binary(max_size=300))
def test_any_bytes_in_a_card_are_read_or_told(content) -> None:
    whole = b"BEGIN:VCARD\nFN:" + content + b"\nEND:VCARD\n"
    found = read(whole)
    assert found.cards or found.unread
    for one in found.cards:
        assert one.name.strip() == one.name != ""
        assert "\0" not in one.name + one.notes + one.uid


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=80))
def test_any_note_is_kept_to_the_letter(text) -> None:
    written = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd").strip()
    escaped = written.replace("\\", "\\\\").replace("\n", "\\n").replace(";", "\\;")
    assert only("FN:Ana", f"NOTE:{escaped.replace(',', chr(92) + ',')}").notes == written


def test_what_was_read_can_be_kept_as_json() -> None:
    found = Found(cards=[ReadCard(name="Ana", month=2, day=29)])
    assert [ReadCard(**values) for values in found.plain()] == found.cards
