"""Whether the tests notice when the code is wrong: each mutant is the code with one small fault put in, and the tests
that cover it have to fail (docs/mutants.md). It needs cosmic-ray, in an environment of its own: `make mutants`."""
