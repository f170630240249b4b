"""From a text to topics, queue and kind, with a calibrated confidence."""
