"""One-stop permits (SIPINTER): services as versioned data, the case with its clock, the permit and its register."""
