"""What worked against which objection: counted where the viewer may see it, and never more than an association."""

from collections import defaultdict
from dataclasses import dataclass

from siklus.analytics.rates import Rate, ranked
from siklus.analytics.words import alike
from siklus.cycle.objections.models import ObjectionType, ResponseVersion, State
from siklus.cycle.objections.queries import Use, current_versions, objections_for, uses, vocabulary
from siklus.platform.accounts.models import User

REMEMBERED = 400  # past objections that new words are compared with


@dataclass(frozen=True, slots=True)
class Worked:
    """A response as it is worded now, with what came of its uses against one type."""

    version: ResponseVersion
    used: int
    resolved: Rate
    won: Rate
    sounds: float = 0

    @property
    def response_id(self) -> int:
        return self.version.response_id


def responses_ranked(viewer: User, type_id: int, *, words: str = "") -> list[Worked]:
    """The responses to a type, the best first; with words, those that answered such words before come first."""
    known = {(one.type_id, one.response_id): one for one in uses(viewer, type_id=type_id)}
    found = _ranked(current_versions(type_id=type_id), known, type_id)
    if not words.strip():
        return found
    texts = {one.response_id: _texts(one.version) for one in found}
    past = objections_for(viewer).filter(type_id=type_id, state=State.RESOLVED, answers__used__isnull=False)
    for response, said in past.order_by("-id").values_list("answers__used__response_id", "words")[
        :REMEMBERED
    ]:
        if response in texts:
            texts[response] += " " + said
    sounds = alike(words, texts)
    marked = [
        Worked(one.version, one.used, one.resolved, one.won, sounds.get(one.response_id, 0)) for one in found
    ]
    return sorted(marked, key=lambda one: -one.sounds)


def what_works(viewer: User) -> list[tuple[ObjectionType, list[Worked]]]:
    """Every type in use with its responses, the best first."""
    known = {(one.type_id, one.response_id): one for one in uses(viewer)}
    versions: dict[ObjectionType, list[ResponseVersion]] = defaultdict(list)
    for version in current_versions():
        versions[version.response.type].append(version)
    return [(type_, _ranked(mine, known, type_.pk)) for type_, mine in versions.items()]


def type_that_sounds_like(viewer: User, words: str) -> int | None:
    """The type that these words most likely belong to, by its own words and by what buyers said before."""
    texts = vocabulary()
    past = objections_for(viewer).filter(type_id__in=texts).order_by("-id").values_list("type_id", "words")
    for type_id, said in past[:REMEMBERED]:
        texts[type_id] += " " + said
    scores = alike(words, texts)
    return max(scores, key=lambda key: (scores[key], -key)) if scores else None


def _ranked(versions: list[ResponseVersion], known: dict[tuple[int, int], Use], type_id: int) -> list[Worked]:
    rows = []
    for version in versions:
        use = known.get((type_id, version.response_id), Use(type_id, version.response_id))
        one = Worked(version, use.used, Rate(use.resolved, use.decided), Rate(use.won, use.ended))
        rows.append((one, one.resolved))
    return [one for one, _rate in ranked(rows)]


def _texts(version: ResponseVersion) -> str:
    return " ".join(text for parts in version.wording.values() for text in parts.values())
