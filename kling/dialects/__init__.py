"""How each of Kling's two APIs is asked, and how what either says of a task becomes one `kling.Task`."""
