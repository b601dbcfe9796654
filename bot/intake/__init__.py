"""How the company's own system tells us of its customers, of what they bought and of those who came back."""
