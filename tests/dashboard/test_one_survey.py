"""An operator who has loaded one survey only: the page opens on what was asked, and says why nothing can be split."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

import sql
from dashboard.pages.overview import data, fill
from tests.conftest import app_engine, create_database
from tests.dashboard import sample

Stores = tuple[sa.Engine, sa.Engine]


@pytest.fixture(scope="module")
def voice(server_url: str) -> Iterator[Stores]:
    """Only calls were rated, and all of them in one way (by SMS)."""
    owner = create_database(server_url)
    sample.build(owner, scored=("voice",))
    with sql.begin(owner) as connection:
        connection.exec_driver_sql("DELETE FROM score_rollup WHERE cut = 'mode' AND value <> 'sms'")
    app = app_engine(owner)
    yield owner, app
    app.dispose()
    owner.dispose()


def see(stores: Stores, *args: str, **query: str) -> data.View:
    return data.load(sample.context(*stores, *args, **query))


def words(component: object) -> str:
    """All text below a component."""
    if component is None or isinstance(component, str):
        return component or ""
    if isinstance(component, list | tuple):
        return " ".join(words(each) for each in component)
    return words(getattr(component, "children", None))


def test_the_page_opens_on_the_first_outcome_with_answers(voice: Stores) -> None:
    view = see(voice, "province", "4401")
    assert view.outcome.code == "voice" and view.card.reading.shown and view.by_member.movement is not None
    assert any(member.reading for member in view.members)


def test_an_address_still_chooses_an_outcome_without_answers(voice: Stores) -> None:
    view = see(voice, "province", "4401", outcome="hall")
    assert view.outcome.code == "hall" and view.card.reading is None
    assert view.by_member.reason == view.by_cut.reason == "no_answers"


def test_a_cut_is_shown_under_its_own_name(voice: Stores) -> None:
    """All answers came by SMS, so there is nothing to split by mode: the first cut that parts them is shown, and said."""
    for wanted in ({}, {"cut": "mode"}, {"cut": "generation"}, {"cut": "nonsense"}):
        view = see(voice, "province", "4401", **wanted)
        assert (view.cut, view.cuts) == ("segment", ("segment",)) and set(view.by_cut.movement.within) <= {"public", "elderly"}
        filled = fill.moved(view, sample.context(*voice, "province", "4401"))
        assert words(filled[fill.CUT_LABEL, "children"]) == "按客户群"


def test_without_any_answer_nobody_speaks_of_cuts_that_are_not_kept(voice: Stores) -> None:
    with sql.begin(voice[0]) as connection:
        connection.exec_driver_sql("DELETE FROM score_rollup WHERE cut NOT IN ('all', 'brand')")
    view = see(voice, "province", "4401", outcome="hall")
    assert view.by_cut.reason == "no_answers"
    assert see(voice, "province", "4401").by_cut.reason == "not_kept"
