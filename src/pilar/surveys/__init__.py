"""Surveys: questionnaires as data, answers from the public, honest samples, and scores with intervals."""
