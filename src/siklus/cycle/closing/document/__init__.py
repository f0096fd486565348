"""A version of a quote as a PDF, in the language of its buyer."""

from siklus.cycle.closing.document.render import DocumentsUnavailable, pdf_of

__all__ = ["DocumentsUnavailable", "pdf_of"]
