"""Reconstruction error as a heat map: learn only what is normal, see what is not."""

from .inference import Detector, Inspection, fit, load
from .tabular import TableDetector, fit_table, load_table

__all__ = ["Detector", "Inspection", "TableDetector", "fit", "fit_table", "load", "load_table"]
