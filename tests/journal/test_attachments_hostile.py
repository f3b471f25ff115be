"""Files that are not what they say, and files that mean harm, all the way from form to browser.

Extension × claimed type × what they are × what is hidden behind, by the real form and the real
addresses (assurance T-32). What a picture is made into: test_attachments_pictures.py.
"""

import io
import os
import struct
import subprocess
import sys
import zlib
from itertools import product
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from apps.journal import pictures, uploads
from apps.journal.models import Attachment
from apps.journal.pictures import Picture
from apps.journal.sniffing import Sniffed
from tests.core.test_answers import check
from tests.factories import make_entry, photo, picture
from tests.house.sources import ROOT
from tests.journal.test_attachments_pictures import BODIES, KINDS, TAILS, chunk, shown, spoken_of

ENDINGS = [".jpg", ".png", ".svg", ".html", ".pdf", ".mp3", ".exe", ".jpg.html", ""]
CLAIMS = ["image/png", "image/svg+xml", "text/html", "application/javascript", ""]
XML = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
CONTENTS = BODIES | {"photo": photo(taken="2024:05:12 10:00:00"), "xml": XML, "eicar": EICAR}
CONTENTS |= {
    f"{name} and {tail}": CONTENTS[name] + TAILS[tail] for name, tail in product(KINDS, TAILS)
}
PHOTOS = {name for name in CONTENTS if name.split()[0] in {*KINDS, "photo"}}
# As what a file may ever be sent; all but these are sent as bytes and nothing else.
SHOWN_AS = {*KINDS.values(), "audio/mpeg", "application/pdf"}


def files_of(step: int) -> list[list[tuple[str, str, str]]]:
    """Twice: what a file holds, its ending and a claim, every `step`th of what may stand together.

    The second time from another beginning, and with other claims.
    """
    every = list(product(CONTENTS, ENDINGS))
    return [
        [
            (what, ending, CLAIMS[(number + turn) % 5])
            for number, (what, ending) in enumerate(every[turn * (step // 2) :: step])
        ]
        for turn in range(2)
    ]


def test_by_day_there_is_some_of_everything() -> None:
    some = [file for turn in files_of(7) for file in turn]
    assert {what for what, _, _ in some} == set(CONTENTS)
    assert {(ending, claim) for _, ending, claim in some} == set(product(ENDINGS, CLAIMS))
    assert len([file for turn in files_of(1) for file in turn]) >= 400


@pytest.mark.django_db
@pytest.mark.parametrize("step", [7, pytest.param(1, marks=pytest.mark.nightly)])
def test_no_file_is_ever_shown_as_anything_but_what_it_is(
    alice, alice_client, settings, step
) -> None:
    """Each content with some endings and claims; at night with each ending, twice."""
    settings.ATTACHMENTS_PER_ENTRY = 1_000
    found: dict[str, list[str]] = {}
    for these in files_of(step):
        entry = make_entry(alice)
        sent = [
            (what, SimpleUploadedFile(f"{number}{ending}", CONTENTS[what], claim))
            for number, (what, ending, claim) in enumerate(these)
        ]
        for begin in range(0, len(sent), 40):
            files = [file for _what, file in sent[begin : begin + 40]]
            answer = alice_client.post(f"{entry.get_absolute_url()}attachments/", {"files": files})
            assert answer.status_code == 302
        rows = list(Attachment.objects.filter(entry=entry).in_order())
        for (what, file), row in zip(sent, rows, strict=True):
            if wrong := list(faults_of_file(alice_client, row, what)):
                found[f"{what} as {file.name}, {file.content_type}"] = wrong
    assert found == {}


def faults_of_file(client: Client, row: Attachment, what: str) -> list[str]:
    """What is wrong with how a file is taken and sent."""
    found = []
    if (row.kind == "photo") != (what in PHOTOS):
        found.append(f"taken for {row.kind}")
    answer = client.get(f"{row.get_absolute_url()}file/")
    check(answer)
    if not answer.headers["Content-Disposition"].startswith("attachment"):
        found.append("shown in a page of its own")
    if "sandbox" not in answer.headers["Content-Security-Policy"]:
        found.append("free to run")
    if answer.headers["Content-Type"] not in {*SHOWN_AS, "application/octet-stream"}:
        found.append(f"sent as {answer.headers['Content-Type']}")
    with default_storage.open(row.key) as kept:
        if answer.getvalue() != kept.read():
            found.append("other bytes")
    return found


@pytest.mark.django_db
def test_what_is_shown_of_a_picture_is_one_and_nothing_else(alice, alice_client) -> None:
    entry = make_entry(alice)
    for what in sorted(PHOTOS):
        file = SimpleUploadedFile(f"{what}.svg", CONTENTS[what], "text/html")
        alice_client.post(f"{entry.get_absolute_url()}attachments/", {"files": file})
        row = Attachment.objects.latest("created_at")
        uploads.make_sizes(alice.pk, row.pk)
        for box in pictures.BOXES:
            answer = alice_client.get(f"{row.get_absolute_url()}{box}/")
            if answer.status_code == 404:
                continue
            check(answer)
            assert answer.headers["Content-Type"] == "image/webp"
            assert spoken_of(answer.getvalue()) == [], what
            assert Client().get(f"{row.get_absolute_url()}{box}/").status_code == 302


@pytest.mark.django_db
def test_no_stored_file_has_an_address_of_its_own(alice, alice_client) -> None:
    """Neither what was sent nor what was made of it, with a session or without."""
    entry = make_entry(alice)
    file = SimpleUploadedFile("walk.html", CONTENTS["photo"])
    alice_client.post(f"{entry.get_absolute_url()}attachments/", {"files": file})
    row = Attachment.objects.get()
    uploads.make_sizes(alice.pk, row.pk)
    keys = [row.key, *(row.size_key(box) for box in pictures.BOXES), row.name]
    for client, key in product((alice_client, Client()), keys):
        for place in ("", "media/", "static/", "journal/attachments/", "static/../media/"):
            assert client.get(f"/{place}{key}").status_code in {404}, (place, key)


def test_it_catches_a_file_that_is_taken_for_what_it_claims(
    alice, alice_client, monkeypatch
) -> None:
    claimed = Sniffed("photo", "image/svg+xml")
    monkeypatch.setattr(uploads, "sniff", lambda _content: claimed)
    monkeypatch.setattr(uploads, "_picture", lambda *_: Picture("image/svg+xml", 1, 1, None))
    entry = make_entry(alice)
    file = SimpleUploadedFile("a.svg", TAILS["svg"], "image/svg+xml")
    alice_client.post(f"{entry.get_absolute_url()}attachments/", {"files": file})
    assert faults_of_file(alice_client, Attachment.objects.get(), "svg")


# --- Bombs --------------------------------------------------------------------------------------


def frames(kind: str, count: int) -> bytes:
    """A picture that moves, in very many frames."""
    first, *more = (Image.new("L", (400, 400), number % 256) for number in range(count))
    written = io.BytesIO()
    first.save(written, kind, save_all=True, append_images=more, duration=20)
    return written.getvalue()


def frames_over_and_over(times: int) -> bytes:
    """A GIF of forty frames, whose last thirty-nine come again so many times: quickly made."""
    gif = frames("GIF", 40)
    begin = b"\x21\xf9\x04"  # of each frame
    head, first, *rest = gif.removesuffix(b"\x3b").split(begin)
    assert len(rest) == 39
    return head + begin.join([b"", first, *rest * times]) + b"\x3b"


def nothing_squeezed(size: int) -> bytes:
    """What unpacks to so many zeros, at least; made of the same megabyte over and over: quickly."""
    squeeze = zlib.compressobj(9)
    head = squeeze.compress(b"") + squeeze.flush(zlib.Z_FULL_FLUSH)
    megabyte = squeeze.compress(b"\0" * 2**20) + squeeze.flush(zlib.Z_FULL_FLUSH)
    times = -(-size // 2**20)
    # An empty last block, and the sum that zlib adds up over all of it.
    end = b"\3\0" + struct.pack(">HH", times * 2**20 % 65_521, 1)
    return head + megabyte * times + end


def swollen(name: bytes, size: int, before: bytes) -> bytes:
    """A PNG with a chunk that is small and unpacks to this size."""
    return with_chunks(chunk(name, before + nothing_squeezed(size)))


def with_chunks(chunks: bytes) -> bytes:
    """A PNG with these chunks behind its head."""
    png = picture(40, 30)
    head = png.index(b"IHDR") + 4 + 13 + 4
    return png[:head] + chunks + png[head:]


def large_profile(size: int) -> bytes:
    """A JPEG with a profile of colours of this size."""
    return picture(40, 30, "JPEG", icc_profile=struct.pack(">I", size) + b"\0" * (size - 4))


BOMBS = {
    "GIF of 2,000 frames": lambda: frames_over_and_over(52),
    "APNG of 500 frames": lambda: frames("PNG", 500),
    "profile of 200 MB": lambda: swollen(b"iCCP", 200_000_000, b"a\0\0"),
    "profile of 3 MB": lambda: large_profile(3_000_000),
    "words of 200 MB": lambda: swollen(b"zTXt", 200_000_000, b"Comment\0\0"),
    "many words": lambda: (
        picture(40, 30)[:33] + chunk(b"tEXt", b"a\0b") * 50_000 + picture(40, 30)[33:]
    ),
    "400 Mpx": lambda: _pixels(20_000, 20_000),
    "100 Mpx": lambda: _pixels(10_000, 10_000),
}


def _pixels(width: int, height: int) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    rows = nothing_squeezed((width + 1) * height)
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


# Django is made ready once; each picture is looked at by a process of its own, and its memory told.
LOOK = """
import io, os, sys
import django
django.setup()
from datetime import date
from apps.journal import pictures

def look(content):
    for act in (lambda: pictures.look(io.BytesIO(content), date(2026, 1, 1)),
                lambda: [size for size in pictures.made(io.BytesIO(content))]):
        try:
            act()
        except pictures.Unreadable:
            pass
    status = dict(line.split(":", 1) for line in open("/proc/self/status") if ":" in line)
    print(int(status["VmHWM"].split()[0]) // 1024, flush=True)

for path in sys.argv[1:]:
    child = os.fork()
    if not child:
        look(open(path, "rb").read())
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        sys.exit(f"{path} could not be looked at")
"""
MOST_MEGABYTES = 400


def megabytes(folder: Path, *contents: bytes) -> list[int]:
    """The most memory that a process holds that looks at this picture and shows it; for each."""
    paths = [folder / f"{number}" for number in range(len(contents))]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
    run = subprocess.run(
        [sys.executable, "-c", LOOK, *paths],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True,
        check=True,
        timeout=60,
    )
    return [int(line) for line in run.stdout.split()]


def test_no_picture_takes_much_memory_or_time(tmp_path) -> None:
    taken = megabytes(tmp_path, *(make() for make in BOMBS.values()))
    found = dict(zip(BOMBS, taken, strict=True))
    assert {name: size for name, size in found.items() if size >= MOST_MEGABYTES} == {}


def test_it_unpacks_to_as_much_as_it_says() -> None:
    unpacked = zlib.decompress(nothing_squeezed(200_000_000))
    assert len(unpacked) >= 200_000_000
    assert not unpacked.strip(b"\0")


def test_there_are_as_many_frames_as_it_says() -> None:
    assert Image.open(io.BytesIO(frames_over_and_over(52))).n_frames >= 2_000


@pytest.mark.nightly
@pytest.mark.parametrize("kind", KINDS)
def test_the_largest_picture_there_may_be_takes_no_more_than_a_worker_has(
    kind, settings, tmp_path
) -> None:
    side = int((settings.PICTURE_PIXELS / pictures.COSTS.get(kind, 1)) ** 0.5)
    (taken,) = megabytes(tmp_path, picture(side, side, kind))
    assert taken < MOST_MEGABYTES


@pytest.mark.nightly
def test_it_catches_a_picture_that_takes_too_much(monkeypatch, tmp_path) -> None:
    """With another limit the same picture is opened, and takes its hundred megabytes."""
    content = _pixels(10_000, 10_000)
    (refused,) = megabytes(tmp_path, content)
    monkeypatch.setenv("PICTURE_MEGAPIXELS", "500")
    (taken,) = megabytes(tmp_path, content)
    assert taken > refused + 90


def test_of_very_many_frames_the_first_is_shown() -> None:
    assert list(shown(frames("GIF", 300)))
