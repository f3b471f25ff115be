"""Which database is meant."""

import os
from pathlib import Path

from config.local.problems import Problem


def database_url() -> str:
    """The DATABASE_URL that was given, in the environment or in the file DATABASE_URL_FILE.

    Empty when none was: then the embedded PostgreSQL is meant.
    """
    path = os.environ.get("DATABASE_URL_FILE")
    if not path:
        return os.environ.get("DATABASE_URL", "")
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise Problem(f"DATABASE_URL_FILE cannot be read: {error.strerror}.") from error
