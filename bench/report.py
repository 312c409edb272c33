"""How benchmarks show and keep their figures.

A figure is summarized by the median of its values unless it says otherwise. Compared figures were
measured in the same run; a target is a goal that the table shows as met or missed, never a test
that fails.

bench/results.json: {"figures": {name: {"value", "unit", "baseline", "ratio", "target", "met"}},
"machine": {...}}; what does not apply is null.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

RESULTS = Path(__file__).parent / "results.json"
CPU_DESCRIPTION = Path("/proc/cpuinfo")
LOAD_BEFORE = os.getloadavg()[0]
"""The load in the minute before; near 0 on a machine that is fit to measure."""


@dataclass(frozen=True)
class Figure:
    """One measured quantity: its values, how they are summarized, and what it is compared with.

    target is for the ratio to the baseline or, without a baseline, for the value itself: a minimum
    or, if `lower_is_better`, a maximum.
    """

    name: str
    values: Sequence[float]
    unit: str
    summarize: Callable[[Sequence[float]], float] = statistics.median
    baseline: str | None = None
    ratio: float | None = None
    target: float | None = None
    lower_is_better: bool = True

    @property
    def value(self) -> float:
        return self.summarize(self.values)

    @property
    def is_met(self) -> bool | None:
        """None where there is no target."""
        if self.target is None:
            return None
        reached = self.value if self.ratio is None else self.ratio
        return reached <= self.target if self.lower_is_better else reached >= self.target

    def beside(self, baseline: Figure, at_most: float | None = None) -> Figure:
        """This figure with its ratio to another, and a maximum for that ratio."""
        ratio = self.value / baseline.value
        return replace(self, baseline=baseline.name, ratio=ratio, target=at_most)


def speedup(
    name: str, fast: Figure, slow: Figure, at_least: float | None = None, per_round: bool = True
) -> Figure:
    """How many times as fast one duration is as another.

    Where both were measured in turns, the ratio is taken round by round: other programs slow down
    both.
    """
    pairs = zip(fast.values, slow.values, strict=True) if per_round else [(fast.value, slow.value)]
    return _ratios(name, [long / short for short, long in pairs], slow, at_least)


def rate_ratio(name: str, rate: Figure, baseline: Figure, at_least: float | None = None) -> Figure:
    """One rate over another that was measured in turns with it."""
    pairs = zip(rate.values, baseline.values, strict=True)
    return _ratios(name, [value / other for value, other in pairs], baseline, at_least)


def _ratios(name: str, ratios: list[float], baseline: Figure, at_least: float | None) -> Figure:
    return Figure(
        name,
        ratios,
        "x",
        baseline=baseline.name,
        ratio=statistics.median(ratios),
        target=at_least,
        lower_is_better=False,
    )


def percentile_95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


def report(
    sections: dict[str, list[Figure]],
    versions: dict[str, str] | None = None,
    *,
    keeps_others: bool = True,
) -> None:
    """Print a table of the figures of each section and write them to bench/results.json.

    versions: of the tools, to be listed with the machine. Figures of other runs stay in the file if
    `keeps_others`.
    """
    figures = [figure for section in sections.values() for figure in section]
    width = max(len(figure.name) for figure in figures)
    print(f"\n{'':{width}}  {'value':>9}  {'least':>9}  {'most':>9}  {'':11} {'ratio':>6}  target")
    for title, section in sections.items():
        print(f"\n{title}")
        for figure in section:
            print(_row(figure, width))
    others: dict[str, object] = {}
    if keeps_others and RESULTS.exists():
        others = json.loads(RESULTS.read_text())["figures"]
    machine = _machine() | (versions or {})
    entries = others | {figure.name: _entry(figure) for figure in figures}
    RESULTS.write_text(json.dumps({"figures": entries, "machine": machine}, indent=1) + "\n")
    print("\nOn", ", ".join(f"{name}: {value}" for name, value in machine.items()))
    missed = [figure.name for figure in figures if figure.is_met is False]
    if missed:
        print("Missed:", "; ".join(missed))


def _row(figure: Figure, width: int) -> str:
    numbers = (figure.value, min(figure.values), max(figure.values))
    columns = "  ".join(f"{_rounded(number):>9}" for number in numbers)
    ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
    row = f"{figure.name:{width}}  {columns}  {figure.unit:11} {ratio:>6}"
    if figure.target is not None:
        sign = "<=" if figure.lower_is_better else ">="
        row += f"  {sign} {figure.target:g} {'met' if figure.is_met else 'MISSED'}"
    return row.rstrip()


def _rounded(number: float) -> str:
    """Three digits or more; counts in full."""
    if float(number).is_integer():
        return f"{number:,.0f}"
    digits = 0 if number >= 100 else 1 if number >= 10 else 2
    return f"{number:,.{digits}f}"


def _entry(figure: Figure) -> dict[str, object]:
    return {
        "value": figure.value,
        "unit": figure.unit,
        "baseline": figure.baseline,
        "ratio": figure.ratio,
        "target": figure.target,
        "met": figure.is_met,
    }


def _machine() -> dict[str, str]:
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "load before": f"{LOAD_BEFORE:.1f}",
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "Python": platform.python_version(),
    }


def _processor() -> str:
    if CPU_DESCRIPTION.exists():
        for line in CPU_DESCRIPTION.read_text().splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()
