"""Training: the loop, what it remembers, and how good the result is."""

from tinygrad_edu.train.metrics import ClassReport as ClassReport
from tinygrad_edu.train.metrics import accuracy as accuracy
from tinygrad_edu.train.metrics import binary_accuracy as binary_accuracy
from tinygrad_edu.train.metrics import class_report as class_report
from tinygrad_edu.train.metrics import confusion_matrix as confusion_matrix
from tinygrad_edu.train.metrics import top_k_accuracy as top_k_accuracy
