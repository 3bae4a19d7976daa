"""What an estimate of the satisfaction index costs: ``python -m tests.bench.tcsi [ANSWERS] [SAMPLES]``.

100,000 respondents answer the 24 items of the shipped model; 500 bootstrap samples. Prints seconds by weighting scheme.
"""

from __future__ import annotations

import resource
import sys
import time

import numpy as np

from etl.domain.pls import SCHEMES
from etl.domain.tcsi import estimate
from etl.domain.tcsi_model import read_model
from tests.etl.domain.tcsi_sample import SEVEN, drawn


def main(respondents: int = 100_000, samples: int = 500) -> None:
    """Estimate under every scheme and print the seconds."""
    answers = drawn(respondents, np.random.default_rng(1))
    for scheme in SCHEMES:
        model = read_model({**SEVEN, "scheme": scheme})
        began, used = time.perf_counter(), time.process_time()
        result = estimate(model, answers, samples=samples, rng=np.random.default_rng(2))
        assert result.spread is not None
        print(f"{scheme}: {respondents:,} × {answers.shape[1]}, {result.spread.samples} bootstrap samples: "
              f"{time.perf_counter() - began:.1f} s, {time.process_time() - used:.1f} processor seconds, "
              f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")  # fmt: skip


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
