"""What a file is, by its bytes: neither its name nor what a browser says of it is believed.

A pure module over an open file. Pictures are only recognised here; whether one can be decoded is
for `apps.journal.pictures` to find out. What is played in pages is what every browser plays; all
else is a file, to be downloaded.
"""

from typing import IO, NamedTuple

import puremagic

HEAD = 4_096
# A film's description of itself; longer ones belong to films of hours.
LONGEST_MOOV = 4 * 1024 * 1024
UNKNOWN = "application/octet-stream"
# From fewer bytes than this in common, puremagic guesses.
ENOUGH_IN_COMMON = 4


class Sniffed(NamedTuple):
    """A kind of `Attachment.Kind`, and the type that goes with the bytes."""

    kind: str
    content_type: str


def sniff(content: IO[bytes]) -> Sniffed:
    """What the bytes say they are. Reads the beginning; leaves the file at its beginning."""
    content.seek(0)
    head = content.read(HEAD)
    found = _picture(head) or _sound(head, content) or _other(head)
    content.seek(0)
    return found


def _picture(head: bytes) -> Sniffed | None:
    if head.startswith(b"\xff\xd8\xff"):
        return Sniffed("photo", "image/jpeg")
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Sniffed("photo", "image/png")
    if head.startswith((b"GIF87a", b"GIF89a")):
        return Sniffed("photo", "image/gif")
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Sniffed("photo", "image/webp")
    if head[4:8] == b"ftyp":
        brands = _brands(head)
        if brands & {b"avif", b"avis"}:
            return Sniffed("photo", "image/avif")
        if brands & {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"}:
            return Sniffed("photo", "image/heic")
    return None


def _brands(head: bytes) -> set[bytes]:
    """What a file of the ISO family (ISO/IEC 14496-12, 4.3) says it can be read as."""
    length = min(int.from_bytes(head[:4], "big"), len(head), 200)
    return {head[8:12], *(head[at : at + 4] for at in range(16, length - 3, 4))}


def _sound(head: bytes, content: IO[bytes]) -> Sniffed | None:
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return Sniffed("audio", "audio/wav")
    if head.startswith(b"fLaC"):
        return Sniffed("audio", "audio/flac")
    if head.startswith(b"OggS"):
        spoken = (b"OpusHead", b"\x01vorbis", b"\x7fFLAC", b"Speex   ")
        is_sound = any(head[28:].startswith(mark) for mark in spoken)
        return Sniffed("audio", "audio/ogg") if is_sound else Sniffed("file", "application/ogg")
    if head.startswith(b"\x1aE\xdf\xa3") and b"webm" in head[:64]:
        is_sound = b"A_OPUS" in head or b"A_VORBIS" in head
        is_film = any(mark in head for mark in (b"V_VP", b"V_AV1", b"V_MPEG"))
        if is_sound and not is_film:
            return Sniffed("audio", "audio/webm")
        return Sniffed("file", "video/webm")
    if head[4:8] == b"ftyp":
        moov = _moov(content)
        is_sound = b"soun" in moov and b"vide" not in moov
        return Sniffed("audio", "audio/mp4") if is_sound else Sniffed("file", "video/mp4")
    if head.startswith(b"ID3") or _is_mpeg(head):
        return Sniffed("audio", "audio/mpeg")
    if _is_adts(head):
        return Sniffed("audio", "audio/aac")
    return None


def _moov(content: IO[bytes]) -> bytes:
    """The part of a film or a recording that names its tracks (ISO/IEC 14496-12, 8.2)."""
    at = 0
    for _ in range(64):
        content.seek(at)
        header = content.read(16)
        if len(header) < 8:
            break
        length = int.from_bytes(header[:4], "big")
        if length == 1:
            length = int.from_bytes(header[8:16], "big")
        if header[4:8] == b"moov":
            content.seek(at)
            return content.read(min(length or LONGEST_MOOV, LONGEST_MOOV))
        if length < 8:
            break
        at += length
    return b""


_BITRATES = {
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}


def _is_mpeg(head: bytes) -> bool:
    """Whether two frames of MPEG audio, layer III, follow each other (ISO/IEC 11172-3, 2.4.1)."""
    length = _frame(head)
    return bool(length) and bool(_frame(head[length : length + 4]))


def _frame(head: bytes) -> int:
    """The length of the frame that begins here; 0 for none."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return 0
    version, rate, bitrate = head[1] >> 3 & 3, head[2] >> 2 & 3, head[2] >> 4
    if version == 1 or rate == 3 or bitrate in {0, 15}:
        return 0
    kbit = _BITRATES[1 if version == 3 else 2][bitrate]
    samples = 144_000 if version == 3 else 72_000
    return samples * kbit // _RATES[version][rate] + (head[2] >> 1 & 1)


def _is_adts(head: bytes) -> bool:
    """Whether two frames of AAC follow each other (ISO/IEC 13818-7, 6.2)."""

    def frame(part: bytes) -> int:
        if len(part) < 7 or part[0] != 0xFF or part[1] & 0xF6 != 0xF0:
            return 0
        return (part[3] & 3) << 11 | part[4] << 3 | part[5] >> 5

    length = frame(head)
    return length > 7 and bool(frame(head[length : length + 7]))


def _other(head: bytes) -> Sniffed:
    if head.startswith(b"%PDF-"):
        return Sniffed("pdf", "application/pdf")
    try:
        best = puremagic.magic_string(head)[0]
    except (LookupError, ValueError):
        return Sniffed("file", UNKNOWN)
    known = len(best.byte_match) >= ENOUGH_IN_COMMON and "/" in best.mime_type
    return Sniffed("file", best.mime_type[:100] if known else UNKNOWN)
