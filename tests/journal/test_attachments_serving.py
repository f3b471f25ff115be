"""Files are sent to their owner only, in whole or in parts, and no browser keeps them."""

from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from apps.journal import drafting, uploads
from apps.journal.models import Attachment
from apps.journal.ranges import Part, Unsatisfiable, part_of
from tests.core.test_answers import check
from tests.factories import NOW, make_attachment, make_entry, photo, picture

pytestmark = pytest.mark.django_db
WAV = b"RIFF\x24\0\0\0WAVEfmt " + bytes(range(256)) * 8


@pytest.fixture
def sound(alice) -> Attachment:
    """A recording of alice's."""
    return make_attachment(make_entry(alice), WAV, name="a note.wav")


def url_of(row: Attachment, what: str = "file") -> str:
    """Where a file, or a size of it, is."""
    return f"{row.get_absolute_url()}{what}/"


def sent(client: Client, url: str, **headers: str) -> Any:
    """The answer, and all that it sends as `body`."""
    answer = client.get(url, headers=headers)
    answer.body = answer.getvalue()
    return answer


# --- whole ----------------------------------------------------------------------------------


def test_the_original_is_sent_as_it_was_for_download_only(alice, alice_client) -> None:
    content = photo(taken="2024:05:12 10:00:00")
    row = make_attachment(make_entry(alice), content, name='walk "in" Wien ☂.jpg')
    answer = sent(alice_client, url_of(row))
    assert answer.body == content
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Content-Length"] == str(len(content))
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''walk")
    check(answer)
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("content", [b"<script>alert(1)</script>", b"<svg onload='x()'/>", b"PK"])
def test_what_is_no_picture_is_never_sent_as_what_it_says_it_is(
    alice, alice_client, content
) -> None:
    row = make_attachment(make_entry(alice), content, name="a.html")
    answer = sent(alice_client, url_of(row))
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="a.html"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_size_is_sent_to_be_shown_and_holds_nothing_of_the_camera(alice, alice_client) -> None:
    row = make_attachment(make_entry(alice), photo(width=600, height=400))
    answer = sent(alice_client, url_of(row, "480"))
    assert answer.headers["Content-Type"] == "image/webp"
    assert answer.headers["Content-Disposition"] == "inline"
    assert b"xylothecium" not in answer.body
    check(answer)


@pytest.mark.parametrize("box", ["481", "2400", "0", "999999999999"])
def test_there_is_no_size_that_was_not_made(alice, alice_client, box) -> None:
    row = make_attachment(make_entry(alice), picture(600, 400))
    assert alice_client.get(url_of(row, box)).status_code == 404


def test_no_cache_may_keep_it(alice_client, sound) -> None:
    """assurance T-41, T-42: neither the browser nor anything on the way, whoever comes next."""
    answer = sent(alice_client, url_of(sound))
    assert set(answer.headers["Cache-Control"].split(", ")) == {"no-store", "private"}


def test_it_is_not_compressed_again(alice_client, sound) -> None:
    answer = sent(alice_client, url_of(sound), accept_encoding="gzip")
    assert "Content-Encoding" not in answer.headers
    assert answer.body == WAV


def test_head_says_the_same_and_sends_nothing(alice_client, sound) -> None:
    whole = sent(alice_client, url_of(sound))
    head = alice_client.head(url_of(sound), headers={"range": "bytes=0-9"})
    assert head.status_code == 200
    assert head.content == b""
    for name in ("Content-Length", "Content-Type", "ETag", "Accept-Ranges", "Content-Disposition"):
        assert head.headers[name] == whole.headers[name]


# --- to whom --------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["file", "480"])
def test_nobody_else_finds_it(alice, bob_client, what) -> None:
    row = make_attachment(make_entry(alice))
    assert bob_client.get(url_of(row, what)).status_code == 404
    assert Client().get(url_of(row, what)).status_code == 302
    assert Client().get(f"/media/{row.key}").status_code == 404
    assert Client().get(f"/{row.key}").status_code == 404


def test_what_was_removed_is_not_sent_any_more(alice, alice_client, sound) -> None:
    uploads.remove(sound, NOW)
    assert alice_client.get(url_of(sound)).status_code == 404


def test_what_lies_in_the_trash_can_still_be_seen(alice, alice_client, sound) -> None:
    drafting.throw_away(sound.entry, NOW)
    assert sent(alice_client, url_of(sound)).body == WAV


def test_a_file_that_is_lost_is_not_found(alice_client, sound) -> None:
    default_storage.delete(sound.key)
    assert alice_client.get(url_of(sound)).status_code == 404


# --- in part --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=10-19", 10, 20),
        ("bytes=100-", 100, len(WAV)),
        ("bytes=-7", len(WAV) - 7, len(WAV)),
        ("bytes=0-99999999", 0, len(WAV)),
        ("bytes=-99999999", 0, len(WAV)),
    ],
)
def test_a_part_is_sent(alice_client, sound, asked, start, stop) -> None:
    answer = sent(alice_client, url_of(sound), range=asked)
    assert answer.status_code == 206
    assert answer.body == WAV[start:stop]
    assert answer.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{len(WAV)}"
    assert answer.headers["Content-Length"] == str(stop - start)


@pytest.mark.parametrize("asked", ["bytes=99999999-", f"bytes={len(WAV)}-", "bytes=-0"])
def test_a_part_beyond_the_end_is_said_to_be(alice_client, sound, asked) -> None:
    answer = sent(alice_client, url_of(sound), range=asked)
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(WAV)}"
    assert answer.body == b""


@pytest.mark.parametrize(
    "asked",
    ["bytes=5-2", "bytes=0-1,3-4", "items=0-1", "bytes=a-b", "bytes=-", "bytes=" + "9" * 99],
)
def test_what_is_no_part_is_all_of_it(alice_client, sound, asked) -> None:
    answer = sent(alice_client, url_of(sound), range=asked)
    assert answer.status_code == 200
    assert answer.body == WAV


def test_a_part_is_only_sent_of_the_file_that_is_meant(alice_client, sound) -> None:
    etag = sent(alice_client, url_of(sound)).headers["ETag"]
    same = sent(alice_client, url_of(sound), range="bytes=0-3", if_range=etag)
    other = sent(alice_client, url_of(sound), range="bytes=0-3", if_range='"other"')
    weak = sent(alice_client, url_of(sound), range="bytes=0-3", if_range=f"W/{etag}")
    assert [a.status_code for a in (same, other, weak)] == [206, 200, 200]


def test_whoever_has_it_already_is_told_so(alice_client, sound) -> None:
    etag = sent(alice_client, url_of(sound)).headers["ETag"]
    assert etag == f'"{sound.sha256}"'
    again = sent(alice_client, url_of(sound), if_none_match=etag)
    assert (again.status_code, again.body) == (304, b"")
    assert sent(alice_client, url_of(sound), if_match='"other"').status_code == 412


@given(st.integers(0, 300), st.integers(0, 400), st.integers(0, 400), st.sampled_from("bse"))
def test_every_part_is_the_one_that_was_asked_for(size, first, last, form) -> None:
    """RFC 9110, 14.1.2, worked out on a list of bytes."""
    content = list(range(size))
    asked = {"b": f"{first}-{last}", "s": f"-{last}", "e": f"{first}-"}[form]
    expected = {
        "b": content[first : last + 1],
        "s": content[-last:] if last else [],
        "e": content[first:],
    }[form]
    try:
        part = part_of(f"bytes={asked}", size)
    except Unsatisfiable:
        assert expected == []
        return
    if form == "b" and last < first:
        assert part is None
        return
    assert part is not None
    assert content[part.start : part.stop] == expected


@given(st.text(max_size=60), st.integers(0, 10_000))
def test_whatever_is_asked_the_part_lies_in_the_file(header, size) -> None:
    for asked in (header, f"bytes={header}"):
        try:
            part = part_of(asked, size)
        except Unsatisfiable:
            continue
        assert part is None or 0 <= part.start < part.stop <= size


def test_a_part_is_named_as_it_is() -> None:
    assert Part(0, 10).of(20) == "bytes 0-9/20"


def test_a_large_file_passes_through_in_pieces(alice, alice_client, monkeypatch) -> None:
    row = make_attachment(make_entry(alice), b"x" * 1_000_000, name="large.bin")
    chunks = list(alice_client.get(url_of(row)))
    assert len(chunks) > 10
    assert sum(map(len, chunks)) == 1_000_000


def test_files_lie_where_only_this_server_looks() -> None:
    assert settings.STORAGES["default"]["BACKEND"] == "config.storages.Folder"
    assert not settings.MEDIA_URL or "media" not in str(settings.STATICFILES_DIRS)
