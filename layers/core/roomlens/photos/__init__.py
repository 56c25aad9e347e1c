"""Photos: the one way in (`intake`), what a file must be (`decoding`), and how they are found again (`records`)."""
