"""Cases executed again from what is recorded of them, with the policy, calendar and definitions of each moment."""
