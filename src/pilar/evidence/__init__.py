"""Evidence (bukti dukung): files and links that support a mark."""
