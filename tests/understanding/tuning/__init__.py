"""Tests of the tuning; the network itself needs PyTorch, which is not installed with the rest."""
