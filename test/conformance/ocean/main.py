"""What an integration of Port's framework needs at least. How many services there are is in a file, so that a test can
take some away between two runs."""

import json
import os
from typing import Any

from port_ocean.context.ocean import ocean


@ocean.on_resync("team")
async def teams(kind: str) -> list[dict[str, Any]]:
    return [{"slug": f"t{n}", "name": f"Team {n}", "size": n} for n in range(3)]


@ocean.on_resync("service")
async def services(kind: str) -> list[dict[str, Any]]:
    with open(os.environ["CONFORMANCE_COUNT_FILE"]) as file:
        return [service(n) for n in range(json.load(file))]


def service(n: int) -> dict[str, Any]:
    return {
        "slug": f"s/{n}=u",
        "name": f"Service {n}",
        "kept": n % 5 != 4,
        "tier": "one" if n % 2 else "two",
        "labels": [f"l{n}", "all"],
        "note": None if n % 3 else f"note {n}",
        "team": f"t{n % int(os.environ['CONFORMANCE_TEAMS'])}",
        "friends": [f"s/{n - 1}=u"] if n % 5 else [],
    }
