"""Roomlens: what the photos of a property show, and how to find it again.

The shared package of every function. Arrows point down: handlers call `http` or `events`, those call the nouns
(`photos`, `search`, `chat`, `listings`, `tasks`), and the nouns call `vision`, `text`, `storage` and `db`.
"""

__version__ = "0.1.0"
