"""Raw answers to scores 0-100; the transform is stored with every score."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """A rating scale from ``low`` (worst) to ``high`` (best)."""

    low: int
    high: int

    def score(self, raw: float) -> float:
        """0-100: (raw - low) / (high - low) * 100."""
        return (raw - self.low) / (self.high - self.low) * 100


SCALES = {"1-10": Scale(1, 10), "0-10": Scale(0, 10), "1-5": Scale(1, 5)}
