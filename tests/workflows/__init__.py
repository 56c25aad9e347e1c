"""What tests of the workflows stand on: the states as the definitions have them (`definitions`), what can befall one
(`faults`), a way to start each machine through the API and what its end looks like (`doors`, `ends`)."""
