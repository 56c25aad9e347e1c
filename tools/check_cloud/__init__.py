"""`make check-cloud`: what can be proved about the deployed system without an account, one line each."""
