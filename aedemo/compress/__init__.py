"""The code as a file: a learned codec for pictures, beside JPEG."""

from .inference import NAME, Codec, Opened, Written, load

__all__ = ["NAME", "Codec", "Opened", "Written", "load"]
