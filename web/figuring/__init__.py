"""办理统计: figures of ended cases for auditors, supervisors and heads."""
