"""Names of files, for every system."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.transfer.forms.naming import LONGEST, Names

WANTED = st.lists(
    st.one_of(
        st.text(max_size=200),
        st.sampled_from(["CON", "con.txt", "Lpt1", "a", "A", "a-2", "..", " . ", "", "x" * 300]),
    ),
    max_size=12,
)
SUFFIXES = st.sampled_from(["", ".md", ".JPG", ".tar.gz", "/../x", ".ä"])


@given(WANTED, SUFFIXES, st.booleans())
def test_every_system_takes_every_name_and_no_two_are_alike(wanted, suffix, as_written) -> None:
    name_of = Names(as_written=as_written)
    names = [name_of(one, suffix) for one in wanted]
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        assert 0 < len(name.encode()) <= LONGEST
        assert not set(name) & set('<>:"/\\|?*\0\n\r\t')
        assert name == name.strip(" .")
        assert name.split(".")[0].upper() not in {"CON", "PRN", "AUX", "NUL", "COM1", "LPT1"}
        assert as_written or (name.isascii() and " " not in name)


@pytest.mark.parametrize(
    ("wanted", "ascii_name", "written"),
    [
        ("Über Größe", "Ueber-Groesse.md", "Über Größe.md"),
        ("Žižkov / Praha?", "Zizkov-Praha.md", "Žižkov - Praha.md"),
        ("日記", "unnamed.md", "日記.md"),
        ("AUX", "_AUX.md", "_AUX.md"),
        ("v1.2: it's out…", "v1.2-its-out.md", "v1.2- it's out….md"),
        ("../../etc/passwd", "etc-passwd.md", "etc-passwd.md"),
    ],
)
def test_a_name_is_like_the_one_wanted(wanted, ascii_name, written) -> None:
    assert Names()(wanted, ".md") == ascii_name
    assert Names(as_written=True)(wanted, ".md") == written


def test_many_that_want_the_same_are_numbered() -> None:
    name_of = Names()
    assert [name_of("Day", ".md") for _number in range(3)] == ["Day.md", "Day-2.md", "Day-3.md"]
    assert name_of("DAY-2", ".md") == "DAY-2-2.md"
    assert len({name_of("Day", ".md") for _number in range(5_000)}) == 5_000
