"""jrnl's export as XML."""

from datetime import date, time

import pytest
from defusedxml import minidom
from hypothesis import given
from hypothesis import strategies as st

from apps.transfer.sources import jrnl_xml
from apps.transfer.sources.plain import PlainEntry, Unreadable
from tests.transfer.sources.brought import alone, few, known, outcomes

ENTRY = '<entry date="2024-06-16T09:05:00" starred="True"><tag name="@a"/>Title Text</entry>'


def read(tmp_path, *entries: str) -> list:
    """What is read from a journal with these entries, set in as jrnl does."""
    pretty = minidom.parseString(journal(*entries)).toprettyxml()
    return read_text(tmp_path, pretty)


def read_text(tmp_path, text: str) -> list:
    """What is read from this text."""
    return outcomes(jrnl_xml, alone(tmp_path / "work.xml", text))


def journal(*entries: str) -> str:
    """A journal."""
    tags = "<tags><tag name='@a'>1</tag></tags>"
    return f"<journal><entries>{''.join(entries)}</entries>{tags}</journal>"


def test_it_knows_a_journal_by_its_elements(tmp_path) -> None:
    for text, is_known in [
        (minidom.parseString(journal(ENTRY)).toprettyxml(), True),
        (journal(), True),
        ("<data version='2'/>", False),
        ("text", False),
    ]:
        assert known(jrnl_xml, alone(tmp_path / "a.xml", text)) is is_known


def test_it_reads_an_entry(tmp_path) -> None:
    [one, two] = read(
        tmp_path,
        ENTRY,
        '<entry date="2024-06-17T09:05:00" uuid="ABC" starred="False">'
        "Some @Tag\n\n&lt;b&gt; x</entry>",
    )
    assert (one.local_date, one.wall_time) == (date(2024, 6, 16), time(9, 5))
    assert (one.title, one.body, one.notebook) == ("", "Title Text", "work")
    assert (one.starred, one.tags) == (True, ("a",))
    assert (two.key, two.body, two.tags) == ("ABC", "Some @Tag\n\n<b> x", ("tag",))
    assert not two.starred


def test_what_is_not_known_is_kept(tmp_path) -> None:
    [one] = read(tmp_path, '<entry date="2024-06-17" mood="5">a <b>b</b> c</entry>')
    assert (one.rest, one.wall_time) == ({"mood": "5"}, None)
    assert {"a", "b", "c"} == set(one.body.split())


@pytest.mark.parametrize("bad", ["<x/>", "<entry/>", "<entry date='2024-02-30'>a</entry>"])
def test_one_bad_entry_leaves_the_others(tmp_path, bad) -> None:
    one, other, two = read(tmp_path, ENTRY, bad, ENTRY)
    assert isinstance(other, Unreadable)
    assert other.key == "work.xml#2"
    assert one.key == two.key


BOMB = '<!DOCTYPE journal [<!ENTITY a "aaaa">]><journal><entries>&a;</entries></journal>'


@pytest.mark.parametrize("text", ["", "text", "<journal><entries>", BOMB])
def test_what_is_no_xml_is_unreadable(tmp_path, text) -> None:
    [one] = read_text(tmp_path, text)
    assert isinstance(one, Unreadable)


@few
@given(
    st.dictionaries(st.sampled_from(["date", "starred", "uuid"]), st.text("20-T: é", max_size=9))
)
def test_whatever_one_entry_is_the_others_come_through(tmp_path, fields) -> None:
    said = " ".join(f'{key}="{value}"' for key, value in fields.items())
    found = read_text(tmp_path, journal(ENTRY, f"<entry {said}/>", ENTRY))
    assert len(found) == 3
    assert isinstance(found[2], PlainEntry)
