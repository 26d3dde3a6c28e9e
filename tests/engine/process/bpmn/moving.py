"""A player that goes on with another drawing in the middle of the game."""

from __future__ import annotations

from engine.process.bpmn import Advance, Bundle, Plan, Vocabulary, plan_migration
from engine.process.bpmn.migrated import Ids
from tests.engine.process.bpmn.dsl import Player, bundle


def plan(player: Player, new: Bundle, ids: Ids | None = None, words: Vocabulary | None = None) -> Plan:
    """What the plan says about moving the player's instance to ``new``."""
    return plan_migration(player.bundle, player.last.snapshot, new, ids or {}, vocabulary=words)


def move(player: Player, new: Bundle, ids: Ids | None = None) -> Advance:
    """Move the player's instance to ``new``; the plan must allow it."""
    told = plan(player, new, ids)
    assert told.possible, [each.sentence for each in told.obstacles]
    old, instance = player.bundle, player.instance
    moved = player._agree(lambda runtime: runtime.migrate(old, new, instance, ids or {}, now=player.now))
    player.bundle = new
    assert sorted(each.task_no for each in told.moves) == sorted({each.task_no for each in told.moves})
    return moved


def refused(player: Player, new: Bundle, ids: Ids | None = None, words: Vocabulary | None = None) -> str:
    """The sentences that say why the player's instance cannot move."""
    told = plan(player, new, ids, words)
    assert not told.possible
    return "\n".join(each.sentence for each in told.obstacles)


def standing_at(old: bytes, *steps: str, others: tuple[bytes, ...] = (), **facts: object) -> Player:
    """A player of ``old`` after ``steps``."""
    player = Player(bundle(old, *others))
    player.start(**facts)
    for step in steps:
        player.do(step)
    return player


def finish(player: Player) -> list[str]:
    """Do what is open until the end; return the tasks done, in order."""
    done = []
    while not player.last.completed:
        done.append(player.ready[0])
        player.do(done[-1])
        assert len(done) < 50
    return done
