import os

# Before NumPy is loaded. What is large is shared out to threads of our own (``index.robustness``); with two threads of
# OpenBLAS in each, two cores took 0.76 s for ranks that one core draws in 0.56 s, and 0.41 s without.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
