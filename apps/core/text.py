"""A person's words: cleaned at the door, counted, and turned into HTML that is safe to show.

This is the only module that sanitises and the only one that marks text as safe
(tests/house/test_sanitiser.py). The source text is what is kept; HTML is made from it once, when
it is saved.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from html import escape, unescape
from string import Formatter
from typing import NamedTuple
from urllib.parse import urlsplit

import nh3
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

OPENING_WORDS = 90
# Looking for the ends of very many brackets takes the parser seconds (assurance T-34); a text with
# more than this is no prose, and its brackets are shown as they are.
MANY_BRACKETS = 2_000
# Lists in lists and quotes in quotes, each of which counts once or twice. What lies deeper is shown
# without any of them.
MOST_NESTED = 20


def clean(text: str) -> str:
    """The text as it is kept: the one normalisation there is.

    Line ends become LF (browsers send CRLF), NUL and lone surrogates (which PostgreSQL cannot hold)
    become U+FFFD. Nothing else is touched, not even the form of accents.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    return _SURROGATE.sub("\ufffd", text)


_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Rendered:
    """What is stored beside a source text: all of it as HTML, its beginning, and its length."""

    html: str
    opening_html: str
    is_whole: bool  # the opening is all there is
    words: int


def render(source: str, key: str = "") -> Rendered:
    """Markdown (CommonMark, tables, strikethrough, task lists, footnotes) to safe HTML.

    Raw HTML is shown as text, images become links (nothing is loaded from elsewhere), links lead
    elsewhere or to the page of an entry or a file, open apart and tell the other side nothing.
    `source` must have been through `clean`. `key` keeps the footnotes of several texts on one page
    apart: the id of the row will do.
    """
    env: dict[str, object] = {"docId": key} if key else {}
    markdown, tokens = _read(source, env)
    html = _safe(markdown.renderer.render(tokens, markdown.options, env))
    words = count_words(plain(tokens))
    if words <= OPENING_WORDS:
        return Rendered(html, html, True, words)
    return Rendered(html, _opening(tokens, env), False, words)


def parsed(source: str) -> list[Token]:
    """Markdown as the tokens that `render` makes HTML of, for what is no HTML. Nothing is cleaned:
    an address may lead anywhere, see `leads_out`.
    """
    _markdown, tokens = _read(source, {})
    return tokens


def _read(source: str, env: dict[str, object]) -> tuple[MarkdownIt, list[Token]]:
    """The tokens of a text, and the parser that made them. Puts footnotes into `env`."""
    markdown = _MARKDOWN if source.count("[") < MANY_BRACKETS else _WITHOUT_LINKS
    tokens = markdown.parse(source, env)
    if any(token.level >= MOST_NESTED - 1 for token in tokens):
        # The parser leaves out what lies deeper than it goes, and all that follows it.
        markdown, env["footnotes"] = _FLAT, {}
        tokens = markdown.parse(source, env)
    _lower_headings(tokens)
    return markdown, tokens


def to_html(source: str) -> SafeString:
    """Markdown straight to HTML that a template may show, for previews and notes."""
    return mark_safe(render(clean(source)).html)


class OnPage(NamedTuple):
    """A text as a page that stands apart from here shows it, and its words for a search."""

    html: SafeString
    words: str


def to_page(source: str, key: str, place_of: Callable[[str], str]) -> OnPage:
    """Markdown to HTML of which some links lead to other pages beside it.

    `place_of` says where an address leads to there, or "" for one that leads out as it is. For
    `key` see `render`.
    """
    env: dict[str, object] = {"docId": key}
    markdown, tokens = _read(source, env)
    html = _safe(markdown.renderer.render(tokens, markdown.options, env))

    def led(found: re.Match[str]) -> str:
        place = place_of(unescape(found[1]))
        return f'href="{escape(place)}"' if place else found[0]

    return OnPage(mark_safe(_LEADS_OUT.sub(led, html)), plain(tokens))


_LEADS_OUT = re.compile(r'(?<= )href="([^"#][^"]*)" rel="noopener noreferrer nofollow ugc"')


def stored_html(html: str) -> SafeString:
    """HTML that `render` made and the database kept, for a template to show."""
    return mark_safe(html)


def marked_text(pieces: Iterable[tuple[str, bool]]) -> SafeString:
    """Pieces of plain text one after another, those that say so as `<mark>`; all of it escaped."""
    return mark_safe(
        "".join(
            f"<mark>{escape(text)}</mark>" if is_marked else escape(text)
            for text, is_marked in pieces
        )
    )


@dataclass(frozen=True)
class Mark:
    """Words to be marked: those from `start` to `end` of what is shown.

    `id`: of the first element that is made; `href` and `label`: the small link that follows the
    words. `is_noted`: somebody wrote something about them.
    """

    start: int
    end: int
    id: str
    href: str
    label: str
    is_noted: bool = False


def shown(html: str) -> str:
    """The words of HTML that `render` made as a reader sees them, in one line.

    A run of white space is one space, whatever stands between the blocks. The numbers of footnotes
    belong to the page and not to the text. A script counts letters in the same way (marking.js).
    """
    return "".join(piece.text for piece in _shown(html)).rstrip(" ")


# The beginning of a paragraph with no markup in it: its words are what a reader sees.
_PLAIN_START = re.compile(r"<p>((?:[^\s<&]+ )+)")


def beginning(html: str, count: int) -> str:
    """The first words of HTML that `render` made, as a reader sees them; no more of it is read."""
    start = _PLAIN_START.match(html)
    if start and len(words := start[1].split(" ", count + 1)) > count + 1:
        return _first_words(" ".join(words[:-1]), count)
    text, spaces = "", 0
    for piece in _shown(html):
        text += piece.text
        spaces += piece.text == " "
        if spaces > count:
            break
    return _first_words(text, count)


def marked_html(html: str, marks: list[Mark]) -> SafeString:
    """HTML that `render` made and the database kept, with `<mark>` around some of its words.

    The places are those of `shown`. A mark is put around letters only, never around or into an
    element: one that reaches over several is made of several. Nothing but the elements of the
    marks is added, with their values escaped.
    """
    if not marks:
        return mark_safe(html)
    edges = sorted({place for mark in marks for place in (mark.start, mark.end)})
    marks = sorted(marks, key=lambda mark: (mark.start, -mark.end, mark.id))
    out = _Marking(html)
    place = following = 0
    around: list[Mark] = []
    for piece in _shown(html):
        begin, place = place, place + len(piece.text)
        if not around and (following == len(edges) or edges[following] >= place):
            continue
        # A letter that is written as several stays whole; so does white space.
        is_plain = len(piece.text) == piece.end - piece.start
        at = begin
        while at < place:
            while following < len(edges) and edges[following] <= at:
                following += 1
                around = [mark for mark in marks if mark.start <= at < mark.end]
            last = edges[following] if following < len(edges) else place
            last = min(last, place) if is_plain else place
            if around:
                first = piece.start + at - begin if is_plain else piece.start
                end = piece.start + last - begin if is_plain else piece.end
                out.write(first, end, around if piece.can_be_marked else [])
                for mark in around:
                    if mark.end == last:
                        out.lead_on(mark)
            at = last
    return mark_safe(out.finished())


class Markup:
    """HTML with open places, `{}` or `{name}`; what is put into them is escaped, unless it is safe.

    As `format_html`, for what a page has many of: it is cut at its places once, and a value that
    is plain text is not asked five times what it is.
    """

    def __init__(self, words: str) -> None:
        self._pieces = [(literal, name) for literal, name, *_ in Formatter().parse(words)]

    def __call__(self, *values: object, **named: object) -> SafeString:
        """The HTML. Raises KeyError or StopIteration where a value is missing."""
        following = iter(values)
        said = []
        for literal, name in self._pieces:
            said.append(literal)
            if name is not None:
                said.append(put_in(named[name] if name else next(following)))
        return SafeString("".join(said))

    def each(self, rows: Iterable[Iterable[object]]) -> SafeString:
        """The HTML of many, one after the other."""
        return SafeString("".join(self(*row) for row in rows))


def put_in(value: object) -> str:
    """What stands in HTML for a value: escaped, unless it is safe; a plain text is asked once."""
    kind = type(value)
    if kind is SafeString:
        return value  # type: ignore[return-value]
    return escape(value) if kind is str else conditional_escape(value)  # type: ignore[arg-type]


class _Piece(NamedTuple):
    """Some letters of HTML, from `start` to `end`, and what a reader sees of them."""

    start: int
    end: int
    text: str
    can_be_marked: bool


def _shown(html: str) -> Iterator[_Piece]:
    """The letters of HTML in order; white space that the browser leaves out is not among them."""
    unread = ""  # the end of an element whose letters belong to the page
    has_space = True
    previous = "<p>"
    waiting: _Piece | None = None  # white space after a tag; the next one says where it stands
    for found in _HTML_PIECE.finditer(html):
        said = found[0]
        if found["tag"]:
            if waiting:
                yield waiting._replace(can_be_marked=not _is_block(said))
                waiting = None
            if unread:
                unread = "" if said == unread else unread
            elif named := _UNREAD.match(said):
                unread = f"</{named[1] or named[2]}>"
        elif not unread:
            letters = unescape(said) if "&" in said else said
            if not letters.isspace():
                if waiting:
                    yield waiting
                    waiting = None
                yield _Piece(*found.span(), letters, True)
            elif not has_space:
                piece = _Piece(*found.span(), " ", True)
                if previous[0] != "<":
                    yield piece
                elif _is_block(previous):
                    yield piece._replace(can_be_marked=False)
                else:
                    waiting = piece
            has_space = letters.isspace()
        previous = said
    if waiting:
        yield waiting


_HTML_PIECE = re.compile(
    r"""(?P<tag><(?:[^<>"]|"[^"]*")*>)|(?:\s|&nbsp;)+|&(?:#\d+|#[xX][\da-fA-F]+|\w+);|[^\s<&]+|[<&]"""
)
_UNREAD = re.compile(r'<(sup) class="footnote-ref"|<(a) [^<>]*class="footnote-backref"')
_INLINE_TAG = re.compile(r"</?(?:a|code|del|em|input|label|s|strong|sup)\b")


def _is_block(tag: str) -> bool:
    """Whether white space beside this tag is between blocks, where nothing may be marked."""
    return _INLINE_TAG.match(tag) is None


class _Marking:
    """HTML as it is put together again, with the marks that are open at each moment."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.copied = 0
        self.parts: list[str] = []
        self.open: list[Mark] = []
        self.begun: set[str] = set()
        self.waiting: list[Mark] = []
        self.is_in_link = False

    def write(self, start: int, end: int, around: list[Mark]) -> None:
        """The letters from `start` to `end`, within these marks; before them, what is between."""
        if start > self.copied:
            self._copy(start)
        if around != self.open:
            self._close()
            for mark in around:
                name = "" if mark.id in self.begun else f' id="{escape(mark.id)}"'
                self.begun.add(mark.id)
                self.parts.append(f"<mark{name}>")
            self.open = around
        self.parts.append(self.html[start:end])
        self.copied = end

    def lead_on(self, mark: Mark) -> None:
        """Put the link to a mark after its last letters; after the link that they stand in."""
        self._close()
        self.waiting.append(mark)
        if not self.is_in_link:
            self._lead_on()

    def finished(self) -> str:
        """All of it."""
        self._copy(len(self.html))
        return "".join(self.parts)

    def _copy(self, end: int) -> None:
        """Up to here, tags and letters over which no mark reaches."""
        self._close()
        for tag in _LINK.finditer(self.html, self.copied, end):
            self.is_in_link = tag[0] != "</a>"
            if self.waiting and not self.is_in_link:
                self.parts.append(self.html[self.copied : tag.end()])
                self.copied = tag.end()
                self._lead_on()
        self.parts.append(self.html[self.copied : end])
        self.copied = end

    def _close(self) -> None:
        self.parts.append("</mark>" * len(self.open))
        self.open = []

    def _lead_on(self) -> None:
        for mark in self.waiting:
            kind = "mark-ref noted" if mark.is_noted else "mark-ref"
            href, label = escape(mark.href), escape(mark.label)
            self.parts.append(f'<a class="{kind}" href="{href}" aria-label="{label}"></a>')
        self.waiting = []


_LINK = re.compile(r"<a(?:\s[^<>]*)?>|</a>")


def count_words(text: str) -> int:
    """How many words a reader would count.

    Chinese, Japanese and Thai are written without spaces: there each letter counts as a word, as
    editors of those languages count. Elsewhere a word is a run of letters, digits and what joins
    them (apostrophes, hyphens, accents).
    """
    unspaced = len(_UNSPACED.findall(text))
    return unspaced + len(_WORD.findall(_UNSPACED.sub(" ", text)))


# Han, Hiragana, Katakana, Bopomofo, Thai, Lao, Khmer, Burmese.
_UNSPACED = re.compile(
    "[\u0e01-\u0e30\u0e32-\u0e33\u0e40-\u0e46\u0e81-\u0eb0\u0ec0-\u0ec6\u1000-\u102a\u1780-\u17b3"
    "\u3005-\u3007\u3041-\u3096\u30a1-\u30fa\u3105-\u312f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff]"
)
_WORD = re.compile(r"\w(?:[\w\u0300-\u036f]|['’·\-‐](?=\w))*")


def plain(tokens: list[Token], *, with_code: bool = True) -> str:
    """The words of a parsed text without its marks: what is counted and what is searched."""
    parts: list[str] = []
    for token in tokens:
        if token.type in {"fence", "code_block"}:
            parts.append(token.content if with_code else "\n")
        elif token.type == "inline":
            for child in token.children or []:
                if child.type == "text":
                    parts.append(child.content)
                elif child.type == "code_inline":
                    parts.append(child.content if with_code else " ")
                elif child.type in {"softbreak", "hardbreak", "footnote_ref"}:
                    parts.append(" ")
                elif child.type == "image":
                    parts.append(child.content)
            parts.append("\n")
    return "".join(parts)


def to_plain(source: str) -> str:
    """The words of a Markdown text without its marks."""
    return plain(parsed(source))


def to_prose(source: str) -> str:
    """The words of a Markdown text without its marks and without code."""
    return plain(parsed(source), with_code=False)


def fold(text: str) -> str:
    """A form of the text in which case and accents do not matter, for sorting and comparing."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _image_as_link(
    renderer: RendererHTML, tokens: list[Token], index: int, options: object, env: object
) -> str:
    token = tokens[index]
    address = str(token.attrs.get("src", ""))
    words = token.content or address
    return f'<a href="{escape(address)}">{escape(words)}</a>'


def _task_lists(state: StateCore) -> None:
    """`- [ ] something` as a box with a label, `- [x]` as a ticked one.

    One walk over the text. The usual plugin looks back over all of it for each item: minutes for
    a list of 25,000.
    """
    lists: list[Token] = []
    opened: Token | None = None
    for token in state.tokens:
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            lists.append(token)
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            lists.pop()
        if token.type == "inline" and opened is not None and _TASK.match(token.content):
            opened.attrSet("class", "task-list-item")
            lists[-1].attrSet("class", "contains-task-list")
            _put_box(token)
        if token.type != "paragraph_open":
            opened = token if token.type == "list_item_open" else None


_TASK = re.compile(r"\[[ xX]\][ \t\n]")


def _put_box(item: Token) -> None:
    children = item.children or []
    children[0].content = children[0].content[3:]
    checked = "" if item.content[1] == " " else " checked"
    box = Token("html_inline", "", 0)
    box.content = (
        f'<label><input class="task-list-item-checkbox" type="checkbox"{checked} disabled>'
    )
    end = Token("html_inline", "", 0)
    end.content = "</label>"
    item.children = [box, *children, end]


def _lower_headings(tokens: list[Token]) -> None:
    """The page's own heading is the first; those of a text come below it, without leaving a gap."""
    levels = sorted({token.tag for token in tokens if token.type == "heading_open"})
    lowered = {tag: f"h{min(6, place + 2)}" for place, tag in enumerate(levels)}
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = lowered[token.tag]


def _make_markdown() -> MarkdownIt:
    # A line somebody ended is a line they meant: CommonMark leaves soft breaks to the renderer.
    markdown = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": MOST_NESTED})
    markdown.enable(["table", "strikethrough"])
    markdown.use(footnote_plugin)
    markdown.core.ruler.after("inline", "task_lists", _task_lists)
    markdown.add_render_rule("image", _image_as_link)
    return markdown


_MARKDOWN = _make_markdown()
_WITHOUT_LINKS = _make_markdown().disable(
    ["link", "image", "reference", "footnote_def", "footnote_inline", "footnote_ref"]
)
_FLAT = _make_markdown().disable(
    [
        *("link", "image", "reference", "footnote_def", "footnote_inline", "footnote_ref"),
        *("list", "blockquote", "code"),
    ]
)

_TAGS = {
    *("a", "blockquote", "br", "code", "del", "em", "h2", "h3", "h4", "h5", "h6", "hr"),
    *("input", "label", "li", "ol", "p", "pre", "s", "section", "strong", "sup", "table", "tbody"),
    *("td", "th", "thead", "tr", "ul"),
}
_ATTRIBUTES = {
    "a": {"href", "class", "id"},
    "code": {"class"},
    "input": {"type", "checked", "disabled", "class"},
    "table": {"tabindex"},
    "li": {"class", "id"},
    "ol": {"start", "class"},
    "section": {"class"},
    "sup": {"class"},
    "ul": {"class"},
    "hr": {"class"},
}
_CLASSES = {
    "a": {"footnote-backref"},
    "input": {"task-list-item-checkbox"},
    "li": {"footnote-item", "task-list-item"},
    "ol": {"footnotes-list"},
    "section": {"footnotes"},
    "sup": {"footnote-ref"},
    "ul": {"contains-task-list"},
    "hr": {"footnotes-sep"},
}
_SCHEMES = {"http", "https", "mailto", "tel"}


def _attribute(tag: str, name: str, value: str) -> str | None:
    if tag in _CLASSES and name == "class":
        return " ".join(word for word in value.split() if word in _CLASSES[tag]) or None
    if name == "id" and not _FOOTNOTE_ID.fullmatch(value):
        return None
    if name == "href" and value.startswith("#") and not _FOOTNOTE_ID.fullmatch(value[1:]):
        return None
    if tag == "a" and name == "href" and not value.startswith("#") and not _may_lead_to(value):
        return None
    if tag == "input" and name == "type" and value != "checkbox":
        return None
    return value


_FOOTNOTE_ID = re.compile(r"fn(ref)?(-[0-9a-f-]{36}-)?[0-9]+(:[0-9]+)?")


def _may_lead_to(address: str) -> bool:
    """True for what leads out, and for the page of an entry or a file.

    Others would point into the product, where pages do more than show something.
    """
    return bool(_PAGE.fullmatch(address)) or leads_out(address)


def leads_out(address: str) -> bool:
    """True for a full address with a scheme we allow."""
    try:
        return urlsplit(address).scheme.lower() in _SCHEMES
    except ValueError:
        return False


# What an entry may lead to: another one, or what is attached to it (journal/urls.py).
_PAGE = re.compile(
    r"(?:/[A-Za-z0-9_-]{1,40}){0,4}/journal/(?:attachments/)?"
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/"
)


def _safe(html: str) -> str:
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow ugc",
        # A wide table scrolls inside itself, and the keyboard must reach it.
        set_tag_attribute_values={"input": {"disabled": ""}, "table": {"tabindex": "0"}},
    )


def in_order(html: str) -> str:
    """HTML from elsewhere as browsers put it in order: all of it closed, and nothing that runs.

    For what reads HTML next and is not made for pages that mean harm. Hidden parts are still there,
    with their style. Takes time with the square of how deep elements lie in each other: the caller
    says how many are too many.
    """
    return nh3.clean(
        html,
        tags=_TAGS_OF_LETTERS,
        clean_content_tags={"script", "style", "title", "template", "noscript"},
        attributes=_ATTRIBUTES_OF_LETTERS,
        url_schemes=_SCHEMES | {"cid", "data"},
        link_rel=None,
    )


_TAGS_OF_LETTERS = nh3.ALLOWED_TAGS | {
    *("button", "fieldset", "font", "form", "label", "legend", "main", "samp", "section", "tfoot"),
}
_ATTRIBUTES_OF_LETTERS = {
    "*": {"style"},
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "td": {"colspan"},
    "th": {"colspan"},
}


def _opening(tokens: list[Token], env: dict[str, object]) -> str:
    """The first blocks of a text, up to about OPENING_WORDS words; never half a list or table."""
    taken: list[Token] = []
    words = 0
    for block in _blocks(tokens):
        size = count_words(plain(block))
        if block[0].type == "footnote_block_open" or (taken and words + size > OPENING_WORDS * 1.3):
            break
        taken += block
        words += size
        if words >= OPENING_WORDS:
            break
    if words <= OPENING_WORDS * 1.3:
        for token in taken:
            if token.children:  # the notes themselves are further down, so no marks lead to them
                token.children = [c for c in token.children if c.type != "footnote_ref"]
        return _safe(_MARKDOWN.renderer.render(taken, _MARKDOWN.options, env))
    return f"<p>{escape(_first_words(plain(taken), OPENING_WORDS))}</p>"


def _blocks(tokens: list[Token]) -> list[list[Token]]:
    blocks: list[list[Token]] = []
    depth = 0
    for token in tokens:
        if depth == 0:
            blocks.append([])
        blocks[-1].append(token)
        depth += token.nesting
    return blocks


def _first_words(text: str, count: int) -> str:
    text = " ".join(text.split())
    end = 0
    for number, match in enumerate(_WORD_OR_LETTER.finditer(text), start=1):
        end = match.end()
        if number == count:
            return f"{text[:end]}…"
    return text


_WORD_OR_LETTER = re.compile(f"{_UNSPACED.pattern}|{_WORD.pattern}")
