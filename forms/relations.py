"""Rules that need more than one value: dates against each other, counts, identity by kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from forms import checks
from forms.checks import Checkup
from forms.context import Context
from forms.model import Part

_OK: Final = Checkup("", "ok")


def related(part: Part, value: Any, scope: Mapping[str, Any], labels: Mapping[str, str], context: Context) -> Checkup:
    """Judge a filled, well-formed ``value`` in its ``scope`` (row values over form values).

    Returns a Checkup whose ``normal`` replaces the value when it is a text that was normalised.
    """
    check = part.props.get("check")
    if check:
        return _checked(part, str(value), check, scope, context)
    sentence = _dates(part, value, scope, labels, context) or _counts(part, value, scope)
    return Checkup("", "error", sentence) if sentence else _OK


def _checked(part: Part, value: str, check: str, scope: Mapping[str, Any], context: Context) -> Checkup:
    if check == "cn-id":
        return checks.resident_id(value, context.today)
    if check == "uscc":
        return checks.uscc(value)
    if check == "phone":
        return checks.phone(value)
    if check == "id-by-kind":
        return checks.identity(str(scope.get(part.props.get("kind_key", "id_kind")) or ""), value, context.today)
    organisation = scope.get(part.props.get("kind_key", "applicant_kind")) == "organisation"
    if organisation != (value == "uscc"):
        wanted = "法人或其他组织请选择统一社会信用代码" if organisation else "自然人请选择个人证件"
        return Checkup(value, "error", wanted)
    return Checkup(value, "ok")


def _dates(part: Part, value: Any, scope: Mapping[str, Any], labels: Mapping[str, str], context: Context) -> str:
    if part.kind != "datetime":
        return ""
    latest = _bound(part, "not_after", scope, context)
    if latest and value[: len(latest)] > latest[: len(value)]:
        return f"{part.label}不能晚于{_bound_name(part, 'not_after', labels)}"
    earliest = _bound(part, "not_before", scope, context)
    if earliest and value[: len(earliest)] < earliest[: len(value)]:
        return f"{part.label}不能早于{_bound_name(part, 'not_before', labels)}"
    return ""


def _bound(part: Part, name: str, scope: Mapping[str, Any], context: Context) -> str:
    """The bound as an ISO text: ``now``, ``today`` or the value of another field."""
    word = part.props.get(name, "")
    if word == "now":
        return context.minute
    if word == "today":
        return context.today.isoformat()
    other = scope.get(word)
    return other if isinstance(other, str) else ""


def _bound_name(part: Part, name: str, labels: Mapping[str, str]) -> str:
    word = part.props[name]
    return {"now": "现在", "today": "今天"}.get(word) or labels.get(word, word)


def _counts(part: Part, value: Any, scope: Mapping[str, Any]) -> str:
    other = scope.get(part.props.get("must_equal", ""))
    if not isinstance(other, int) or isinstance(other, bool) or value == other:
        return ""
    return part.props.get("message") or f"应有{other}份，实收{value}份，份数不符，请与移交人当面核对一致后再签收"
