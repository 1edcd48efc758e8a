"""The commands of `bihuan`, one module for each group of them. Django is loaded only where a command needs it."""
