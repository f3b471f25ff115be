"""How files are shown: pictures in the sizes that were made of them, and lengths in words."""

from functools import lru_cache
from uuid import UUID

from django import template
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from apps.core.models import address
from apps.core.templatetags.core import NOTHING, icon, number
from apps.journal.models import Attachment, Entry
from apps.journal.models.attachment import COLUMN, GRID, sizes_of

register = template.Library()

ICONS = {
    Attachment.Kind.PHOTO: "image",
    Attachment.Kind.AUDIO: "audio-lines",
    Attachment.Kind.PDF: "file-text",
    Attachment.Kind.FILE: "file",
}
# After so many tries, each twice as long after the last, a page asks no more.
MOST_TRIES = 8


@register.simple_tag
def picture(attachment: Attachment) -> SafeString:
    """A picture whose sizes are made; the browser takes the one that fits its place."""
    sizes = attachment.sizes
    shown = next((size for size in reversed(sizes) if size.box <= COLUMN), sizes[0])
    return format_html(
        '<img src="{}" srcset="{}" sizes="auto, (max-width: 60rem) 100vw, 42rem" width="{}"'
        ' height="{}" alt="{}" loading="lazy" decoding="async">',
        _url(attachment.pk, shown.box),
        ", ".join(f"{_url(attachment.pk, size.box)} {size.width}w" for size in sizes),
        shown.width,
        shown.height,
        attachment.alt or _("Photo without a description"),
    )


@register.simple_tag
def thumb(attachment: Attachment) -> SafeString:
    """A picture for a grid, in its smallest size."""
    size = attachment.sizes[0]
    return format_html(
        '<img src="{}" width="{}" height="{}" alt="{}" loading="lazy" decoding="async">',
        _url(attachment.pk, size.box),
        size.width,
        size.height,
        attachment.alt or _("Photo without a description"),
    )


@register.simple_tag
def place_of(attachment: Attachment) -> SafeString:
    """The place that a picture will take once its sizes are made."""
    return format_html(
        '<svg class="place" viewBox="0 0 {} {}" aria-hidden="true"></svg>',
        attachment.width,
        attachment.height,
    )


@register.simple_tag
def upload_limit() -> int:
    """How many bytes a file may have."""
    limit: int = settings.ATTACHMENT_BYTES
    return limit


@register.filter
def in_bytes(size: int) -> str:
    """How large a file is: "1.2 MB"."""
    return filesizeformat(size)


@register.filter
def in_minutes(seconds: int) -> str:
    """How long a recording is: "2:05"."""
    return f"{seconds // 60}:{seconds % 60:02}"


@register.filter
def icon_of(attachment: Attachment) -> str:
    """The icon of its kind."""
    return ICONS[Attachment.Kind(attachment.kind)]


@register.filter
def photos_in(attachments: list[Attachment]) -> list[Attachment]:
    """The pictures among them."""
    return [attachment for attachment in attachments if attachment.is_photo]


@register.filter
def files_in(attachments: list[Attachment]) -> list[Attachment]:
    """What is no picture among them."""
    return [attachment for attachment in attachments if not attachment.is_photo]


@register.filter
def asked(tries: int) -> str:
    """How a page asks for the sizes of a picture after so many tries; "" once it gives up."""
    return f"load delay:{2**tries}s" if tries < MOST_TRIES else ""


@register.filter
def attached_to(entry: Entry) -> SafeString:
    """What is attached to an entry, as a list shows it: its first pictures, and counts in words.

    Nothing is asked of the database, and the pictures have no words of their own: the link says
    what they are.
    """
    if not entry.attached:
        return NOTHING
    shown = entry.attached.get("shown", [])
    pictures = format_html_join(
        "", '<img src="{}"{}>', ((_url(pk, GRID), _measures(w, h)) for pk, w, h in shown)
    )
    return format_html(
        '<a class="attached" href="{}">{}<span class="quiet">{}{}</span></a>',
        entry.get_absolute_url(),
        pictures,
        NOTHING if shown else icon("paperclip"),
        " · ".join(_counted(entry.attached)),
    )


@lru_cache(maxsize=4096)
def _measures(width: int, height: int) -> SafeString:
    """How large a picture of these measures stands in a list."""
    size = sizes_of(width, height)[0]
    pattern = ' width="{}" height="{}" alt="" loading="lazy" decoding="async"'
    return format_html(pattern, size.width, size.height)


def _counted(attached: dict[str, int]) -> list[str]:
    counts = [
        ("photo", attached.get("photo", 0)),
        ("audio", attached.get("audio", 0)),
        ("file", attached.get("pdf", 0) + attached.get("file", 0)),
    ]
    language = get_language()
    return [_in_words(kind, count, language) for kind, count in counts if count]


@lru_cache(maxsize=1024)
def _in_words(kind: str, count: int, _language: str | None) -> str:
    if kind == "photo":
        words = ngettext("%(n)s photo", "%(n)s photos", count)
    elif kind == "audio":
        words = ngettext("%(n)s recording", "%(n)s recordings", count)
    else:
        words = ngettext("%(n)s file", "%(n)s files", count)
    return words % {"n": number(count)}


def _url(pk: UUID | str, box: int) -> str:
    return f"{address('journal:attachment_detail', pk)}{box}/"
