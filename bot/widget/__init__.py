"""The chat as an element for any page, `<ankomst-chat>`, and who may embed it."""
