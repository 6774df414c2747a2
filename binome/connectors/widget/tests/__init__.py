"""What is special to this connector; the contract suite tests the rest."""
