import dataclasses
from contextlib import nullcontext

import numpy as np
import pytest
import torch

from dimitra_studio.core.channels import Group
from dimitra_studio.core.errors import InputError
from dimitra_studio.face.head_model import load_head_model
from dimitra_studio.motion.config import paper
from dimitra_studio.motion.lip_shape import measure_lips
from dimitra_studio.training import trainer as trainer_module
from dimitra_studio.training.processes import ALONE, Process
from dimitra_studio.training.trainer import Trainer, mesh_measure, shape_measures


@pytest.fixture(scope="module")
def head():
    return load_head_model()


def _gradients(trainer: Trainer) -> list[torch.Tensor]:
    trainer.state.network.zero_grad()
    trainer.loss(*trainer.drawn(trainer.state.step)).backward()
    return [parameter.grad.clone() for parameter in trainer.state.network.parameters()]


def test_an_update_moves_the_network_and_its_average(clips, head, small_run) -> None:
    trainer = Trainer(small_run.clips(), head, small_run.config(), small_run.recipe(steps=10))
    before = [parameter.clone() for parameter in trainer.state.network.parameters()]
    for _ in range(2):
        trainer.advance()
    state = trainer.state
    moved = [not torch.equal(*pair) for pair in zip(before, state.network.parameters(), strict=True)]
    assert np.mean(moved) > 0.9
    assert any(not torch.equal(*pair) for pair in zip(before, state.average.parameters(), strict=True))
    assert state.step == 2
    assert 0 < float(state.loss) < 100
    assert not any(parameter.requires_grad for parameter in state.average.parameters())


def test_chance_belongs_to_seed_step_and_process(clips, head, small_run) -> None:
    def drawn(step: int, seed: int = 0, process: Process = ALONE) -> torch.Tensor:
        recipe = small_run.recipe(seed=seed, person_jitter=0.5)
        torch.manual_seed(step * 1000 + seed)  # whatever else the program drew
        batch, _ = Trainer(small_run.clips(), head, small_run.config(), recipe, process=process).drawn(step)
        return batch.clean

    assert torch.equal(drawn(3), drawn(3))
    others = [drawn(4), drawn(3, seed=1)]
    assert not any(torch.equal(drawn(3), other) for other in others)
    first, second = (drawn(3, process=Process(rank, 2)) for rank in (0, 1))
    assert len(first) == len(second) == 4
    assert not torch.equal(first, second)


def test_a_batch_must_divide(clips, head, small_run) -> None:
    with pytest.raises(InputError, match="3 processes"):
        Trainer(small_run.clips(), head, small_run.config(), small_run.recipe(), process=Process(1, 3))


def test_a_step_is_made_on_the_device_alone(clips, head, small_run, monkeypatch) -> None:
    """In most operations torch's meta device refuses tensors of other devices, as a GPU does; it has no autocast."""
    monkeypatch.setattr(trainer_module, "mixed_precision", lambda device: nullcontext())
    process = Process(device="meta")
    everything = {"feature_noise": 1.0, "feature_shift": 0.5, "mixed": 0.5, "person_jitter": 0.5, "loss_mesh": 1.0}
    for group in (Group.LIPS, Group.POSE):
        recipe = small_run.recipe(group, **everything)
        trainer = Trainer(small_run.clips(), head, small_run.config(group), recipe, process=process)
        batch, rng = trainer.drawn(0)
        assert batch.clean.is_meta
        trainer.loss(batch, rng).backward()
        assert all(parameter.grad.is_meta for parameter in trainer.state.network.parameters())


def test_features_are_hidden_where_they_are_dropped(clips, head, small_run) -> None:
    """With every condition dropped, all clips are the same to the network: only mask and diffusion step are known."""
    always = dict.fromkeys(("drop_features", "drop_phonemes", "drop_text", "drop_first"), 1.0)
    trainer = Trainer(small_run.clips(), head, small_run.config(), small_run.recipe(**always, feature_noise=1.0))
    for _ in range(3):
        trainer.advance()
    network = trainer.state.network.eval()
    (one, _), (other, _) = trainer.drawn(7), trainer.drawn(8)
    assert not one.conditions.present.any()
    assert not torch.equal(one.conditions.features, other.conditions.features)
    x, steps = torch.randn(8, 20, 13), torch.full((8,), 250)
    with torch.no_grad():
        blind, blind_other = (network(x, steps, each.conditions) for each in (one, other))
        seeing = network(x, steps, dataclasses.replace(one.conditions, present=torch.ones(8, 4, dtype=torch.bool)))
    assert torch.equal(blind, blind_other)
    assert not torch.allclose(blind, seeing, atol=1e-4)


@pytest.mark.parametrize(("feature_dim", "layers"), [(768, 1), (1024, 8)])
def test_the_papers_network_learns_from_its_speech_models(clips, head, small_run, feature_dim, layers) -> None:
    """wav2vec 2.0 base has 768 features, WavLM large 1024; one update moves all that an update can."""
    rng = np.random.default_rng(0)
    clip = clips.one(frames=110)
    speech = dataclasses.replace(clip.speech, features=rng.standard_normal((220, feature_dim)))
    config = dataclasses.replace(paper(Group.POSE, feature_dim=feature_dim, text_dim=10), layers=layers)
    recipe = small_run.recipe(Group.POSE, batch=1)
    trainer = Trainer((dataclasses.replace(clip, speech=speech),), head, config, recipe)
    trainer.advance()
    # The output starts at zero, so at first it alone learns.
    assert trainer.state.network.motion_out.weight.abs().max() > 0
    assert all(parameter.isfinite().all() for parameter in trainer.state.network.parameters())


def test_lip_measures_are_in_deviations_of_their_own(head) -> None:
    rng = np.random.default_rng(0)
    values, std = rng.normal(size=(500, 13)) * rng.uniform(0.02, 0.2, 13) + 0.3, rng.uniform(0.02, 0.2, 13)
    lips = measure_lips(head)
    measures = shape_measures(lips, std, values)
    np.testing.assert_allclose((values / std @ measures).std(axis=0), 1.0, rtol=1e-4)
    gap = values @ lips.gap[Group.LIPS.columns]
    assert np.corrcoef(values / std @ measures[:, 0], gap)[0, 1] == pytest.approx(1.0)
    form = rng.normal(size=(13, 13))
    form = form @ form.T
    normal = (values - values.mean(axis=0)) / std
    assert np.einsum("tc,cd,td->t", normal, mesh_measure(form, std, values), normal).mean() == pytest.approx(
        1, rel=1e-4
    )
    # Twice as far off costs four times as much, whatever the channels' scale.
    assert mesh_measure(form, 2 * std, values) == pytest.approx(4 * mesh_measure(form, std, values))


def test_mesh_loss_is_part_of_the_loss(clips, head, small_run) -> None:
    plain, meshed = (
        Trainer(small_run.clips(), head, small_run.config(), small_run.recipe(loss_mesh=weight))
        for weight in (0.0, 2.0)
    )
    assert float(meshed.loss(*meshed.drawn(0)).detach()) > float(plain.loss(*plain.drawn(0)).detach()) + 0.1
