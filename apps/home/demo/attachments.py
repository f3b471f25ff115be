"""What is attached to the life: some pictures of hills, drawn here, and a recording of rain."""

import hashlib
import io
import math
import wave
from collections.abc import Iterator
from datetime import UTC, datetime, time
from functools import cache
from random import Random
from typing import NamedTuple

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageDraw

from apps.home.demo.chance import Chance
from apps.home.demo.plan import Life
from apps.home.demo.rows import insert
from apps.journal import pictures
from apps.journal.models import Attachment, Entry

# A life that is made to be measured holds no files: drawing them would be what is measured.
MOST_ENTRIES = 1_000
WIDTH, HEIGHT = 960, 640
SECONDS, RATE = 4, 8_000
SHOWN = 4


class Scene(NamedTuple):
    """A time of day: the sky from above to below, the sun, the hills from far to near."""

    alt: str
    sky: tuple[str, str]
    sun: tuple[str, float, float]
    hills: tuple[str, ...]


SCENES = [
    Scene(
        "Hills in the first light, the sun just above them",
        ("#f3e3d0", "#f2b28c"),
        ("#d9573b", 0.62, 0.46),
        ("#c99a86", "#a06f68", "#6b4a50", "#3c2d38"),
    ),
    Scene(
        "Green hills under a wide, pale sky",
        ("#dfe8ea", "#f6f1e4"),
        ("#fffaf0", 0.3, 0.24),
        ("#a9bfae", "#7b9c86", "#4f7560", "#2f5142"),
    ),
    Scene(
        "Dusk: dark blue hills, and a small moon",
        ("#2b3157", "#8b86a8"),
        ("#f3ead6", 0.74, 0.2),
        ("#5f628c", "#454a74", "#2d325a", "#1a1e3c"),
    ),
    Scene(
        "Snow on the hills, and hardly any colour",
        ("#d5dbe2", "#eff1f2"),
        ("#ffffff", 0.5, 0.3),
        ("#cfd6dc", "#b4bec8", "#8f9ca9", "#5d6b7a"),
    ),
    Scene(
        "Hills in autumn, late in the afternoon",
        ("#f5e6c4", "#eec07a"),
        ("#fdf3da", 0.2, 0.34),
        ("#d2a368", "#b47a45", "#8a4f30", "#55301f"),
    ),
]
# How many pictures each entry has that has any, the latest first.
GROUPS = (3, 1, 2, 1)


def add(life: Life) -> None:
    """Pictures for four of the latest entries, and a recording for another."""
    if life.entries > MOST_ENTRIES:
        return
    chance = life.chance("attachments")
    found = Entry.objects.for_user(life.owner).kept().newest_first().only("id", "owner_id")
    entries = list(found.order_by("-local_date", "-occurred_at")[2 : 2 + 3 * (len(GROUPS) + 1) : 3])
    for entry, count in zip(entries, GROUPS, strict=False):
        rows = [_picture(life, entry, place, chance) for place in range(count)]
        shown = [[str(row.pk), row.width, row.height] for row in rows[:SHOWN]]
        _add(entry, rows, {"photo": count, "shown": shown})
    for entry in entries[len(GROUPS) :]:
        _add(entry, [_recording(life, entry, chance)], {"audio": 1})


def _add(entry: Entry, rows: list[Attachment], attached: dict[str, object]) -> None:
    insert(Attachment, rows)
    Entry.objects.filter(pk=entry.pk, owner=entry.owner_id).update(attached=attached)


def _picture(life: Life, entry: Entry, place: int, chance: Chance) -> Attachment:
    scene = chance.draw("scenes", range(len(SCENES)))
    original, sizes = _drawn(scene)
    row = _row(life, entry, place, chance, original)
    row.name = f"IMG_{2000 + chance.between(0, 999)}.jpg"
    row.kind, row.content_type = Attachment.Kind.PHOTO, "image/jpeg"
    row.width, row.height, row.state = WIDTH, HEIGHT, Attachment.State.MADE
    row.alt = SCENES[scene].alt
    _put(row.key, original)
    for box, made in sizes.items():
        _put(row.size_key(box), made)
    return row


def _recording(life: Life, entry: Entry, chance: Chance) -> Attachment:
    sound = _rain()
    row = _row(life, entry, 0, chance, sound)
    row.name, row.seconds = "Rain on the window.wav", SECONDS
    row.kind, row.content_type = Attachment.Kind.AUDIO, "audio/wav"
    _put(row.key, sound)
    return row


def _row(life: Life, entry: Entry, place: int, chance: Chance, content: bytes) -> Attachment:
    begun = datetime.combine(life.begins, time(18), UTC)
    return Attachment(
        id=chance.new_id(begun),
        owner=life.owner,
        entry=entry,
        position=place,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        key=f"{life.owner.pk}/{chance.random.getrandbits(128):032x}",
        created_at=begun,
        updated_at=begun,
    )


def _put(key: str, content: bytes) -> None:
    # A life that is made again has the names it had before.
    default_storage.delete(key)
    default_storage.save(key, ContentFile(content))


@cache
def _drawn(number: int) -> tuple[bytes, dict[int, bytes]]:
    """A picture as a file, and its sizes; the same each time."""
    image = _draw(SCENES[number], Random(number))  # noqa: S311 (not a secret)
    written = io.BytesIO()
    image.save(written, "JPEG", quality=85)
    return written.getvalue(), dict(pictures.made(written))


def _draw(scene: Scene, chance: Random) -> Image.Image:
    above, below = (Image.new("RGB", (WIDTH, HEIGHT), colour) for colour in scene.sky)
    image = Image.composite(below, above, Image.linear_gradient("L").resize((WIDTH, HEIGHT)))
    pen = ImageDraw.Draw(image)
    colour, across, down = scene.sun
    pen.circle((WIDTH * across, HEIGHT * down), HEIGHT * 0.07, fill=colour)
    for near, colour in enumerate(scene.hills):
        line = list(_ridge(HEIGHT * (0.5 + 0.13 * near), HEIGHT * 0.075, chance))
        pen.polygon([(0, HEIGHT), *line, (WIDTH, HEIGHT)], fill=colour)
    return image


def _ridge(height: float, swing: float, chance: Random) -> Iterator[tuple[float, float]]:
    """A line of hills: a few waves, each shorter and lower than the last."""
    waves = [(swing / n, n * chance.uniform(0.7, 1.3), chance.uniform(0, 7)) for n in (1, 2, 4, 9)]
    for x in range(0, WIDTH + 8, 8):
        rises = (high * math.sin(x / WIDTH * fast * 4 + at) for high, fast, at in waves)
        yield x, height + sum(rises)


@cache
def _rain() -> bytes:
    """A few seconds of rain: noise, with the sharpness taken off."""
    chance, level, samples = Random("rain"), 128.0, bytearray()  # noqa: S311
    for _ in range(SECONDS * RATE):
        level += (128 + chance.gauss(0, 40) - level) * 0.35
        samples.append(min(255, max(0, int(level))))
    written = io.BytesIO()
    with wave.open(written, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(RATE)
        sound.writeframes(bytes(samples))
    return written.getvalue()
