"""PDF as components, by what stands where on its pages."""

from trovato.data.components.pdf.pdf_file import pdf_components

__all__ = ["pdf_components"]
