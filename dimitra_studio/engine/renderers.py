"""Which renderers there are, which one a wish leads to, and how it is built."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.requests import RendererName
from dimitra_studio.engine.devices import Device, computes_in_half
from dimitra_studio.engine.registry import Registry

if TYPE_CHECKING:
    from dimitra_studio.engine.loader import Loader
    from dimitra_studio.engine.pipeline import Sitter
    from dimitra_studio.render.renderer import Renderer

REPAIR_MODELS = ("renderer-face", "renderer-mouth")
PIRENDERER_MODEL = "pirenderer"
MATTE_MODEL = "person-matte"
# Frames on either side that the networks look at (RADIUS of render.neural and render.pirenderer, which bring torch).
_NEURAL_REACH = 13


@dataclass(frozen=True)
class Rendering:
    """How pictures are made: by which renderer, with which `models` (`digests`), on what `device`; `reach` is how many
    frames on either side matter to one, `caution` what to expect of them."""

    name: RendererName
    digests: tuple[str, ...] = ()
    device: str = "cpu"
    reach: int = 0
    models: tuple[str, ...] = ()
    caution: str = ""

    @property
    def key(self) -> str:
        """What tells its pictures from all others'."""
        return repr((str(self.name), self.digests, self.device))


WARP = Rendering(RendererName.WARP)


def offered_renderers(registry: Registry) -> tuple[RendererName, ...]:
    """Those to choose from: PIRenderer only where the user has brought its weights."""
    without = () if registry.model(PIRENDERER_MODEL).files else (RendererName.PIRENDERER,)
    return tuple(name for name in RendererName if name not in without)


def choose_rendering(registry: Registry, wish: str, device: Device) -> Rendering:
    """The rendering for `wish` (a RendererName).

    Automatic is the warp: the networks come a little nearer to real frames, but take three times as long
    (models/renderer.md).
    Raises InputError for another word, ModelError where the models of what is asked for are missing or broken.
    """
    if wish not in tuple(RendererName):
        names = ", ".join(RendererName)
        raise InputError(f"There is no renderer called {wish}.", f"Use one of: {names}.")
    if wish in (RendererName.AUTO, RendererName.WARP):
        return WARP
    if wish == RendererName.PIRENDERER:
        registry.path(PIRENDERER_MODEL)
        return _rendering(registry, RendererName.PIRENDERER, (PIRENDERER_MODEL,), device, _describe_map())
    for model_id in REPAIR_MODELS:
        registry.path(model_id)
    return _rendering(registry, RendererName.NEURAL, REPAIR_MODELS, device)


def _rendering(
    registry: Registry, name: RendererName, models: tuple[str, ...], device: Device, caution: str = ""
) -> Rendering:
    digests = tuple(registry.model(model_id).digest for model_id in models)
    return Rendering(name, digests, device.name, _NEURAL_REACH, models=models, caution=caution)


def _describe_map() -> str:
    from dimitra_studio.export.deng_map import load_deng_map

    return load_deng_map().describe()


def build_renderer(loader: "Loader", rendering: Rendering, sitter: "Sitter", size: int | None) -> "Renderer":
    """The renderer, for a portrait in frames whose longer side is `size` px (its own when None).

    Raises InputError for a size out of range, ModelError where a model has gone meanwhile.
    """
    if rendering.name is RendererName.PIRENDERER:
        return _published(loader, rendering, sitter, size)
    from dimitra_studio.render.warp import WarpRenderer

    warp = WarpRenderer(sitter.portrait, sitter.fit, loader.head, size)
    if rendering.name is RendererName.WARP:
        return warp
    from dimitra_studio.render.neural.renderer import NeuralRenderer

    return NeuralRenderer(
        warp, loader.repairs(rendering.device), rendering.device, half=computes_in_half(rendering.device)
    )


def matted(
    loader: "Loader", renderer: "Renderer", rendering: Rendering, sitter: "Sitter", size: int | None
) -> "Renderer":
    """The renderer with the person cut out, frames [H, W, 4].

    Raises InputError for one that does not move the portrait's own pixels, ModelError where the network is missing.
    """
    if rendering.name is RendererName.PIRENDERER:
        raise InputError("PIRenderer paints the background, too: nobody can be cut out of it.", "Use another renderer.")
    from dimitra_studio.render.matte import MattedRenderer, find_matte
    from dimitra_studio.render.warp import WarpRenderer

    warp = WarpRenderer(sitter.portrait, sitter.fit, loader.head, size)
    return MattedRenderer(renderer, warp, find_matte(warp.picture, loader.registry.path(MATTE_MODEL)))


def _published(loader: "Loader", rendering: Rendering, sitter: "Sitter", size: int | None) -> "Renderer":
    from dimitra_studio.export.deng_map import load_deng_map
    from dimitra_studio.render.geometry import scaled_fit
    from dimitra_studio.render.pirenderer.renderer import PublishedRenderer
    from dimitra_studio.render.warp import resize_picture

    picture = resize_picture(sitter.portrait.pixels, size)
    fit = scaled_fit(sitter.fit, picture.shape[1], picture.shape[0])
    network = loader.pirenderer(rendering.device)
    return PublishedRenderer(picture, fit, network, load_deng_map().to_deng, rendering.device)
