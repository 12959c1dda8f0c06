"""What goes wrong on demand: its names, where it strikes, and the words in prompts that ask for it."""
