"""Definitions and forms of releases, parsed once per digest and shared by all threads."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from typing import Any

from sqlalchemy.engine import Connection

from engine.process.bpmn import Bundle, DecisionFile, Definition, parse_decisions, parse_definition
from engine.process.bpmn.releases.queries import Release, artifact_content, release_at
from processes.messages import Message, load


class Bundles:
    """A cache keyed by digest; content under a digest never changes, so nothing ever goes stale."""

    def __init__(self) -> None:
        """Start empty."""
        self._definitions: dict[str, Definition] = {}
        self._tables: dict[str, DecisionFile] = {}
        self._messages: dict[str, Message] = {}
        self._bundles: dict[tuple[str, str], Bundle] = {}
        self._forms: dict[str, dict[str, Any]] = {}
        self._releases: dict[str, Release] = {}
        self._lock = threading.Lock()

    def of(self, connection: Connection, release: Release, process: str | None = None) -> Bundle:
        """Return the executable bundle of a ``process`` of ``release``, of its main one unless told otherwise."""
        key = (release.id, process or release.main)
        with self._lock:
            if key not in self._bundles:
                all = {name: self.definition(connection, digest) for name, digest in release.processes.items()}
                main = all.pop(key[1])
                files = [self.tables(connection, digest) for digest in release.decisions.values()]
                self._bundles[key] = Bundle.of(main, all, {id: file for file in files for id in file.decisions})
            return self._bundles[key]

    def release(self, connection: Connection, id: str) -> Release:
        """Return the release that a case pinned; it never changes, for its id is the digest of what it says."""
        if id not in self._releases:
            self._releases[id] = release_at(connection, id)
        return self._releases[id]

    def form(self, connection: Connection, digest: str) -> dict[str, Any]:
        """Return the pinned form schema with ``digest``."""
        if digest not in self._forms:
            self._forms[digest] = json.loads(artifact_content(connection, digest))
        return self._forms[digest]

    def definition(self, connection: Connection, digest: str) -> Definition:
        """Return the process definition with ``digest``."""
        if digest not in self._definitions:
            self._definitions[digest] = parse_definition(artifact_content(connection, digest))
        return self._definitions[digest]

    def tables(self, connection: Connection, digest: str) -> DecisionFile:
        """Return the decision file with ``digest``."""
        if digest not in self._tables:
            self._tables[digest] = parse_decisions(artifact_content(connection, digest))
        return self._tables[digest]

    def messages(self, connection: Connection, release: Release) -> Mapping[str, Message]:
        """Return the messages from outside that the processes of ``release`` wait for, by name."""
        return {name: self._message(connection, digest) for name, digest in release.messages.items()}

    def _message(self, connection: Connection, digest: str) -> Message:
        if digest not in self._messages:
            self._messages[digest] = load(artifact_content(connection, digest))
        return self._messages[digest]
