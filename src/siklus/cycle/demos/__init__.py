"""Showing the product: what kind of demonstration, when and where, what the buyer wants to see, and what came of it.

Nouns: DemoType, Demo, DemoItem (what to prepare and what to show), DemoRule. Verbs: book_demo, move_demo, cancel_demo,
hold_demo, miss_demo, estimate_chance; add_item, tick_item, drop_item; add, edit and retire a type; set_demo_rule.
Facts: demo.booked, .moved, .cancelled, .held, .missed, .estimated, .prepared; demo_type.*, demo_rule.set. Gate: closing
and winning without a demo, where a pipeline asks for it. Door: demo_for(user, id), which follows the deal.
A demo stands in the calendar as a meeting: the meeting and the demo are moved and dropped together.
"""
