"""Instruments to check derivatives, and whatever else people build on this package."""

from tinygrad_edu.testing.case import Case as Case
from tinygrad_edu.testing.case import ConformanceError as ConformanceError
from tinygrad_edu.testing.comparison import GradcheckError as GradcheckError
from tinygrad_edu.testing.comparison import Mismatch as Mismatch
from tinygrad_edu.testing.gradcheck import gradcheck as gradcheck
from tinygrad_edu.testing.gradcheck import gradgradcheck as gradgradcheck
from tinygrad_edu.testing.laws import LAWS as LAWS
from tinygrad_edu.testing.numeric import numerical_jacobian as numerical_jacobian
