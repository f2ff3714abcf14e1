"""Understanding by a model: what is asked, and what of the answer is believed."""
