"""The library: every video that is not in the bin, to find, look at, and do things with, one or many at once."""
