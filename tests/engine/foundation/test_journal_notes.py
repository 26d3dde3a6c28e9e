"""Checkpoints as text: what C2SP's note and checkpoint ask for, read back, and refused when anything is amiss."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from engine.foundation.journal.sealing.algorithms import GuomiMissing
from engine.foundation.journal.sealing.notes import (
    Checkpoint,
    CheckpointUnreadable,
    PublicKeyUnreadable,
    SigningKey,
    read_note,
    read_public_key,
    sign,
)

AT = datetime(2026, 3, 2, 1, 5, 0, 123456, tzinfo=UTC)
KEY = SigningKey.of("yichuang/0001", "ed25519", bytes(range(32)))
ROOT = hashlib.sha256(b"root").digest()
POINT = Checkpoint("yichuang/0001", 42, ROOT, AT)
TEXT = "yichuang/0001\n42\n" + base64.b64encode(ROOT).decode() + "\ntime 2026-03-02T01:05:00.123456Z\n"
NOTE = sign(POINT, KEY)


def test_a_checkpoint_is_origin_size_root_and_time():
    assert POINT.text.splitlines() == TEXT.splitlines()
    body, _, signature = NOTE.partition("\n\n")
    assert f"{body}\n" == TEXT
    assert signature.startswith("— yichuang/0001 ")
    assert signature.endswith("\n")


def test_another_program_checks_the_signature_by_the_rules_of_signed_notes():
    # The key's id is the beginning of SHA-256 over name, line end, the byte of Ed25519 and the key.
    raw = base64.b64decode(KEY.public.text.split("+", 2)[2])
    assert raw[0] == 1
    id = hashlib.sha256(b"yichuang/0001\n" + raw).digest()[:4]
    told = base64.b64decode(NOTE.rstrip("\n").rpartition(" ")[2])
    assert told[:4] == id == bytes.fromhex(KEY.public.text.split("+")[1])
    Ed25519PublicKey.from_public_bytes(raw[1:]).verify(told[4:], TEXT.encode())


def test_a_note_is_read_as_it_was_written():
    note = read_note(NOTE)
    assert (note.checkpoint, note.text) == (POINT, NOTE)
    assert note.signed_by([KEY.public])
    assert read_public_key(KEY.public.text + "\n") == KEY.public


def test_a_note_may_bear_the_signatures_of_witnesses_too():
    witness = SigningKey.new("witness")
    line = sign(POINT, witness).split("\n\n")[1]
    note = read_note(NOTE + line)
    assert note.signed_by([witness.public])
    assert note.signed_by([KEY.public])


def test_a_signature_counts_for_its_own_text_and_key_only():
    other = SigningKey.new("yichuang/0001")
    assert not read_note(NOTE).signed_by([other.public])
    assert not read_note(NOTE).signed_by([])
    assert not read_note(NOTE.replace("\n42\n", "\n43\n")).signed_by([KEY.public])
    renamed = SigningKey.of("another", "ed25519", bytes(range(32)))
    assert not read_note(NOTE).signed_by([renamed.public])


SPOILED = {
    "nothing": "",
    "no signature": TEXT,
    "an empty signature": f"{TEXT}\n",
    "no blank line": NOTE.replace("\n\n", "\n"),
    "a line more": NOTE.replace("\ntime", "\nmore\ntime"),
    "a line less": NOTE.replace("\n42", ""),
    "a size that is none": NOTE.replace("\n42\n", "\nmany\n"),
    "a size with noughts before it": NOTE.replace("\n42\n", "\n042\n"),
    "a size below nought": NOTE.replace("\n42\n", "\n-42\n"),
    "a root that is no Base64": NOTE.replace(base64.b64encode(ROOT).decode(), "!"),
    "a root that is too short": NOTE.replace(base64.b64encode(ROOT).decode(), "YWJj"),
    "a time that is none": NOTE.replace("time 2026", "time x"),
    "a signature without its dash": NOTE.replace("— ", ""),
    "a signature that is no Base64": f"{TEXT}\n— yichuang/0001 !!\n",
    "another text": "一窗通\n",
}


@pytest.mark.parametrize("what", SPOILED)
def test_what_is_no_checkpoint_is_refused(what: str):
    with pytest.raises(CheckpointUnreadable) as refused:
        read_note(SPOILED[what])
    assert "检查点" in refused.value.sentence


@pytest.mark.parametrize(
    "text",
    ["", "name", "name+id", "name+00000000+!", "name+00000000+AQID", KEY.public.text.replace("0001", "0002"),
     "name+00000000+" + base64.b64encode(b"\x02" + b"k" * 32).decode()],
)  # fmt: skip
def test_what_is_no_public_key_is_refused(text: str):
    with pytest.raises(PublicKeyUnreadable):
        read_public_key(text)


def test_sm2_signs_the_same_text_and_its_key_says_so():
    key = SigningKey.new("yichuang/0001", "sm2")
    raw = base64.b64decode(key.public.text.split("+", 2)[2])
    assert raw.startswith(b"\xffSM2-with-SM3:") and len(key.public.raw) == 64
    assert read_public_key(key.public.text) == key.public
    note = read_note(sign(POINT, key))
    assert note.signed_by([key.public]) and not note.signed_by([KEY.public])
    assert len(note.signatures[0][2]) == 64
    assert not key.public.signed(b"another text", note.signatures[0][2])
    assert not key.public.signed(POINT.text.encode(), bytes(64))
    assert not key.public.signed(POINT.text.encode(), b"short")


def test_without_the_extension_sm2_is_refused_in_words(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(GuomiMissing) as refused:
        SigningKey.new("yichuang/0001", "sm2")
    assert "./run setup guomi" in refused.value.sentence
