"""The edits that are done in both editors, by pointer and keyboard as a person does them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from bench._designer.places import Side

NEW_NAME = "改过的名称"
_SHOW = """
  const canvas = modeler.get('canvas');
  const shape = modeler.get('elementRegistry').get(given);
  const { outer } = canvas.viewbox();
  const [width, height] = [outer.width / 0.75, outer.height / 0.75];
  const middle = { x: shape.x + shape.width / 2, y: shape.y + shape.height / 2 };
  canvas.viewbox({ x: middle.x - width / 2, y: middle.y - height / 2, width, height });
  modeler.get('selection').select(null);
"""
_BOX = """
  (id) => document.querySelector(`g[data-element-id="${id}"] > .djs-visual`).getBoundingClientRect().toJSON()
"""
_APPEND = "[data-action='append.append-task'], [data-action='append.append-user-task']"


def show(side: Side, stage: int) -> None:
    """Bring a stage of the drawing into the middle, with nothing selected."""
    side.run(_SHOW, f"d{stage}")


def select(side: Side, stage: int) -> None:
    """Choose an element, and then another."""
    _click(side, f"c{stage}")
    _click(side, f"e{stage}")
    assert _selected(side) == [f"e{stage}"]


def select_all(side: Side, stage: int) -> None:
    """Choose everything."""
    _click(side, f"e{stage}")
    side.page.keyboard.press("Control+a")
    assert len(_selected(side)) > 50


def move(side: Side, stage: int) -> None:
    """Drag a task, with the lines that hang on it."""
    x, y = _place(side, f"d{stage}")
    mouse = side.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 20, y + 60, steps=6)
    mouse.move(x + 30, y + 90, steps=6)
    mouse.up()


def append(side: Side, stage: int) -> None:
    """Append a task by the pad beside an element."""
    _click(side, f"e{stage}")
    side.page.locator(".djs-context-pad.open").locator(_APPEND).first.click()
    side.page.keyboard.press("Escape")


def connect(side: Side, stage: int) -> None:
    """Draw a line between two tasks."""
    _click(side, f"d{stage}")
    side.page.locator(".djs-context-pad.open [data-action='connect']").click()
    side.page.mouse.move(*_place(side, f"e{stage}"), steps=4)
    _click(side, f"f{stage}")


def rename(side: Side, stage: int) -> None:
    """Write another name into a task."""
    side.page.mouse.dblclick(*_place(side, f"c{stage}"))
    field = side.page.locator(".djs-direct-editing-content")
    expect(field).to_be_visible()
    side.page.keyboard.press("Control+a")
    side.page.keyboard.type(f"{NEW_NAME} {stage}")
    side.page.keyboard.press("Enter")
    expect(field).to_have_count(0)


def undo(side: Side, stage: int) -> None:
    """Take the last steps back, and do them again."""
    _click(side, f"f{stage}")
    for key in ("Control+z", "Control+y"):
        for _ in range(4):
            side.page.keyboard.press(key)


def zoom(side: Side, stage: int) -> None:
    """Look from further away, wander, and come back."""
    side.page.mouse.move(*_place(side, f"d{stage}"))
    side.page.keyboard.down("Control")
    for turn in (400, 400, 400, -400, -400, -400):
        side.page.mouse.wheel(0, turn)
    side.page.keyboard.up("Control")
    for turn in (300, -300):
        side.page.mouse.wheel(0, turn)


def delete(side: Side, stage: int) -> None:
    """Take a task away, with its lines."""
    _click(side, f"b{stage}")
    side.page.keyboard.press("Delete")


KINDS: dict[str, Callable[[Side, int], None]] = {
    one.__name__: one for one in (select, move, append, connect, rename, undo, zoom, select_all, delete)
}


def outcome(side: Side) -> dict[str, Any]:
    """Return what the edits made of the file, as far as it is the same in both editors."""
    found: dict[str, Any] = side.run("""
      const registry = modeler.get('elementRegistry');
      const all = registry.filter((each) => !each.labelTarget);
      const is = (each, type) => each.businessObject.$instanceOf(type);
      return {
        nodes: all.filter((each) => is(each, 'bpmn:FlowNode')).length,
        flows: all.filter((each) => is(each, 'bpmn:SequenceFlow')).length,
        renamed: all.filter((each) => each.businessObject.name?.startsWith(given)).map((each) => each.id).sort(),
        moved: all.filter((each) => /^d\\d+$/.test(each.id)).map(({ id, y }) => [id, y]),
      };
    """, NEW_NAME)  # fmt: skip
    return found


def _click(side: Side, id: str) -> None:
    side.page.mouse.click(*_place(side, id))


def _place(side: Side, id: str) -> tuple[float, float]:
    """Return a place on an element where no line passes that goes through its middle."""
    box = side.page.evaluate(_BOX, id)
    return box["x"] + box["width"] / 4, box["y"] + box["height"] / 4


def _selected(side: Side) -> list[str]:
    found: list[str] = side.run("return modeler.get('selection').get().map(({ id }) => id);")
    return found
