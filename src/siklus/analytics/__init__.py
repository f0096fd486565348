"""The numbers of selling as a library of its own: tables in, results out. No Django, no other part of Siklus.

engine       an in-memory DuckDB for Ibis
schemas      what the tables look like, and a check
history      the past: deals as they were at a moment, and as it was known then
kpis         the figures, each a named and versioned function
definitions  what each figure means, in words
stats        intervals, quantiles, Kaplan–Meier
risks        competing ways to end (Aalen–Johansen)
stage_times  how long deals stay in each stage, how they leave it, and how they end
conversions  from one stage to the next, by rank or on the strict path
bottlenecks  which stages lose value, make deals late, and take the time
waterfall    what became of the open pipeline between two moments, to the cent
velocity     value a day from four levers, beside what came
reasons      why deals ended without a win
compare      a figure beside the same one a window earlier, and whether chance may have made the difference
cohorts      what became of those who came in the same month: leads won, customers who buy again, revenue kept
forecast     what will be won: rolled up by category, weighted by fitted chances, tried on the past beside a naive rule
examples     a small made-up company to try the figures out on
"""
