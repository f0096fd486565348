"""Where the marks of a chart stand. Pure geometry: values in, coordinates out; macros draw them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

SERIES = ("blue", "teal", "amber", "purple", "pink", "slate")


def nice_step(span: float, count: int = 5) -> float:
    """The step of 1, 2, 2.5 or 5 times a power of ten that cuts a span into about `count` pieces."""
    if span <= 0 or not math.isfinite(span):
        return 1.0
    rough = span / max(count, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    for factor in (1, 2, 2.5, 5, 10):
        if rough <= factor * power * (1 + 1e-9):
            return factor * power
    return 10 * power


def nice_ticks(low: float, high: float, count: int = 5, whole: bool = False) -> list[float]:
    """Round numbers that enclose low and high; zero is always one of them when it lies between."""
    low, high = float(low), float(high)
    if low == high:
        high = low + 1 if low >= 0 else 0.0
    step = nice_step(high - low, count)
    if whole:
        step = max(1.0, math.ceil(step))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(i * step, 10) + 0.0 for i in range(first, last + 1)]


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight line from values to coordinates."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        if self.high == self.low:
            return self.start
        share = (float(value) - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 2)


@dataclass(frozen=True, slots=True)
class Mark:
    """One bar, point or step, and what it stands for."""

    x: float
    y: float
    width: float
    height: float
    label: str
    series: str
    colour: str
    value: Any
    href: str


@dataclass(frozen=True, slots=True)
class Layout:
    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    zero: float
    ticks: list[tuple[float, float]]
    labels: list[tuple[float, str]]
    marks: list[Mark]
    lines: list[tuple[str, str, list[str]]]


def _number(value: Any) -> float:
    return float(value) if value is not None else 0.0


def _is_whole(series: Sequence[dict[str, Any]]) -> bool:
    return all(isinstance(v, int) for s in series for v in s["values"] if v is not None)


def _colour(series: dict[str, Any], index: int) -> str:
    return str(series.get("colour") or SERIES[index % len(SERIES)])


def _href(series: dict[str, Any], index: int) -> str:
    hrefs = series.get("hrefs") or ()
    return str(hrefs[index] or "") if index < len(hrefs) else ""


def _every(count: int, room: float, text_width: float) -> int:
    """Show each n-th label only, so that none touches its neighbour."""
    return max(1, math.ceil(text_width / room)) if count and room else 1


def bar_layout(
    labels: Sequence[str], series: Sequence[dict[str, Any]], stacked: bool = False,
    width: float = 640, height: float = 240, left: float = 64,
) -> Layout:  # fmt: skip
    """Vertical bars, side by side or on top of one another."""
    top, bottom, right = 12.0, height - 28, width - 8
    columns = [[_number(s["values"][i]) for s in series] for i in range(len(labels))]
    if stacked:
        highs = [sum(v for v in column if v > 0) for column in columns]
        lows = [sum(v for v in column if v < 0) for column in columns]
    else:
        highs = [max([0.0, *column]) for column in columns]
        lows = [min([0.0, *column]) for column in columns]
    steps = nice_ticks(min([0.0, *lows]), max([0.0, *highs]), 4, _is_whole(series))
    y = Scale(steps[0], steps[-1], bottom, top)
    band = (right - left) / max(len(labels), 1)
    inner = min(band * 0.68, 72.0 if stacked or len(series) == 1 else 120.0)
    thick = inner if stacked else inner / max(len(series), 1)
    marks = []
    for i, label in enumerate(labels):
        start = left + band * i + (band - inner) / 2
        up = down = 0.0
        for k, one in enumerate(series):
            value = columns[i][k]
            base = (up if value >= 0 else down) if stacked else 0.0
            a, b = y(base), y(base + value)
            up, down = (up + value, down) if value >= 0 else (up, down + value)
            x = start if stacked else start + thick * k
            gap = 0.0 if stacked or len(series) == 1 else 1.0
            marks.append(
                Mark(
                    round(x + gap, 2), min(a, b), round(max(thick - 2 * gap, 1), 2), round(abs(a - b), 2),
                    str(label), str(one.get("name", "")), _colour(one, k), one["values"][i], _href(one, i),
                )
            )  # fmt: skip
    longest = max((len(str(label)) for label in labels), default=0)
    every = _every(len(labels), band, longest * 6.4 + 8)
    named = [(round(left + band * (i + 0.5), 2), str(t)) for i, t in enumerate(labels) if i % every == 0]
    ticks = [(y(v), v) for v in steps]
    return Layout(width, height, left, right, top, bottom, y(0), ticks, named, marks, [])


def line_layout(
    labels: Sequence[str], series: Sequence[dict[str, Any]], from_zero: bool = True,
    width: float = 640, height: float = 240, left: float = 64,
) -> Layout:  # fmt: skip
    """Lines over even steps; an unknown value leaves a gap."""
    top, bottom, right = 12.0, height - 28, width - 12
    known = [_number(v) for s in series for v in s["values"] if v is not None] or [0.0]
    low = min(0.0, *known) if from_zero else min(known)
    steps = nice_ticks(low, max(known), 4, _is_whole(series))
    y = Scale(steps[0], steps[-1], bottom, top)
    x = Scale(0, max(len(labels) - 1, 1), left + 8, right - 8)
    marks, lines = [], []
    for k, one in enumerate(series):
        runs: list[list[str]] = [[]]
        for i, value in enumerate(one["values"]):
            if value is None:
                runs.append([])
                continue
            runs[-1].append(f"{x(i):g},{y(_number(value)):g}")
            marks.append(
                Mark(
                    x(i), y(_number(value)), 0, 0, str(labels[i]), str(one.get("name", "")),
                    _colour(one, k), value, _href(one, i),
                )
            )  # fmt: skip
        lines.append((_colour(one, k), str(one.get("style", "")), [" ".join(r) for r in runs if len(r) > 1]))
    room = (right - left) / max(len(labels), 1)
    longest = max((len(str(label)) for label in labels), default=0)
    every = _every(len(labels), room, longest * 6.4 + 8)
    named = [(x(i), str(t)) for i, t in enumerate(labels) if i % every == 0]
    return Layout(width, height, left, right, top, bottom, y(steps[0]), [(y(v), v) for v in steps],
                  named, marks, lines)  # fmt: skip


def row_layout(
    rows: Sequence[dict[str, Any]], width: float = 560, left: float = 150, row: float = 30, room: float = 76,
) -> Layout:  # fmt: skip
    """Horizontal bars, one per row, with the value written behind its end."""
    height = row * max(len(rows), 1) + 4
    values = [max(_number(r["value"]), 0.0) for r in rows]
    x = Scale(0, max([*values, 0.0]) or 1, left, width - room)
    marks = [
        Mark(
            left, round(row * i + 6, 2), max(round(x(values[i]) - left, 2), 2.0), row - 12,
            str(r["label"]), "",
            str(r.get("colour") or SERIES[0]), r["value"], str(r.get("href") or ""),
        )
        for i, r in enumerate(rows)
    ]  # fmt: skip
    return Layout(width, height, left, width - room, 0, height, left, [], [], marks, [])


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a funnel, with the slope down to the next one."""

    mark: Mark
    points: str
    share_of_first: float | None
    share_of_previous: float | None


@dataclass(frozen=True, slots=True)
class Funnel:
    width: float
    height: float
    middle: float
    steps: list[Step]


def funnel_layout(
    rows: Sequence[dict[str, Any]], width: float = 560, row: float = 34, gap: float = 12,
    left: float = 150, right: float = 130,
) -> Funnel:  # fmt: skip
    """Centred bars as wide as their share of the widest step, joined by slopes."""
    values = [max(_number(r["value"]), 0.0) for r in rows]
    widest = max([*values, 0.0]) or 1
    middle = left + (width - left - right) / 2
    full = width - left - right
    steps = []
    for i, one in enumerate(rows):
        wide = round(max(full * values[i] / widest, 2.0), 2)
        y = i * (row + gap)
        points = ""
        if i + 1 < len(rows):
            below = max(full * values[i + 1] / widest, 2.0)
            corners = [
                (middle - wide / 2, y + row), (middle + wide / 2, y + row),
                (middle + below / 2, y + row + gap), (middle - below / 2, y + row + gap),
            ]  # fmt: skip
            points = " ".join(f"{round(px, 2):g},{round(py, 2):g}" for px, py in corners)
        mark = Mark(round(middle - wide / 2, 2), y, wide, row, str(one["label"]), "",
                    str(one.get("colour") or SERIES[0]), one["value"],
                    str(one.get("href") or ""))  # fmt: skip
        first = values[i] / values[0] if values[0] else None
        previous = values[i] / values[i - 1] if i and values[i - 1] else None
        steps.append(Step(mark, points, first, previous))
    height = max(len(rows) * (row + gap) - gap, row)
    return Funnel(width, height, middle, steps)


def spark_layout(values: Sequence[Any], width: float = 96, height: float = 24) -> tuple[str, float, float]:
    """The points of a line without axes, and its last point."""
    known = [_number(v) for v in values if v is not None]
    if not known:
        return "", 0.0, 0.0
    low, high = min(known), max(known)
    y = Scale(low, high, height - 3, 3) if high > low else Scale(0, 2, height, 0)
    x = Scale(0, max(len(known) - 1, 1), 3, width - 4)
    places = [(x(i), y(v if high > low else 1)) for i, v in enumerate(known)]
    return " ".join(f"{px:g},{py:g}" for px, py in places), *places[-1]
