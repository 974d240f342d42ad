"""What stands between the code and the machine: files, processors, secrets, imports."""

__all__: tuple[str, ...] = ()
