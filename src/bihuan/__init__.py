"""bihuan (闭环, the closed loop): a ledger of problems that are dispatched, mended, checked and looked back at."""

__version__ = "0.1.0"
