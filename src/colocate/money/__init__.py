"""Money: what each option would cost and save, whose it is, and who shares what."""
