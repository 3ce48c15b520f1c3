"""Decisions of hospital visits, pure: schedules, bookings, the queue, forecasts, simulations."""
