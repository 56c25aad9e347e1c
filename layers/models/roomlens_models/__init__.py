"""The embedded models: EfficientNet-Lite2 and all-MiniLM-L6-v2, run by numpy alone.

The weights lie in ``weights/``; ``python -m tools.build_models`` puts them there. Importing this
package reads nothing and loads nothing.
"""
