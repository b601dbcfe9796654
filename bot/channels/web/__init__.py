"""The web channel: the API, the widget and the pages. It carries messages and decides nothing."""
