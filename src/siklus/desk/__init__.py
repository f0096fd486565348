"""Pages that bring several rooms together.

today     what to do now, and why                 lists     leads, deals, companies, contacts; saved views; bulk
board     the pipeline as columns                 verbs     move, win, lose, reopen, assign, create: one form each
pages     the deal, company and contact page      find      search and the command palette
settings  people, pipelines, own fields, tokens
"""
