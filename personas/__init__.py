"""The app of the personas: who the videos are for."""
