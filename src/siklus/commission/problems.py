"""What is wrong with a plan or a file, each with its place and its remedy."""

from collections.abc import Iterable


class CommissionError(ValueError):
    """The input cannot be calculated; `problems` are sentences for people, each naming its place."""

    def __init__(self, problems: Iterable[str] | str) -> None:
        self.problems = [problems] if isinstance(problems, str) else list(problems)
        super().__init__("\n".join(self.problems))
