"""One call over the line: a connection of its own, a hard deadline, an answer or why there is none."""
