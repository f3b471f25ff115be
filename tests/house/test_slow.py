"""No text that arrives takes long: every expression, and every function that reads one (T-34).

Each regular expression of ours is listed with how it is asked and how much it may be given; each is
tried on texts made to be slow. What takes a moment at its limit is well; else twice as long a text
may take little more than twice the time.
"""

import ast
import gc
import io
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from email import message_from_bytes
from functools import partial
from importlib import import_module
from pathlib import Path

import pytest

from apps.capture import addresses, letters, tokens
from apps.core import text
from apps.core.text import Mark
from apps.journal import (
    highlighting,
    mentions,
    query,
    ranges,
    sentences,
    sniffing,
    uploads,
    words,
)
from apps.people import cards
from apps.prompts.models import wording
from tests.core.test_text import SHAPES as TEXTS
from tests.house.sources import ROOT, called, dotted, plant, python_files, tree

BODY = 200_000
# A header of a request or of a mail; the web server takes no longer ones.
HEADER = 16_000
# Seconds at its limit that are a moment, and how much more twice as much may take: in step it is 2,
# with caches that no longer hold all of it 2.5, and 4 where every letter is looked at from each.
MOMENT, GROWTH = 0.2, 2.9
# Seconds for a few hundred letters; and what is too short to be compared.
A_BLINK, A_TICK = 0.15, 0.004
# Whatever grows in step may still not take longer than this at its limit.
NEVER = 8.0


@dataclass(frozen=True)
class Asked:
    """How an expression is asked ("find" for every place, "begin" for the beginning, "whole"),
    how many letters it may be given, and what they begin with so that it gets to work."""

    how: str
    length: int = BODY
    before: str = ""


FIND, BEGIN, WHOLE = (partial(Asked, how) for how in ("find", "begin", "whole"))

# Every regular expression that reads what somebody sent, by file and name.
EXPRESSIONS: dict[str, Asked] = {
    "apps/accounts/events.py _BROWSERS": FIND(HEADER),
    "apps/accounts/events.py _SYSTEMS": FIND(HEADER),
    "apps/capture/api/entries.py _ETAG": FIND(HEADER, '"'),
    "apps/capture/api/entries.py _KEY": WHOLE(HEADER),
    "apps/capture/letters.py _BEGUN": FIND(letters.LONGEST_PAGE, "<"),
    "apps/capture/letters.py _ENDS": FIND(letters.LONGEST_PAGE, "</script"),
    "apps/capture/letters.py _FIELD": BEGIN(letters.LONGEST_LINE),
    "apps/capture/letters.py _FIRST": WHOLE(letters.LONGEST_PAGE),
    "apps/capture/letters.py _FORWARDED": BEGIN(HEADER, "Fwd"),
    "apps/capture/letters.py _HEAD": BEGIN(letters.LONGEST_LINE * letters.LONGEST_HEAD, "On "),
    "apps/capture/letters.py _HIDDEN": FIND(letters.LONGEST_PAGE, "display"),
    "apps/capture/letters.py _NO_PAGES": FIND(200),
    "apps/capture/letters.py _PASSED_ON": FIND(letters.LONGEST_LINE),
    "apps/capture/letters.py _RULE": BEGIN(letters.LONGEST_REPLY, "--"),
    "apps/capture/letters.py _SENT_FROM": BEGIN(letters.LONGEST_LINE, "Sent from "),
    "apps/capture/letters.py _TAG_ENDS": FIND(letters.LONGEST_PAGE),
    "apps/capture/letters.py _WHEN": FIND(letters.LONGEST_LINE),
    "apps/capture/letters.py _unfolded": FIND(HEADER, "\r\n"),
    "apps/capture/letters.py _meta_charset": FIND(2_048, "<meta"),
    "apps/capture/letters.py as_markdown": FIND(),
    "apps/capture/letters.py _written_in": BEGIN(letters.LONGEST_PAGE, "data:image/"),
    "apps/capture/tokens.py _FORM": WHOLE(HEADER, tokens.PREFIX),
    "apps/core/text.py _FOOTNOTE_ID": WHOLE(BODY, "fn-"),
    "apps/core/text.py _HTML_PIECE": FIND(),
    "apps/core/text.py _INLINE_TAG": BEGIN(BODY, "<a"),
    "apps/core/text.py _LEADS_OUT": FIND(BODY, '<a href="'),
    "apps/core/text.py _LINK": FIND(BODY, "<a "),
    "apps/core/text.py _PAGE": WHOLE(),
    "apps/core/text.py _PLAIN_START": BEGIN(BODY, "<p>"),
    "apps/core/text.py _SURROGATE": FIND(),
    "apps/core/text.py _TASK": BEGIN(),
    "apps/core/text.py _UNREAD": BEGIN(BODY, "<a "),
    "apps/core/text.py _UNSPACED": FIND(),
    "apps/core/text.py _WORD": FIND(),
    "apps/core/text.py _WORD_OR_LETTER": FIND(),
    "apps/people/cards.py _BEGIN": BEGIN(cards.LONGEST_VALUE, "BEGIN"),
    "apps/people/cards.py _END": BEGIN(cards.LONGEST_VALUE, "END"),
    "apps/people/cards.py _line": FIND(cards.LONGEST_HEAD),
    "apps/people/cards.py _pieces": FIND(5_000),
    "apps/people/cards.py _text": FIND(cards.LONGEST_VALUE),
    "apps/people/cards.py _WHOLE": WHOLE(cards.LONGEST_VALUE, "1980-01-02T"),
    "apps/people/cards.py _YEARLESS": WHOLE(cards.LONGEST_VALUE, "--01-02T"),
    "apps/journal/comparing.py _WORDS": FIND(),
    "apps/journal/mentions.py _PERSON": FIND(),
    "apps/journal/mentions.py _TAG": FIND(),
    "apps/journal/sentences.py _END": FIND(sentences.MOST_LETTERS),
    "apps/journal/pictures.py _MOMENT": BEGIN(HEADER),
    "apps/journal/query.py _DATE": WHOLE(query.QUERY_LENGTH),
    "apps/journal/query.py _PIECE": FIND(query.QUERY_LENGTH),
    "apps/journal/query.py _PLAIN_NAME": WHOLE(query.QUERY_LENGTH),
    "apps/journal/query.py _SCALE": WHOLE(query.QUERY_LENGTH),
    "apps/journal/ranges.py _ONE": WHOLE(HEADER, "bytes="),
    "apps/journal/threads.py _END": FIND(),
    "apps/journal/words.py _IS_COMPOSED": WHOLE(),
    "apps/journal/words.py _BLOCK": FIND(BODY, "<p"),
    "apps/journal/words.py _CELL": FIND(BODY, "<td"),
    "apps/journal/words.py _DATA": FIND(BODY, "data:"),
    "apps/journal/words.py _HAS_UNSPACED": FIND(),
    "apps/journal/words.py _INLINE": FIND(),
    "apps/journal/words.py _MARKER": FIND(BODY, "<a "),
    "apps/journal/words.py _PART": FIND(),
    "apps/journal/words.py _SPACED": FIND(),
    "apps/journal/words.py _STRETCH": FIND(),
    "apps/journal/words.py _VOWEL_SIGN": FIND(),
    "apps/prompts/forms.py IN_BRACES": FIND(wording.TEXT_LENGTH, "{"),
    "apps/prompts/models/wording.py BLANK": FIND(wording.TEXT_LENGTH, "{"),
    "apps/transfer/blocks.py _UNREADABLE": FIND(),
    "apps/transfer/choosing.py _PRIVATE": FIND(before="%%"),
    "apps/transfer/forms/dayone.py _MARKS": FIND(),
    "apps/transfer/forms/jrnl.py _LETTER": FIND(),
    "apps/transfer/forms/jrnl.py _NO_PART": FIND(),
    "apps/transfer/forms/naming.py _OTHERS": FIND(),
    "apps/transfer/forms/naming.py _PLAIN": FIND(),
    "apps/transfer/forms/notes.py _LATIN": FIND(),
    "apps/transfer/forms/notes.py _MARKS": FIND(),
    "apps/transfer/fitting.py _BRACKETS": FIND(),
    "apps/transfer/fitting.py _PLACE": FIND(),
    "apps/transfer/forms/pdf.py _LONG": FIND(),
    "apps/transfer/importing.py _ID": FIND(),
    "apps/transfer/sources/bodies.py _ESCAPED": FIND(),
    "apps/transfer/sources/bodies.py _HEADING": WHOLE(),
    "apps/transfer/sources/bodies.py _DATA": FIND(),
    "apps/transfer/sources/bodies.py _MARKS": FIND(),
    "apps/transfer/sources/bodies.py _PLACE": FIND(),
    "apps/transfer/sources/bodies.py _SCHEME": BEGIN(),
    "apps/transfer/sources/bodies.py _SHOWS": FIND(),
    "apps/transfer/linking.py _BY_ITSELF": FIND(BODY, "</journal/"),
    "apps/transfer/linking.py _ENTRY": WHOLE(BODY, "/journal/"),
    "apps/transfer/linking.py _TARGET": FIND(BODY, "](/journal/"),
    "apps/transfer/sources/dabble.py LINES": FIND(),
    "apps/transfer/sources/dabble.py _PICTURE": BEGIN(),
    "apps/transfer/sources/dabble.py _address": FIND(),
    "apps/transfer/sources/dailytxt.py _MONTH": FIND(),
    "apps/transfer/sources/dailytxt.py _SEALED": WHOLE(),
    "apps/transfer/sources/daylio.py _BLANKS": FIND(),
    "apps/transfer/sources/dayone.py _ADDRESS": FIND(),
    "apps/transfer/sources/dayone.py _MARK": FIND(),
    "apps/transfer/sources/dayone.py _SEEN": FIND(),
    "apps/transfer/sources/dayone_links.py _LINK": FIND(),
    "apps/transfer/sources/dayone_links.py _PAGE": WHOLE(),
    "apps/transfer/sources/dayone_links.py _TO_ELSEWHERE": WHOLE(),
    "apps/transfer/sources/dayone_links.py _TO_ENTRY": BEGIN(),
    "apps/transfer/sources/dayone_links.py _TO_MEDIA": WHOLE(),
    "apps/transfer/sources/dayone_links.py _UUID": WHOLE(),
    "apps/transfer/sources/dayone_rich.py _ADDRESS": WHOLE(),
    "apps/transfer/sources/dayone_rich.py _address": FIND(),
    "apps/transfer/sources/dayone_rich.py _code": FIND(),
    "apps/transfer/sources/dayone_rich.py _escaped": FIND(),
    "apps/transfer/sources/dayone_rich.py _fenced": FIND(),
    "apps/transfer/sources/dayone_rich.py _opening": FIND(),
    "apps/transfer/sources/dayone_text.py _BY_YEAR": FIND(),
    "apps/transfer/sources/dayone_text.py _DATE": FIND(),
    "apps/transfer/sources/dayone_text.py _DAY": FIND(),
    "apps/transfer/sources/dayone_text.py _FIELD": BEGIN(),
    "apps/transfer/sources/dayone_text.py _TIME": FIND(),
    "apps/transfer/sources/dayone_text.py _WORD": FIND(),
    "apps/transfer/sources/dayone_text.py _YEAR": FIND(),
    "apps/transfer/sources/days.py _BETWEEN": BEGIN(),
    "apps/transfer/sources/days.py _CLOCK": WHOLE(),
    "apps/transfer/sources/days.py _COMPACT": BEGIN(),
    "apps/transfer/sources/days.py _COMPACT_CLOCK": BEGIN(),
    "apps/transfer/sources/days.py _DAY_FIRST": BEGIN(),
    "apps/transfer/sources/days.py _ISO": BEGIN(),
    "apps/transfer/sources/days.py _LEFT_OVER": WHOLE(),
    "apps/transfer/sources/days.py _MONTH": WHOLE(),
    "apps/transfer/sources/days.py _MONTH_FIRST": BEGIN(),
    "apps/transfer/sources/days.py _NUMBERS": BEGIN(),
    "apps/transfer/sources/days.py _OFFSET": BEGIN(),
    "apps/transfer/sources/days.py _WEEKDAY": BEGIN(),
    "apps/transfer/sources/days.py _WORD": FIND(),
    "apps/transfer/sources/diarium.py _DAY": FIND(),
    "apps/transfer/sources/diarium.py _FOLDER": BEGIN(),
    "apps/transfer/sources/diarium.py _MARKED": FIND(),
    "apps/transfer/sources/diarium.py _TAG": FIND(),
    "apps/transfer/sources/diarium.py on_clocks": FIND(),
    "apps/transfer/sources/diaro.py _OFFSET": WHOLE(),
    "apps/transfer/sources/front_matter.py _END": FIND(),
    "apps/transfer/sources/front_matter.py _HASH": FIND(),
    "apps/transfer/sources/front_matter.py _HEAD": BEGIN(),
    "apps/transfer/sources/front_matter.py _TAGS": FIND(),
    "apps/transfer/sources/instants.py instant": FIND(),
    "apps/transfer/sources/instants.py _SCRIPT": BEGIN(),
    "apps/transfer/sources/journey.py _ENTRY": FIND(),
    "apps/transfer/sources/journiv.py _ADDRESS": WHOLE(),
    "apps/transfer/sources/journiv.py _BEGINS": FIND(),
    "apps/transfer/sources/journiv.py _BLANKS": FIND(),
    "apps/transfer/sources/journiv.py _COUNTS": FIND(),
    "apps/transfer/sources/journiv.py _MEANT": FIND(),
    "apps/transfer/sources/journiv.py _SHORTCODE": FIND(),
    "apps/transfer/sources/journiv.py _TICKS": FIND(),
    "apps/transfer/sources/jrnl.py _BRACKETS": FIND(),
    "apps/transfer/sources/jrnl.py _DAY_FILE": FIND(),
    "apps/transfer/sources/jrnl.py _LOCKED": BEGIN(),
    "apps/transfer/sources/jrnl.py _READ_CLOCKS": FIND(),
    "apps/transfer/sources/jrnl.py _READ_DAYS": FIND(),
    "apps/transfer/sources/jrnl.py _SENTENCE": FIND(),
    "apps/transfer/sources/jrnl.py _TAG": FIND(),
    "apps/transfer/sources/jrnl.py _notebook": FIND(),
    "apps/transfer/sources/jrnl_markdown.py _DEEPER": BEGIN(),
    "apps/transfer/sources/jrnl_markdown.py _YEAR": WHOLE(),
    "apps/transfer/sources/jrnl_markdown.py _YEAR_OR_MONTH": WHOLE(),
    "apps/transfer/sources/jrnl_yaml.py _BEGINS": BEGIN(),
    "apps/transfer/sources/jrnl_yaml.py _raised": FIND(),
    "apps/transfer/sources/keep.py _BRACKET": FIND(),
    "apps/transfer/sources/keep.py _NUMBER": WHOLE(),
    "apps/transfer/sources/keep.py _PAGE": WHOLE(),
    "apps/transfer/sources/logseq.py _BULLET": BEGIN(),
    "apps/transfer/sources/logseq.py _JOURNAL": FIND(),
    "apps/transfer/sources/logseq.py _LOGBOOK": FIND(),
    "apps/transfer/sources/logseq.py _NAMED": WHOLE(),
    "apps/transfer/sources/logseq.py _OF_BLOCK": FIND(),
    "apps/transfer/sources/logseq.py _PROPERTY": WHOLE(),
    "apps/transfer/sources/logseq.py _REFERENCE": FIND(),
    "apps/transfer/sources/logseq.py _TASK": FIND(),
    "apps/transfer/sources/markdown.py _BY_PATH": FIND(),
    "apps/transfer/sources/markdown.py _BY_STEM": BEGIN(),
    "apps/transfer/sources/markdown.py _FIRST_LINE": BEGIN(),
    "apps/transfer/sources/markdown.py _HEADING": FIND(),
    "apps/transfer/sources/markdown.py _LINKED": FIND(),
    "apps/transfer/sources/markdown.py _MAY_SAY": FIND(),
    "apps/transfer/sources/markdown.py _TITLE": FIND(),
    "apps/transfer/sources/markdown.py _apart": FIND(),
    "apps/transfer/sources/minidiary.py _DAY": WHOLE(),
    "apps/transfer/sources/package.py _NO_NAME": FIND(),
    "apps/transfer/sources/sevenfifty.py _BODY": BEGIN(),
    "apps/transfer/sources/sevenfifty.py _HEAD": FIND(),
    "apps/transfer/sources/sevenfifty.py _NEW_FIELD": FIND(),
    "apps/transfer/sources/sevenfifty.py _OLD_FIELD": FIND(),
    "apps/transfer/sources/table.py _EPOCH": WHOLE(),
    "apps/transfer/sources/table.py _FORMULA": BEGIN(),
    "apps/transfer/sources/table.py _LINE": FIND(),
    "apps/transfer/sources/table.py _NUMBER": WHOLE(),
    "apps/transfer/sources/table.py _SAYS": BEGIN(),
    "apps/transfer/sources/table.py _roles": FIND(),
    "apps/transfer/sources/wiki_links.py _ALT": FIND(),
    "apps/transfer/sources/wiki_links.py _BLANK": FIND(),
    "apps/transfer/sources/wiki_links.py _FENCE": BEGIN(),
    "apps/transfer/sources/wiki_links.py _LINE": FIND(),
    "apps/transfer/sources/wiki_links.py _LINK": FIND(),
    "apps/transfer/sources/wiki_links.py _SCHEME": BEGIN(),
    "apps/transfer/sources/wiki_links.py _SIZE": WHOLE(),
    "apps/transfer/sources/wiki_links.py _SOURCE": FIND(),
    "apps/transfer/sources/wiki_links.py _TAG": FIND(),
    "apps/transfer/sources/wiki_links.py _TICKS": FIND(),
}
# Expressions that read nothing anybody sends, each with what they read.
OURS = {
    "apps/people/views/merging.py _moving": "none: it asks a model for the name of its rows",
    "apps/home/demo/cares.py": "texts of the demo",
    "apps/home/demo/sorting.py": "texts of the demo",
    "apps/home/demo/wording.py": "texts of the demo",
    "config/local/suite.py": "our lock file",
    "config/mail.py": "the operator's address of a mail server",
    "config/staticfiles.py": "our own stylesheets and scripts",
    "apps/accounts/events.py _named": "makes those of _BROWSERS and _SYSTEMS",
    "apps/capture/letters.py _expressions": "makes those of _HEAD and _SENT_FROM",
    "apps/capture/api/urls.py urlpatterns": "takes whatever there is, once",
    "apps/journal/converters.py regex": "four, seven or ten digits of an address",
    "apps/promises/converters.py regex": "one of two dozen words of an address, or ten letters",
    "apps/journal/models/attachment.py sha256__regex": "what we worked out, in the database",
    "apps/transfer/models/export.py sha256__regex": "the same",
    "apps/prompts/models/serving.py about__regex": "what we put together, in the database",
    "apps/prompts/shelf.py text__iregex": "words of a search, each letter of which is escaped",
    "apps/prompts/shelf.py follow_up__iregex": "the same",
}
ASKS = {"compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer"}


# --- The list is whole --------------------------------------------------------------------------


def expressions(root: Path) -> Iterator[str]:
    """Each regular expression in apps/ and config/: its file, and the name it is or stands in."""
    for folder in ("apps", "config"):
        for path in python_files(root / folder):
            if "migrations" not in path.parts:
                place = path.relative_to(root).as_posix()
                yield from (f"{place} {name}" for name in _named(tree(path)))


def _named(module: ast.Module) -> Iterator[str]:
    for statement in module.body:
        inner = [statement]
        if isinstance(statement, ast.ClassDef):
            inner = list(statement.body)
        for one in inner:
            for node in ast.walk(one):
                if is_expression(node):
                    yield _name_of(one, node)


def _name_of(statement: ast.stmt, node: ast.AST) -> str:
    if isinstance(node, ast.keyword):
        return str(node.arg)
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return statement.name
    if isinstance(statement, ast.Assign):
        return dotted(statement.targets[0])
    if isinstance(statement, ast.AnnAssign):
        return dotted(statement.target)
    return dotted(getattr(statement, "value", statement)).partition(".")[0] or _target(statement)


def _target(statement: ast.stmt) -> str:
    value = getattr(statement, "value", None)
    return called(value).partition(".")[0] if isinstance(value, ast.Call) else "module"


def is_expression(node: ast.AST) -> bool:
    """Whether this is where a regular expression is written."""
    if isinstance(node, ast.Call):
        module, _, name = called(node).rpartition(".")
        makes = name in {"_named", "_expressions"} and not module
        return (module == "re" and name in ASKS) or name in {"re_path", "RegexValidator"} or makes
    if isinstance(node, ast.keyword):
        return bool(re.search(r"__i?regex$", node.arg or ""))
    return isinstance(node, ast.Assign) and [dotted(target) for target in node.targets] == ["regex"]


def is_ours(name: str) -> bool:
    """Whether it reads nothing that anybody sends."""
    return name in OURS or name.partition(" ")[0] in OURS


def test_every_expression_is_listed() -> None:
    found = set(expressions(ROOT))
    assert {name for name in found if not is_ours(name)} == set(EXPRESSIONS)
    assert {
        excuse for excuse in OURS if not any(name.startswith(excuse) for name in found)
    } == set()


@pytest.mark.parametrize(
    "code",
    [
        "import re\n_NEW = re.compile('(a+)+b')",
        "import re\ndef new(text):\n    return re.sub('(a+)+b', '', text)",
        "from django.core.validators import RegexValidator\n_NEW = RegexValidator('(a+)+b')",
        "def new(rows):\n    return rows.filter(name__iregex='(a+)+b')",
        "class Converter:\n    regex = '(a+)+b'",
        "from django.urls import re_path\nurlpatterns = [re_path('(a+)+b', None)]",
    ],
)
def test_it_catches_an_expression_that_nobody_listed(tmp_path, code) -> None:
    plant(tmp_path, "apps/people/names.py", code)
    assert not is_ours(next(expressions(tmp_path)))


# --- What they are tried on ---------------------------------------------------------------------


def _repeated(piece: str) -> Callable[[int], str]:
    return lambda length: (piece * (length // len(piece) + 1))[:length]


SHAPES: dict[str, Callable[[int], str]] = TEXTS | {
    name: _repeated(piece)
    for name, piece in {
        "lines": "\n",
        "lines of Windows": "\r\n ",
        "fields": "From: a\nTo: b\n\n",
        "colons": ":",
        "dashes": "-_",
        "names": '#a @b #"c ',
        "names never closed": '#"a',
        "marks in words": "_a",
        "addresses": "<http://a> ",
        "comments": "<!--",
        "values never closed": "<a b='",
        "numbered": '<sup class="footnote-ref"><a ',
        "nothing but space": "&nbsp;",
        "data": "data:a ",
        "encoded": "=?utf-8?b?YQ==?= ",
        "quotes in quotes and out": "> a\n",
        "Thai": "ที่",
        "Hangul in pieces": "\u1100\u1161",
        "marks out of order": "\u0301\u0316",
        "digits": "1",
        "times": "12:30 1.1. ",
        "display": "display : ",
        "On": "On On ",
        "sent from": "Sent from my ",
        "letters after a tag": "</script a",
        "spaces before the end": "a" + " " * 999 + "b",
    }.items()
}


def test_there_are_shapes_enough() -> None:
    assert len(SHAPES) >= 40
    assert all(shape(5_000) for shape in SHAPES.values())


# --- How it is timed ----------------------------------------------------------------------------


def seconds(read: Callable[[str], object], given: str, tries: int = 1) -> float:
    """The shortest of some tries, in time of the processor: a busy machine counts less."""
    best = float("inf")
    for _ in range(tries):
        gc.disable()  # as timeit does: what others left behind is not counted
        began = time.process_time()
        read(given)
        best = min(best, time.process_time() - began)
        gc.enable()
    return best


def is_slow(read: Callable[[str], object], shape: Callable[[int], str], length: int) -> str:
    """How it takes too long at this length; "" where it does not."""
    # First a few letters: what doubles with each letter would never come to an end.
    for few in (22, 23, 24, 25, 300, 800, 2_000):
        if length > few and seconds(read, shape(few)) > A_BLINK < seconds(read, shape(few), 3):
            return f"{few} letters"
    moment = max(A_TICK, MOMENT * min(1, length / BODY))
    times = {part: float("inf") for part in (4, 1)}
    for _ in range(5):  # neither the first run nor a disturbed one says how it grows
        times[1] = min(times[1], seconds(read, shape(length)))
        if times[1] <= moment:
            return ""
        times[4] = min(times[4], seconds(read, shape(length // 4)))
        if times[1] <= min(NEVER, GROWTH**2 * times[4]):
            return ""
    return f"{times[4]:.3f} s → {times[1]:.3f} s"


def slow(
    read: Callable[[str], object], length: int, before: str = "", share: int = 1
) -> dict[str, str]:
    """The shapes that take it too long, at this share of its limit."""
    return dict(_slow(read, max(length // share, min(length, 400)), before))


def _slow(read: Callable[[str], object], length: int, before: str) -> Iterator[tuple[str, str]]:
    for name, shape in SHAPES.items():
        how = is_slow(read, lambda size, shape=shape: (before + shape(size))[:size], length)
        if how:
            yield name, how


def is_caught(read: Callable[[str], object], length: int) -> bool:
    """Whether there is a shape that takes it too long; the first is enough."""
    return any(True for _ in _slow(read, length, ""))


# --- Expressions --------------------------------------------------------------------------------


def patterns(name: str) -> list[re.Pattern[str]]:
    """What an entry of the list stands for, as it is compiled in the module."""
    place, _, what = name.partition(" ")
    module = import_module(place.removesuffix(".py").replace("/", "."))
    value = getattr(module, what)
    if isinstance(value, re.Pattern):
        return [value]
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, list):
        return [one[0] if isinstance(one, tuple) else one for one in value]
    return [re.compile(source) for source in _written(ROOT / place, what)]


def _written(path: Path, function: str) -> Iterator[str]:
    """The expressions that are written within a function."""
    for node in tree(path).body:
        if isinstance(node, ast.FunctionDef) and node.name == function:
            for call in ast.walk(node):
                if isinstance(call, ast.Call) and is_expression(call):
                    source = ast.literal_eval(call.args[0])
                    yield source.decode() if isinstance(source, bytes) else source


def asked(pattern: re.Pattern[str], how: str) -> Callable[[str], object]:
    """The pattern, asked in this way; one over bytes as the same over letters."""
    if isinstance(pattern.pattern, bytes):
        pattern = re.compile(pattern.pattern.decode(), pattern.flags & re.IGNORECASE)
    if how == "find":
        return lambda given: sum(1 for _ in pattern.finditer(given))
    return pattern.match if how == "begin" else pattern.fullmatch


def slow_expressions(share: int) -> dict[str, object]:
    """Which expressions take which shapes too long."""
    found: dict[str, object] = {}
    for name, use in EXPRESSIONS.items():
        for pattern in patterns(name):
            shapes = slow(asked(pattern, use.how), use.length, use.before, share)
            if shapes:
                found[f"{name} {pattern.pattern[:60]}"] = shapes
    return found


def test_no_expression_takes_long() -> None:
    """With a few hundred letters; at night with as many as there may be."""
    assert slow_expressions(share=200) == {}


@pytest.mark.nightly
def test_no_expression_takes_long_at_its_limit() -> None:
    assert slow_expressions(share=1) == {}


# Each with so many letters that it takes five moments and more here: a quick machine sees it too.
@pytest.mark.parametrize(
    ("pattern", "length"),
    [(r"(?:a+)+b", 6_000), (r"\s+x", 8_000), (r"a*a*b", 1_000), (r"<[^>]*>", 20_000)],
)
def test_it_catches_an_expression_that_looks_back(pattern, length) -> None:
    assert is_caught(asked(re.compile(pattern), "find"), length)


# --- Functions ----------------------------------------------------------------------------------


def _subject(given: str) -> str:
    line = given.replace("\n", " ").replace("\r", " ")
    return letters.header(message_from_bytes(b"Subject: " + line.encode() + b"\n\n"), "Subject")


# Every function that reads a text of somebody's as it came, with the longest it may be given. Texts
# beside each other: tests/journal/test_comparing.py; pages of mails: tests/capture/test_letters.py.
FUNCTIONS: dict[str, tuple[Callable[[str], object], int]] = {
    "sentences": (sentences.sentences, BODY),
    "clean": (text.clean, BODY),
    "render": (text.render, BODY),
    "to_prose": (text.to_prose, BODY),
    "count_words": (text.count_words, BODY),
    "shown": (text.shown, BODY),
    "marked_html": (lambda given: text.marked_html(given, [Mark(3, 9, "a", "b", "c")]), BODY),
    "mentions": (mentions.mentions, BODY),
    "plain_of": (words.plain_of, BODY),
    "lexemes": (lambda given: list(words.lexemes(given)), BODY),
    "spans": (lambda given: list(words.spans(given)), BODY),
    "places": (lambda given: highlighting.places(given, given[:2_000]), BODY),
    # Names and searches: views cut them, or the fields of forms have said how long they may be.
    "fold": (text.fold, query.QUERY_LENGTH),
    "parse": (lambda given: query.parse(given, date(2026, 11, 20)), BODY),
    "clean_name": (uploads.clean_name, BODY),
    "part_of": (lambda given: ranges.part_of(f"bytes={given}", 100), HEADER),
    "is_well_formed": (lambda given: tokens.is_well_formed(tokens.PREFIX + given), HEADER),
    "digest_of": (addresses.digest_of, HEADER),
    "sniff": (lambda given: sniffing.sniff(io.BytesIO(given.encode())), BODY),
    "header": (_subject, HEADER),
    "without_quotes": (letters.without_quotes, BODY),
    "unflowed": (lambda given: letters.unflowed(given, del_sp=True), 5 * BODY),
    "decoded": (lambda given: letters.decoded(given.encode(), "iso-2022-jp"), 5 * BODY),
    "decoded as UTF-7": (lambda given: letters.decoded(given.encode(), "utf-7"), 5 * BODY),
}


def test_no_function_takes_long() -> None:
    found = {name: slow(read, length, share=200) for name, (read, length) in FUNCTIONS.items()}
    assert {name: shapes for name, shapes in found.items() if shapes} == {}


@pytest.mark.nightly
@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_function_takes_long_at_its_limit(name) -> None:
    assert slow(*FUNCTIONS[name]) == {}


def test_it_catches_a_function_that_looks_back_over_everything() -> None:
    def looks_back(given: str) -> int:
        return sum(len(list(given[:end])) for end in range(0, len(given), 2))

    exact = [shape for shape in SHAPES.values() if all(len(shape(n)) == n for n in (1_000, 4_000))]
    assert len(exact) > 40
    assert all(is_slow(looks_back, shape, 4_000) for shape in exact[::4])
