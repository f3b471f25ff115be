"""Pictures: what a camera's file says of itself, and what is made of it for the screen.

What is shown is made from the pixels alone. Nothing a camera, a phone or an editor wrote beside
them comes along: no place, no serial number, no thumbnail of what was cut off. Colours are brought
into sRGB first, so that they stay what they were without their profile.
"""

import io
import re
import warnings
from collections.abc import Iterator
from datetime import date, timedelta
from typing import IO, Any, NamedTuple, cast

import pillow_heif
from django.conf import settings
from PIL import ExifTags, Image, ImageCms

from apps.core.periods import FIRST_DAY
from apps.journal.models.attachment import BOXES

# A file of fewer bytes than a photo can ask for more memory than there is (assurance T-32).
Image.MAX_IMAGE_PIXELS = settings.PICTURE_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)
pillow_heif.register_heif_opener(thumbnails=False)

# Pillow reads seventy formats, some of them by calling other programs. These and no others.
FORMATS = ["JPEG", "PNG", "GIF", "WEBP", "AVIF", "HEIF"]
CONTENT_TYPE = "image/webp"
QUALITY = 82
# A profile describes colours in a few kilobytes, with large tables in a megabyte.
LARGEST_PROFILE = 2 * 1024 * 1024


class Unreadable(Exception):
    """No picture that can be shown: broken, or too large to be opened."""


class Picture(NamedTuple):
    """What the head of a file says: its measures as it is seen, and the day it was taken on."""

    content_type: str
    width: int
    height: int
    taken_on: date | None


TYPES = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",
    "PNG": "image/png",
    "GIF": "image/gif",
    "WEBP": "image/webp",
    "AVIF": "image/avif",
    "HEIF": "image/heic",
}


def look(content: IO[bytes], today: date) -> Picture:
    """What the head of a picture says, without decoding it. Raises Unreadable."""
    with _opened(content) as image:
        width, height = image.size
        exif = _exif(image)
        if exif.get(ExifTags.Base.Orientation) in TURNED:
            width, height = height, width
        taken_on = _taken_on(exif, today)
        content_type = TYPES.get(image.format or "", "image/heic")
    content.seek(0)
    return Picture(content_type, width, height, taken_on)


# EXIF 2.32, 4.6.5.1.6: these four lie on their side.
TURNED = {5, 6, 7, 8}


def made(content: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """What is shown of a picture, as WebP: the largest box first, none larger than the picture.

    Of what moves, its first frame. Raises Unreadable, with the first of them at the latest.
    """
    with _opened(content) as opened:
        longest = max(opened.size)
        boxes = [box for at, box in enumerate(BOXES) if not at or BOXES[at - 1] < longest]
        image = _decoded(opened, content, boxes[-1])
    for box in reversed(boxes):
        image.thumbnail((box, box), Image.Resampling.LANCZOS)
        yield box, _webp(image)


def _opened(content: IO[bytes]) -> Image.Image:
    content.seek(0)
    try:
        _refuse_canvas(content.read(30))
        content.seek(0)
        image = Image.open(content, formats=FORMATS)
    except Unreadable:
        raise
    # What parsers of hostile files raise is not to be listed, and all of it means the same.
    except Exception as error:
        raise Unreadable from error
    width, height = image.size
    cost = COSTS.get(image.format or "", 1)
    if width < 1 or height < 1 or width * height * cost > settings.PICTURE_PIXELS:
        raise Unreadable
    return image


# How many times the memory of others a decoder takes: these hold several pictures of its size.
COSTS = {"WEBP": 3, "AVIF": 2}


def _refuse_canvas(head: bytes) -> None:
    """Refuse a WebP whose canvas is too large: its decoder takes the memory when it is opened."""
    if head[:4] != b"RIFF" or head[12:16] != b"VP8X":
        return
    width = int.from_bytes(head[24:27], "little") + 1
    height = int.from_bytes(head[27:30], "little") + 1
    if width * height > settings.PICTURE_PIXELS:
        raise Unreadable


def _exif(image: Image.Image) -> Image.Exif:
    try:
        return image.getexif()
    except Exception:
        return Image.Exif()


_MOMENT = re.compile(r"(\d{4})[:-](\d\d)[:-](\d\d)", re.ASCII)


def _taken_on(exif: Image.Exif, today: date) -> date | None:
    """The day that the camera noted, if it can be one and is not still to come."""
    try:
        inner = exif.get_ifd(ExifTags.IFD.Exif)
        said = inner.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime)
        match = _MOMENT.match(said) if isinstance(said, str) else None
        day = date(*map(int, match.groups())) if match else None
    except Exception:
        return None
    return day if day and FIRST_DAY <= day <= today + timedelta(days=1) else None


def _decoded(image: Image.Image, content: IO[bytes], box: int) -> Image.Image:
    """The pixels, no larger than they are shown, the right way up, in sRGB, and nothing else."""
    try:
        image.draft(None, (box, box))  # a JPEG is decoded at an eighth of its size, where that does
        profile = image.info.get("icc_profile")
        turn = TURNS.get(_exif(image).get(ExifTags.Base.Orientation, 1))
        has_alpha = image.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in image.info
        made = _reduced(image, content, box, has_alpha=has_alpha)
        made.thumbnail((box, box), Image.Resampling.LANCZOS)
        if turn is not None:
            made = made.transpose(turn)
        made = _in_srgb(made, profile)
        mode = "RGBA" if has_alpha else "RGB"
        bare = Image.new(mode, made.size)
        bare.paste(made if made.mode == mode else made.convert(mode))
    except Exception as error:
        raise Unreadable from error
    return bare


TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _reduced(image: Image.Image, content: IO[bytes], box: int, *, has_alpha: bool) -> Image.Image:
    """The picture, not much larger than it is shown, stripe by stripe.

    Whatever turns one picture into another holds both; of a large one there is never a second.
    """
    width, height = image.size
    factor = max(1, max(width, height) // (box + box // 4))
    made: Image.Image | None = None
    for top, stripe in _stripes(image, content, factor * STRIPE):
        part = _in_usual_mode(stripe, has_alpha=has_alpha)
        part = part.reduce(factor) if factor > 1 else part
        if made is None:
            made = Image.new(part.mode, (-(-width // factor), -(-height // factor)))
        made.paste(part, (0, top // factor))
    if made is None:
        raise Unreadable
    return made


STRIPE = 128


def _stripes(
    image: Image.Image, content: IO[bytes], rows: int
) -> Iterator[tuple[int, Image.Image]]:
    """The picture from above to below, so many rows at a time."""
    width, height = image.size
    if image.format == "HEIF":
        # From the decoder's own memory; Pillow would copy all of it first.
        content.seek(0)
        found = pillow_heif.open_heif(content, convert_hdr_to_8bit=True)
        frame = found[found.primary_index]
        data, stride = memoryview(frame.data), frame.stride
        width, height = frame.size
        for top in range(0, height, rows):
            part = cast(Any, data[top * stride : min(top + rows, height) * stride])
            size = width, min(rows, height - top)
            yield top, Image.frombuffer(frame.mode, size, part, "raw", frame.mode, stride, 1)
        return
    for top in range(0, height, rows):
        yield top, image.crop((0, top, width, min(top + rows, height)))


def _in_usual_mode(image: Image.Image, *, has_alpha: bool) -> Image.Image:
    """In a mode that can be made smaller: palettes and sixteen bits cannot."""
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value / 256).convert("L")
    if has_alpha:
        return image if image.mode == "RGBA" else image.convert("RGBA")
    return image.convert("RGB") if image.mode in {"P", "1"} else image


def _in_srgb(image: Image.Image, profile: object) -> Image.Image:
    """The same colours without a profile. A profile that is none is left aside."""
    if not isinstance(profile, bytes) or not 128 <= len(profile) <= LARGEST_PROFILE:
        return image
    if image.mode not in {"RGB", "RGBA", "CMYK"}:
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        target = ImageCms.createProfile("sRGB")
        colours = image.convert("RGB") if image.mode == "RGBA" else image
        turned = ImageCms.profileToProfile(colours, source, target, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    if turned is None:
        return image
    if image.mode == "RGBA":
        turned.putalpha(image.getchannel("A"))
    return turned


def _webp(image: Image.Image) -> bytes:
    written = io.BytesIO()
    image.save(written, "WEBP", quality=QUALITY, method=4)
    return written.getvalue()
