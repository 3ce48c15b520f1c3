"""Surveys as JSON: one router a part of the room."""
