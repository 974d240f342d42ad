"""The command `trovato`: the terminal's commands and the browser's, which are strangers below."""

from trovato.cli import main
from trovato.cli.lazy import LazyCommand

__all__ = ["main"]

main.add_command(
    LazyCommand(
        "serve",
        "trovato.web.command:serve",
        "Search, ask and judge in the browser: SERVED are collections and projects of judgements.",
    )
)

main.add_command(
    LazyCommand(
        "users",
        "trovato.web.access.command:users",
        "Who may sign in where `trovato serve --users` serves others.",
    )
)

if __name__ == "__main__":
    main()
