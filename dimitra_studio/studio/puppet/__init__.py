"""Puppeteering: mouse or gamepad moves head and face while a take plays."""
