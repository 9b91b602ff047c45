# The verbs.
holdall --help
