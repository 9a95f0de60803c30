"""What all tests share: TensorFlow is quiet and keeps to one thread; groups, tables and costs.

The networks of the tests are small, and on few, busy cores TensorFlow's pool of threads has been
seen to wait for itself.
"""

import os

pytest_plugins = [f"tests.helpers.{name}" for name in ("grouping", "rows", "costs_of_tests")]

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
