"""Which renderers there are, which one a wish leads to, and how it is built."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dimitra_studio.core.errors import InputError, ModelError
from dimitra_studio.core.requests import RendererName
from dimitra_studio.engine.devices import Device
from dimitra_studio.engine.registry import Registry

if TYPE_CHECKING:
    from dimitra_studio.engine.loader import Loader
    from dimitra_studio.engine.pipeline import Sitter
    from dimitra_studio.render.renderer import Renderer

REPAIR_MODELS = ("renderer-mouth", "renderer-face")
# Frames on either side that the repairing networks look at (render.neural.network.RADIUS, which brings torch).
_NEURAL_REACH = 13


@dataclass(frozen=True)
class Rendering:
    """How pictures are made: by which renderer, with models of which `digests`, on what `device`; `reach` is how many
    frames on either side matter to one, `degraded` a sentence where it is not what was wished for."""

    name: RendererName
    digests: tuple[str, ...] = ()
    device: str = "cpu"
    reach: int = 0
    degraded: str = ""

    @property
    def key(self) -> str:
        """What tells its pictures from all others'."""
        return repr((str(self.name), self.digests, self.device))


WARP = Rendering(RendererName.WARP)


def choose_rendering(registry: Registry, wish: str, device: Device) -> Rendering:
    """The rendering for `wish` (a RendererName).

    Raises InputError for another word, ModelError where neural is asked for and its models are missing or broken.
    """
    if wish not in tuple(RendererName):
        names = ", ".join(RendererName)
        raise InputError(f"There is no renderer called {wish}.", f"Use one of: {names}.")
    if wish == RendererName.WARP:
        return WARP
    try:
        for model_id in REPAIR_MODELS:
            registry.path(model_id)
    except ModelError as error:
        if wish == RendererName.NEURAL:
            raise
        sentence = f"{error.message} Teeth, lids and hidden skin are drawn without it. {error.hint}"
        return Rendering(RendererName.WARP, degraded=sentence.strip())
    digests = tuple(registry.model(model_id).digest for model_id in REPAIR_MODELS)
    return Rendering(RendererName.NEURAL, digests, device.name, _NEURAL_REACH)


def build_renderer(loader: "Loader", rendering: Rendering, sitter: "Sitter", size: int | None) -> "Renderer":
    """The renderer, for a portrait in frames whose longer side is `size` px (its own when None).

    Raises InputError for a size out of range, ModelError where a model has gone meanwhile.
    """
    from dimitra_studio.render.warp import WarpRenderer

    warp = WarpRenderer(sitter.portrait, sitter.fit, loader.head, size)
    if rendering.name is RendererName.WARP:
        return warp
    from dimitra_studio.render.neural.renderer import NeuralRenderer

    return NeuralRenderer(warp, loader.repairs(rendering.device), rendering.device)
