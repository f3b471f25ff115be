"""A package is read without trusting a word of it."""

import pytest

from apps.transfer.sources.beginnings import first_keys
from apps.transfer.sources.package import Limits, Package, Refused
from tests.transfer.sources.brought import packed


def test_it_gives_files_by_name_without_their_wrapping_folder(tmp_path) -> None:
    path = packed(
        tmp_path / "a.zip", {"My Export/Journal.json": "[]", "My Export/photos/A.jpg": b"x"}
    )
    with Package(path) as package:
        assert package.names == ["Journal.json", "photos/A.jpg"]
        assert package.find("PHOTOS/a.JPG") == "photos/A.jpg"
        assert package.bytes("photos/A.jpg") == b"x"


@pytest.mark.parametrize(
    "folder", ["2024", "2024-03", "2024_03", "03", "2024-03-05", "5. März 2024"]
)
def test_a_folder_that_says_days_wraps_nothing(tmp_path, folder) -> None:
    path = packed(tmp_path / "a.zip", {f"{folder}/05.md": "a", f"{folder}/06.md": "b"})
    with Package(path) as package:
        assert package.names == [f"{folder}/05.md", f"{folder}/06.md"]


@pytest.mark.parametrize("folder", ["Journal 2024-03-05", "2024 in words", "export-2024"])
def test_a_folder_with_a_day_in_its_name_wraps_all_the_same(tmp_path, folder) -> None:
    with Package(packed(tmp_path / "a.zip", {f"{folder}/a.md": "a"})) as package:
        assert package.names == ["a.md"]


def test_it_reads_a_list_item_by_item(tmp_path) -> None:
    path = packed(tmp_path / "a.zip", {"a.json": {"entries": [{"a": 1}, {"a": 2.5}]}})
    with Package(path) as package:
        assert list(package.items("a.json", "entries.item")) == [{"a": 1}, {"a": 2.5}]
        assert first_keys(package, "a.json") == {"entries"}
        assert package.top("a.json") == "{"


@pytest.mark.parametrize("name", ["../a", "/a", "a/../../b", "C:/a", "a\\b", "n" * 1_001])
def test_it_refuses_names_that_lead_elsewhere(tmp_path, name) -> None:
    with pytest.raises(Refused):
        Package(packed(tmp_path / "a.zip", {name: "x"}))


def test_it_refuses_what_unpacks_to_nothing_but_itself(tmp_path) -> None:
    path = packed(tmp_path / "a.zip", {"a.txt": b"\0" * 8_000_000})
    with Package(path) as package, pytest.raises(Refused, match="unpacks"):
        package.bytes("a.txt")


def test_it_refuses_more_files_than_it_looks_through(tmp_path) -> None:
    path = packed(tmp_path / "a.zip", {f"{number}.txt": "x" for number in range(11)})
    with pytest.raises(Refused, match="more files"):
        Package(path, limits=Limits(members=10))


def test_it_refuses_json_that_lies_too_deep(tmp_path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"entries": [' + "[" * 5_000 + "]" * 5_000 + "]}")
    with Package(path) as package, pytest.raises(Refused, match="deep"):
        list(package.items("a.json", "entries.item"))
    with Package(path) as package, pytest.raises(Refused):
        package.json("a.json")


def test_a_single_file_and_a_folder_are_packages_too(tmp_path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.md").write_bytes(b"\xef\xbb\xbfone\r\ntwo")
    with Package(tmp_path / "a") as package:
        assert (package.names, package.text("b.md")) == (["b.md"], "one\ntwo")
    with Package(tmp_path / "a" / "b.md") as package:
        assert (package.is_single, package.names) == (True, ["b.md"])
