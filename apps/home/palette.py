"""Going anywhere by a few letters: pages, people, tags, notebooks, searches, cares, entries."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.cares.models import Care
from apps.core.text import fold, shown
from apps.journal.models import Entry, Notebook, SavedSearch, Tag
from apps.journal.query import parse
from apps.journal.reading import next_page_of_all
from apps.journal.searching import Found, Piece, search
from apps.people.models import Person

MOST_OF_A_KIND = 6
MOST_TEXT = 200


@dataclass(frozen=True)
class Way:
    """Somewhere to go: its name, its address, an icon, and what else it is known by."""

    name: Any
    url: str
    icon: str
    also: Any = ""


@dataclass(frozen=True)
class Ways:
    """Ways of one kind, under the name of the kind."""

    name: Any
    ways: list[Way]


@dataclass(frozen=True)
class Palette:
    """What some letters lead to. `search_url` looks for them in all entries; "" without any."""

    text: str
    kinds: list[Ways]
    entries: list[Found]
    search_url: str

    @property
    def is_empty(self) -> bool:
        """Nothing was found."""
        return not self.kinds and not self.entries

    @property
    def count(self) -> int:
        """How many ways there are."""
        return sum(len(kind.ways) for kind in self.kinds) + len(self.entries)


# The pages that need no row: their address, icon and name, and other words for them.
PAGES: list[tuple[str, str, Any, Any]] = [
    ("home:today", "sun", _("Today"), _("start now")),
    ("journal:entry_create", "pen-line", _("Write something new"), _("new entry")),
    ("journal:entry_list", "book-open", _("Journal"), _("entries")),
    ("journal:search", "search", _("Search"), _("find look for")),
    ("journal:calendar", "calendar", _("Calendar"), _("month year days")),
    ("journal:on_this_day_list", "history", _("On this day"), _("years ago memories")),
    ("journal:photo_list", "images", _("Photos"), _("pictures gallery")),
    ("journal:tag_list", "tag", _("Tags"), _("labels")),
    ("journal:notebook_list", "notebook", _("Notebooks"), _("parts")),
    ("journal:highlight_list", "highlighter", _("Highlights"), _("marked words")),
    ("journal:thread_list", "spool", _("Threads"), _("what comes back")),
    ("journal:template_list", "copy", _("Templates"), _("beginnings")),
    ("promises:promise_list", "handshake", _("Promises"), _("owed asked due")),
    ("cares:care_list", "sprout", _("Cares"), _("what I look after values")),
    ("people:person_list", "users", _("People"), _("who contacts")),
    ("prompts:pack_list", "message-circle-question", _("Questions"), _("prompts packs ask")),
    ("sittings:sitting_list", "list-ordered", _("Sittings"), _("guided questions")),
    ("sittings:stuck", "route", _("Stuck?"), _("help what now another way")),
    ("accounts:settings", "settings-2", _("Settings"), _("language theme time zone name")),
    ("transfer:export_list", "download", _("Export"), _("take along download archive backup file")),
    ("transfer:import_list", "book-open", _("Import"), _("bring old journal Day One archive")),
    ("transfer:check_list", "shield-check", _("Verify an export"), _("check compare archive")),
    ("journal:trash_list", "trash-2", _("Trash"), _("deleted")),
    ("people:person_create", "plus", _("Add somebody"), _("new person")),
    ("cares:care_create", "plus", _("New care"), _("state a care")),
    ("values:sort_list", "list-ordered", _("Sort the cards"), _("values card sort")),
    ("values:run_list", "list-ordered", _("This or that"), _("values choices order")),
    ("values:check_list", "sprout", _("What matters, and what is lived"), _("check parts of life")),
    ("people:circle_list", "users", _("Circles"), _("groups of people")),
    ("people:import_create", "download", _("From an address book"), _("vCard import contacts")),
    ("prompts:favourite_list", "star", _("Favourites"), _("questions you like")),
    ("prompts:aside_list", "eye-off", _("Set aside"), _("questions not for me")),
    ("prompts:pack_create", "plus", _("A new pack"), _("questions of your own")),
    ("prompts:pack_import", "file", _("A pack from a file"), _("questions import")),
    ("promises:promise_begin", "plus", _("New promise"), _("ask offer")),
    ("promises:promise_calendar", "calendar", _("What is due"), _("promises calendar")),
    ("promises:desk", "list-checks", _("Clear the desk"), _("promises stale quiet")),
    ("promises:week_now", "list", _("This week"), _("promises week")),
    ("promises:figure_list", "sprout", _("What they add up to"), _("promises figures word")),
    ("accounts:device_list", "smartphone", _("Devices"), _("sessions logged in")),
    ("home:offline", "cloud-off", _("On this device"), _("offline without network")),
    ("capture:token_list", "key-round", _("Access tokens"), _("programs API")),
    ("capture:mail_in", "mail", _("Entries by e-mail"), _("address")),
    ("accounts:activity", "shield-check", _("Security events"), _("activity")),
    ("account_logout", "log-out", _("Log out"), _("leave")),
]
# Shown before anything is typed: the places of the journal, and what a phone's bar has no room for.
FIRST_PAGES = 23
# Of an entry without a title, so many words of its opening stand for it.
MOST_WORDS = 16


def ways_to(user: User, text: str, today: date) -> Palette:
    """Where `text` may lead; without text the pages one goes to most, and the latest entries.

    Each word of the text must begin a word of the name. One query for each kind, and a search.
    """
    text = " ".join(text.split())[:MOST_TEXT]
    words = fold(text).split()
    pages = [Way(name, reverse(view), icon, also) for view, icon, name, also in PAGES]
    if not words:
        latest = next_page_of_all(user, None).latest(MOST_OF_A_KIND)
        found = [
            Found(entry, [Piece(entry.title, False)], [Piece(_opening(entry), False)])
            for entry in latest
        ]
        return Palette("", [Ways(_("Pages"), pages[:FIRST_PAGES])], found, "")
    query = parse(text, today)
    kinds = [Ways(_("Pages"), pages), *_rows_of(user)]
    fitting = [Ways(kind.name, _fitting(kind.ways, words)) for kind in kinds]
    return Palette(
        text,
        [kind for kind in fitting if kind.ways],
        search(user, query).found[:MOST_OF_A_KIND] if query else [],
        f"{reverse('journal:search')}?{urlencode({'q': text})}",
    )


def _opening(entry: Entry) -> str:
    return Truncator(shown(entry.opening)).words(MOST_WORDS)


def _rows_of(user: User) -> list[Ways]:
    kinds: list[tuple[Any, str, type[Person | Tag | Notebook | SavedSearch]]] = [
        (_("People"), "user", Person),
        (_("Tags"), "tag", Tag),
        (_("Notebooks"), "notebook", Notebook),
        (_("Searches you keep"), "search", SavedSearch),
    ]
    cares = Care.objects.for_user(user).kept().only("label").order_by("label")
    return [
        *(
            Ways(name, [Way(row.name, row.get_absolute_url(), icon) for row in rows])
            for name, icon, model in kinds
            for rows in [model.objects.for_user(user).only("name").order_by("name")]
        ),
        Ways(_("Cares"), [Way(care.label, care.get_absolute_url(), "sprout") for care in cares]),
    ]


def _fitting(ways: list[Way], words: list[str]) -> list[Way]:
    """Those in whose names each of these words begins one; in the name itself goes first."""
    by_name = [way for way in ways if _fits(str(way.name), words)]
    by_other = [way for way in ways if way.also and way not in by_name]
    known = [way for way in by_other if _fits(f"{way.name} {way.also}", words)]
    return [*by_name, *known][:MOST_OF_A_KIND]


def _fits(name: str, words: list[str]) -> bool:
    parts = fold(name).split()
    return all(any(part.startswith(word) for part in parts) for word in words)
