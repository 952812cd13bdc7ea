"""What the renderer's loops are compiled with."""

from dimitra_studio.face.compiled import compiled as compiled_with

# No fast-math, so that edges which triangles share stay exact.
compiled = compiled_with(error_model="numpy")
