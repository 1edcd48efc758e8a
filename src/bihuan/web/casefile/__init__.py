"""One problem, one file: the words of its summary (`summary`, `chapters`, `closing`), and the archive itself
(`archive`), which is handed out as a stream."""
