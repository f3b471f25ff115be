"""A journal as one plain text."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.text import to_plain
from apps.journal.sorting import pick_tags
from apps.transfer.forms.text import in_words
from tests.factories import NOW, TODAY, make_attachment, make_entry
from tests.transfer.forms.writing import written

DAY = timedelta(days=1)

MARKDOWN = r"""# Friday

A *warm* `day`, \*not\* [a page](https://example.org/a), <https://example.org/b>
and a second line.

- bread
- milk
  1. whole
  2. skimmed

     for the cat
-
- > a quote
- [ ] open
- [x] done

> said
> twice

| who | what |
|---|---|
| Ana | tea |

```
  code \*
```

A note[^1] ![sea](https://example.org/sea.png)

---

[^1]: In the margin
"""
WORDS = r"""Friday

A warm day, *not* a page <https://example.org/a>, https://example.org/b
and a second line.

- bread

- milk

  1. whole

  2. skimmed

     for the cat

-
- > a quote

- [ ] open

- [x] done

> said
> twice

who | what
Ana | tea

  code \*

A note[1] sea <https://example.org/sea.png>

* * *

[1] In the margin"""


def test_marks_are_gone_and_what_they_said_is_not() -> None:
    assert in_words(MARKDOWN) == WORDS


LINE = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1)


@given(st.lists(LINE, min_size=1, max_size=4))
def test_every_letter_that_was_escaped_is_there_as_it_was_meant(lines) -> None:
    body = "\n\n".join(re.sub(r"[!-/:-@\[-`{-~]", r"\\\g<0>", line) for line in lines)
    assert in_words(body) == "\n\n".join(lines)


@given(st.text(alphabet=' \n\t->#*`[]()!|1.xy\\"&<^:', max_size=60))
def test_no_word_is_lost(body) -> None:
    found = in_words(body)
    assert all(word in found for word in to_plain(body).split())


@pytest.mark.django_db
def test_days_have_a_heading_and_entries_a_time_and_a_title(alice) -> None:
    first = make_entry(alice, title="A walk", body="To *the* sea.", local_date=TODAY, starred=True)
    pick_tags(alice, first, ["Out of town", "sea"])
    make_attachment(first, name="sea.png")
    make_entry(alice, body="Moved", local_date=TODAY + DAY, occurred_at=NOW - 9 * DAY)
    assert written(alice, "text").decode() == (
        "Friday, November 20, 2026\n=========================\n\n"
        "7:30\u202fPM  A walk\n\nTo the sea.\n\n"
        "Starred: yes\nTags: Out of town, sea\nFiles: sea.png\n\n--------------------\n\n"
        "Saturday, November 21, 2026\n===========================\n\n"
        "Moved\n\n--------------------\n\n"
    )
    assert "sea.png" not in written(alice, "text", with_files=False).decode()
