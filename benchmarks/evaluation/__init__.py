"""How the scene writer and the linter are measured: the fixed products, the committed answers, and the scores."""
