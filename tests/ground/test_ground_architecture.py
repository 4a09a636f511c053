from __future__ import annotations

import subprocess
import sys


def test_the_architecture_page_says_what_the_code_says(root):
    script = root / "docs" / "house" / "architecture.py"
    told = subprocess.run(
        [sys.executable, script, "--check"], capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stdout + told.stderr
