"""immunograph: immune–tumour mechanisms in which every step can be held to account."""

from importlib.metadata import version

__version__ = version("immunograph")
