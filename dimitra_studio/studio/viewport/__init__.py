"""The 3D viewport: the fitted head, drawn off-screen by VTK and shown as a picture."""
