"""Whom we want to sell to, and how they come in.

Nouns: Profile, ProfileVersion, CompanyFit, LeadFit, GradeChange, WebForm, Submission, AssignmentRule, AssignmentSeat.
Verbs: add_profile, edit_profile, activate_profile, deactivate_profile, retire_profile; regrade_records, recompute_fit;
add_form, edit_form, retire_form; submit_form, confirm_submission; add, edit and retire an assignment rule, route_lead,
route_waiting. Facts: form.*, icp.added, .changed, .activated, .deactivated, .retired; fit.recomputed, fit.company_changed,
fit.lead_changed; assignment.*, deal.routed. Questions: fit_of, profiles_in_use, preview.
A profile says what the ideal customer looks like. Every company and every open lead or deal gets the grade of the
active profile that it fits best; grades are computed, so they stay with their record and stop nothing from being deleted.
"""
