"""A Rasa server without TensorFlow.

Rasa imports TensorFlow at start, also where no component uses it: 7 s and 200 MB for two base
classes of its training code, and for the class that validates a project before training, whose
name stands in every archive. Nothing in our pipeline or policies needs more than the names.
Training is left alone and has the real ones.
"""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec
from types import ModuleType

# module -> the classes whose names Rasa 3.6 needs when it serves
_STAND_INS = {
    "tensorflow": (),
    "tensorflow.keras": (),
    "tensorflow.keras.callbacks": ("Callback",),
    "tensorflow.keras.utils": ("Sequence",),
    "rasa.graph_components.validators.default_recipe_validator": ("DefaultV1RecipeValidator",),
}


def stand_in_for_tensorflow() -> None:
    """Put empty modules in the place of TensorFlow, with the few classes that Rasa names.

    Must run before Rasa is imported. Whatever really uses TensorFlow fails with an AttributeError.
    """
    for name, classes in _STAND_INS.items():
        module = ModuleType(name, "Stands in; see bot.components.no_tensorflow.")
        module.__spec__ = ModuleSpec(name, None)
        for class_name in classes:
            setattr(module, class_name, type(class_name, (), {}))
        parent, _, child = name.rpartition(".")
        if parent in sys.modules:
            setattr(sys.modules[parent], child, module)
        sys.modules[name] = module
