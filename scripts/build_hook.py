"""What hatchling runs when it builds the package: the page of /app/ goes into the wheel, built."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

MAKE_WEB = Path(__file__).parent / "make_web.py"


class PageBuild(BuildHookInterface[Any]):
    """Builds the page, unless the checkout itself is installed: there `make setup` and `make web` do."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build what is not built or out of date."""
        if version != "editable":
            subprocess.run([sys.executable, str(MAKE_WEB)], check=True)
