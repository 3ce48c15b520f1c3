"""Decisions of permits, pure: definitions of services, the clock, the case, the levy, the forecast."""
