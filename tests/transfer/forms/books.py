"""A short life with all that a book can hold, and how a form makes a file of it."""

import io
from datetime import date
from pathlib import Path

from django.core.files.storage import default_storage
from PIL import Image

from apps.accounts.models import User
from apps.journal.models import Attachment, EntryPerson
from apps.people.models import Person
from apps.transfer.choosing import Choice
from apps.transfer.forms import FORMS, Progress
from tests.factories import NOW, make_attachment, make_entry, make_user, photo, picture

# What a camera noted beside a photo, by tests.factories.photo.
CAMERA = b"xylothecium"
BODY = """It was *quiet*, **bright** and ~~grey~~, said `print(1)` at
[the place](https://example.org/?a=1&b=2) and [nowhere](javascript:alert(1)).[^one]

# Plans

- [ ] call Jonas
- [x] send the letter

3. third
4. fourth
   - within

> What somebody said

```
#import "x": * // $ \\ ]
```

| Day | Hours |
|-----|------:|
| Monday | 3 |

---

مساء الخير from Vienna, שלום too.

אחר צהריים

日本語 and 😀 <script>alert(1)</script> &amp; #read("/etc/passwd")

![a picture](https://example.org/p.png)

[^one]: The *note* itself
"""


def make_reader(email: str) -> User:
    """Somebody with entries in two years, four photos, and all that Markdown has."""
    user = make_user(email=email, name="Mira <&> Roth")
    make_entry(user, title="First", body="The first day.", local_date=date(2024, 12, 31))
    long = make_entry(user, title="All *that* #there is", body=BODY, local_date=date(2025, 1, 1))
    maria = Person.objects.create(owner=user, name="Maria <Müller>")
    EntryPerson.objects.create(owner=user, entry=long, person=maria)
    for wide, high in [(1600, 900), (600, 1200)]:
        row = make_attachment(long, photo(width=wide, height=high), name="walk.jpg")
        Attachment.objects.filter(pk=row.pk).update(alt='A "round" <thing>')
    waiting = make_attachment(long, picture(mode="RGBA", colour=(9, 9, 9, 9)), name="clear.png")
    for key in waiting.keys[1:]:
        default_storage.delete(key)
    lost = make_attachment(long, picture(colour="red"), name="lost.png")
    for key in lost.keys:
        default_storage.delete(key)
    make_attachment(long, b"%PDF-1.4 and more", name="plan & more.pdf")
    make_entry(user, body="Later that day.", local_date=date(2025, 1, 1))
    make_entry(user, title="Spring", body="Out again.", local_date=date(2025, 3, 20))
    return user


def made(key: str, user: User, **said: object) -> bytes:
    """The file of this form."""
    progress, choice = Progress(), Choice(**said)
    content = b"".join(FORMS[key].write(user, choice, NOW, progress))
    assert progress.done == FORMS[key].count(user, choice)
    return content


def laid(content: bytes, path: Path) -> Path:
    """The file, on the disk."""
    path.write_bytes(content)
    return path


def sizes_of(pictures: list[bytes]) -> list[tuple[int, int]]:
    """The measures of pictures; none of them has notes of a camera."""
    found = []
    for content in pictures:
        assert CAMERA not in content
        with Image.open(io.BytesIO(content)) as image:
            assert not image.getexif()
            found.append(image.size)
    return found
