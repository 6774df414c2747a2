"""How the network that reads messages was made: texts, labels, training."""
