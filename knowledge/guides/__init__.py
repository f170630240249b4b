"""Guides: what a person has to do, in which order and by when, from a few answers.

Plain rules without a page: the pages in `knowledge/pages/` and the chat use the same. Each is one that
an article states, with the source in its docstring; what no source decides, a step says is to be asked.
Figures that change come from the facts when a guide is used.
"""
