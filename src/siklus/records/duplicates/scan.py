"""Finding pairs: one statement per key, grouped by the database; nothing is compared with everything.

Each record of a group is paired with the oldest one of it, so there are never more pairs than records. A key that
more than MANY records share (a switchboard, a mailbox of a whole company) tells nothing and is left out.
"""

from collections.abc import Iterator

from django.db import connection
from django.utils.translation import gettext_lazy as _

MANY = 50
# By kind: (reason, how much it says, the statement that gives key, second key, id).
LEAD = "FROM deals_deal d WHERE d.status = 'open' AND d.qualified_at IS NULL AND d.merged_into_id IS NULL"
POINTS = (
    "FROM deals_deal d JOIN contacts_contactpoint p ON p.contact_id = d.contact_id WHERE d.status = 'open' "
    "AND d.qualified_at IS NULL AND d.merged_into_id IS NULL"
)
PERSON = "FROM contacts_contactpoint p JOIN contacts_contact c ON c.id = p.contact_id WHERE c.merged_into_id IS NULL"
RULES: dict[str, tuple[tuple[str, int, str], ...]] = {
    "company": (
        (
            "domain",
            60,
            "SELECT domain, 0, id FROM companies_company WHERE merged_into_id IS NULL AND domain <> ''",
        ),
        ("name", 50, "SELECT name_key, 0, id FROM companies_company WHERE merged_into_id IS NULL"),
    ),
    "contact": (
        ("email", 60, f"SELECT p.key, 0, c.id {PERSON} AND p.kind = 'email'"),
        ("phone", 50, f"SELECT p.key, 0, c.id {PERSON} AND p.kind = 'phone'"),
        (
            "name_company",
            40,
            "SELECT name_key, company_id, id FROM contacts_contact WHERE merged_into_id IS NULL "
            "AND company_id IS NOT NULL",
        ),
    ),
    "deal": (
        ("contact", 60, f"SELECT d.contact_id, 0, d.id {LEAD} AND d.contact_id IS NOT NULL"),
        ("email", 50, f"SELECT p.key, 0, d.id {POINTS} AND p.kind = 'email'"),
        ("phone", 40, f"SELECT p.key, 0, d.id {POINTS} AND p.kind = 'phone'"),
        ("name_company", 40, f"SELECT lower(d.name), coalesce(d.company_id, 0), d.id {LEAD}"),
    ),
}
# A lead of somebody with whom a deal is open already.
MEETS_DEAL = (
    "SELECT q.first, d.id FROM deals_deal d JOIN (SELECT contact_id, min(id) AS first FROM deals_deal "
    "WHERE status = 'open' AND qualified_at IS NOT NULL AND merged_into_id IS NULL AND contact_id IS NOT NULL "
    "GROUP BY contact_id) q ON q.contact_id = d.contact_id WHERE d.status = 'open' AND d.qualified_at IS NULL "
    "AND d.merged_into_id IS NULL"
)
REASONS = {
    "domain": _("the same web domain"),
    "name": _("the same name"),
    "email": _("the same e-mail"),
    "phone": _("the same phone"),
    "contact": _("the same contact"),
    "name_company": _("the same name and company"),
    "deal": _("a deal with this contact is open already"),
}
PAIRS = (
    "WITH members (word, second, id) AS ({members}) SELECT DISTINCT first, id FROM (SELECT id, min(id) OVER same "
    "AS first, count(*) OVER same AS many FROM members WINDOW same AS (PARTITION BY word, second)) AS grouped "
    "WHERE many BETWEEN 2 AND %s AND id <> first"
)


def pairs(kind: str) -> dict[tuple[int, int], tuple[int, list[str]]]:
    """Every pair that shares a key: how much says that they are one, and what."""
    found: dict[tuple[int, int], tuple[int, list[str]]] = {}
    for reason, weight, rows in _statements(kind):
        for one, two in rows:
            pair = (one, two) if one < two else (two, one)
            score, reasons = found.get(pair, (0, []))
            found[pair] = (score + weight, [*reasons, reason])
    return found


def _statements(kind: str) -> Iterator[tuple[str, int, Iterator[tuple[int, int]]]]:
    for reason, weight, members in RULES[kind]:
        yield reason, weight, _rows(PAIRS.format(members=members), [MANY])
    if kind == "deal":
        yield "deal", 50, _rows(MEETS_DEAL, [])


def _rows(statement: str, values: list[int]) -> Iterator[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        while rows := cursor.fetchmany(5000):
            yield from rows
