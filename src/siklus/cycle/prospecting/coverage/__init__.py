"""Whether enough new pipeline comes in for what is asked: the figures, and the alarm when the stream runs dry."""
