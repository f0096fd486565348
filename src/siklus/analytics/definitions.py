"""What each figure means, in words. The texts are English; `gettext_noop` marks them for translation."""

from dataclasses import dataclass


def gettext_noop(text: str) -> str:
    """Mark a text for the collectors of translatable texts and leave it as it is."""
    return text


@dataclass(frozen=True, slots=True)
class Definition:
    """A figure in words: its version grows when the same facts would give another number.

    `unit` is one of ratio, money, days, deals, activities.
    """

    name: str
    version: int
    unit: str
    title: str
    definition: str
    formula: str


DEFINITIONS = {
    definition.name: definition
    for definition in (
        Definition(
            "win_rate",
            1,
            "ratio",
            gettext_noop("Win rate"),
            gettext_noop(
                "Of the qualified deals that were closed in the period, the share that was won. Deals"
                " that ended without a decision count as not won; deals that never qualified do not "
                "count."
            ),
            gettext_noop("won ÷ (won + lost + no decision)"),
        ),
        Definition(
            "average_deal_size",
            1,
            "money",
            gettext_noop("Average deal size"),
            gettext_noop(
                "Mean value of the deals won in the period, with the median beside it. Won deals "
                "without a value are left out of both."
            ),
            gettext_noop("value won ÷ deals won that have a value"),
        ),
        Definition(
            "sales_cycle",
            1,
            "days",
            gettext_noop("Sales cycle"),
            gettext_noop(
                "Median days from qualification to the win, of the deals won in the period. Beside it"
                " the time within which 80 % were won, and the median time to close of all deals, "
                "where open deals count as still running (Kaplan–Meier)."
            ),
            gettext_noop("median of (won at − qualified at)"),
        ),
        Definition(
            "open_pipeline",
            1,
            "money",
            gettext_noop("Open pipeline"),
            gettext_noop("Value of the qualified deals that are open. Leads do not count."),
            gettext_noop("sum of the values of open qualified deals"),
        ),
        Definition(
            "weighted_pipeline",
            1,
            "money",
            gettext_noop("Weighted pipeline"),
            gettext_noop("Value of the open qualified deals, each multiplied by its probability."),
            gettext_noop("sum of (value × probability)"),
        ),
        Definition(
            "won_value",
            1,
            "money",
            gettext_noop("Value won"),
            gettext_noop("Value of the deals won in the period."),
            gettext_noop("sum of the values of won deals"),
        ),
        Definition(
            "won_by_month",
            1,
            "money",
            gettext_noop("Value won by month"),
            gettext_noop("Value and number of the deals won in each month of the period."),
            gettext_noop("sum of the values of won deals, by month of the win"),
        ),
        Definition(
            "deal_counts",
            1,
            "deals",
            gettext_noop("Deals"),
            gettext_noop(
                "Deals and leads created in the period, and how many were qualified, won, lost, left "
                "without a decision or disqualified in it; beside them those open now."
            ),
            gettext_noop("number of deals created"),
        ),
        Definition(
            "stage_funnel",
            1,
            "ratio",
            gettext_noop("Funnel"),
            gettext_noop(
                "Of the deals that first entered the funnel in the period, how many ever reached each"
                " stage or a later one. Lost deals count as far as they came; a deal counts once, "
                "however often it moved."
            ),
            gettext_noop("deals that reached the last stage ÷ deals that entered"),
        ),
        Definition(
            "activities_by_owner",
            1,
            "activities",
            gettext_noop("Activities"),
            gettext_noop("Activities done in the period, by person and kind."),
            gettext_noop("number of activities done"),
        ),
    )
}
