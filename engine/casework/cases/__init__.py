"""Cases: application, receipt, formal review, acceptance, correction, review and decision."""
