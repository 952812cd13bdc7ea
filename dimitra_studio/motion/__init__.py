"""The three conditional Motion Diffusion Transformers."""
