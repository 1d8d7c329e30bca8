"""Feature disentanglement: swap what is said and who says it."""

from .inference import Code, Swap, VoiceModel, load

__all__ = ["Code", "Swap", "VoiceModel", "load"]
