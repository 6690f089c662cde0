"""The pure part: models, dates, the rule, and the meaning of every question. No I/O, clock or framework."""
