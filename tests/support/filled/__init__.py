"""A house in the middle of its day: cases in every state, by many applicants, for pages to be looked at.

``people`` are the applicants, ``cases`` brings a house's cases to where they stand, ``desks`` does the rest of the
counter's day, ``serving`` gives the fixtures that tests use.
"""
