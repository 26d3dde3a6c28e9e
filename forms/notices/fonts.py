"""Where the fonts come from, what they can show, and their digest.

The office's own fonts (a licensed 仿宋 or 小标宋 in a folder named in the settings) come first; behind
them stands one complete font family, from the font package or from the system, because such office
fonts lack the rare characters of personal names.
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Final

import typst

from forms.notices.cover import characters
from forms.notices.errors import FontsMissing

FONT_PACKAGE: Final = "pylopdf_fonts_zh_cn"
SYSTEM_FONTS: Final = Path("/usr/share/fonts")
_SUFFIXES: Final = frozenset({".otf", ".ttf", ".ttc"})
_SERIF: Final = ("Noto Serif SC", "Noto Serif CJK SC")
_SANS: Final = ("Noto Sans SC", "Noto Sans CJK SC")
_TITLE_WORDS: Final = ("小标宋", "XiaoBiaoSong", "BiaoSong")


@dataclass(frozen=True)
class FontSet:
    """The fonts of a process: files, typst's handle, and the families for body and title in order."""

    files: tuple[Path, ...]
    handle: typst.Fonts
    body: tuple[str, ...]
    title: tuple[str, ...]

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hex) over names and contents of all files."""
        total = hashlib.sha256()
        for path in self.files:
            total.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
        return total.hexdigest()

    @cached_property
    def shown(self) -> frozenset[int]:
        """The code points that at least one of the fonts shows."""
        return frozenset().union(*(characters(path) for path in self.files))

    def missing(self, texts: Iterable[str]) -> tuple[str, ...]:
        """Return the characters of ``texts`` that no font shows, in order, each once."""
        wanted = dict.fromkeys(character for text in texts for character in text if character != "\n")
        return tuple(character for character in wanted if ord(character) not in self.shown)


def find_font_files(folder: Path | None, package: Path | None, system: Path) -> tuple[Path, ...]:
    """Return the files to use: those of ``folder``, then those of ``package`` or else of ``system``.

    Raises FontsMissing when neither the package nor the system has a complete Chinese family.
    """
    own = _fonts_in(folder) if folder else ()
    packaged = _fonts_in(package) if package else ()
    if packaged:
        return own + packaged
    found = [next(iter(sorted(system.rglob(f"{name}-Regular.ttc"))), None) for name in ("NotoSerifCJK", "NotoSansCJK")]
    installed = tuple(path for path in found if path is not None)
    if len(installed) < len(found):
        raise FontsMissing
    return own + installed


def _fonts_in(folder: Path) -> tuple[Path, ...]:
    return tuple(sorted(path for path in folder.rglob("*") if path.suffix.lower() in _SUFFIXES))


def _package_folder() -> Path | None:
    spec = importlib.util.find_spec(FONT_PACKAGE)
    return Path(spec.origin).parent if spec and spec.origin else None


def load_fonts(folder: Path | None, package: Path | None, system: Path) -> FontSet:
    """Return the font set of these places; see ``find_font_files``."""
    files = find_font_files(folder, package, system)
    handle = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=sorted({str(path.parent) for path in files}),
    )
    wanted = {str(path) for path in files}
    families = dict.fromkeys(info.family for info in handle.fonts() if info.path in wanted)
    serif = [name for name in _SERIF if name in families][:1]
    sans = [name for name in _SANS if name in families][:1]
    if not serif or not sans:
        raise FontsMissing
    own = sorted(name for name in families if not name.startswith(("Noto Serif", "Noto Sans")))
    titles = [name for name in own if any(word in name for word in _TITLE_WORDS)]
    body = [name for name in own if name not in titles]
    return FontSet(files, handle, (*body, *serif, *sans), (*titles, *sans, *serif))


class FontShelf:
    """Font sets by folder, each loaded once by whoever asks first; the others wait for it."""

    def __init__(self, load: Callable[[Path | None], FontSet]) -> None:
        self._load = load
        self._lock = Lock()
        self._sets: dict[Path | None, FontSet] = {}

    def take(self, folder: Path | None) -> FontSet:
        """Return the font set of ``folder``."""
        with self._lock:
            if folder not in self._sets:
                self._sets[folder] = self._load(folder)
            return self._sets[folder]


_SHELF: Final = FontShelf(lambda folder: load_fonts(folder, _package_folder(), SYSTEM_FONTS))


def font_set(folder: Path | None = None) -> FontSet:
    """Return this process's fonts with the office's ``folder`` in front; raise FontsMissing."""
    return _SHELF.take(folder)
