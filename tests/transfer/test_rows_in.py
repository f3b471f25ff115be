"""The rows of an archive are lines of any length up to a limit, wherever their pieces end."""

import json
import time

import pytest

from apps.transfer import verifying
from apps.transfer.sources.package import Package, Refused
from apps.transfer.verifying import rows_in

ID = "0198c0de-0000-7000-8000-000000000000"


def rows(tmp_path, text: str) -> list[dict]:
    """The rows of a table that is written like this."""
    path = tmp_path / "archive"
    (path / "rows").mkdir(parents=True)
    (path / "rows" / "a.ndjson").write_text(text)
    with Package(path) as package:
        return list(rows_in(package, "a"))


@pytest.mark.parametrize("piece", [1, 7, 256 * 1024])
@pytest.mark.parametrize("end", ["", "\n"])
def test_a_line_is_a_row_wherever_its_pieces_end(tmp_path, monkeypatch, piece, end) -> None:
    monkeypatch.setattr(verifying, "PIECE", piece)
    written = [{"id": ID, "text": text} for text in ("", "a\rb\u2028c", "é" * 99)]
    text = "\n".join(json.dumps(row, ensure_ascii=False) for row in written)
    assert rows(tmp_path, text + end) == written


def test_a_long_line_takes_no_longer_than_as_many_short_ones(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(verifying, "PIECE", 64)
    text = json.dumps({"id": ID, "text": "x" * 2_000_000})
    began = time.process_time()
    assert len(rows(tmp_path, text)) == 1
    assert time.process_time() - began < 2


def test_a_line_that_is_too_long_is_refused_before_its_end(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(verifying, "LONGEST_LINE", 1_000)
    monkeypatch.setattr(verifying, "PIECE", 100)
    with pytest.raises(Refused, match="too long"):
        rows(tmp_path, "x" * 1_200)


@pytest.mark.parametrize("line", ["", "x", "[]", "{}", '{"id": 5}', '{"id": "5"}'])
def test_a_line_that_is_no_row_is_refused(tmp_path, line) -> None:
    with pytest.raises(Refused, match="A line of"):
        rows(tmp_path, f'{{"id": "{ID}"}}\n{line}\n')


def test_a_table_that_is_not_there_has_no_rows(tmp_path) -> None:
    with Package(tmp_path) as package:
        assert list(rows_in(package, "a")) == []
