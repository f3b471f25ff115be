"""Files are told apart by their bytes, and pages show pixels and nothing else (assurance T-32)."""

import io
import struct
import warnings
import zlib
from datetime import date
from itertools import product
from typing import Any

import pytest
from django.core.files.base import ContentFile
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageCms

from apps.journal import pictures, uploads
from apps.journal.models import Attachment
from apps.journal.sniffing import sniff
from tests.factories import NOW, make_entry, photo, picture

TODAY = date(2026, 11, 20)
KINDS = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "GIF": "image/gif",
    "WEBP": "image/webp",
    "AVIF": "image/avif",
    "HEIF": "image/heic",
}
# What nobody may find in what is shown: words of a camera, a comment, a script behind the picture.
SECRETS = (b"xylothecium", b"<script", b"PK\x03\x04", b"Exif", b"XMP", b"ICC_PROFILE")
TAILS = {
    "html": b"<html><script>alert(1)</script></html>",
    "zip": b"PK\x03\x04" + b"\0" * 40,
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
}


def looked(content: bytes) -> pictures.Picture:
    """What the head of a picture says."""
    return pictures.look(io.BytesIO(content), TODAY)


def shown(content: bytes) -> dict[int, bytes]:
    """What is made of a picture, by box."""
    return dict(pictures.made(io.BytesIO(content)))


def opened(made: bytes) -> Image.Image:
    """A size, decoded."""
    image = Image.open(io.BytesIO(made))
    image.load()
    return image


def spoken_of(made: bytes) -> list[str]:
    """What a made picture holds besides pixels."""
    image = opened(made)
    found = [name for name in ("exif", "icc_profile", "xmp", "comment") if image.info.get(name)]
    return found + [secret.decode(errors="replace") for secret in SECRETS if secret in made]


# --- what is shown --------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_a_camera_is_recognised_and_shown(kind) -> None:
    content = picture(640, 480, kind)
    assert sniff(io.BytesIO(content)) == ("photo", KINDS[kind])
    assert looked(content) == (KINDS[kind], 640, 480, None)
    made = shown(content)
    assert list(made) == [1200, 480]
    assert [opened(size).size for size in made.values()] == [(640, 480), (480, 360)]
    assert opened(made[480]).format == "WEBP"


@pytest.mark.parametrize(
    ("kind", "tail"), [*product([kind for kind in KINDS if kind != "GIF"], ["", *TAILS])]
)
def test_nothing_but_pixels_is_shown(kind, tail) -> None:
    exif = Image.open(io.BytesIO(photo(taken="2024:05:12 10:00:00"))).getexif()
    content = picture(100, 80, kind, exif=exif) + TAILS.get(tail, b"")
    assert b"xylothecium" in content
    for made in shown(content).values():
        assert spoken_of(made) == []


def test_it_catches_a_picture_that_is_only_saved_again() -> None:
    """What pillow does by itself keeps what the camera wrote (assurance T-32)."""
    image = Image.open(io.BytesIO(photo()))
    again = io.BytesIO()
    image.save(again, "WEBP", exif=image.getexif())
    assert spoken_of(again.getvalue())


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_it_is_the_right_way_up(kind, orientation) -> None:
    """A red corner, which the camera saw above on the left, stays there."""
    upright = Image.new("RGB", (80, 48), "white")
    upright.paste("red", (0, 0, 24, 16))
    undo = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    stored = upright if undo is None else upright.transpose(undo)
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    written = io.BytesIO()
    stored.save(written, kind, exif=exif)
    assert looked(written.getvalue())[1:3] == (80, 48)
    image = opened(shown(written.getvalue())[480]).convert("RGB")
    assert image.size == (80, 48)
    red, green, _blue = image.getpixel((8, 6))
    assert red > 180 > 90 > green


@pytest.mark.parametrize(
    ("mode", "kind", "colour"),
    [
        ("L", "PNG", 90),
        ("LA", "PNG", (90, 128)),
        ("P", "PNG", 3),
        ("RGBA", "PNG", (200, 20, 20, 128)),
        ("I;16", "PNG", 30_000),
        ("1", "PNG", 1),
        ("CMYK", "JPEG", (0, 200, 200, 0)),
        ("L", "JPEG", 90),
        ("P", "GIF", 3),
    ],
)
def test_every_way_of_writing_colours_is_shown(mode, kind, colour) -> None:
    image = opened(shown(picture(64, 48, kind, colour, mode=mode))[480])
    assert image.size == (64, 48)
    assert image.mode == ("RGBA" if "A" in mode else "RGB")


def test_sixteen_bits_of_grey_stay_grey() -> None:
    image = opened(shown(picture(64, 48, "PNG", 30_000, mode="I;16"))[480]).convert("L")
    assert abs(image.getpixel((5, 5)) - 117) < 6


def test_colours_of_another_profile_are_brought_into_srgb() -> None:
    """A profile whose red is another one: without it the same numbers mean another colour."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    usual = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    same = opened(shown(picture(64, 48, "PNG", (200, 60, 20), icc_profile=usual))[480])
    assert all(abs(a - b) < 8 for a, b in zip(same.getpixel((5, 5)), (200, 60, 20), strict=True))
    for wrong in (profile, b"no profile" * 40, b"x" * (3 * 1024 * 1024)):
        with_wrong = picture(64, 48, "JPEG", (200, 60, 20), icc_profile=wrong[:60_000])
        assert opened(shown(with_wrong)[480]).size == (64, 48)


def test_of_what_moves_its_first_frame_is_shown() -> None:
    frames = [Image.new("RGB", (50, 40), colour) for colour in ("red", "blue", "lime")]
    for kind in ("GIF", "WEBP", "PNG"):
        written = io.BytesIO()
        frames[0].save(written, kind, save_all=True, append_images=frames[1:])
        image = opened(shown(written.getvalue())[480]).convert("RGB")
        assert image.getpixel((5, 5))[0] > 200


# --- when it was taken ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("2024:05:12 10:00:00", date(2024, 5, 12)),
        ("2024-05-12 10:00:00", date(2024, 5, 12)),
        ("0000:00:00 00:00:00", None),
        ("2024:02:30 10:00:00", None),
        ("2031:05:12 10:00:00", None),
        ("0999:05:12 10:00:00", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_it_reads_the_day_a_camera_noted(said, day) -> None:
    assert looked(photo(taken=said)).taken_on == day


# --- what is not shown ----------------------------------------------------------------------


def chunk(name: bytes, data: bytes) -> bytes:
    """A chunk of a PNG."""
    checksum = zlib.crc32(name + data)
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", checksum)


def bomb(width: int, height: int) -> bytes:
    """A PNG of few bytes and very many pixels, all of them black."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    rows = zlib.compress(b"\0" * min((width + 1) * height, 2_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def webp_canvas(width: int, height: int) -> bytes:
    """A WebP that asks for a canvas of this size and holds nothing."""
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\x02\0\0\0" + size
    return b"RIFF" + struct.pack("<I", len(body)) + body


@pytest.mark.parametrize(
    "content",
    [bomb(20_000, 20_000), bomb(65_000, 65_000), bomb(8_000, 8_000), webp_canvas(16_000, 16_000)],
    ids=["400 Mpx", "4 Gpx", "64 Mpx", "a canvas"],
)
def test_a_picture_of_too_many_pixels_is_never_opened(content) -> None:
    with pytest.raises(pictures.Unreadable):
        looked(content)
    with pytest.raises(pictures.Unreadable):
        shown(content)


def test_a_bomb_is_an_error_and_no_warning() -> None:
    found = [f for f in warnings.filters if f[2] is Image.DecompressionBombWarning]
    assert Image.MAX_IMAGE_PIXELS
    assert not found or found[0][0] == "error"


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
@pytest.mark.parametrize("kind", KINDS)
def test_half_of_a_picture_is_not_shown_and_breaks_nothing(kind, share) -> None:
    noise = Image.effect_noise((300, 200), 90).convert("RGB")
    written = io.BytesIO()
    noise.save(written, kind)
    content = written.getvalue()[: int(written.tell() * share)]
    with pytest.raises(pictures.Unreadable):
        shown(content)


@given(st.data())
def test_bytes_that_were_tampered_with_break_nothing(data: Any) -> None:
    kind = data.draw(st.sampled_from([*KINDS]))
    content = bytearray(picture(40, 30, kind, exif=Image.open(io.BytesIO(photo())).getexif()))
    for _ in range(data.draw(st.integers(1, 12))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    for act in (looked, shown):
        try:
            act(bytes(content))
        except pictures.Unreadable:
            continue


# --- telling apart --------------------------------------------------------------------------


def box(name: bytes, *parts: bytes) -> bytes:
    """A box of the ISO family."""
    body = b"".join(parts)
    return struct.pack(">I", 8 + len(body)) + name + body


def film(*handlers: bytes, first: bytes = b"") -> bytes:
    """An MP4 with tracks of these kinds."""
    tracks = b"".join(box(b"trak", box(b"hdlr", b"\0" * 8, handler)) for handler in handlers)
    return box(b"ftyp", b"isom\0\0\0\0isommp42") + first + box(b"moov", tracks)


MP3 = (b"\xff\xfb\x90\x00" + b"\0" * 413) * 3
AAC = (b"\xff\xf1\x50\x80\x02\x1f\xfc" + b"\0" * 9) * 3
WEBM = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm"


@pytest.mark.parametrize(
    ("content", "kind", "content_type"),
    [
        (b"RIFF\x24\0\0\0WAVEfmt ", "audio", "audio/wav"),
        (b"fLaC\0\0\0\x22", "audio", "audio/flac"),
        (b"OggS" + b"\0" * 24 + b"OpusHead", "audio", "audio/ogg"),
        (b"OggS" + b"\0" * 24 + b"\x80theora", "file", "application/ogg"),
        (b"ID3\x04\0\0\0\0\0\0", "audio", "audio/mpeg"),
        (MP3, "audio", "audio/mpeg"),
        (MP3[:300], "file", None),
        (AAC, "audio", "audio/aac"),
        (WEBM + b"....A_OPUS", "audio", "audio/webm"),
        (WEBM + b"....V_VP9..A_OPUS", "file", "video/webm"),
        (film(b"soun"), "audio", "audio/mp4"),
        (film(b"soun", first=box(b"free", b"\0" * 70_000)), "audio", "audio/mp4"),
        (film(b"vide", b"soun"), "file", "video/mp4"),
        (box(b"ftyp", b"M4A \0\0\0\0"), "file", "video/mp4"),
        (b"\0\0\0\x18ftypisom" + b"\0" * 4, "file", "video/mp4"),
        (b"%PDF-1.7\n", "pdf", "application/pdf"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "file", None),
        (b"<!doctype html><script>alert(1)</script>", "file", None),
        (b"GIF8", "file", None),
        (b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR", "file", None),
        (b"just words", "file", None),
        (b"\x00", "file", None),
    ],
)
def test_it_is_what_its_bytes_say(content, kind, content_type) -> None:
    found = sniff(io.BytesIO(content))
    assert found.kind == kind
    assert content_type in {None, found.content_type}


NAMES = ["a.jpg", "a.svg", "a.html", "a.pdf", "a.mp3", "a.exe", "a"]
BODIES = {
    **{kind: picture(20, 20, kind) for kind in KINDS},
    "svg": TAILS["svg"],
    "html": TAILS["html"],
    "pdf": b"%PDF-1.7\n<script>",
    "mp3": MP3 + TAILS["html"],
    "words": b"words",
}


@pytest.mark.django_db
@pytest.mark.parametrize("every", [5, pytest.param(1, marks=pytest.mark.nightly)])
def test_neither_its_name_nor_what_is_said_of_it_counts(alice, every) -> None:
    """Names × bytes × what comes behind them: three hundred and more."""
    entry = make_entry(alice)
    cells = [*product(NAMES, BODIES.items(), [("", b""), *TAILS.items()])]
    assert len(cells) >= 300
    for name, (body, content), (tail, more) in cells[::every]:
        Attachment.objects.all().delete()
        row = uploads.attach(
            owner=alice, entry=entry, name=name, content=ContentFile(content + more), now=NOW
        )
        expected = "photo" if body in KINDS else {"pdf": "pdf", "mp3": "audio"}.get(body, "file")
        assert row.kind == expected, (name, body, tail)
        assert row.content_type not in {"text/html", "image/svg+xml"} or row.kind == "file"


@given(st.binary(max_size=5_000))
def test_whatever_the_bytes_they_are_told_apart(content) -> None:
    file = io.BytesIO(content)
    assert sniff(file).kind in {"photo", "audio", "pdf", "file"}
    assert file.tell() == 0
