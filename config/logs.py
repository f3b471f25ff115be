"""Log lines as JSON that cannot hold a person's text.

A line is an allow-list: the fields below and nothing else. Messages of exceptions are left out,
because databases and parsers like to quote what they were given.
"""

import json
import logging
import traceback
from datetime import UTC, datetime

FIELDS = ("event", "request", "route", "method", "status", "ms", "queries", "person", "job")


class JSONFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, the allowed fields, and where an error rose."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "ts": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        # The text of a message is ours only when nothing was filled into it.
        if not record.args and not record.exc_info and record.name.startswith("throughline"):
            line["event"] = record.getMessage()
        # Django attaches its request object under a name of ours: only plain values are taken.
        for name in FIELDS:
            if isinstance(value := getattr(record, name, None), str | int | float):
                line[name] = value
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = record.exc_info[0].__name__ if record.exc_info[0] else "unknown"
            line["where"] = [
                f"{frame.filename}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(record.exc_info[2])
            ][-12:]
        elif not line.get("event"):
            line["event"] = f"{record.module}.{record.funcName}"
        return json.dumps(line, ensure_ascii=False)
