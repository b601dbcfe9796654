"""What a person means in one message, for many messages at once: predicting and measuring without a running bot."""
