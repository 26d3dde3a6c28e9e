"""Artifacts and releases."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, Json

artifact = sa.Table(
    "artifact",
    METADATA,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("added_at", Instant, nullable=False),
    sa.Index("ix_artifact_name", "kind", "name"),
)
"""``kind`` is process, decisions (a DMN file), message or form; the content is kept byte for byte as deployed."""

release = sa.Table(
    "release",
    METADATA,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("item_code", sa.String(40), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("manifest", Json, nullable=False),
    sa.Column("effective_from", Instant, nullable=False),
    sa.Column("deployed_at", Instant, nullable=False),
    sa.Column("deployed_by", sa.String(40), nullable=False),
    sa.UniqueConstraint("item_code", "number"),
)
"""``manifest``: item, main, processes, forms (name to digest), policies (key to figure); decisions (id of the file to
digest) only where a process asks any, and messages (name to digest) only where one waits for any from outside,
and ladders (kind of clock to rules) only where the item's file has any, so that a release without is what it was before
there were such things."""

own_form = sa.Table(
    "own_form",
    METADATA,
    sa.Column("key", sa.String(60), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("effective_from", Instant, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by", sa.String(40), nullable=False),
)
"""Forms of the program that the centre has put a form of its own in the place of.  Of the rows of a key that are
effective the highest number counts; an empty ``digest`` says that the program's own counts again."""
