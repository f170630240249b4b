"""The mail: taken in, recorded, decided, routed, acknowledged, and shown to caseworkers."""
