"""The deck and the situations: how many, and that every key can be kept."""

from django.utils.translation import override

from apps.cares import choosing
from apps.cares.deck import deck
from apps.cares.models import PairPick, SortedCard


def test_there_are_eighty_three_and_forty_come_first() -> None:
    every, first = deck(), deck(only_first=True)
    assert (
        len(every) == len({card.id for card in every}) == len({card.name for card in every}) == 83
    )
    assert len(first) == 40
    assert {card.id for card in first} < {card.id for card in every}
    assert {"mastery", "caring"} < {card.id for card in first}


def test_each_says_something_in_both_languages() -> None:
    english = {card.id: card for card in deck()}
    with override("de"):
        german = {card.id: card for card in deck()}
    assert all(card.gloss for card in [*english.values(), *german.values()])
    assert all(english[key].gloss != german[key].gloss for key in english)


def test_keys_can_be_kept() -> None:
    longest = SortedCard._meta.get_field("key").max_length
    assert all(len(card.id) <= longest for card in deck())
    assert len(choosing.situations()) >= 20
    longest = PairPick._meta.get_field("situation").max_length
    assert all(len(key) <= longest for key in choosing.situations())


def test_a_situation_that_is_no_more_says_nothing() -> None:
    assert choosing.situation("tuesday")
    assert choosing.situation("of another year") == ""
