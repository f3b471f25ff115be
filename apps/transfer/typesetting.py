"""Setting pages with typst, in a process of its own that ends with the memory it took.

Started as `python -m apps.transfer.typesetting FOLDER NAME`, it sets NAME.json by book.typ, which
lies in FOLDER, and writes NAME.pdf beside it, or for the cover NAME.png. It can read that folder
and its fonts, and nothing else: no package is fetched, and no text is ever part of a program.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings

HERE = Path(__file__).parent / "forms"
TEMPLATE, FONTS = HERE / "book.typ", HERE / "fonts"
# Some ten times what the largest part takes on a small machine.
SECONDS = 600
# What the process has to know of the world: where its own modules and the fonts are.
NEEDED = ("PATH", "PYTHONPATH", "HOME")
PIXELS_PER_INCH = 200


class NotSet(Exception):
    """The typesetter gave up. Its words are not told: they may quote what somebody wrote."""


def typeset(folder: Path, name: str, data: dict[str, Any], ending: str = ".pdf") -> Path:
    """The pages of what book.typ makes of this data, as `name` in that folder. Raises NotSet."""
    (folder / TEMPLATE.name).write_bytes(TEMPLATE.read_bytes())
    (folder / f"{name}.json").write_text(json.dumps(data), encoding="utf-8")
    made = folder / f"{name}{ending}"
    command = [sys.executable, "-m", __name__, str(folder), name, ending]
    try:
        subprocess.run(  # noqa: S603 (our own words)
            command,
            cwd=settings.ROOT,
            env={name: os.environ[name] for name in NEEDED if name in os.environ},
            check=True,
            capture_output=True,
            timeout=SECONDS,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise NotSet from error
    return made


def _set(folder: Path, name: str, ending: str) -> None:
    import typst

    typst.compile(
        str(folder / TEMPLATE.name),
        output=str(folder / f"{name}{ending}"),
        root=str(folder),
        font_paths=[str(FONTS)],
        sys_inputs={"name": name},
        ppi=PIXELS_PER_INCH,
        # Places that are not there: nothing is read from them, and nothing is put into them.
        package_path=str(folder / "none"),
        package_cache_path=str(folder / "none"),
    )


if __name__ == "__main__":
    _set(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
