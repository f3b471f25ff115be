"""The commands that write an archive and compare it; apart, for what they read is committed."""

import json
import zipfile
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.factories import make_entry
from tests.house.routes import make_life


@pytest.mark.django_db(transaction=True)
def test_the_commands_write_and_compare(alice, tmp_path) -> None:
    make_life(alice, "zymurgy")
    alice.refresh_from_db()
    out, path = StringIO(), tmp_path / "a.zip"
    call_command("export", user=alice.email, format="throughline", out=path, stdout=out)
    assert "rows" in out.getvalue()
    assert path.stat().st_mode & 0o777 == 0o600
    call_command("verify_archive", str(path), user=alice.email, stdout=out)
    make_entry(alice)
    with pytest.raises(CommandError, match="has changed since"):
        call_command("verify_archive", str(path), user=alice.email, stdout=out)
    with pytest.raises(CommandError, match="there already"):
        call_command("export", user=alice.email, format="throughline", out=path)
    assert json.loads(zipfile.ZipFile(path).read("throughline.json"))["version"] == 1
