"""Who works here: users, teams as a tree, roles, what each may see, sign-in and API tokens.

Nouns: User, Team, Membership, ApiToken. Verbs: add_user, edit_user, deactivate_user, reactivate_user, add_team,
join_team, leave_team, issue_token, revoke_token. Facts: user.added, user.edited, team.added, team.joined, team.left,
token.issued, token.revoked.
"""
