"""Automations: when something happens, if it is so, then do this. They stand in the desk, whose list language their
conditions are written in; what they do, rooms offer as steps (`records/deals/steps.py`).

Nouns: Automation, Run (one deal, one occasion), Trace (which run recorded an entry), Holding (a condition that is true).
Verbs: add_automation, edit_automation, switch_automation, retire_automation; run_for, sweep, would_do (changes nothing).
Facts: automation.*. Door: automation_for(user, id). Decision 0016 tells why.
"""
