"""Options: who could share with whom, what each option would do, what blocks it, who decides."""
