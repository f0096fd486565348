"""What was done and what is planned: calls, e-mails, meetings, messages, notes and tasks in one table.

Nouns: Activity. Verbs: plan_activity, log_activity, finish_activity, edit_activity, cancel_activity.
Facts: activity.planned, activity.done, activity.edited, activity.cancelled. Door: activity_for(user, id).
CalendarFeed is the secret address of a person's own calendar: open_feed, close_feed; calendar_feed.opened, .closed.
"""
