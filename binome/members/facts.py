"""What happens to people of the community."""

from dataclasses import dataclass


@dataclass(frozen=True)
class MemberErased:
    """All that names them here is gone; whoever keeps words of theirs forgets them."""

    member: int
