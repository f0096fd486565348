from ninja import Field, Schema


class MergeIn(Schema):
    """`take` names the values that the survivor takes over (`custom.KEY` for own fields); without it, what it lacks."""

    other_id: int
    take: list[str] | None = Field(None, max_length=200)


class UnmergeIn(Schema):
    other_id: int
