"""Forms: what people type, checked and explained before an action sees it."""
