"""Is this worth our time and theirs? Frameworks as data, the buyer's answers with their evidence, and a score.

Nouns: Framework, Criterion, Answer, QualificationRule. Verbs: add, edit and retire a framework and its criteria,
add_ready_framework; answer_criterion, withdraw_answer; set_qualification_rule. Facts: framework.*, criterion.*,
deal.criterion_answered, deal.criterion_withdrawn, qualification.rule_set. Gate: a lead becomes a deal, where the pipeline
asks for it. Condition of stage rules: `qualification`. Doors: framework_for(user, id), criterion_for(user, id); answers
are reached through their deal. Nothing is overwritten: a newer answer stands before an older one, and both stay.
"""
