"""Who is told about the figures of the centre: a draft waits for another person."""

from __future__ import annotations

from typing import Any

from engine.foundation.store.unit import Unit
from engine.process.tasks.notifications.queries import notify
from engine.registry.organisation.queries import CENTER
from engine.registry.policies.handlers import ROOT


def tell_of_policy(unit: Unit, event: Any) -> None:
    """Tell the head of the centre that a figure is to be changed and waits for confirmation."""
    said = event.data
    sentence = f"参数草案 {said['draft']}：“{said['title']}”由{said['before']}改为{said['after']}，请核对后确认。"
    notify(unit, ROOT, "center_head", CENTER, "policy", sentence)
