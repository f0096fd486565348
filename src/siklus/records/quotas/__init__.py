"""What people, teams and the company are asked to reach.

Noun: Quota (an amount per month, quarter or year of one measure, from a day on). Verbs: set_quota, end_quota,
split_quota. Facts: quota.set, quota.ended, quota.split. Questions: quotas_for, quota_between, quotas_known.
Nothing is overwritten: a row that a later one replaces stays, so that what was asked for is known at any moment.
"""
