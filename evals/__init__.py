"""How good the AI is: loaders of real data, intervals, scorecards."""
