"""Tests of articles, centres, and of what is made of them."""
