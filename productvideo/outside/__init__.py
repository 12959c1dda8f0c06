"""The door for people without an account: what a link that was shared with them shows, and nothing else."""
