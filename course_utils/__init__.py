"""The package that the course *Networks That Remember* runs on.

Importing it is instant: it loads neither TensorFlow nor JAX nor ipywidgets. Each module has one
job; take what you need with ``from course_utils import cells``.
"""

__version__ = "0.1.0"
