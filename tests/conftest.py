"""What all tests share: TensorFlow is quiet and keeps to one thread; groups, tables and costs.

The networks of the tests are small, and on few, busy cores TensorFlow's pool of threads has been
seen to wait for itself.
"""

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

pytest_plugins = ["grouping", "rows", "costs_of_tests"]

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
