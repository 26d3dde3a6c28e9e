"""Writing SVG elements: values are always escaped, numbers short."""

from __future__ import annotations

from markupsafe import escape


def node(tag: str, *children: str, **attributes: object) -> str:
    """Return ``<tag …>children</tag>``; ``stroke_width`` becomes ``stroke-width``; None leaves an attribute out.

    ``children`` are markup already: text comes from :func:`words`.
    """
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(_short(value))}"'
        for name, value in attributes.items()
        if value is not None
    )
    inner = "".join(children)
    return f"<{tag}{written}>{inner}</{tag}>" if inner else f"<{tag}{written}/>"


def words(text: str) -> str:
    """Return ``text`` as markup."""
    return str(escape(text))


def _short(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
