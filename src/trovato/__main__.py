"""The command `trovato`: the terminal's commands and the browser's, which are strangers below."""

from trovato.cli import main
from trovato.web import serve

__all__ = ["main"]

main.add_command(serve)

if __name__ == "__main__":
    main()
