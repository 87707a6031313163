"""Turn paper abstracts into a knowledge graph of research ideas."""

__version__ = "0.1.0"
