"""Conversion of single values: what a page or the API sends becomes a typed value or a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from forms.context import SHANGHAI, Context
from forms.model import SIGNATURE, Option, Part
from forms.patterns import compiled
from forms.text import many_lines, narrow, one_line

MAX_LINE: Final = 200
MAX_TEXT: Final = 2000
MAX_NUMBER: Final = 999_999_999
MAX_FILES: Final = 20
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Value:
    """A converted value, or the sentence that says what is wrong with it."""

    data: Any
    error: str = ""


def options_of(part: Part, context: Context, path: str = "") -> tuple[Option, ...]:
    """Return the options that may be chosen: the form's own, limited or replaced by the context."""
    given = context.options.get(f"{path}.{part.key}" if path else part.key)
    if given is None:
        return part.options
    own = {option.value: option for option in part.options}
    return tuple(
        own.get(entry, Option(entry, entry)) if isinstance(entry, str) else Option(entry[0], entry[1])
        for entry in given
    )


def empty(part: Part) -> Any:
    """Return the value of a field that was not filled."""
    if part.kind == "checkbox":
        return False
    if part.kind in ("checklist", "filepicker"):
        return []
    return "" if part.kind in ("textfield", "textarea") else None


@dataclass(frozen=True)
class _Given:
    """What a converter works on: the part, what was sent, the options and the surroundings."""

    part: Part
    raw: Any
    options: tuple[Option, ...]
    context: Context


def convert(part: Part, raw: Any, options: tuple[Option, ...], context: Context) -> Value:
    """Return the typed value of ``raw`` for ``part``; an unfilled value is ``empty(part)``."""
    if raw is None or raw in ("", []):
        return Value(empty(part))
    return _CONVERTERS[part.kind](_Given(part, raw, options, context))


def _text(given: _Given) -> Value:
    part, raw = given.part, given.raw
    if not isinstance(raw, str):
        return Value("", f"{part.label}应为文字")
    limit = part.limit("maxLength", MAX_TEXT if part.kind == "textarea" else MAX_LINE)
    if len(raw) > 4 * limit + 100:
        return Value("", f"{part.label}不能超过{limit}字")
    value = many_lines(raw) if part.kind == "textarea" else one_line(raw)
    if part.props.get("normalise") == "nfkc":
        value = narrow(value)
    if len(value) > limit:
        return Value(value, f"{part.label}不能超过{limit}字，现有{len(value)}字")
    if 0 < len(value) < part.limit("minLength", 0):
        return Value(value, f"{part.label}不能少于{part.limit('minLength', 0)}字")
    pattern = part.rules.get("pattern")
    if value and pattern and not compiled(str(pattern)).search(value):
        return Value(value, str(part.rules.get("patternErrorMessage") or f"{part.label}的格式不对"))
    return Value(value)


def _number(given: _Given) -> Value:
    part, raw = given.part, given.raw
    if isinstance(raw, str):
        plain = narrow(one_line(raw))
        if plain == "":
            return Value(None)
        if not re.fullmatch(r"[+-]?[0-9]{1,9}", plain):
            return Value(raw[:40], f"{part.label}应为整数")
        raw = int(plain)
    if isinstance(raw, bool) or not isinstance(raw, int):
        return Value(None, f"{part.label}应为整数")
    low, high = part.limit("min", 0), part.limit("max", MAX_NUMBER)
    if raw < low:
        return Value(raw, f"{part.label}不能小于{low}")
    return Value(raw, f"{part.label}不能大于{high}" if raw > high else "")


def _choice(given: _Given) -> Value:
    if isinstance(given.raw, str) and given.raw in {option.value for option in given.options}:
        return Value(given.raw)
    return Value(None, f"请在列出的选项中选择{given.part.label}")


def _choices(given: _Given) -> Value:
    part, options = given.part, given.options
    chosen = [given.raw] if isinstance(given.raw, str) else given.raw
    known = [option.value for option in options]
    if not isinstance(chosen, list) or not all(isinstance(value, str) and value in known for value in chosen):
        return Value([], f"请在列出的选项中选择{part.label}")
    value = [entry for entry in known if entry in chosen]
    if part.props.get("must_all") == "true" and len(value) < len(known):
        left = "、".join(option.label for option in options if option.value not in value)
        return Value(value, f"{part.label}还有未确认的：{left}")
    return Value(value)


def _checkbox(given: _Given) -> Value:
    if isinstance(given.raw, bool):
        return Value(given.raw)
    return Value(False, f"{given.part.label}应为是或否")


def _moment(given: _Given) -> Value:
    part, raw = given.part, given.raw
    word = "日期" if part.subtype == "date" else "日期和时间"
    if not isinstance(raw, str):
        return Value(None, f"{part.label}应为{word}")
    plain = narrow(one_line(raw))
    try:
        value = _date(plain) if part.subtype == "date" else _minute(plain)
    except ValueError:
        return Value(plain[:40], f"{part.label}应为有效的{word}")
    if not 1900 <= int(value[:4]) <= 2100:
        return Value(value, f"{part.label}的年份有误")
    return Value(value)


def _date(text: str) -> str:
    found = re.fullmatch(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?", text)
    if found is None:
        raise ValueError(text)
    year, month, day = (int(group) for group in found.groups())
    return date(year, month, day).isoformat()


def _minute(text: str) -> str:
    """The Asia/Shanghai minute; a time with a zone is moved there, seconds are cut off."""
    if not re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}", text):
        raise ValueError(text)
    moment = datetime.fromisoformat(text)
    try:
        local = moment.astimezone(SHANGHAI) if moment.tzinfo else moment
    except OverflowError:
        raise ValueError(text) from None
    return local.replace(tzinfo=None).isoformat(timespec="minutes")


def _files(given: _Given) -> Value:
    part = given.part
    refs = given.raw if isinstance(given.raw, list) else [given.raw]
    if len(refs) > MAX_FILES:
        return Value([], f"{part.label}一次不能超过{MAX_FILES}个文件")
    found = [_reference(ref, given.context) for ref in refs]
    if None in found:
        return Value([], f"{part.label}中有文件已失效，请重新上传")
    unique = {ref["digest"]: ref for ref in found if ref is not None}
    value = list(unique.values())
    if len(value) > 1 and not part.multiple:
        return Value(value, f"{part.label}只能上传一个文件")
    allowed = tuple(word.strip().lower() for word in part.accept.split(",") if word.strip().startswith("."))
    wrong = [ref["name"] for ref in value if allowed and not ref["name"].lower().endswith(allowed)]
    if wrong:
        return Value(value, f"{part.label}不接受“{wrong[0]}”，可以上传{'、'.join(allowed)}")
    return Value(value)


def _reference(ref: Any, context: Context) -> dict[str, Any] | None:
    """The upload a reference (a digest, or a mapping with one) stands for, or None."""
    digest = ref.get("digest") if isinstance(ref, Mapping) else ref
    if not isinstance(digest, str) or not _DIGEST.fullmatch(digest):
        return None
    if context.uploads is not None:
        known = context.uploads.get(digest)
        return known.as_data() if known else None
    if not isinstance(ref, Mapping):
        return None
    name, size, media_type = ref.get("name"), ref.get("size"), ref.get("media_type")
    if not isinstance(name, str) or not isinstance(media_type, str) or isinstance(size, bool):
        return None
    if not isinstance(size, int) or size < 0 or not one_line(name) or len(name) > MAX_LINE:
        return None
    return {"digest": digest, "name": one_line(name), "size": size, "media_type": media_type[:100]}


def _signature(given: _Given) -> Value:
    part, raw = given.part, given.raw
    mode = raw.get("mode") if isinstance(raw, Mapping) else None
    if not isinstance(raw, Mapping) or mode not in ("drawn", "paper") or raw.keys() - {"mode", "files"}:
        return Value(None, f"{part.label}无效，请重新签名")
    files = _files(replace(given, raw=raw.get("files") or []))
    if files.error:
        return Value(None, f"{part.label}的图像已失效，请重新签名")
    if len(files.data) > 1 or (mode == "drawn" and not files.data):
        return Value(None, f"{part.label}应有一幅图像，请重新签名")
    value = {"mode": mode, "files": files.data}
    if mode == "paper" and not files.data and part.props.get("scan") == "required":
        return Value(value, f"请上传{part.label}的纸质签字页扫描件")
    return Value(value)


_CONVERTERS: Final[dict[str, Callable[[_Given], Value]]] = {
    "textfield": _text,
    "textarea": _text,
    "number": _number,
    "radio": _choice,
    "select": _choice,
    "checklist": _choices,
    "checkbox": _checkbox,
    "datetime": _moment,
    "filepicker": _files,
    SIGNATURE: _signature,
}


def required_sentence(part: Part) -> str:
    """Return the sentence for a required field that was left empty."""
    if part.kind in ("radio", "select", "checklist", "datetime"):
        return f"请选择{part.label}"
    if part.kind == "checkbox":
        return f"请确认：{part.label}"
    if part.kind == "filepicker":
        return f"请上传{part.label}"
    return f"请完成{part.label}" if part.kind == SIGNATURE else f"请填写{part.label}"
