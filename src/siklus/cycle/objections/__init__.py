"""What buyers hold against a deal, what we answer, and what came of it.

Nouns: Objection, Answer, ObjectionType, Response, ResponseVersion, ClosingRule. Verbs: raise_objection, answer_objection,
resolve_objection, leave_standing, reopen_objection; add, edit and retire a type or a response; set_closing_rule.
Facts: objection.raised, .answered, .resolved, .stands, .reopened; objection_type.* and response.*. Gate: closing and
winning with an open objection, where a pipeline asks for it. Door: objection_for(user, id), which follows the deal.
An objection is a sign of interest: raising one counts as a touch of the deal.
"""
