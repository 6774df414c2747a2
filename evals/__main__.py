"""Every scorecard, one after the other: python -m evals [the options of each, such as --data DIR]."""

from evals import answering, language, sensitive


def main() -> int:
    """Run all; the worst of their results."""
    return max(measure.main() or 0 for measure in (answering, language, sensitive))


if __name__ == "__main__":
    raise SystemExit(main())
