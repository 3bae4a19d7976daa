"""Many tests at once, against Benjamini & Hochberg (1995)."""

import numpy as np

from etl.domain.multiplicity import benjamini_hochberg, bonferroni

# Their example: fifteen hypotheses on myocardial infarction (section 4.1).
P = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1]


def test_the_example_of_1995() -> None:
    assert benjamini_hochberg(P, 0.05).tolist() == [True] * 4 + [False] * 11
    assert bonferroni(P, 0.05).sum() == 3


def test_order_does_not_matter_and_missing_is_no_test() -> None:
    mixed = np.array([*P[::-1], np.nan])
    assert benjamini_hochberg(mixed, 0.05).sum() == 4
    assert benjamini_hochberg(mixed, 0.05)[14]
    assert not benjamini_hochberg([0.5, np.nan], 0.05).any()
    assert bonferroni(mixed, 0.05).sum() == 3
