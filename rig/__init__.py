"""The cloud on one machine: reads a SAM template and runs it, without Docker, an AWS account or a network.

`rig.template` reads, `rig.cloud` runs, `rig.gateway` answers HTTP, `rig.runtimes` hold the functions,
`rig.cli` is `python -m rig`, and `rig.pytest_plugin` gives all of it to tests.
"""
