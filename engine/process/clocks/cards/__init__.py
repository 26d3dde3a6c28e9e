"""The cards of electronic supervision, as evidence: rule, ledger extract, who was responsible, appeal, decision."""
