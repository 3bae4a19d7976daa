"""Publications: what readers see and when, late data, failing checks, two at once."""

from __future__ import annotations

import sqlalchemy as sa

from etl.steps.publish import publish
from tests.etl import rollup_sample


def test_a_second_publication_without_new_facts_is_none(store: sa.Engine) -> None:
    rollup_sample.build(store)
    first = publish(store)
    assert first.publication_id is not None and first.cells_changed > 0
    assert publish(store).publication_id is None
