"""What `reads.py` runs: a Kling, a database, a process for each step of the pipeline, and what they cost."""
