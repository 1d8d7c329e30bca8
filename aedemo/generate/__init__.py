"""The decoder alone: what a variational auto-encoder draws, and what a plain one cannot."""

from .inference import Axis, Generator, load

__all__ = ["Axis", "Generator", "load"]
