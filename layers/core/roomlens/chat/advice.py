"""General figures for sellers, each with where it comes from. Facts only; no photo shows them, and none is invented.

Read where the address leads, in November 2026:
* kitchen: the publisher's own press release on its 2020 report;
* staging: the association of Florida's realtors on the national association's report;
* floors: the national association's own summary of its report.
They are averages of the United States, and years old: a sentence says of which year. The report's other rooms are left
out: its figures for them could not be read where its publisher gives them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from roomlens.chat.replies import Source
from roomlens.vocabulary import RoomType, Tag


@dataclass(frozen=True)
class Figure:
    """A whole sentence, and its source."""

    text: str
    source: Source


OF_ROOMS: Final = {
    RoomType.KITCHEN: Figure(
        "As a general figure, a minor kitchen remodel got back 77.6 % of its cost at resale, on average in the"
        " United States (Cost vs. Value Report, 2020).",
        Source(
            "2020 Cost vs. Value Report, Remodeling magazine",
            "https://uk.marketscreener.com/news/latest/Cost-vs-Value-Report-by-Hanley-Wood-Details-22-of-the-Most-"
            "Compelling-Remodeling-Projects-Across-th-29869853",
        ),
    ),
}
"""What a remodel of a room brought back."""

STAGING: Final = Figure(
    "As a general figure, 20 % of buyers' agents say that staging can raise the price by 1 to 5 %"
    " (Profile of Home Staging, 2023).",
    Source(
        "2023 Profile of Home Staging, National Association of Realtors",
        "https://floridarealtors.org/news-media/news-articles/2024/08/how-far-too-far-home-staging",
    ),
)
"""Of rooms that look untidy."""

FLOORS: Final = Figure(
    "In general, new wood floors and refinished hardwood floors had the most value of the projects surveyed"
    " (Remodeling Impact Report, 2022).",
    Source(
        "2022 Remodeling Impact Report, National Association of Realtors",
        "https://d7.nar.realtor/blogs/economists-outlook/research-spotlight-2022-remodeling-impact-report",
    ),
)
PLAIN_FLOORS: Final = frozenset({Tag.CARPET, Tag.VINYL_FLOORS, Tag.LAMINATE_FLOORS})
"""Floors that `FLOORS` is about."""
