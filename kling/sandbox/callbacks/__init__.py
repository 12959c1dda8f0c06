"""The delivering side of Kling's callbacks (kling-api §6): to addresses on this machine, and to no other."""
