"""Training: the loop, what it remembers, how good the result is, and keeping it."""

from tinygrad_edu.train.history import History as History
from tinygrad_edu.train.metrics import ClassReport as ClassReport
from tinygrad_edu.train.metrics import accuracy as accuracy
from tinygrad_edu.train.metrics import binary_accuracy as binary_accuracy
from tinygrad_edu.train.metrics import class_report as class_report
from tinygrad_edu.train.metrics import confusion_matrix as confusion_matrix
from tinygrad_edu.train.metrics import top_k_accuracy as top_k_accuracy
from tinygrad_edu.train.saving import SavedModel as SavedModel
from tinygrad_edu.train.saving import load as load
from tinygrad_edu.train.saving import read_model as read_model
from tinygrad_edu.train.saving import save as save
from tinygrad_edu.train.saving import save_model as save_model
from tinygrad_edu.train.trainer import Trainer as Trainer
