"""What commands share: the console, progress bars, options, output paths."""
