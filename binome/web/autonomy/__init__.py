"""How far the AI may go alone, lane by lane, and what was measured of it."""
