"""Every private row has an owner, and no link between rows can cross owners."""

import re
from collections.abc import Iterable

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.fields import GenericForeignKey
from django.db import connection, models

from apps.core.models import Owned
from tests.house.sources import LINE, planted_model

# Rows without an owner of their own, each with the reason why.
EXCUSED = {
    "accounts.User": "is the owner",
    "accounts.Session": "begins before somebody logs in; from then on it goes with its owner",
    "promises.OptOut": "holds for all accounts, and says nothing of whose address it was",
    "accounts.TryCount": "counts the tries of strangers too, and goes a day later",
    "prompts.Pack": "is shipped for everybody, or somebody's own, and then goes with them",
    "prompts.Prompt": "has the owner of its pack, or none where that is shipped",
    "prompts.Wording": "has the owner of its question, or none where that is shipped",
}
# Links between owned rows that the database does not tie to one owner, each with the reason why.
LOOSE: dict[str, str] = {}


def our_models() -> list[type[models.Model]]:
    """Every model of our apps, those of many-to-many fields too."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in LINE
    ]


def without_owner(found: Iterable[type[models.Model]]) -> list[str]:
    """Those that are not an `Owned` whose owner must be there and takes the row along."""
    wrong = []
    for model in found:
        if not issubclass(model, Owned):
            wrong.append(model._meta.label)
            continue
        owner = model._meta.get_field("owner")
        held = not owner.null and owner.remote_field.on_delete is models.CASCADE
        if not held or owner.related_model is not get_user_model():
            wrong.append(model._meta.label)
    return wrong


def owned_tables() -> list[str]:
    """The tables of private rows."""
    return sorted(model._meta.db_table for model in our_models() if issubclass(model, Owned))


def nullable_owners() -> list[str]:
    """Owned tables that the database itself lets be ownerless."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.columns WHERE table_schema = current_schema"
            " AND column_name = 'owner_id' AND is_nullable = 'NO'"
        )
        strict = {name for (name,) in cursor.fetchall()}
    return [table for table in owned_tables() if table not in strict]


def loose_links() -> list[str]:
    """Foreign keys between owned tables that no constraint ties to one and the same owner."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, confrelid::regclass::text,"
            " array(SELECT attname::text FROM pg_attribute"
            "  WHERE attrelid = conrelid AND attnum = ANY(conkey)) "
            "FROM pg_constraint WHERE contype = 'f'"
        )
        tied = {(source, target, frozenset(columns)) for source, target, columns in cursor}
    return [
        f"{model._meta.label}.{field.name}"
        for model in our_models()
        if issubclass(model, Owned)
        for field in model._meta.concrete_fields
        if field.remote_field
        and issubclass(field.related_model, Owned)
        and (
            model._meta.db_table,
            field.related_model._meta.db_table,
            frozenset({"owner_id", field.column}),
        )
        not in tied
    ]


def open_models() -> list[type[models.Model]]:
    """Models whose rows are somebody's own or, without an owner, for everybody to see."""
    return [
        model
        for model in our_models()
        if not issubclass(model, Owned)
        and any(field.name == "owner" and field.null for field in model._meta.concrete_fields)
    ]


def loose_open_links() -> list[str]:
    """Links to rows that may be somebody's own which no trigger keeps away from strangers' rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger"
            " WHERE NOT tgisinternal AND tgfoid = 'throughline_within_owner'::regproc"
            " AND tgenabled = 'O'"
        )
        held = {
            (table, *re.search(r"within_owner\('(\w+)', '(\w+)', '(same|open)'\)", text).groups())
            for table, text in cursor.fetchall()
            if "BEFORE INSERT OR UPDATE OF" in text
        }
    reach = open_models()
    return [
        f"{model._meta.label}.{field.name}"
        for model in our_models()
        for field in model._meta.concrete_fields
        if field.remote_field
        and field.related_model in reach
        and (
            model._meta.db_table,
            field.column,
            field.related_model._meta.db_table,
            "same" if model in reach else "open",
        )
        not in held
    ]


def test_every_model_has_an_owner_or_a_reason() -> None:
    assert sorted(without_owner(our_models())) == sorted(
        label for label in EXCUSED if label in {model._meta.label for model in our_models()}
    )


def test_every_reason_is_still_needed() -> None:
    assert set(EXCUSED) <= set(without_owner(our_models()))
    assert set(LOOSE) <= {
        f"{model._meta.label}.{field.name}"
        for model in our_models()
        for field in model._meta.concrete_fields
    }


@pytest.mark.parametrize(
    "owner",
    [
        models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, "+", null=True),
        models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, "+"),
        models.ForeignKey("people.Person", models.CASCADE, "+"),
    ],
    ids=["null", "protects", "another"],
)
def test_it_catches_a_model_whose_owner_does_not_hold(owner) -> None:
    with planted_model(Owned, owner=owner) as model:
        assert without_owner([model])


def test_it_catches_a_model_without_an_owner() -> None:
    with planted_model(name=models.CharField(max_length=9)) as model:
        assert without_owner([model])
    with planted_model(Owned) as model:
        assert without_owner([model]) == []


@pytest.mark.django_db
def test_the_database_wants_an_owner_in_every_private_row() -> None:
    assert owned_tables()
    assert nullable_owners() == []


@pytest.mark.django_db
def test_it_catches_a_table_that_does_without() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE people_person ALTER owner_id DROP NOT NULL")
    assert nullable_owners() == ["people_person"]


@pytest.mark.django_db
def test_every_link_stays_with_one_owner() -> None:
    assert loose_links() == list(LOOSE)


@pytest.mark.django_db
def test_it_catches_a_link_that_could_cross_owners() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE journal_revision DROP CONSTRAINT revision_of_own_entry")
    assert loose_links() == ["journal.Revision.entry"]


@pytest.mark.django_db
def test_what_somebody_made_is_linked_to_by_nobody_else() -> None:
    assert {model.__name__ for model in open_models()} >= {"Pack", "Prompt", "Wording"}
    assert loose_open_links() == []


@pytest.mark.django_db
def test_it_catches_a_link_that_could_reach_a_strangers_question() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER deck_pack_id_within_owner ON prompts_deck")
    assert loose_open_links() == ["prompts.Deck.pack"]


def mixins_with_fields(found: Iterable[type[models.Model]]) -> set[str]:
    """Abstract models of ours that bring fields, other than Owned."""
    return {
        base.__name__
        for model in found
        for base in model.__mro__
        if base.__module__.startswith("apps.")
        and base is not Owned
        and getattr(getattr(base, "_meta", None), "abstract", False)
        and base._meta.local_fields
    }


def generic_keys(found: Iterable[type[models.Model]]) -> list[str]:
    """Models that point at anything at all."""
    return [
        model._meta.label
        for model in found
        if any(type(field).__name__.startswith("Generic") for field in model._meta.private_fields)
    ]


def test_no_field_comes_from_a_mixin_but_owner() -> None:
    assert mixins_with_fields(our_models()) == set()


def test_nothing_points_at_anything() -> None:
    assert generic_keys(our_models()) == []


def test_it_catches_a_mixin() -> None:
    with (
        planted_model(abstract=True, at=models.DateField()) as mixin,
        planted_model(mixin) as model,
    ):
        assert mixins_with_fields([model]) == {"Planted"}


def test_it_catches_a_generic_key() -> None:
    with planted_model(about=GenericForeignKey()) as model:
        assert generic_keys([model]) == ["people.Planted"]
