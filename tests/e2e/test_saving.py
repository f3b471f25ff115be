"""Saving by itself: after a pause, at blur, when the page is hidden or left; and its word."""

import pytest

from tests.e2e.desk import CANARY, expect_state, said, state_of, wait_for_body, write

pytestmark = pytest.mark.browser


def test_it_saves_a_second_after_a_pause(desk) -> None:
    page = desk.open("/today/")
    assert state_of(page) == "idle"
    write(page, CANARY)
    expect_state(page, "saved", within=3)
    wait_for_body(page, CANARY)
    assert said(page).startswith("Saved ")
