"""What test_processes.py runs under torchrun: python -m torch.distributed.run ... two_processes.py FOLDER.

Each process leaves its weights and the gradient of its first step in FOLDER.
"""

import importlib.util
import sys
from pathlib import Path

import torch
from torch import Tensor

from dimitra_studio.core.events import finish
from dimitra_studio.face.head_model import load_head_model
from dimitra_studio.training import loop
from dimitra_studio.training.processes import joined
from dimitra_studio.training.trainer import Trainer


def main(folder: Path) -> None:
    spec = importlib.util.spec_from_file_location("made", Path(__file__).with_name("conftest.py"))
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    run, head = made.SmallRun, load_head_model()
    data = loop.TrainingData(run.clips(), (made.Clips.one("v", seed=9, split="val", speaker="other"),))
    what = (data, head, run.config(), run.recipe(steps=4, judge_every=2))
    with joined("cpu") as process:
        trainer = Trainer(data.train, head, run.config(), run.recipe(), process=process)
        trainer.loss(*trainer.drawn(0)).backward()
        _keep(folder / f"gradient{process.rank}.pt", [each.grad for each in trainer.state.network.parameters()])
        finish(loop.train_motion(*what, folder / "whole", process=process))
        loop._SAVE_EVERY = 0.0
        job = loop.train_motion(*what, folder / "stopped", process=process)
        while next(job).done < 3:
            pass
        job.close()
        torch.distributed.barrier()
        finish(loop.train_motion(*what, folder / "stopped", process=process))
        torch.distributed.barrier()
        trainer = Trainer(data.train, head, run.config(), what[-1], process=process)
        for _ in range(4):
            trainer.advance()
        _keep(folder / f"weights{process.rank}.pt", list(trainer.state.network.parameters()))


def _keep(path: Path, tensors: list[Tensor]) -> None:
    torch.save([tensor.detach().clone() for tensor in tensors], path)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
