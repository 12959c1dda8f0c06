"""What a sandbox remembers, and outlives a killed process: one SQLite file and a folder."""
