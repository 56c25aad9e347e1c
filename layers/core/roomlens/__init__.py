"""Roomlens: what the photos of a property show, and how to find it again.

The shared package of every function. Arrows point down: handlers call `http` or `events`, those call the nouns
(`photos`, `search`, `chat`, `listings`, `tasks`), and the nouns call `vision`, `text`, `storage` and `db`.
"""

import logging

# Lambda sets the root logger to the template's LogLevel. At DEBUG botocore writes whole requests and answers, with
# signatures, bodies and the database's password, and SQLAlchemy each row: only our own logger says so much.
logging.getLogger().setLevel(max(logging.getLogger().level, logging.WARNING))

__version__ = "0.1.0"
