"""What is brought to sources in tests: files of any kind, and what they make of it."""

import json
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import settings
from hypothesis import strategies as st

from apps.transfer.sources.package import LIMITS, Limits, Package
from apps.transfer.sources.plain import PlainEntry, Unreadable

BERLIN = ZoneInfo("Europe/Berlin")


def written(content: Any) -> bytes:
    """Bytes as they are, texts as UTF-8, and whatever else as JSON."""
    if isinstance(content, bytes):
        return content
    return (content if isinstance(content, str) else json.dumps(content)).encode()


def packed(path: Path, files: dict[str, Any]) -> Path:
    """A ZIP of these files."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, written(content))
    return path


def alone(path: Path, content: Any) -> Path:
    """A single file."""
    path.write_bytes(written(content))
    return path


def known(source: ModuleType, path: Path) -> bool:
    """Whether a source takes it for its own."""
    with Package(path) as package:
        return source.recognises(package)


def outcomes(
    source: ModuleType, path: Path, zone: ZoneInfo = BERLIN, limits: Limits = LIMITS
) -> list[PlainEntry | Unreadable]:
    """What a source reads from it."""
    with Package(path, limits=limits) as package:
        return list(source.read(package, zone))


# Half as many examples as elsewhere: each of them is brought as a file.
few = settings(max_examples=settings.default.max_examples // 2)
# Whatever may stand in JSON.
anything = st.recursive(
    st.none()
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.integers(-(2**62), 2**62)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
