"""Instruments to check derivatives, and whatever else people build on this package."""

from tinygrad_edu.testing.case import Case as Case
from tinygrad_edu.testing.case import ConformanceError as ConformanceError
from tinygrad_edu.testing.compare import DerivativeComparison as DerivativeComparison
from tinygrad_edu.testing.compare import compare_derivatives as compare_derivatives
from tinygrad_edu.testing.comparison import GradcheckError as GradcheckError
from tinygrad_edu.testing.comparison import Mismatch as Mismatch
from tinygrad_edu.testing.conformance import check_op as check_op
from tinygrad_edu.testing.datasets import check_dataset as check_dataset
from tinygrad_edu.testing.gradcheck import gradcheck as gradcheck
from tinygrad_edu.testing.gradcheck import gradgradcheck as gradgradcheck
from tinygrad_edu.testing.laws import LAWS as LAWS
from tinygrad_edu.testing.modules import check_module as check_module
from tinygrad_edu.testing.numeric import numerical_jacobian as numerical_jacobian
from tinygrad_edu.testing.training import check_optimizer as check_optimizer
from tinygrad_edu.testing.training import check_scheduler as check_scheduler
