"""How benchmarks show and keep their figures: medians, and ratios against a baseline.

bench/results.json: {"figures": {name: {"value", "unit", "baseline", "ratio"}}, "machine": {...}}.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
from dataclasses import dataclass
from pathlib import Path

RESULTS = Path(__file__).parent / "results.json"


@dataclass
class Figure:
    """One measured quantity: its values, one a run, and what to compare their median with."""

    name: str
    values: list[float]
    unit: str
    baseline: Figure | None = None

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def ratio(self) -> float | None:
        return self.median / self.baseline.median if self.baseline else None


def report(figures: list[Figure]) -> None:
    """Print a table of the figures and add them to bench/results.json."""
    width = max(len(figure.name) for figure in figures)
    print(f"{'':{width}}  {'median':>12} {'least':>12} {'most':>12}          ratio")
    for figure in figures:
        ratio = "" if figure.ratio is None else f"{figure.ratio:6.2f}"
        numbers = (figure.median, min(figure.values), max(figure.values))
        columns = " ".join(f"{number:12,.0f}" for number in numbers)
        print(f"{figure.name:{width}}  {columns} {figure.unit:8} {ratio}")
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {"figures": {}}
    results["machine"] = {
        "system": platform.platform(),
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
    }
    for figure in figures:
        results["figures"][figure.name] = {
            "value": figure.median,
            "unit": figure.unit,
            "baseline": figure.baseline.name if figure.baseline else None,
            "ratio": figure.ratio,
        }
    RESULTS.write_text(json.dumps(results, indent=1) + "\n")
    print(f"\nOn {results['machine']}")
