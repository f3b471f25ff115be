"""Whatever is brought either reads or is refused with a sentence (assurance T-16).

Archives are made here byte by byte, so that each of their claims can be a lie, and then damaged at
random. Reading one takes no more than two seconds and so much memory, and writes nothing.
"""

import importlib
import json
import pkgutil
import random
import struct
import time
import unicodedata
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest

from apps.transfer import sources
from apps.transfer.sources.beginnings import first_keys, places
from apps.transfer.sources.package import LIMITS, Limits, Package, Refused
from tests.day import one_in
from tests.transfer.sources.brought import BERLIN

try:
    import resource
except ImportError:  # where there is no such limit, the others are tested
    resource = None

SECONDS = 2.0
MEMORY = 300 * 1024**2
AT_ONCE = 50
DAY = b"# A day\n\nIn words, with ![a picture](a.png) and [[2024-01-06]].\n"


# --- Archives, byte by byte -----------------------------------------------------------------


@dataclass
class Member:
    """A file of an archive, with what is said of it where that is not the truth."""

    name: bytes
    content: bytes = DAY
    method: int = 8
    flags: int = 0x800
    crc: int | None = None
    packed_size: int | None = None
    size: int | None = None
    offset: int | None = None
    mode: int = 0o100644
    extra: bytes = b""
    local_name: bytes | None = None
    needs: int = 20

    def packed(self) -> bytes:
        if self.method != 8:
            return self.content
        deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
        return deflate.compress(self.content) + deflate.flush()


@dataclass
class Archive:
    """A ZIP, with what its end says where that is not the truth; `marks` are where parts begin."""

    members: list[Member]
    before: bytes = b""
    after: bytes = b""
    comment: bytes = b""
    count: int | None = None
    size: int | None = None
    offset: int | None = None
    record: bytes = b""
    marks: list[int] = field(default_factory=list)

    def bytes(self) -> bytes:
        out, listed = bytearray(self.before), bytearray()
        for member in self.members:
            self.marks.append(len(out))
            packed = member.packed()
            facts = struct.pack(
                "<HHHHHIII",
                member.needs,
                member.flags,
                member.method,
                0,
                0x5821,
                zlib.crc32(member.content) if member.crc is None else member.crc,
                len(packed) if member.packed_size is None else member.packed_size,
                len(member.content) if member.size is None else member.size,
            )
            name = member.name if member.local_name is None else member.local_name
            at = len(out) if member.offset is None else member.offset
            if member.offset is None:
                out += b"PK\x03\x04" + facts + struct.pack("<HH", len(name), 0) + name
                self.marks.append(len(out))
                out += packed
            lengths = struct.pack(
                "<HHHHHII",
                len(member.name),
                len(member.extra),
                0,
                0,
                0,
                member.mode << 16,
                at & 0xFFFFFFFF,
            )
            listed += b"PK\x01\x02\x14\x03" + facts + lengths + member.name + member.extra
        begins = len(out)
        self.marks.append(begins)
        out += listed
        self.marks.append(len(out))
        out += self.record
        count = len(self.members) if self.count is None else self.count
        out += b"PK\x05\x06" + struct.pack(
            "<HHHHIIH",
            0,
            0,
            count & 0xFFFF,
            count & 0xFFFF,
            (len(listed) if self.size is None else self.size) & 0xFFFFFFFF,
            (begins if self.offset is None else self.offset) & 0xFFFFFFFF,
            len(self.comment),
        )
        return bytes(out + self.comment + self.after)


def zip64(count: int, size: int, offset: int, at: int, disks: int = 1) -> bytes:
    """The records of a large archive: what they say of its list, and where they say they are."""
    record = struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, count, count, size, offset)
    return b"PK\x06\x06" + record + b"PK\x06\x07" + struct.pack("<IQI", 0, at, disks)


def in_zip64(members: list[Member], **lies: int) -> Archive:
    """A large archive in truth, but for some of what it says."""
    plain = Archive(members)
    made = plain.bytes()
    begins, end = plain.marks[-2:]
    del made
    truth = {"count": len(members), "size": end - begins, "offset": begins, "at": end}
    record = zip64(**{**truth, **lies})
    return Archive(members, record=record, count=0xFFFF, size=0xFFFFFFFF, offset=0xFFFFFFFF)


def sane(rng: random.Random) -> Archive:
    """An archive such as somebody brings, of some form."""
    entry = {"uuid": "A" * 32, "text": "words", "creationDate": "2024-01-05T22:00:00Z"}
    files = {
        b"2024-01-05.md": DAY,
        b"2024/01/06.md": b"---\ntags: [one, two]\n---\n" + DAY * rng.randrange(20),
        b"Journal.json": json.dumps(
            {"metadata": {}, "entries": [entry] * rng.randrange(9)}
        ).encode(),
        b"table.csv": b"date,text\n2024-01-05,words\n",
        "Fotos/Übung.jpg".encode(): rng.randbytes(200),
    }
    names = rng.sample(sorted(files), rng.randint(1, len(files)))
    return Archive([Member(name, files[name], rng.choice([0, 8])) for name in names])


# --- What they may mean ---------------------------------------------------------------------

NAMES = [
    *(b"../a.md", b"a/../../b.md", b"/etc/passwd", b"C:/a.md", b"c:a.md", b"a\\b.md", b"..\\a.md"),
    *(b"a\0.md", b"\0", b"", b".", b"./", b"..", b"a/..", b"//a.md", b"\\\\host\\a", b"n" * 65_535),
    *(b"n/" * 30_000 + b"a", b"a" * 1_001, b"\xff\xfe.md"),
]
TWINS = [
    (b"a.md", b"A.md"),
    (b"a.md", b"a.md"),
    (b"a.md", b"./a.md"),
    (b"a/b.md", b"a//b.md"),
    ("é.md".encode(), unicodedata.normalize("NFD", "é.md").encode()),
    ("ß.md".encode(), b"ss.md"),
]
REFUSED: dict[str, Callable[[], Archive]] = {
    **{
        f"name {name[:12]!r}": lambda name=name: Archive([Member(name)])
        for name in NAMES
        if name != b"./"
    },
    **{
        f"twins {first!r} {second!r}": lambda first=first, second=second: Archive(
            [Member(first), Member(second)]
        )
        for first, second in TWINS
    },
    "symbolic link": lambda: Archive([Member(b"a", b"/etc/passwd", mode=0o120777)]),
    "device": lambda: Archive([Member(b"a", mode=0o060644)]),
    "pipe": lambda: Archive([Member(b"a", mode=0o010644)]),
    "socket": lambda: Archive([Member(b"a", mode=0o140644)]),
    "folder without a slash": lambda: Archive([Member(b"a", mode=0o040755)]),
    "password": lambda: Archive([Member(b"a", flags=0x801)]),
    "unknown packing": lambda: Archive([Member(b"a", method=99)]),
    "packing of others": lambda: Archive([Member(b"a", method=14)]),
    "from the future": lambda: Archive([Member(b"a", needs=99)]),
    "all on one body": lambda: Archive(
        [Member(b"a"), *(Member(f"{number}".encode(), offset=0) for number in range(1_000))]
    ),
    "one within another": lambda: Archive(
        [Member(b"a", Archive([Member(b"b")]).bytes(), 0), Member(b"b", offset=31)]
    ),
    "more disks": lambda: in_zip64([Member(b"a")], disks=2),
    "a list elsewhere": lambda: in_zip64([Member(b"a")], at=0),
    "a list of another length": lambda: in_zip64([Member(b"a")], size=2**63),
    "an extra field too short": lambda: Archive(
        [Member(b"a", size=0xFFFFFFFF, extra=b"\1\0\2\0ab")]
    ),
    "an extra field too long": lambda: Archive([Member(b"a", extra=b"\1\0\xff\0")]),
    "a list longer than the file": lambda: Archive([Member(b"a")], size=2**31),
}


def many(number: int, count: int | None = None, large: bool = False) -> Archive:
    """Very many names, all of them empty files; with a list that says it is shorter."""
    archive = Archive([Member(b"%d" % one, b"", 0) for one in range(number)], count=count)
    if large:
        plain = Archive(archive.members)
        plain.bytes()
        begins, end = plain.marks[-2:]
        archive.record = zip64(1, end - begins, begins, end)
    return archive


def flipped(rng: random.Random) -> bytes:
    made = bytearray(sane(rng).bytes())
    for _time in range(rng.choice([1, 1, 2, 5, 20])):
        made[rng.randrange(len(made))] ^= 1 << rng.randrange(8)
    return bytes(made)


def flipped_in_the_list(rng: random.Random) -> bytes:
    archive = sane(rng)
    made = bytearray(archive.bytes())
    for _time in range(rng.choice([1, 2, 5])):
        made[rng.randrange(archive.marks[-2], len(made))] = rng.choice([0, 1, 0x7F, 0x80, 0xFF])
    return bytes(made)


def cut(rng: random.Random) -> bytes:
    archive = sane(rng)
    made = archive.bytes()
    at = rng.choice([*archive.marks, len(made)]) + rng.randint(-3, 30)
    return made[: max(0, at)] if rng.random() < 0.8 else made[max(0, at) :]


def lying(rng: random.Random) -> bytes:
    archive = sane(rng)
    member = rng.choice(archive.members)
    lie = rng.choice(
        [0, 1, 7, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF, rng.randrange(2**32)]
    )
    setattr(member, rng.choice(["crc", "packed_size", "size", "offset"]), lie)
    return archive.bytes()


def lying_at_the_end(rng: random.Random) -> bytes:
    archive = sane(rng)
    lie = rng.choice([0, 1, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, rng.randrange(2**32)])
    setattr(archive, rng.choice(["count", "size", "offset"]), lie)
    return archive.bytes()


def large(rng: random.Random) -> bytes:
    lie = rng.choice([0, 1, 2**16, 2**32 - 1, 2**32, 2**63 - 1, 2**63, 2**64 - 1])
    said = {rng.choice(["count", "size", "offset", "at"]): lie} if rng.random() < 0.8 else {}
    archive = in_zip64(sane(rng).members, **said)
    if rng.random() < 0.5:
        archive.count = archive.size = archive.offset = None
    return archive.bytes()


def extra(rng: random.Random) -> bytes:
    archive = sane(rng)
    member = rng.choice(archive.members)
    sizes = b"".join(
        struct.pack("<Q", rng.choice([0, 5, 2**32, 2**63, 2**64 - 1])) for _ in range(3)
    )
    length = rng.choice([0, 4, 8, 16, 24, 0xFFFF])
    member.extra = struct.pack("<HH", rng.choice([1, 1, 0x7075, 0x9901]), length) + sizes[:length]
    for said in ("size", "packed_size", "offset"):
        if rng.random() < 0.5:
            setattr(member, said, 0xFFFFFFFF)
    return archive.bytes()


def odd_bits(rng: random.Random) -> bytes:
    archive = sane(rng)
    member = rng.choice(archive.members)
    match rng.randrange(5):
        case 0:
            member.flags = rng.randrange(2**16)
        case 1:
            member.method = rng.randrange(100)
        case 2:
            member.mode = rng.randrange(2**16)
        case 3:
            member.needs = rng.randrange(256)
        case _:
            member.local_name = rng.choice([b"b", b"", b"\xff", member.name + b"\0"])
    return archive.bytes()


def odd_name(rng: random.Random) -> bytes:
    archive = sane(rng)
    member = rng.choice(archive.members)
    member.name = rng.choice([*NAMES, *(name for pair in TWINS for name in pair), rng.randbytes(9)])
    member.flags = rng.choice([0, 0x800])
    return archive.bytes()


def wrapped(rng: random.Random) -> bytes:
    archive = sane(rng)
    noise = rng.choice(
        [b"MZ", rng.randbytes(300), b"PK\x05\x06", b"\0" * 70_000, sane(rng).bytes()]
    )
    setattr(archive, rng.choice(["before", "after"]), noise)
    if rng.random() < 0.3:
        archive.comment = rng.choice([b"words", b"PK\x05\x06" + b"\0" * 18, b"x" * 65_535])
    return archive.bytes()


def nested(rng: random.Random) -> bytes:
    made = sane(rng).bytes()
    for _time in range(rng.randint(1, 6)):
        made = Archive([Member(b"%d.zip" % one, made) for one in range(2)]).bytes()
    return made


def bomb(rng: random.Random) -> bytes:
    size = rng.choice([3, 5, 40]) * 1024**2
    number = rng.choice([1, 1, 20]) if size < 10**7 else 1
    content = rng.choice([b"\0", b" ", b"[", b'{"a":', b"- "]) * size
    name = rng.choice(["%d.md", "%d.json", "%d.csv", "%d.jpg"])
    return Archive([Member((name % one).encode(), content[:size]) for one in range(number)]).bytes()


def json_text(rng: random.Random) -> bytes:
    deep = rng.choice([150, 250, 100_000])
    text = rng.choice(
        [
            "[" * deep,
            "[" * deep + "]" * deep,
            '{"entries":[' + '{"a":' * deep + "1" + "}" * deep + "]}",
            '{"entries":[{"text":"a","text":"b"}],"entries":[{"text":"c"}]}',
            '{"entries":[{"n":' + "9" * 5_000 + "}]}",
            '{"entries":[{"n":' + "9" * 5_000 + ".5e99999}]}",
            '{"entries":[{"n":1e999,"m":-1e-999,"o":NaN,"p":Infinity}]}',
            '{"entries":[{"text":"\\ud800 \\u0000 \\uffff"}]}',
            '{"entries":[{"creationDate":"0000-00-00T00:00:00Z"},{"creationDate":"9999-12-31T23:59:59Z"}]}',
            '{"entries":[1,null,"a",[],{},true,{"text":7,"tags":"x","creationDate":[]}]}',
            '{"entries":{"text":"a"}}',
            '{"' + "k" * 50_000 + '":' * 1 + '{"' * 1 + "k" * 50_000 + '":[1]}}',
            "[" + '{"k":"' + "x" * 3_000_000 + '"}]',
            "[" + ",".join(["{}"] * 100_000) + "]",
            "[" + " " * 3_000_000 + "]",
            '"words"',
            "7",
            "",
            "[1,2",
            '{"entries":[{"text":"a"}',
            "\ufeff[]",
        ]
    )
    made = text.encode(rng.choice(["utf-8", "utf-8", "utf-8-sig", "utf-16"]))
    if rng.random() < 0.3:
        return made
    return Archive([Member(rng.choice([b"Journal.json", b"a.md", b"data.json"]), made)]).bytes()


def words(rng: random.Random) -> bytes:
    return rng.choice(
        [
            b"---\n" + b"[" * 60_000 + b"\n---\n",
            b"---\ndate: " + b"9" * 5_000 + b"\n---\nwords",
            b"---\ndate: 9999-12-31T23:59:59-23:59\n---\nwords",
            b'date,text\n2024-01-05,"' + b"x" * 100_000,
            b"date,text\n" + b'"\n' * 20_000,
            b"<journal>" + b"<entry>" * 2_000,
            b'<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]><journal>&d;</journal>',
            b"[2024-01-05 09:00] A title\nwords\n" * 500,
            b"[" * 100_000,
            rng.randbytes(2_000),
            b"PK\x03\x04" + rng.randbytes(500),
            b"PK\x05\x06" + rng.randbytes(30),
            b"SQLite format 3\0" + rng.randbytes(500),
            DAY,
            b"",
        ]
    )


SHAPES = [
    *(flipped, flipped, flipped_in_the_list, flipped_in_the_list, cut, cut, lying, lying),
    *(lying_at_the_end, large, extra, odd_bits, odd_name, wrapped, nested, bomb, json_text, words),
]


# --- Reading them ---------------------------------------------------------------------------


def look(path: Path, read: Callable[[Package], None], limits: Limits = LIMITS) -> str:
    """What becomes of a file: "" where it reads, or the sentence; anything else fails."""

    def open_and_read() -> None:
        with Package(path, "journal", limits) as package:
            read(package)

    before = {(found, found.stat().st_size) for found in path.parent.rglob("*")}
    began = time.process_time()
    said = refusal(open_and_read)
    assert time.process_time() - began < SECONDS
    assert not said or said.endswith(".")
    assert {(found, found.stat().st_size) for found in path.parent.rglob("*")} == before
    return said


def everything(package: Package) -> None:
    """Read all there is of a package; a file that is refused leaves the others."""
    for name in package.names:
        assert package.find(name) == name
        assert package.size(name) >= 0
        said = refusal(partial(in_every_way, package, name))
        assert not said or said.endswith(".")


def in_every_way(package: Package, name: str) -> None:
    """Read a file as a text, and as JSON where it begins so."""
    package.text(name)
    if package.top(name):
        first_keys(package, name)
        places(package, name)
        for _item in package.items(name, "entries.item"):
            pass
        package.json(name)


def refusal(read: Callable[[], object]) -> str:
    """What is said where this is refused."""
    try:
        read()
    except Refused as refused:
        return str(refused)
    return ""


def by(source: Any) -> Callable[[Package], None]:
    """Reads a package by a source, where that knows it."""

    def read(package: Package) -> None:
        if source.recognises(package):
            for _outcome in source.read(package, BERLIN):
                pass

    return read


@cache
def all_sources() -> list[Any]:
    """The modules that are sources."""
    names = [found.name for found in pkgutil.iter_modules(sources.__path__)]
    modules = [importlib.import_module(f"{sources.__name__}.{name}") for name in names]
    return [module for module in modules if hasattr(module, "recognises")]


@contextmanager
def little_memory() -> Iterator[None]:
    """No more memory than so much above what is taken now."""
    status = Path("/proc/self/statm")
    if resource is None or not status.exists():
        yield
        return
    taken = int(status.read_text().split()[0]) * resource.getpagesize()
    limit, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (taken + MEMORY, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (limit, most))


def attack(folder: Path, round_: int, number: int = AT_ONCE) -> list[str]:
    """What becomes of so many hostile files, by how each was made."""
    found = []
    for one in range(number):
        rng = random.Random(f"{round_}/{one}")
        shape = SHAPES[(round_ * number + one) % len(SHAPES)]
        path = folder / "brought"
        path.write_bytes(shape(rng))
        try:
            with little_memory():
                said = look(path, everything)
                for source in all_sources():
                    said = look(path, by(source)) or said
        except BaseException as error:
            error.add_note(f"{shape.__name__}, random.Random('{round_}/{one}')")
            raise
        found.append(said)
    return found


@pytest.mark.parametrize("round_", one_in(5, range(10)))
def test_whatever_is_brought_either_reads_or_is_refused(tmp_path, round_) -> None:
    found = attack(tmp_path, round_)
    assert any(found)
    assert not all(found)


@pytest.mark.nightly
@pytest.mark.parametrize("round_", range(10, 100))
def test_whatever_is_brought_either_reads_or_is_refused_at_night(tmp_path, round_) -> None:
    attack(tmp_path, round_)


@pytest.mark.parametrize("lie", REFUSED)
def test_it_refuses_an_archive_that_means_harm(tmp_path, lie) -> None:
    path = tmp_path / "brought"
    path.write_bytes(REFUSED[lie]().bytes())
    with little_memory():
        assert look(path, everything)


@pytest.mark.parametrize("count", [None, 1])
@pytest.mark.parametrize("is_large", [False, True])
def test_it_counts_the_names_itself(tmp_path, count, is_large) -> None:
    path = tmp_path / "brought"
    path.write_bytes(many(2_001, count, is_large).bytes())
    assert "more files" in look(path, everything, Limits(members=2_000))


def test_it_refuses_a_million_names_without_looking_at_them(tmp_path) -> None:
    path = tmp_path / "brought"
    entry = b"PK\x01\x02" + b"\0" * 42
    listed = entry * 1_000_000
    path.write_bytes(
        listed + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(listed), 0, 0)
    )
    with little_memory():
        assert "more files" in look(path, everything)


def test_it_looks_through_as_many_names_as_may_be(tmp_path) -> None:
    path = tmp_path / "brought"
    path.write_bytes(many(65_000).bytes())
    with little_memory():
        assert look(path, lambda package: package.find("64999")) == ""


def breaks(package: Package) -> None:
    raise KeyError


def writes(package: Package) -> None:
    (package.folder / "new").touch()


def dallies(package: Package) -> None:
    began = time.process_time()
    while time.process_time() - began < SECONDS:
        pass


def hoards(package: Package) -> None:
    bytearray(2 * MEMORY)


@pytest.mark.parametrize("fault", [breaks, writes, dallies, hoards])
def test_it_would_find_a_reader_at_fault(tmp_path, monkeypatch, fault) -> None:
    monkeypatch.setattr(f"{__name__}.SECONDS", 0.1)
    path = tmp_path / "brought"
    path.write_bytes(DAY)

    def read(package: Package) -> None:
        package.folder = tmp_path
        fault(package)

    with pytest.raises((KeyError, AssertionError, MemoryError)), little_memory():
        look(path, read)


def test_an_archive_without_its_end_is_damaged_and_no_file_of_its_own(tmp_path) -> None:
    path = tmp_path / "brought"
    path.write_bytes(Archive([Member(b"a.md")]).bytes()[:-10])
    assert "its end is missing" in look(path, everything)


def test_many_small_bombs_are_one(tmp_path) -> None:
    path = tmp_path / "brought"
    path.write_bytes(Archive([Member(b"%d" % one, b"\0" * 4_000_000) for one in range(20)]).bytes())

    def read(package: Package) -> None:
        for name in package.names:
            package.bytes(name)

    assert "unpacks" in look(path, read)


def test_json_may_begin_with_a_mark(tmp_path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b'\xef\xbb\xbf{"entries": [1]}')
    with Package(path) as package:
        assert list(package.items("a.json", "entries.item")) == [1]
        assert first_keys(package, "a.json") == {"entries"}


@pytest.mark.parametrize(
    "entry", ['"' + "x" * 30_000 + '"', "{" + ",".join(f'"{n}":{n}' for n in range(900)) + "}"]
)
def test_one_entry_is_no_larger_than_a_text(tmp_path, entry) -> None:
    path = tmp_path / "a.json"
    path.write_text(f'{{"others": [{entry}], "entries": [1, {entry}]}}')
    with (
        Package(path, limits=Limits(text=20_000)) as package,
        pytest.raises(Refused, match="large"),
    ):
        list(package.items("a.json", "entries.item"))


def test_many_entries_may_be_larger_than_a_text(tmp_path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"entries": [{"text": "x" * 5_000}] * 100}))
    with Package(path, limits=Limits(text=20_000)) as package:
        assert len(list(package.items("a.json", "entries.item"))) == 100


def test_it_looks_for_keys_only_at_the_beginning(tmp_path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"a": ["x" * 100] * 10_000, "b": 1}))
    with Package(path) as package:
        assert first_keys(package, "a.json") == {"a"}
        assert package._read < 300_000


def test_a_fault_of_whoever_reads_is_no_damage(tmp_path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(DAY)
    with Package(path) as package, pytest.raises(ValueError, match="mine"):  # noqa: SIM117
        with package.opened("a.md"):
            raise ValueError("mine")
