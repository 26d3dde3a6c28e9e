"""The rows that every act reads first and every advance writes last."""
