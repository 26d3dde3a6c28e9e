"""When an environment is trusted, and when it is made anew."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tools import environment
from tools.place import Place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A checkout whose environment was set up for serving and for testing."""
    place = Place(tmp_path / "checkout")
    place.python.parent.mkdir(parents=True)
    place.python.symlink_to(sys.executable)
    for name in ("pyproject.toml", "requirements.lock", "requirements-test.lock"):
        (place.root / name).write_text(name)
    place.stamps.done(environment.HOME, str(place.root))
    for lock in ("requirements.lock", "requirements-test.lock"):
        place.stamps.done(environment._step(lock), environment._digest(place, lock))
    return place


def test_what_was_set_up_is_ready(place: Place) -> None:
    assert environment.is_ready(place, "requirements.lock")
    assert environment.is_ready(place, "requirements-test.lock")


@pytest.mark.parametrize("file", ["requirements.lock", "pyproject.toml"])
def test_a_changed_lock_or_project_is_not_ready(place: Place, file: str) -> None:
    (place.root / file).write_text("changed")

    assert not environment.is_ready(place, "requirements.lock")


def test_a_change_of_the_test_lock_does_not_keep_a_server_waiting(place: Place) -> None:
    (place.root / "requirements-test.lock").write_text("changed")

    assert environment.is_ready(place, "requirements.lock")
    assert not environment.is_ready(place, "requirements-test.lock")


def test_an_environment_whose_python_is_gone_is_not_ready(place: Place) -> None:
    place.python.unlink()
    place.python.symlink_to("/no/such/python")

    assert not environment.is_ready(place, "requirements.lock")


def test_a_sound_environment_is_kept(place: Place) -> None:
    environment._make_room(place)

    assert place.python.exists()


def test_an_environment_of_somebody_else_is_built_upon(place: Place) -> None:
    place.stamps.forget(environment.HOME, "python", "python-test")

    environment._make_room(place)

    assert place.python.exists()


def test_a_half_made_environment_goes(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.stamps.done(environment.UNFINISHED, "x")

    environment._make_room(place)

    assert not place.venv.exists()
    assert "中断" in capsys.readouterr().err


def test_an_environment_whose_python_is_gone_goes(place: Place) -> None:
    place.python.unlink()
    place.python.symlink_to("/no/such/python")

    environment._make_room(place)

    assert not place.venv.exists()


def test_the_environment_of_a_moved_folder_goes(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    moved = Place(place.root.rename(place.root.with_name("moved")))
    assert not environment.is_ready(moved, "requirements.lock")

    environment._make_room(moved)

    assert not moved.venv.exists()
    assert "已移动" in capsys.readouterr().err
