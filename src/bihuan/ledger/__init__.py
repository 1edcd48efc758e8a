"""Problems: their tables, how they are read (`queries`) and the only ways they change (`actions`)."""
