"""Companies: those we sell to, and those we might.

Nouns: Company. Verbs: add_company, edit_company, assign_companies, merge_companies.
Facts: company.added, company.edited, company.assigned, company.merged.
Door: company_for(user, id).
"""
