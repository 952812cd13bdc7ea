"""Shift-tolerant LPIPS: the published file's names, and what a distance must do."""

import pytest
import torch

from dimitra_studio.core.errors import ModelError
from dimitra_studio.render.perceptual import PerceptualDistance, Trunk, load_perceptual

# Entries of the published files.
PUBLISHED = {
    Trunk.ALEX: {
        "scaling_layer.shift": (1, 3, 1, 1),
        "net.slice1.0.weight": (64, 3, 11, 11),
        "net.slice1.1.filt": (64, 1, 3, 3),
        "net.slice2.5.weight": (192, 64, 5, 5),
        "net.slice3.8.filt": (192, 1, 3, 3),
        "net.slice5.13.bias": (256,),
        "lin2.model.1.weight": (1, 384, 1, 1),
    },
    Trunk.VGG: {
        "net.slice1.2.weight": (64, 64, 3, 3),
        "net.slice2.5.filt": (64, 1, 3, 3),
        "net.slice3.16.bias": (256,),
        "net.slice5.27.filt": (512, 1, 3, 3),
        "net.slice5.32.weight": (512, 512, 3, 3),
        "lin4.model.1.weight": (1, 512, 1, 1),
    },
}
COUNTS = {Trunk.ALEX: 20, Trunk.VGG: 37}


@pytest.fixture(params=Trunk)
def distance(request):
    torch.manual_seed(0)
    made = PerceptualDistance(request.param)
    for name, buffer in made.named_buffers():
        buffer.fill_(1 / 9 if name.endswith("filt") else 1)
    for name, parameter in made.named_parameters():
        if name.startswith("lin"):
            parameter.data.abs_()
    return made.requires_grad_(requires_grad=False)


@pytest.mark.parametrize("trunk", Trunk)
def test_entries_are_those_of_the_published_file(trunk):
    with torch.device("meta"):
        state = PerceptualDistance(trunk).state_dict()
    assert len(state) == COUNTS[trunk]
    assert {name: tuple(state[name].shape) for name in PUBLISHED[trunk]} == PUBLISHED[trunk]


def test_a_picture_is_nearest_to_itself_and_farther_from_what_differs_more(distance):
    picture = torch.rand(1, 3, 48, 48, generator=torch.Generator().manual_seed(1)) * 2 - 1
    noise = torch.randn(1, 3, 48, 48, generator=torch.Generator().manual_seed(2))
    same, near, far = (float(distance(picture, (picture + each * noise).clamp(-1, 1))) for each in (0, 0.1, 0.5))
    assert same == 0
    assert 0 < near < far


def test_it_can_be_learned_from_where_pictures_are_equal(distance):
    picture = torch.zeros(1, 3, 48, 48, requires_grad=True)
    distance(picture, torch.zeros(1, 3, 48, 48)).sum().backward()
    assert torch.isfinite(picture.grad).all()


def test_weights_come_back_and_others_are_refused(distance, tmp_path):
    path = tmp_path / "weights.pth"
    torch.save(distance.state_dict(), path)
    trunk = next(each for each in Trunk if COUNTS[each] == len(distance.state_dict()))
    other = next(each for each in Trunk if each is not trunk)
    loaded = load_perceptual(path, trunk)
    pictures = torch.rand(2, 3, 48, 48), torch.rand(2, 3, 48, 48)
    assert torch.equal(loaded(*pictures), distance(*pictures))
    with pytest.raises(ModelError, match="does not hold"):
        load_perceptual(path, other)
    with pytest.raises(ModelError, match="does not hold"):
        load_perceptual(tmp_path / "none.pth", trunk)
