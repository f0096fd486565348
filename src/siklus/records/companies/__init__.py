"""Companies: those we sell to, and those we might.

Nouns: Company. Verbs: add_company, edit_company, assign_company, tag_company, delete_company;
in merging: merge_companies, unmerge_companies.
Facts: company.added, company.edited, company.assigned, company.merged.
Door: company_for(user, id).
"""
