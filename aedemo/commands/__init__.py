"""The command line, a file a demo: what its `train` and `evaluate` take, and what they do with it."""
