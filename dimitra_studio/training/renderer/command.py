"""`dimitra train renderer`."""

import argparse
from pathlib import Path
from typing import Any

from dimitra_studio.cli.command import Commands, add_part
from dimitra_studio.cli.console import Console
from dimitra_studio.engine.devices import CHOICES, choose_device, computes_in_half

_LOOKS = ("alex", "vgg")  # Trunk, which brings torch


def add_renderer(parts: Commands) -> None:
    """Adds `renderer` to `dimitra train`."""
    renderer = add_part(parts, "renderer", "train a network that repairs mouth or face; goes on where it was stopped")
    renderer.add_argument("part", choices=("mouth", "face"), help="which of the two")
    renderer.add_argument("--data", type=Path, required=True, metavar="DIR", help="pairs (dimitra train pairs)")
    renderer.add_argument("--out", type=Path, required=True, metavar="DIR", help="weights, log and state of the run")
    renderer.add_argument("--begin", type=Path, metavar="FILE", help="start a run with these weights, not with chance")
    renderer.add_argument("--steps", type=int, default=6000, metavar="N", help="updates (default 6000)")
    renderer.add_argument("--twos", type=int, default=4, metavar="N", help="pairs of neighbouring frames a batch")
    renderer.add_argument(
        "--look", choices=_LOOKS, default="alex", help="the network that judges looks (vgg: a tenth more time)"
    )
    renderer.add_argument(
        "--critic", type=float, default=0.0, metavar="W", help="weight of a critic of texture (default 0: none; 0.03)"
    )
    renderer.add_argument("--seed", type=int, default=0, metavar="N", help="where chance begins (default 0)")
    renderer.add_argument("--device", choices=CHOICES, default="auto", help="where the network learns (default auto)")
    renderer.add_argument(
        "--precision", choices=("auto", "fp32", "bf16"), default="auto", help="auto: bf16 where the device has it"
    )


def run_renderer(arguments: argparse.Namespace, console: Console) -> dict[str, Any]:
    """What `dimitra train renderer` does; gives what `--json` prints."""
    from dimitra_studio.core.errors import InputError, ModelError
    from dimitra_studio.engine.loader import Loader
    from dimitra_studio.face.components import COMPONENT_NAMES
    from dimitra_studio.face.mirror import mirror_of
    from dimitra_studio.render.neural.part import Part
    from dimitra_studio.render.neural.weights import load_repair
    from dimitra_studio.render.perceptual import Trunk, load_perceptual
    from dimitra_studio.training.renderer.batches import PairShelf
    from dimitra_studio.training.renderer.loop import facts_of, train_repair
    from dimitra_studio.training.renderer.losses import weights_of
    from dimitra_studio.training.renderer.pair_files import load_index
    from dimitra_studio.training.renderer.recipe import RepairRecipe
    from dimitra_studio.training.renderer.trainer import RepairTrainer, run_of

    if arguments.twos < 1:
        raise InputError(f"--twos is {arguments.twos}.", "Give 1 or more.")
    if not 0 <= arguments.critic < float("inf"):
        raise InputError(f"--critic is {arguments.critic}.", "Give 0 or a little more, such as 0.03.")
    device = choose_device(arguments.device)
    half = arguments.precision == "bf16" or (arguments.precision == "auto" and computes_in_half(device.name))
    part, index = Part(arguments.part), load_index(arguments.data)
    # Weights that are begun with know already where the mouth is.
    critic_from = 0.1 if arguments.begin else RepairRecipe.critic_from
    recipe = RepairRecipe(
        arguments.steps,
        twos=arguments.twos,
        seed=arguments.seed,
        critic_from=critic_from,
        half=half,
        look=Trunk(arguments.look),
        weights=weights_of(part, arguments.critic),
    )
    config, mirror = index.config(part), mirror_of(COMPONENT_NAMES)
    train, judged = (tuple(clip for clip in index.clips if clip.split == split) for split in ("train", "val"))
    try:
        with Loader() as loader:
            perceptual = load_perceptual(loader.registry.path(f"perceptual-{recipe.look}"), recipe.look)
    except ModelError as error:
        perceptual = None
        console.note(f"{error} Training goes on without the perceptual loss.")
    shelf = PairShelf(arguments.data, train, part, mirror)
    validation = PairShelf(arguments.data, judged, part, mirror) if judged else None
    trainer = RepairTrainer(shelf, config, recipe, perceptual, device.name)
    if arguments.begin:
        trainer.begin(load_repair(arguments.begin))
    run = run_of(config, recipe, tuple(clip.name for clip in train))
    path = console.run(train_repair(trainer, validation, arguments.out, run, facts_of(train, trainer)))
    console.say(f"Wrote {path}")
    return {"output": str(path), "steps": arguments.steps, "device": device.name, "half": half}
