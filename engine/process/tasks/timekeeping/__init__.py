"""The clocks of the machines that deliver deadlines: told when one is not believed, accepted by the operator."""
