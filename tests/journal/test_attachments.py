"""Attaching: what is taken, where it lies, and that none of it is lost or made twice."""

import io
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from apps.journal import tasks, uploads
from apps.journal.models import Attachment, Entry
from tests.factories import NOW, make_entry

pytestmark = pytest.mark.django_db


def png(width=60, height=40) -> ContentFile:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, "PNG")
    return ContentFile(out.getvalue())


def test_it_keeps_a_photo(alice) -> None:
    entry = make_entry(alice)
    row = uploads.attach(owner=alice, entry=entry, name="../a b.png", content=png(), now=NOW)
    assert (row.name, row.kind, row.width, row.height) == ("a b.png", "photo", 60, 40)
    assert default_storage.exists(row.key)
    tasks.make_sizes(str(alice.pk), str(row.pk))
    entry.refresh_from_db()
    assert entry.attached == {"photo": 1, "shown": [[str(row.pk), 60, 40]]}
    uploads.remove(row, NOW)
    assert uploads.forget_removed(NOW + timedelta(days=2)) == 1
