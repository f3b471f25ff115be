"""Which words of a text are tags and people."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.text import clean
from apps.journal.mentions import mentions


@pytest.mark.parametrize(
    ("body", "tags"),
    [
        ("Shipped #release today.", ("release",)),
        ("#first word, and *#second*", ("first", "second")),
        ("(#aside), #naïve-idea! #C&A #v2.1.", ("aside", "naïve-idea", "C&A", "v2.1")),
        ('#"two words" and #“as typed”', ("two words", "as typed")),
        ("#日本語 and #Ελληνικά", ("日本語", "Ελληνικά")),
        ("#twice #twice", ("twice",)),
        ("- [ ] #task\n\n> #quoted", ("task", "quoted")),
        ("# A heading\n\n## Another", ()),
        ("`#code` and\n\n    #indented\n\n```\n#fenced\n```", ()),
        ("see https://example.org/#part and [a link](#part)", ()),
        ("C# and a#b, ##double, \\#escaped, issue #3", ()),
        ("#", ()),
    ],
)
def test_it_finds_tags(body, tags) -> None:
    assert mentions(body).tags == tags


@pytest.mark.parametrize(
    ("body", "people"),
    [
        ("With @Jonas and @Ana.", ("Jonas", "Ana")),
        ('@"Ana María" called', ("Ana María",)),
        ("mail to jonas@example.org, @ nobody", ()),
    ],
)
def test_it_finds_people(body, people) -> None:
    assert mentions(body).people == people


@given(st.text(max_size=300))
def test_no_text_breaks_it(body) -> None:
    found = mentions(clean(body))
    for name in (*found.tags, *found.people):
        assert name == name.strip() != ""
        assert len(name) <= 64
