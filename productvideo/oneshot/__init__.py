"""The whole job for one product in one process: check the order, place it, drive the pipeline, report."""
