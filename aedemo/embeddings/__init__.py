"""Beyond rebuilding: codes that know their picture, the future, or their neighbours."""

from .inference import Ahead, PictureEncoder, SpeechEncoder, load
from .thought_inference import SentenceEncoder, load_sentences

__all__ = ["Ahead", "PictureEncoder", "SentenceEncoder", "SpeechEncoder", "load", "load_sentences"]
