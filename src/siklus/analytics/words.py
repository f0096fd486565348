"""Which of several texts sounds most like a few words: shared words, the rarer the heavier."""

import re
from collections import Counter
from collections.abc import Hashable, Mapping
from typing import TypeVar

K = TypeVar("K", bound=Hashable)
SHORTEST = 4  # shorter words are mostly grammar


def words_of(text: str) -> frozenset[str]:
    return frozenset(word for word in re.findall(r"\w+", text.lower()) if len(word) >= SHORTEST)


def alike(text: str, others: Mapping[K, str]) -> dict[K, float]:
    """How much each text sounds like this one; those that share nothing are left out."""
    asked = words_of(text)
    if not asked:
        return {}
    bags = {key: words_of(other) for key, other in others.items()}
    spread = Counter(word for bag in bags.values() for word in bag & asked)
    scores = {key: sum(1 / spread[word] for word in bag & asked) for key, bag in bags.items()}
    return {key: score for key, score in scores.items() if score}
