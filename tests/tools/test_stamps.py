"""What counts as set up, and that two set-ups never run at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tools.stamps import Stamps, alone, digest

ROOT = Path(__file__).resolve().parents[2]


def write(path: Path, content: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


def test_the_digest_is_the_same_for_the_same_inputs_wherever_they_lie(tmp_path: Path) -> None:
    one, two = (write(tmp_path / folder / "lock", "flask==3.1.3") for folder in ("a", "b"))

    assert digest([one], "fact") == digest([two], "fact")


def test_the_digest_changes_with_a_file_its_name_a_fact_and_a_file_in_a_folder(tmp_path: Path) -> None:
    lock = write(tmp_path / "lock", "a")
    folder = write(tmp_path / "ui" / "parts" / "x.js", "1").parent.parent
    seen = {digest([lock, folder]), digest([lock, folder], "fact"), digest([lock])}

    write(tmp_path / "lock", "b")
    seen.add(digest([lock, folder]))
    write(folder / "parts" / "y.js", "")
    seen.add(digest([lock, folder]))
    (folder / "parts" / "y.js").rename(folder / "parts" / "z.js")
    seen.add(digest([lock, folder]))

    assert len(seen) == 6


def test_a_step_is_done_only_for_the_inputs_it_was_done_with(tmp_path: Path) -> None:
    stamps = Stamps(tmp_path / "stamps")
    assert not stamps.is_done("python", "one")

    stamps.done("python", "one")

    assert stamps.is_done("python", "one")
    assert not stamps.is_done("python", "two")
    assert not stamps.is_done("assets", "one")


def test_a_forgotten_step_is_done_again(tmp_path: Path) -> None:
    stamps = Stamps(tmp_path)
    stamps.done("python", "one")

    stamps.forget("python", "never-done")

    assert not stamps.exists("python")


def test_no_half_written_stamp_is_ever_seen(tmp_path: Path) -> None:
    stamps = Stamps(tmp_path)
    stamps.done("python", "one")
    stamps.done("python", "two")

    assert [file.name for file in tmp_path.iterdir()] == ["python"]


def test_a_second_set_up_waits_for_the_first_and_says_so(tmp_path: Path) -> None:
    lock = tmp_path / "var" / "setup.lock"
    program = (
        "import sys; from pathlib import Path; from tools.stamps import alone\n"
        "with alone(Path(sys.argv[1])): print('in')"
    )
    command = [sys.executable, "-c", program, str(lock)]

    with alone(lock):
        second = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert second.stderr is not None
        said = second.stderr.readline()
        waited = second.poll() is None
    printed, _ = second.communicate(timeout=30)

    assert waited
    assert "等它完成" in said
    assert printed == "in\n"
