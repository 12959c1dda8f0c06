"""`python tests/chaos/storm --setup embedded|servers --videos N --seconds S --seed N`; `make chaos` runs both."""

import sys
from pathlib import Path

CHAOS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(CHAOS), str(CHAOS.parent), str(CHAOS.parent.parent)]

from storm.course import main  # noqa: E402

sys.exit(main())
