"""Fits: one pair taken apart, all pairs, the families for one child; all saying the same."""

from __future__ import annotations

import numpy as np
import pytest

import hemvist


def test_matrix_pairs_and_single_scores_agree(skane: hemvist.Pool) -> None:
    fits = hemvist.score_matrix(skane)
    pairs = {(row["child"], row["family"]): row["fit"] for row in hemvist.score_pairs(skane)}
    stays = set(skane.table("placements")["child"])
    seen = 0
    for row, child in enumerate(skane.child_ids):
        for column, family in enumerate(skane.family_ids):
            score = hemvist.score(skane, child, family)
            assert fits[row, column] == (score.fit if score.eligible else -1)
            if child not in stays:
                assert pairs.get((child, family)) == (score.fit if score.eligible else None)
                seen += score.eligible
    assert seen > 100


def test_the_matrix_is_the_engines_own_memory(skane: hemvist.Pool) -> None:
    fits = hemvist.score_matrix(skane, threads=1)
    assert fits.dtype == np.int16 and fits.shape == (56, 50)
    assert fits.flags.c_contiguous and fits.flags.writeable and fits.base is not None
    for threads in (1, 2, 3, None):
        assert hemvist.score_matrix(skane, threads=threads).tobytes() == fits.tobytes()


def test_parts_sum_to_the_fit(skane: hemvist.Pool) -> None:
    for family in skane.family_ids:
        score = hemvist.score(skane, "C-015", family)
        assert sum(part.points for part in score.parts) == score.fit
        assert score.low <= score.fit <= score.high
        assert (score["explanation"]["fit"], score["child"], score["family"]) == (score.fit, "C-015", family)


def test_a_score_in_words(skane: hemvist.Pool) -> None:
    good, bad = hemvist.score(skane, "C-015", "F-048"), hemvist.score(skane, "C-001", "F-007")
    assert (good.eligible, bad.eligible) == (True, False)
    assert repr(bad) == "Score(C-001 to F-007: ruled out; the fit would be 665, 647 to 682)"
    (reason,) = bad.reasons
    assert (reason.rule, reason.mode) == ("age.outside_range", "require")
    assert str(reason.sentence) == "the child is 16 years old and the family takes ages 3 to 12"
    assert reason.sentence.sv == "barnet är 16 år och familjen tar emot åldrarna 3 till 12"
    (question,) = good.questions
    assert question.field == "family.own_children" and "barn hemma" in question.sentence.sv
    assert good.parts[3].label("sv") == "resa till ursprungshemmet"
    assert good.because("sv").startswith("behov på nivå 2")
    assert "828" in good.text() and "passning 828" in good.text("sv") and "? " in good.text()


def test_ranking(skane: hemvist.Pool) -> None:
    ranking = hemvist.rank(skane, "C-015", k=100).table()
    assert ranking["fit"] == sorted(ranking["fit"], reverse=True)
    whole = hemvist.rank(skane, "C-015", k=100, ruled_out=True)
    misses = whole.table("ruled_out", "sv")
    assert sorted(whole.table()["family"] + misses["family"]) == list(skane.family_ids)
    assert whole.table()["family"] == ranking["family"] and whole["eligible"] == len(ranking)
    reasons = [len(rules) for rules in misses["ruled_out_by"]]
    assert reasons == sorted(reasons) and reasons[0] == 1 and reasons[-1] > 1
    assert ranking["because"][0] == hemvist.score(skane, "C-015", ranking["family"][0]).because()
    assert misses["because"][0] == hemvist.score(skane, "C-015", misses["family"][0]).because("sv")
    assert sum(whole.table("stops")["families"]) == sum(reasons)
    assert hemvist.rank(skane, "C-015", k=1).table()["family"] == ranking["family"][:1]


def test_another_policy_gives_other_fits(skane: hemvist.Pool) -> None:
    only_age = hemvist.Policy.default().with_weights({name: int(name == "age") for name in hemvist.Policy.default().weights})
    score = hemvist.score(skane, "C-015", "F-048", only_age)
    assert (score.fit, [part.points for part in score.parts if part.weight]) == (1000, [1000])
    assert hemvist.rank(skane, "C-015", 1, only_age).table()["fit"] == [1000]
    assert (hemvist.score_matrix(skane, only_age) != hemvist.score_matrix(skane)).any()


def test_who_is_not_in_the_pool(skane: hemvist.Pool) -> None:
    for call in (
        lambda: hemvist.score(skane, "nobody", "F-048"),
        lambda: hemvist.rank(skane, "nobody"),
        lambda: skane.describe_child("nobody"),
    ):
        with pytest.raises(hemvist.NotInPoolError) as caught:
            call()
        assert caught.value.code == "option.unknown_child"
        assert "nobody" not in str(caught.value) and isinstance(caught.value, LookupError)
    with pytest.raises(hemvist.NotInPoolError) as caught:
        hemvist.score(skane, "C-015", "nobody")
    assert caught.value.code == "option.unknown_family"


def test_wrong_arguments(skane: hemvist.Pool) -> None:
    with pytest.raises(TypeError):
        hemvist.score("pool", "C-015", "F-048")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        hemvist.score(skane, "C-015", 48)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        hemvist.score(skane, "C-015", "F-048", {})  # type: ignore[arg-type]
    with pytest.raises(ValueError):
        hemvist.score(skane, "\ud800", "F-048")
    with pytest.raises(ValueError, match="k is -1"):
        hemvist.rank(skane, "C-015", -1)
    with pytest.raises(ValueError, match="lang must be"):
        hemvist.rank(skane, "C-015").table(lang="no")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="threads is 0"):
        hemvist.score_matrix(skane, threads=0)
