"""Pilar: the smart-city cycle of Indonesian regencies and cities."""
