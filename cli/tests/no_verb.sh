# Nothing asked.
holdall
