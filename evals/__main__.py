"""Every scorecard, one after the other: python -m evals [the options of each, such as --data DIR]."""

from evals import (
    answering,
    grounding,
    guarantee,
    habits,
    handovers,
    language,
    memory,
    rehearsal,
    sensitive,
    understanding,
)


def main() -> int:
    """Run all; the worst of their results."""
    measures = (
        answering,
        grounding,
        language,
        sensitive,
        understanding,
        handovers,
        habits,
        memory,
        guarantee,
        rehearsal,
    )
    return max(measure.main() or 0 for measure in measures)


if __name__ == "__main__":
    raise SystemExit(main())
