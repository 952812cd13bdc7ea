"""The renderer of the papers, for users who hold its weights (Ren et al. 2021, "PIRenderer", arXiv 2109.08379)."""
