import math
import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).parents[1] / "static/web/css/tokens.css").read_text()
ALL = re.compile(r"--([\w-]+): light-dark\(oklch\(([^)]+)\), oklch\(([^)]+)\)\);")
COLOURS = re.compile(r'\[data-colour="(\w+)"\] \{ --hue: ([\d.]+); --chroma: ([\d.]+); \}')
GROUNDS = ("paper", "canvas", "sunk", "hover", "raised")
PAIRS = [
    *((ink, ground) for ink in ("ink", "ink-2") for ground in GROUNDS),
    *(("ink-3", ground) for ground in GROUNDS if ground != "hover"),
    *((tone, on) for tone in ("brand", "good", "warn", "bad") for on in GROUNDS if on != "hover"),
    ("on-brand", "brand"), ("on-brand", "brand-2"), ("brand-2", "brand-soft"), ("brand", "brand-soft"),
    ("good", "good-soft"), ("warn", "warn-soft"), ("bad", "bad-soft"),
    *(("ink", ground) for ground in ("brand-soft", "good-soft", "warn-soft", "bad-soft")),
]  # fmt: skip


def luminance(lightness: float, chroma: float, hue: float) -> float:
    """Relative luminance of an OKLCH colour, clipped into sRGB."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    l_ = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    m_ = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    s_ = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * l_ - 3.3077115913 * m_ + 0.2309699292 * s_
    green = -1.2684380046 * l_ + 2.6097574011 * m_ - 0.3413193965 * s_
    blue = -0.0041960863 * l_ - 0.7034186147 * m_ + 1.7076147010 * s_
    red, green, blue = (min(1.0, max(0.0, channel)) for channel in (red, green, blue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: float, other: float) -> float:
    high, low = max(one, other), min(one, other)
    return (high + 0.05) / (low + 0.05)


def parse(text: str, hue: float = 0.0, chroma: float = 0.0) -> tuple[float, float, float]:
    lightness, first, second = re.findall(r"calc\([^)]*\)|var\([^)]*\)|[\d.]+%?", text)[:3]
    if "chroma" in first:
        factor = re.search(r"\* ([\d.]+)", first)
        first = str(chroma * (float(factor[1]) if factor else 1.0))
    second = str(hue) if "hue" in second else second
    return float(lightness.rstrip("%")) / 100, float(first), float(second)


def tokens(theme: int) -> dict[str, float]:
    simple = {name: pair for name, *pair in ALL.findall(TOKENS)}
    return {name: luminance(*parse(pair[theme])) for name, pair in simple.items()}


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_text_can_be_read_on_its_ground(theme, ink, ground):
    values = tokens(theme)
    assert contrast(values[ink], values[ground]) >= 4.5


def palette(name: str, theme: int, hue: float, chroma: float) -> float:
    line = re.search(rf"--{name}: light-dark\((.+)\);", TOKENS)[1]
    parts = re.findall(r"oklch\(((?:[^()]|\([^()]*(?:\([^()]*\))?[^()]*\))*)\)", line)
    text = re.sub(r"calc\(var\(--chroma\) (\* [\d.]+)\)", r"calc(chroma \1)", parts[theme])
    return luminance(*parse(text.replace("var(--chroma)", "var(chroma)"), hue, chroma))


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("name", "hue", "chroma"), COLOURS.findall(TOKENS))
def test_every_colour_of_the_palette_carries_text(theme, name, hue, chroma):
    hue, chroma = float(hue), float(chroma)
    grounds = tokens(theme)
    deep, soft = palette("deep", theme, hue, chroma), palette("soft", theme, hue, chroma)
    solid, on_solid = palette("solid", theme, hue, chroma), palette("on-solid", theme, hue, chroma)
    assert contrast(deep, soft) >= 4.5
    assert contrast(on_solid, solid) >= 4.5
    assert contrast(solid, grounds["paper"]) >= 3


def test_there_are_twelve_colours():
    from siklus.platform.web.kit import COLOURS as NAMES

    assert {name for name, *_ in COLOURS.findall(TOKENS)} == set(NAMES)
    assert len(NAMES) == 12
