"""Who gets a lead that nobody has: rules, turns, capacity and working hours."""
