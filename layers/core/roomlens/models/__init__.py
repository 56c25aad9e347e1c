"""The tables. Their history stands in migrations/; a test holds the two together."""

from roomlens.models.alterations import Alteration
from roomlens.models.base import NAMING_CONVENTION, Base
from roomlens.models.conversations import Conversation, Message, MessageFeedback, Role
from roomlens.models.idempotency import IdempotencyKey
from roomlens.models.listings import ChangeVerdict, Listing, PropertyAggregation, TemporalChange
from roomlens.models.photos import Analysis, Correction, Image, ImageKey, ImageStatus
from roomlens.models.rates import RateLimit
from roomlens.models.removals import ObjectRemoval
from roomlens.models.tasks import CallbackStatus, Task, TaskStatus, TaskStep
from roomlens.models.vectors import ImageVector, TextVector
from roomlens.models.versions import ModelInForce, ModelVersionRow

__all__ = [
    "NAMING_CONVENTION",
    "Alteration",
    "Analysis",
    "Base",
    "CallbackStatus",
    "ChangeVerdict",
    "Conversation",
    "Correction",
    "IdempotencyKey",
    "Image",
    "ImageKey",
    "ImageStatus",
    "ImageVector",
    "Listing",
    "Message",
    "MessageFeedback",
    "ModelInForce",
    "ModelVersionRow",
    "ObjectRemoval",
    "PropertyAggregation",
    "RateLimit",
    "Role",
    "Task",
    "TaskStatus",
    "TaskStep",
    "TemporalChange",
    "TextVector",
]
