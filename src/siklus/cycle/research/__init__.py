"""What we know of a company and its people before we speak to them, each fact with its day, its source and how sure we are.

Nouns: Finding, WebsiteReading, Relevance, Competitor, Rival, ChecklistItem, Tick, ResearchRule. Verbs: note_finding,
withdraw_finding, set_relevance; ask_for_reading, take_over; add, edit and retire a competitor; name_rival, drop_rival; add,
edit and retire a checklist item; tick, untick; set_research_rule. Facts: finding.*, company.website_read, relevance.set,
competitor.*, deal.rival_*, research.*. Gate: the first contact, where a pipeline asks for research before it. Doors:
finding_for(user, id), which follows the company or contact; competitors are known to everybody. Nothing is overwritten: a
newer finding stands before an older one, and both stay.
"""
