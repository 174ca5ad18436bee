"""Schedules of learning rates, and of any other number of a parameter group."""

from tinygrad_edu.optim.lr_scheduler.base import LRScheduler as LRScheduler
from tinygrad_edu.optim.lr_scheduler.compose import ChainedScheduler as ChainedScheduler
from tinygrad_edu.optim.lr_scheduler.compose import SequentialLR as SequentialLR
from tinygrad_edu.optim.lr_scheduler.cosine import SWALR as SWALR
from tinygrad_edu.optim.lr_scheduler.cosine import CosineAnnealingLR as CosineAnnealingLR
from tinygrad_edu.optim.lr_scheduler.cosine import (
    CosineAnnealingWarmRestarts as CosineAnnealingWarmRestarts,
)
from tinygrad_edu.optim.lr_scheduler.cyclic import CyclicLR as CyclicLR
from tinygrad_edu.optim.lr_scheduler.cyclic import OneCycleLR as OneCycleLR
from tinygrad_edu.optim.lr_scheduler.decay import ConstantLR as ConstantLR
from tinygrad_edu.optim.lr_scheduler.decay import ExponentialLR as ExponentialLR
from tinygrad_edu.optim.lr_scheduler.decay import LambdaLR as LambdaLR
from tinygrad_edu.optim.lr_scheduler.decay import LinearLR as LinearLR
from tinygrad_edu.optim.lr_scheduler.decay import MultiplicativeLR as MultiplicativeLR
from tinygrad_edu.optim.lr_scheduler.decay import MultiStepLR as MultiStepLR
from tinygrad_edu.optim.lr_scheduler.decay import PolynomialLR as PolynomialLR
from tinygrad_edu.optim.lr_scheduler.decay import StepLR as StepLR
from tinygrad_edu.optim.lr_scheduler.pieces import InverseTimeLR as InverseTimeLR
from tinygrad_edu.optim.lr_scheduler.pieces import PiecewiseLR as PiecewiseLR
from tinygrad_edu.optim.lr_scheduler.pieces import RexLR as RexLR
from tinygrad_edu.optim.lr_scheduler.pieces import RobbinsMonroLR as RobbinsMonroLR
from tinygrad_edu.optim.lr_scheduler.plateau import ReduceLROnPlateau as ReduceLROnPlateau
from tinygrad_edu.optim.lr_scheduler.warmup import InverseSqrtLR as InverseSqrtLR
from tinygrad_edu.optim.lr_scheduler.warmup import NoamLR as NoamLR
from tinygrad_edu.optim.lr_scheduler.warmup import WarmUpLR as WarmUpLR
from tinygrad_edu.optim.lr_scheduler.warmup import WarmupStableDecayLR as WarmupStableDecayLR
