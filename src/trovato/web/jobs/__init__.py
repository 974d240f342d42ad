"""Work that outlives a request: answers being written, files being indexed."""

from trovato.web.jobs.asking import Asking
from trovato.web.jobs.indexing import IndexingJobs, IndexingProgress, StoredFileJob

__all__ = ["Asking", "IndexingJobs", "IndexingProgress", "StoredFileJob"]
