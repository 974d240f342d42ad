"""What stands between the code and the machine: files, processors, secrets, imports."""
