"""Text as the code: an article squeezed into words people can read."""

from .inference import Reward, Summarizer, Summary, Word, language, load

__all__ = ["Reward", "Summarizer", "Summary", "Word", "language", "load"]
