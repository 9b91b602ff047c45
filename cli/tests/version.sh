# Name and version, in one line.
holdall --version
