"""Names of the columns that logs of behaviour are made of; written here and nowhere else.

They are those of VK-LSVD (Poslavsky et al. 2026, arXiv 2602.04567); logs of other origin are
brought to them when they are read.
"""

from __future__ import annotations

USER = "user_id"
ITEM = "item_id"
AUTHOR = "author_id"
PLACE = "place"
PLATFORM = "platform"
AGENT = "agent"
TIMESPENT = "timespent"
# What a person can say about an item besides watching it, in the order of the published files.
SIGNALS = ("like", "dislike", "share", "bookmark", "click_on_author", "open_comments")
# The week in the upper bits and the row of its file in the lower 40: rising along a log.
EVENT = "event_order"
EVENT_ROW_BITS = 40
INTERACTION = (USER, ITEM, PLACE, PLATFORM, AGENT, TIMESPENT, *SIGNALS)

AGE = "age"
GENDER = "gender"
GEO = "geo"
DURATION = "duration"
# 1 for whoever has most rows in the training weeks.
RANK = "train_interactions_rank"
