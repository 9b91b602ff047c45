# The registry, as people see it.
holdall formats
