"""The door for programs: JSON over HTTP, on the same services as the pages and the commands."""
