"""The Rasa process: what Farewell adds to Rasa 3.6 so that it can be trusted with a conversation.

It runs on Python 3.10 beside the application, listens on loopback only, and must not import `bot` or `actions`.
"""
