"""How fast questions are answered, beside those who answer the like: `python -m bench`.

The same questions are put to every answerer in turn, in one run, and each is timed where it
computes. Times depend on the machine; the ratios depend on it much less.
"""
