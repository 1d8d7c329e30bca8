"""Discrete codes: browse what a codebook has learned."""

from .inference import FlipCodebook, ImageCodebook, Neighbours, SpeechCodebook, load

__all__ = ["FlipCodebook", "ImageCodebook", "Neighbours", "SpeechCodebook", "load"]
