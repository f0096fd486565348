"""One language for lists, boards, counts and exports.

    ?owner=me&stage=3,4&amount=20000000..&close=this_month&any=tag:icp;source:Webinar

Between parameters stands AND, between the values of one OR; `!` in front of them negates, `any` joins its
clauses by OR. Nouns: Column (what a list can show, filter, sort and group by), Clause, Filter.
Door: `read_filter(kind, query, viewer, now)`.
"""
