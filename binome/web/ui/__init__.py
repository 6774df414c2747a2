"""What all screens share: who may enter, the frame around them, their pieces, their sentences."""
