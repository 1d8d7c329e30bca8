"""A tree as the code: sentences to trees and back, no tree ever shown."""

from .inference import Alternative, Node, Parse, Parser, Phrase, load
from .sentences import pieces

__all__ = ["Alternative", "Node", "Parse", "Parser", "Phrase", "load", "pieces"]
