"""Problems as they are now → the edits that bring an office's own table up to date; no file is touched here."""
