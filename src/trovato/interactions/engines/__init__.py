"""What can carry out work on a log: this process, or Spark."""
