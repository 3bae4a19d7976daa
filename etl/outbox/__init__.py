"""What is sent to people: letters, and the ways they go: mail, a signed POST, a folder."""
