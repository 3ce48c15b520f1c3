"""Reference data of hospitals as the files hold them."""
