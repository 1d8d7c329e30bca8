"""Auto-encoders that can be heard, seen and read."""

__version__ = "0.9.0"
