"""Plots as small SVG files that can be read on a light and on a dark page. Knows no figures but those it is given."""

import math
from html import escape

import numpy as np

WIDTH, HEIGHT = 720, 320
LEFT, RIGHT, TOP, BOTTOM = 56, 200, 40, 44
COLOURS = ["#1b7f5a", "#c2571a", "#7a5cc9", "#2a74b8"]
COLOURS_DARK = ["#4fd0a0", "#ff9d5c", "#b7a1ff", "#74b8f5"]

Series = dict[str, tuple[np.ndarray, np.ndarray]]


def shares(series: Series, title: str) -> str:
    """The share of time that each pair was within a skew; the skew on a logarithmic scale."""
    low, high = 0.02, 1000.0
    plane = Plane(title, RIGHT)
    plane.x_axis("skew within", [(math.log(v / low) / math.log(high / low), f"{v:g} ms") for v in decades(low, high)])
    plane.y_axis([(share, f"{share:.0%}") for share in (0, 0.25, 0.5, 0.75, 1)])
    for index, (name, (_, skews)) in enumerate(series.items()):
        size = np.sort(np.abs(skews))
        if not len(size):
            continue
        ranks = np.linspace(0, 1, 160)
        at = np.clip(np.quantile(size, ranks), low, high)
        plane.line(index, np.log(at / low) / math.log(high / low), ranks)
        plane.legend(index, name)
    return plane.svg()


def over_time(seconds: np.ndarray, skews: np.ndarray, title: str) -> str:
    """The skew through a run: for every stretch of time the least and the greatest."""
    plane = Plane(title, 24)
    if not len(skews):
        return plane.svg()
    reach = nice(float(np.abs(skews).max()))
    first, last = float(seconds[0]), float(seconds[-1])
    minutes = math.ceil((last - first) / 60)
    step = max(1, round(minutes / 10))
    span = max(last - first, 1.0)
    plane.x_axis("minutes", [(n * 60 / span, f"{n}") for n in range(0, minutes + 1, step) if n * 60 <= span])
    plane.y_axis([((v + reach) / (2 * reach), f"{v:+g} ms" if v else "0") for v in (-reach, -reach / 2, 0, reach / 2, reach)])
    bins = np.array_split(np.arange(len(skews)), min(400, len(skews)))
    x = np.array([(seconds[each].mean() - first) / span for each in bins])
    low = np.array([skews[each].min() for each in bins])
    high = np.array([skews[each].max() for each in bins])
    plane.band(0, x, (low + reach) / (2 * reach), (high + reach) / (2 * reach))
    return plane.svg()


class Plane:
    """Axes from 0 to 1 in both directions, and what is drawn on them."""

    def __init__(self, title: str, right: int) -> None:
        self.width, self.height = WIDTH - LEFT - right, HEIGHT - TOP - BOTTOM
        self.title = title
        self.parts = [f'<text class="t" x="{LEFT}" y="22">{escape(title)}</text>']

    def x(self, share: float) -> float:
        return LEFT + share * self.width

    def y(self, share: float) -> float:
        return TOP + (1 - share) * self.height

    def x_axis(self, name: str, ticks: list[tuple[float, str]]) -> None:
        for share, text in ticks:
            at = f"{self.x(share):.1f}"
            self.parts.append(f'<path class="g" d="M{at} {TOP}V{TOP + self.height}"/>')
            self.parts.append(f'<text x="{at}" y="{TOP + self.height + 18}" text-anchor="middle">{text}</text>')
        at = LEFT + self.width / 2
        self.parts.append(f'<text x="{at:.1f}" y="{HEIGHT - 8}" text-anchor="middle">{escape(name)}</text>')

    def y_axis(self, ticks: list[tuple[float, str]]) -> None:
        for share, text in ticks:
            at = f"{self.y(share):.1f}"
            self.parts.append(f'<path class="g" d="M{LEFT} {at}H{LEFT + self.width}"/>')
            self.parts.append(f'<text x="{LEFT - 6}" y="{float(at) + 4:.1f}" text-anchor="end">{text}</text>')

    def line(self, index: int, x: np.ndarray, y: np.ndarray) -> None:
        points = " ".join(f"{self.x(a):.1f},{self.y(b):.1f}" for a, b in zip(x, y))
        self.parts.append(f'<polyline class="l s{index}" points="{points}"/>')

    def band(self, index: int, x: np.ndarray, low: np.ndarray, high: np.ndarray) -> None:
        there = [f"{self.x(a):.1f},{self.y(b):.1f}" for a, b in zip(x, high)]
        back = [f"{self.x(a):.1f},{self.y(b):.1f}" for a, b in zip(x[::-1], low[::-1])]
        self.parts.append(f'<polygon class="b s{index}" points="{" ".join(there + back)}"/>')

    def legend(self, index: int, name: str) -> None:
        x, y = LEFT + self.width + 16, TOP + 14 + index * 24
        self.parts.append(f'<path class="l s{index}" d="M{x} {y - 4}h20"/>')
        self.parts.append(f'<text x="{x + 26}" y="{y}">{escape(name)}</text>')

    def svg(self) -> str:
        body = "\n".join(self.parts)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
            f'role="img" aria-label="{escape(self.title, quote=True)}">\n<style>{style()}</style>\n'
            f'<rect class="p" width="{WIDTH}" height="{HEIGHT}" rx="8"/>\n{body}\n</svg>\n'
        )


def style() -> str:
    """Both themes."""

    def theme(paper: str, ink: str, grid: str, colours: list[str]) -> str:
        series = "".join(f".s{n}{{stroke:{c}}}.b.s{n}{{fill:{c}}}" for n, c in enumerate(colours))
        return f".p{{fill:{paper}}}text{{fill:{ink}}}.g{{stroke:{grid}}}{series}"

    plain = "text{font:12px system-ui,sans-serif}.t{font-weight:600;font-size:14px}.l{fill:none;stroke-width:2.5}.b{stroke-width:1}"
    light = theme("#ffffff", "#3a3f47", "#d9dde3", COLOURS)
    dark = theme("#15181d", "#cfd5de", "#333a44", COLOURS_DARK)
    return f"{plain}{light}@media(prefers-color-scheme:dark){{{dark}}}"


def decades(low: float, high: float) -> list[float]:
    """Powers of ten within a range."""
    first, last = math.ceil(math.log10(low)), math.floor(math.log10(high))
    return [10.0**n for n in range(first, last + 1)]


def nice(value: float) -> float:
    """A round number that is no smaller."""
    for step in (0.5, 1, 2, 4, 5, 10, 20, 40, 50, 100, 200, 400, 500, 1000):
        if value <= step:
            return step
    return math.ceil(value / 1000) * 1000.0
