"""Pictures: the graph behind a result, curves of training, confusion matrices, decision regions.

Needs ``pip install "tinygrad_edu[viz]"``; graphs can be printed as trees without it.
"""

from tinygrad_edu.viz.graph import draw as draw
from tinygrad_edu.viz.picture import HOW_TO_GET_PICTURES as HOW_TO_GET_PICTURES
from tinygrad_edu.viz.picture import GraphPicture as GraphPicture
from tinygrad_edu.viz.plots import figure as figure
from tinygrad_edu.viz.plots import plot_confusion_matrix as plot_confusion_matrix
from tinygrad_edu.viz.plots import plot_curves as plot_curves
from tinygrad_edu.viz.plots import plot_decision_boundary as plot_decision_boundary
