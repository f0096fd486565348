"""What is true in the made-up world of the demo company, so that its own reports can be held to it.

Its deals draw their ends, paths, demos and answers by these rates and by nothing else. A report that is right finds them
again, within its intervals. Pure, no Django.
"""

from collections.abc import Mapping

# How many deals end how; of those that were qualified and ended, 34 of 116 are won.
WON, LOST, UNDECIDED, UNFIT, OPEN_DEALS, OPEN_LEADS = 34, 61, 21, 14, 62, 36
WIN = WON / (WON + LOST + UNDECIDED)

# How far a deal that is not won comes: the number of stages after first contact, each as likely as any other. One in five
# that comes past the demo skips the objections. A won one comes all the way.
DEPTHS = (0, 1, 1, 2, 2, 3)
SKIPS = 0.2


def _came_to(depth: int) -> float:
    return sum(one >= depth for one in DEPTHS) / len(DEPTHS)


REACHED: Mapping[str, float] = {  # the share of deals not won that came to a stage of this kind, or further
    "demo": _came_to(1),
    "objections": _came_to(3) + (_came_to(2) - _came_to(3)) * (1 - SKIPS),
    "closing": _came_to(3),
}


def wins_of_reached(kind: str) -> float:
    """The chance to win for a deal that came to a stage of this kind (Bayes)."""
    return WIN / (WIN + (1 - WIN) * REACHED[kind])


# Demos by type: how often it is chosen, and how many deals that saw it are won; over all `wins_of_reached("demo")`.
DEMOS: Mapping[str, tuple[float, float]] = {
    "Software demo": (0.50, 0.24), "Guided trial": (0.25, 0.50), "Workshop": (0.25, 0.347),
}  # fmt: skip

# How often an answer resolves the objection, by type and place in the ready catalogue.
RESOLVES: Mapping[str, tuple[float, ...]] = {
    "price": (0.36, 0.66), "use": (0.55,), "result": (0.62, 0.40), "timing": (0.35,), "authority": (0.45,),
    "trust": (0.60,), "competitor": (0.40,),
}  # fmt: skip
MORE_IN_WON = (
    1.4  # in deals that are won answers resolve more, in the others less, so that the rates above hold
)
AGAIN = 0.35  # of answers that did not resolve are followed by another one


def resolves(kind: str, place: int, outcome: str) -> float:
    """The chance that this answer resolves the objection, in a deal that ends so ("" while it is open)."""
    rate = RESOLVES[kind][place]
    if not outcome:
        return rate
    return rate * (MORE_IN_WON if outcome == "won" else (1 - WIN * MORE_IN_WON) / (1 - WIN))


def weights_of_demos(outcome: str) -> list[float]:
    """How likely each type was, in the order of `DEMOS`, given how the deal ended ("" while it is open)."""
    if not outcome:
        return [share for share, _wins in DEMOS.values()]
    return [share * (wins if outcome == "won" else 1 - wins) for share, wins in DEMOS.values()]
