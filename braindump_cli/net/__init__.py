"""Ways to others: clients, and what their failures mean."""
