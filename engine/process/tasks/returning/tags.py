"""How the journal tells that a step is to be done once more; both lines can be executed again."""

from __future__ import annotations

from engine.foundation.journal.tags import tag

SENT_BACK = tag("task.sent_back", "退回“{to}”：{reason}")
WITHDRAWN = tag("task.withdrawn", "撤回“{name}”")
IN_HAND_AGAIN = tag("task.in_hand_again", "“{name}”回到 {holder} 手中")
