"""`python -m colocate.cli`."""

import sys

from colocate.cli import main

sys.exit(main())
