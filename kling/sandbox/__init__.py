"""A local Kling: the HTTP API that the client uses, with real films, for practice and for tests."""
