"""Hospital visits (SIJEMPOL): schedules, bookings, the queue of the day, forecasts of the wait."""
