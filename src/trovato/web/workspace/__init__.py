"""What the application must not lose: questions and answers, as events in one file."""

from trovato.web.workspace.answers import Answers, StoredAnswer
from trovato.web.workspace.store import Workspace, WorkspaceEvent

__all__ = ["Answers", "StoredAnswer", "Workspace", "WorkspaceEvent"]
