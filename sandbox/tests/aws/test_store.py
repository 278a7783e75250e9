"""The store: copies in and out, and what a file keeps."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlpipe_sandbox.aws.store import Store


def test_nobody_holds_what_another_changes() -> None:
    things = Store().collection("things")
    given = {"list": [1]}
    things.put("a", given)
    given["list"].append(2)
    taken = things.get("a")
    assert taken == {"list": [1]}
    taken["list"].append(3)
    assert things.get("a") == {"list": [1]}


def test_a_change_that_fails_changes_nothing() -> None:
    things = Store().collection("things")
    things.put("a", {"n": 1})

    def fail(document: dict[str, int]) -> None:
        document["n"] = 2
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        things.change("a", fail)
    assert things.get("a") == {"n": 1}
    with pytest.raises(KeyError):
        things.change("b", fail)


def test_a_file_keeps_documents_and_their_order(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "state.db"
    store = Store(file)
    things = store.collection("things")
    for key in ("b", "a", "c"):
        things.put(key, {"key": key})
    things.put("b", {"key": "b", "again": True})
    things.delete("a")
    store.collection("others").put("b", {})
    store.close()
    again = Store(file)
    assert again.collection("things").all() == [{"key": "b", "again": True}, {"key": "c"}]
    assert "a" not in again.collection("things")
    again.close()


def test_what_belongs_together_reaches_the_file_together(tmp_path: Path) -> None:
    store, reader = Store(tmp_path / "state.db"), Store(tmp_path / "state.db")
    with store.lock:
        store.collection("things").put("a", {})
        with store.lock:
            store.collection("things").put("b", {})
        assert reader.names() == set()
    assert reader.names() == {"things"}
    assert len(reader.collection("things").all()) == 2
    store.close()
    reader.close()
