"""Pages of pay: one's own, everybody's for operations, the plans, and what a deal would pay."""
