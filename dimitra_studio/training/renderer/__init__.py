"""Trains the networks that repair a warped face, on pairs of frames of one clip."""
