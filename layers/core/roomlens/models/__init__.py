"""The tables. Their history stands in migrations/; a test holds the two together."""

from roomlens.models.base import NAMING_CONVENTION, Base
from roomlens.models.conversations import Conversation, Message, Role
from roomlens.models.listings import ChangeVerdict, Listing, PropertyAggregation, TemporalChange
from roomlens.models.photos import Analysis, Correction, Image, ImageKey, ImageStatus
from roomlens.models.tasks import Task, TaskStatus, TaskStep
from roomlens.models.vectors import ImageVector, TextVector

__all__ = [
    "NAMING_CONVENTION",
    "Analysis",
    "Base",
    "ChangeVerdict",
    "Conversation",
    "Correction",
    "Image",
    "ImageKey",
    "ImageStatus",
    "ImageVector",
    "Listing",
    "Message",
    "PropertyAggregation",
    "Role",
    "Task",
    "TaskStatus",
    "TaskStep",
    "TemporalChange",
    "TextVector",
]
