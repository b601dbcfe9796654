"""E-mail: news to staff and letters to customers, through the company's own mail server. It decides nothing."""
