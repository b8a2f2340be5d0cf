"""Policies: read, changed, refused."""

from __future__ import annotations

from pathlib import Path

import pytest

import hemvist


def test_the_default_is_readable_and_is_what_none_means(skane: hemvist.Pool) -> None:
    default = hemvist.Policy.default()
    assert hemvist.Policy.from_toml(hemvist.default_policy_text()) == default
    assert default.name and default["format"] == "hemvist.policy/1"
    assert all(criterion["source"] for criterion in default["criteria"].values())
    assert hemvist.match(skane, default).to_json() == hemvist.match(skane).to_json()


def test_files(tmp_path: Path) -> None:
    policy = hemvist.Policy.default().with_weights({"needs": 1}, source="A test")
    policy.write(tmp_path / "policy.json")
    assert hemvist.Policy.read(tmp_path / "policy.json") == policy
    (tmp_path / "policy.toml").write_text('format = "hemvist.policy/1"\n[criteria.needs]\nweight = 1\nsource = "A test"\n')
    assert hemvist.Policy.read(str(tmp_path / "policy.toml")) == policy
    with pytest.raises(FileNotFoundError):
        hemvist.Policy.read(tmp_path / "none.toml")


def test_changes_leave_the_policy_as_it_was() -> None:
    default = hemvist.Policy.default()
    changed = default.with_rules({"wish.not_wanted": "warn"}).changed({"objective": {"strict": False}, "name": "Ours"})
    assert default.rules["wish.not_wanted"] == "require" and changed.rules["wish.not_wanted"] == "warn"
    assert changed["rules"]["wish.not_wanted"]["source"] == "changed in Python"
    assert changed["objective"]["strict"] is False and changed["objective"]["sibling_bonus"] > 0
    assert (repr(changed), default["objective"]["strict"]) == ("Policy('Ours')", True)


def test_changes_stand_on_changes() -> None:
    twice = hemvist.Policy.default().with_weights({"needs": 7}).with_weights({"age": 8}).changed({"objective": {"strict": False}})
    assert (twice.weights["needs"], twice.weights["age"], twice["objective"]["strict"]) == (7, 8, False)
    assert twice.with_rules({"wish.not_wanted": "off"}).weights == twice.weights


WRONG = [
    ({"criteria": {"charm": {"weight": 1}}}, "policy.unknown_criterion"),
    ({"rules": {"be.nice": {"mode": "require"}}}, "policy.unknown_rule"),
    ({"rules": {"wish.not_wanted": {"mode": "perhaps"}}}, "value.unknown_word"),
    ({"criteria": {"needs": {"weight": -1}}}, "value.out_of_range"),
    ({"criteria": {"needs": {"weight": 1.5}}}, "value.not_whole"),
    ({"criteria": {"needs": 7}}, "document.wrong_type"),
    ({"shoes": 1}, "document.unknown_field"),
    ({"tie_seed": ""}, "value.text_length"),
]


@pytest.mark.parametrize(("change", "code"), WRONG, ids=[code for _, code in WRONG])
def test_wrong_policies(change: dict[str, object], code: str) -> None:
    with pytest.raises(hemvist.PolicyError) as caught:
        hemvist.Policy.default().changed(change)
    assert caught.value.code == code


def test_what_is_no_policy() -> None:
    for text in ("", "[", "format = 7", 'format = "hemvist.pool/1"'):
        with pytest.raises(hemvist.PolicyError):
            hemvist.Policy.from_toml(text)
    for document in (b"", b"\xff", "{}", "[]", "\ud800"):
        with pytest.raises(hemvist.PolicyError):
            hemvist.Policy.from_json(document)
    with pytest.raises(hemvist.PolicyError):
        hemvist.Policy.default().with_weights(dict.fromkeys(hemvist.Policy.default().weights, 0))
