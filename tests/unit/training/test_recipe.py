import pytest

from dimitra_studio.core.channels import Group
from dimitra_studio.core.errors import InputError
from dimitra_studio.training.recipe import TrainingRecipe, recipe_for


def test_rate_rises_stays_and_falls() -> None:
    recipe = TrainingRecipe(Group.LIPS, steps=1000, warmup=100, rate=1e-3, cooldown=0.3)
    rates = [recipe.rate_at(step) for step in range(1000)]
    assert rates[0] == pytest.approx(1e-5)
    assert rates[99:701] == pytest.approx([1e-3] * 602)
    assert rates[850] == pytest.approx(0.5e-3)
    assert 0 < rates[-1] < 1e-5
    assert recipe.rate_at(5000) == 0.0


@pytest.mark.parametrize(("steps", "longer"), [(1000, 3000), (7, 8), (100, 101)])
def test_until_the_cool_down_a_longer_run_is_the_same(steps: int, longer: int) -> None:
    short, long = recipe_for(Group.POSE, steps), recipe_for(Group.POSE, longer)
    assert short.steady < steps
    assert short.steady <= long.steady == short.steady_of(longer)
    assert [short.rate_at(step) for step in range(short.steady)] == [long.rate_at(step) for step in range(short.steady)]


def test_the_shortest_run_has_a_rate() -> None:
    assert recipe_for(Group.LIPS, 1).rate_at(0) > 0
    with pytest.raises(InputError, match="0 steps"):
        recipe_for(Group.LIPS, 0)


def test_early_average_forgets_faster() -> None:
    recipe = TrainingRecipe(Group.LIPS, steps=1000, ema=0.999)
    assert recipe.ema_at(0) == pytest.approx(0.1)
    assert recipe.ema_at(100_000) == 0.999


def test_errors_should_be_low_and_correlations_high() -> None:
    assert recipe_for(Group.POSE, 1).is_better(0.1, 0.2)
    assert not recipe_for(Group.LIPS, 1).is_better(0.1, 0.2)


def test_what_cannot_be_chosen_by_is_refused() -> None:
    with pytest.raises(ValueError, match="pose cannot be chosen by gap_correlation"):
        TrainingRecipe(Group.POSE, 1, choose_by="gap_correlation")
    with pytest.raises(ValueError, match="lips cannot be chosen by gap_correlation"):
        TrainingRecipe(Group.LIPS, 1, choose_by="gap_correlation", sampled=0)
    with pytest.raises(ValueError, match="cool-down"):
        TrainingRecipe(Group.LIPS, 1, cooldown=0.0)
