"""The same files in a store that speaks S3: a real one, started here, with no network."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from moto.server import ThreadedMotoServer

from apps.accounts import leaving
from apps.journal import uploads
from apps.journal.uploads import Refused
from apps.transfer import checking, making
from apps.transfer.choosing import Choice, kept
from tests.factories import NOW, TODAY, make_attachment, make_entry, picture
from tests.house.sources import ROOT
from tests.journal.test_attachments import keep

pytestmark = [
    pytest.mark.django_db,
    # What boto and moto say about themselves.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
NAME = "files-of-the-tests"
KEYS = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """The address of the store."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(endpoint: str, settings: Any) -> Any:
    """A bucket with nothing in it, which is where files are put now."""
    found = boto3.resource("s3", endpoint_url=endpoint, region_name="us-east-1", **KEYS).Bucket(
        NAME
    )
    found.create()
    found.objects.all().delete()
    options = {
        "bucket_name": NAME,
        "endpoint_url": endpoint,
        "region_name": "us-east-1",
        "access_key": "key",
        "secret_key": "secret",
        "location": "journal",
        "addressing_style": "path",
        "file_overwrite": True,
        "default_acl": None,
        "max_memory_size": 1024,
    }
    backend = {"BACKEND": "config.buckets.Bucket", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "default": backend}
    return found


def names(bucket: Any) -> list[str]:
    """What lies in the bucket."""
    return sorted(item.key for item in bucket.objects.all())


def test_files_and_their_sizes_lie_in_the_bucket(alice, alice_client, bucket) -> None:
    row = make_attachment(make_entry(alice), picture(600, 400))
    assert names(bucket) == sorted(
        f"journal/{key}" for key in [row.key, row.size_key(480), row.size_key(1200)]
    )
    shown = alice_client.get(f"{row.get_absolute_url()}480/")
    assert shown.getvalue()[:4] == b"RIFF"


def test_a_part_is_read_and_no_more(alice, alice_client, bucket) -> None:
    content = bytes(range(256)) * 40
    row = make_attachment(make_entry(alice), content, name="a.bin")
    url = f"{row.get_absolute_url()}file/"
    answer = alice_client.get(url, headers={"range": "bytes=300-309"})
    assert (answer.status_code, answer.getvalue()) == (206, content[300:310])
    assert alice_client.get(url).getvalue() == content
    bucket.Object(f"journal/{row.key}").delete()
    assert alice_client.get(url).status_code == 404


def test_all_that_goes_goes_from_the_bucket(alice, bob, bucket) -> None:
    kept = make_attachment(make_entry(bob))
    removed = make_attachment(make_entry(alice))
    uploads.forget_files([removed.key])
    assert len(names(bucket)) == 2
    make_attachment(make_entry(alice))
    leaving.remove(alice)
    # What stays of alice is that she is gone.
    left = [kept.key, kept.size_key(480), f"{leaving.REMOVED}/{alice.pk}"]
    assert names(bucket) == sorted(f"journal/{key}" for key in left)


def test_what_has_no_row_is_swept_from_the_bucket(alice, bucket) -> None:
    row = keep(make_entry(alice))
    uploads.Attachment.objects.all().delete()
    now = default_storage.get_modified_time(row.key)
    assert uploads.sweep(now) == 0
    assert uploads.sweep(now + 2 * uploads.ORPHANS_KEPT) == 1
    assert names(bucket) == []


def test_a_bucket_that_is_not_there_is_said_to_have_no_room(alice, bucket) -> None:
    bucket.delete()
    with pytest.raises(Refused) as refused:
        keep(make_entry(alice), now=NOW)
    assert refused.value.status == 507


CHOSEN = """
import django, sys
django.setup()
from django.conf import settings
from django.core.files.storage import default_storage
assert "boto3" not in sys.modules
default_storage.bucket_name
print(type(default_storage._wrapped))
print(default_storage.bucket_name, default_storage.endpoint_url, default_storage.location)
"""


def test_the_environment_chooses_it() -> None:
    over = {"S3_BUCKET": "files", "S3_ENDPOINT": "http://127.0.0.1:9", "S3_FOLDER": "mine"}
    environment = {**os.environ, **over, "DJANGO_SETTINGS_MODULE": "config.settings"}
    environment |= {"S3_ACCESS_KEY": "key", "S3_SECRET_KEY": "secret"}
    found = subprocess.run(
        [sys.executable, "-c", CHOSEN], env=environment, cwd=ROOT, capture_output=True, text=True
    )
    assert found.returncode == 0, found.stderr
    assert "config.buckets.Bucket" in found.stdout
    assert "files http://127.0.0.1:9 mine" in found.stdout


@pytest.mark.django_db(transaction=True)
def test_an_export_lies_there_whole_and_is_compared_from_there(alice, alice_client, bucket) -> None:
    make_attachment(make_entry(alice), b"What Ana said.", name="a.txt")
    before = names(bucket)
    choice = kept(Choice(), "", TODAY)
    row = making.ask(owner=alice, form="throughline", choice=choice, by_mail=False)
    making.make(alice.pk, row.pk, timezone.now)
    row.refresh_from_db()
    assert names(bucket) == sorted([*before, f"journal/{row.key}"])
    whole = b"".join(default_storage.read_part(row.key, 0, row.bytes))
    assert hashlib.sha256(whole).hexdigest() == row.sha256
    check = checking.ask(owner=alice, archive=ContentFile(whole, "a.zip"))
    checking.compare(alice.pk, check.pk, timezone.now)
    check.refresh_from_db()
    assert (check.state, check.verdict["amiss"]) == ("ready", [])
    assert names(bucket) == sorted([*before, f"journal/{row.key}"])
    leaving.remove(alice)
    assert names(bucket) == [f"journal/{leaving.REMOVED}/{alice.pk}"]
