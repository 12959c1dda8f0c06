"""What `benchmarks/reads.py` runs: a Kling, a database and one process per step of the pipeline, and what they cost."""
