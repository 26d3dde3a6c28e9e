"""The command line in Chinese: what argparse says in English is said again, and values are bounded."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from typing import Any, NoReturn

CODE = "ARGUMENTS_WRONG"
_SAID: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.DOTALL), said)
    for pattern, said in (
        (r"unrecognized arguments: (.*)", r"不认识的参数：\1"),
        (r"the following arguments are required: (.*)", r"缺少参数：\1"),
        (r"one of the arguments (.*) is required", r"须写明其中一个：\1"),
        (r"argument (.*?): expected one argument", r"\1 后面缺少值"),
        (r"argument (.*?): expected at least one argument", r"\1 后面至少要有一个值"),
        (r"argument (.*?): ignored explicit argument (.*)", r"\1 不带值，多写了 \2"),
        (r"argument (.*?): invalid choice: (.*?) \(choose from (.*)\)", r"\1 不能是 \2，可用的是：\3"),
        (r"argument (.*?): invalid int value: (.*)", r"\1 应为整数，而不是 \2"),
        (r"argument (.*?): invalid float value: (.*)", r"\1 应为数字，而不是 \2"),
        (r"argument (.*?): not allowed with argument (.*)", r"\1 与 \2 不能同时使用"),
        (r"ambiguous option: (.*?) could match (.*)", r"\1 不明确，可能是：\2"),
        (r"argument (.*?): (.*)", r"\1：\2"),
    )
)


def in_chinese(message: str) -> str:
    """Return what argparse says is wrong, in Chinese; what is unknown stays as it is."""
    for pattern, said in _SAID:
        found = pattern.fullmatch(message)
        if found is not None:
            return found.expand(said)
    return message


class Parser(argparse.ArgumentParser):
    """A parser that speaks Chinese."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **{**named, "add_help": False})
        self._positionals.title = "参数"
        self._optionals.title = "选项"
        self.add_argument("-h", "--help", action="help", default=argparse.SUPPRESS, help="显示本说明")

    def format_usage(self) -> str:
        """Return the usage."""
        return super().format_usage().replace("usage: ", "用法：", 1)

    def format_help(self) -> str:
        """Return the whole help."""
        return super().format_help().replace("usage: ", "用法：", 1)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and end with 2."""
        print(f"{CODE}：{in_chinese(message)}。请核对后再试，写法见 {self.prog} --help。", file=sys.stderr)
        print(self.format_usage().rstrip(), file=sys.stderr)
        self.exit(2)


def whole(least: int, most: int) -> Callable[[str], int]:
    """Return a reader of whole numbers from ``least`` to ``most``."""

    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or len(text) > 9 or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"须为 {least} 至 {most} 的整数，而不是 {text}")
        return int(text)

    return read
