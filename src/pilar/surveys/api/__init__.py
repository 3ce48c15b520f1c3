"""Surveys as JSON: one router for each part of the room."""
