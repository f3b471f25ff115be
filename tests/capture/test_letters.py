"""Mails as entries: forty that programs have written, and what must arrive of each.

The mails lie in `mails/`, as bytes: with CRLF, in the letters they say or in others.
"""

import time
from email import policy
from email.parser import BytesParser
from pathlib import Path

import pytest
from anymail.inbound import AnymailInboundMessage
from hypothesis import given
from hypothesis import strategies as st

from apps.capture import letters
from apps.capture.letters import (
    LONGEST_PAGE,
    LONGEST_REPLY,
    MOST_TAGS,
    Letter,
    as_markdown,
    decoded,
    without_quotes,
)

MAILS = Path(__file__).parent / "mails"
PNG = 70

# name: title, text without what is cut, names of files
EXPECTED: dict[str, tuple[str, str, list[str]]] = {
    "plain": ("A walk", "We walked along the river.\n\nAna liked the plan. #release", []),
    # letters
    "windows-1252-called-latin-1": ("Brücke – zwei", "„Schöner Tag“ – es kostete 3 €…", []),
    "nothing-said-about-letters": (
        "Café",
        "Grüße aus dem Café, in alten Lettern: naïve façade.",
        [],
    ),
    "utf-8-called-ascii": ("Müde 🌙", "Spät geworden. Morgen früher. 🌙", []),
    "iso-2022-jp": ("散歩の日", "今日は川沿いを歩いた。\n空が高かった。", []),
    "shift-jis-with-additions": ("①番目", "①と②、髙橋さん。", []),
    "gb2312-with-additions": ("镕基", "朱镕基的书，读完了。", []),
    "koi8-r": ("Прогулка", "Сегодня шёл дождь.", []),
    "an-alphabet-nobody-knows": ("Unknown", "Grüße, trotz allem.", []),
    "bytes-that-are-no-letters": ("Bytes", "Before \ufffd\x01ÿþ after.", []),
    # lines
    "flowed": (
        "Flowed",
        "This is one long line that a program has broken into several for the way, and which"
        " belongs together.\n\n- one\n- two\n an indented line",
        [],
    ),
    "flowed-delsp": ("DelSp", "今日は歩いた。", []),
    # pages
    "html-only": (
        "Only a page",
        "## The release\n\nWe **wait** a *week*. [The plan](https://example.org/plan?a=1&b=2)\n\n"
        "- ask Jonas\n- thank Ana\n\na\\_b \\* c \\<script\\>alert(1)\\</script\\>\n\n"
        "[The river](https://example.org/a.png)",
        [],
    ),
    "html-says-its-letters-itself": ("Meta", "Привет, дневник", []),
    "alternative-with-an-empty-plain-part": ("Empty plain", "Only here.", []),
    "alternative-for-programs-without-pages": ("Placeholder", "What was really said.", []),
    # parts and files
    "photo-and-words-in-turn": (
        "In turn",
        "Before the picture.\n\nAfter it.",
        ["Flüsschen.png"],
    ),
    "nested-with-inline-picture": (
        "Nested",
        "See the picture: [image: river]",
        ["file-1.png", "The plan.pdf"],
    ),
    "picture-in-the-page-itself": ("Data", "Here: dot", ["picture-1.png"]),
    "a-mail-in-a-mail": ("Fwd: as a file", "Keep this one.", ["Grüße.eml"]),
    "an-invitation": ("Invitation", "Coffee with Jonas.", ["invite.ics"]),
    "only-a-photo": ("", "", ["IMG_0001.png"]),
    "winmail": ("Outlook", "With the old Outlook.", ["winmail.dat"]),
    # quotes and signatures
    "reply-english": ("Re: How was your day?", "Good, and quiet. I called Jonas.", []),
    "reply-german-over-two-lines": ("Re: Wie war es?", "Schön. Wir waren am Fluss.", []),
    "reply-french": ("Re: Ta journée", "Une belle journée.", []),
    "reply-outlook": ("RE: Plan", "I think we should wait.", []),
    "signature": ("Signed", "The day was long.", []),
    "sent-from-a-phone": ("Phone", "On the train.", []),
    "sent-from-a-phone-german": ("Handy", "Im Zug.", []),
    # broken
    "broken-boundary": ("Broken", "There is no boundary anywhere, and still there are words.", []),
    "broken-base64": ("Base", "We walked.", []),
    "cut-in-the-middle": ("Cut", "The first part arri", []),
    "strange-headers": ("fine", "Words, all the same.", []),
    "very-deep": ("Deep", "", ["mail.eml"]),
}
# What only looks like an end stays whole.
WHOLE = {
    "answers-between-the-lines",
    "forwarded-with-nothing-above",
    "a-diary-that-says-who-wrote",
    "lists-and-thanks",
}
LONG = {"long-subject"}


def read(name: str) -> Letter:
    """The mail of this name."""
    raw = (MAILS / f"{name}.eml").read_bytes()
    return letters.read(AnymailInboundMessage.parse_raw_mime_bytes(raw))


def test_every_mail_is_expected() -> None:
    assert {path.stem for path in MAILS.glob("*.eml")} == set(EXPECTED) | WHOLE | LONG
    assert len(EXPECTED) >= 15


@pytest.mark.parametrize("name", EXPECTED)
def test_it_arrives(name: str) -> None:
    letter = read(name)
    title, written, files = EXPECTED[name]
    assert (letter.title, letter.written) == (title, written)
    assert [file.name for file in letter.files] == files
    assert all(file.content for file in letter.files)


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_what_only_looks_like_an_end_stays(name: str) -> None:
    letter = read(name)
    assert letter.written == letter.text
    assert len(letter.text.split("\n")) >= 5


@pytest.mark.parametrize("name", sorted({*EXPECTED, *WHOLE}))
def test_what_is_written_is_the_beginning_of_all_of_it(name: str) -> None:
    """Only an end is ever cut."""
    letter = read(name)
    assert letter.text.startswith(letter.written)


def test_pictures_and_files_arrive_byte_for_byte() -> None:
    (picture, plan) = read("nested-with-inline-picture").files
    assert len(picture.content) == PNG
    assert picture.content.startswith(b"\x89PNG")
    assert plan.content == b"%PDF-1.4 the plan"
    (inner,) = read("a-mail-in-a-mail").files
    assert b"What Ana said." in inner.content


def test_it_knows_when_and_by_whom_it_says_it_is() -> None:
    letter = read("plain")
    assert letter.sent_at is not None
    assert letter.sent_at.isoformat() == "2026-11-20T18:20:00+00:00"
    assert letter.sender == "Alice <alice@example.org>"
    assert letter.message_id.startswith("<")
    assert read("strange-headers").sent_at is None


@given(raw=st.binary(max_size=400), head=st.sampled_from(["plain", "html", "mixed", "nothing"]))
def test_no_mail_is_too_broken_to_be_read(raw: bytes, head: str) -> None:
    kinds = {
        "plain": b"Content-Type: text/plain; charset=utf-7; format=flowed\r\n\r\n",
        "html": b"Subject: =?x?B?\xff?=\r\nContent-Type: text/html\r\n\r\n",
        "mixed": b'Content-Type: multipart/mixed; boundary="-"\r\n\r\n---\r\n',
        "nothing": b"",
    }
    for parse in (
        AnymailInboundMessage.parse_raw_mime_bytes,
        BytesParser(policy=policy.compat32).parsebytes,
    ):
        letter = letters.read(parse(kinds[head] + raw))
        assert letter.text.startswith(letter.written) or not letter.written


@given(text=st.text(alphabet="ab> \n-_:", max_size=300))
def test_cutting_never_makes_words_of_its_own(text: str) -> None:
    kept = without_quotes(text)
    assert kept == text or text.startswith(kept) or text.strip("\n").startswith(kept)
    assert kept.strip() or not text.strip()


@given(text=st.text(max_size=60), name=st.sampled_from(["utf-8", "utf-16", "cp1252", "koi8-r", ""]))
def test_letters_are_read_as_what_they_say(text: str, name: str) -> None:
    try:
        content = text.encode(name or "utf-8")
    except UnicodeError:
        return
    assert decoded(content, name) == text


@pytest.mark.parametrize("charset", ["punycode", "idna", "zlib", "rot13", "\x00", "x" * 999, "hex"])
def test_what_is_no_alphabet_is_not_used_as_one(charset: str) -> None:
    assert decoded("Grüße".encode(), charset) == "Grüße"


REPLIES = {
    "es": "El vie, 20 nov 2026 a las 18:00, Ana <ana@example.org> escribió:",
    "it": "Il giorno ven 20 nov 2026 alle ore 18:00 Ana <ana@example.org> ha scritto:",
    "nl": "Op vr 20 nov 2026 om 18:00 schreef Ana <ana@example.org>:",
    "pl": "Dnia 20 listopada 2026 18:00 Ana <ana@example.org> napisał(a):",
    "ja": "2026年11月20日(金) 18:00 Ana <ana@example.org>:",
    "zh": "2026年11月20日 18:00，Ana <ana@example.org> 写道：",
    "ko": "2026년 11월 20일 (금) 오후 6:00, Ana <ana@example.org>님이 작성하였습니다:",
    "cs": "Dne pá 20. 11. 2026 18:00 Ana <ana@example.org> napsal(a):",
}


@pytest.mark.parametrize("language", REPLIES)
def test_a_quote_is_known_in_many_languages(language: str) -> None:
    text = f"What I say.\n\n{REPLIES[language]}\n\n> What Ana said.\n> More of it.\n"
    assert without_quotes(text) == "What I say."


def test_a_quote_of_ones_own_stays() -> None:
    text = "Ana's letter:\n\n> We are well.\n> The garden is wet."
    assert without_quotes(text) == text


def test_a_long_text_is_left_whole() -> None:
    text = "word " * (LONGEST_REPLY // 5) + "\n\nSent from my iPhone"
    assert without_quotes(text) == text


# Texts on which looking for quotes took the library minutes, and others of their kind.
HOSTILE = {
    "On ": "On " * 6_600,
    "On, in lines": "On a\n" * 4_000,
    "fields": "From: a\n" * 2_500,
    "fields in blocks": "\nFrom: From: From:\nTo: a\nDate: b\n" * 550,
    "dashes": "-\n" * 10_000,
    "long lines before a quote": ("On " * 99 + "\n") * 60 + "> a",
    "quotes": "> " * 10_000,
    "lines of nothing": "\n" * 20_000,
    "said in Swedish": "Den 1 jan skrev " * 1_200,
    "sent from": "Sent from my " * 1_500,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_takes_long(name: str) -> None:
    began = time.process_time()
    without_quotes(HOSTILE[name][:LONGEST_REPLY])
    assert time.process_time() - began < 1.5


# What pages are made of that take readers of HTML long: each was minutes or hours once.
SLOW = [
    *("<div>", "<p>a</p>", "<a href='x'>", "<ul><li>", "<ol><li>a", "<li>a", "<table>a", "<b></p>"),
    *("<!--", "<!-- >", "<![CDATA[", "<?", "<!", "</b", "<script>", "a<style>b</style>"),
    *("<a b='", '<a b="\'>"', "<a b c d ", "&", "<tr><td colspan=1000>a"),
    *("a<img alt=b src=http://c>", "a<b style=display:none>c</b>", "<ul></ul><b></b>"),
]


def taken(page: str) -> float:
    """Seconds of the processor for a page."""
    began = time.process_time()
    as_markdown(page)
    return time.process_time() - began


@pytest.mark.nightly
def test_no_page_takes_long() -> None:
    """A fifth of the elements that are read closely, and 25,000 letters (assurance T-34)."""
    for piece in SLOW:
        assert taken(piece * (MOST_TAGS // 5 // max(1, piece.count("<")))) < 2.5, piece
        assert taken((piece * LONGEST_PAGE)[:25_000]) < 2.5, piece


@pytest.mark.nightly
@pytest.mark.parametrize("piece", SLOW)
def test_no_page_of_the_greatest_length_takes_long(piece: str) -> None:
    count = MOST_TAGS // max(1, piece.count("<")) - 1
    for page in (piece * count, f"<ol>{piece * count}", (piece * LONGEST_PAGE)[:LONGEST_PAGE]):
        assert taken(page) < 15


def test_numbers_of_a_list_go_on_from_its_first() -> None:
    page = '<ol start="3"><li>a<p>b</p><ol><li>c</li></ol></li><li></li><li>d</li></ol>'
    assert as_markdown(page)[0] == "3. a\n\n   b\n\n   1. c\n5. d"
    assert as_markdown('<ol start="½"><li>a</li></ol>')[0] == "1. a"


def test_a_picture_in_a_link_makes_no_second_link() -> None:
    page = '<a href="https://a.example/"><img src="https://b.example/x.png" alt="The river"></a>'
    assert as_markdown(page)[0] == "[The river](https://a.example/)"


def test_of_a_page_with_very_many_elements_the_words_are_kept() -> None:
    page = (
        "<title>no word</title><script>no(word)</script><!-- no <b>word -->"
        "<p class='a>b'>5 &lt; 6</p><STYLE>no</STYLE >" + "<b>word</b>" * MOST_TAGS + "7 < 8 <b"
    )
    text, files = as_markdown(page)
    assert text.split("\n")[:2] == ["b'>5 < 6", "word"]
    assert text.split("\n")[-1] == "7 < 8 <b"
    assert "no" not in text
    assert [file.name for file in files] == ["mail.html"]
    assert files[0].content.decode() == page


def test_a_page_that_is_very_long_is_kept_as_a_file_too() -> None:
    text, files = as_markdown("<p>word</p>" * 100_000)
    assert text.startswith("word\nword")
    assert [file.name for file in files] == ["mail.html"]


def test_a_page_loads_nothing() -> None:
    text, files = as_markdown(
        '<img src="https://t.example/p.gif"><img src="cid:a" alt="river"><a href="x">y</a>'
        '<img src="data:image/png;base64,%%%" alt="z"><style>@import "x"</style>'
    )
    assert "t.example" not in text
    assert files == []
    assert "river" in text
