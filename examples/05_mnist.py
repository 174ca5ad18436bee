"""MNIST with the Trainer: a net of two hidden layers, its curve, its confusions, its graph.

    python examples/05_mnist.py --data-dir FOLDER     the four IDX files, gzipped or raw
    python examples/05_mnist.py --download            fetch them first (11 MB)
    python examples/05_mnist.py                       whatever is in the cache already

Where MNIST is not at hand it says so and trains on the embedded digits instead.
"""

import argparse

import tinygrad_edu as tg
from tinygrad_edu import data, nn, optim, train, viz

parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
parser.add_argument("--data-dir", help="folder with the data")
parser.add_argument("--download", action="store_true", help="fetch the data if it is not there")
parser.add_argument("--epochs", type=int, default=10)
options = parser.parse_args()

tg.manual_seed(0)
settings = {"data_dir": options.data_dir, "download": options.download, "normalize": True}
try:
    x_train, y_train, x_test, y_test = data.load("mnist", **settings)
except FileNotFoundError as missing:
    print(f"{missing}\n\nNo MNIST here: training on the embedded 8 × 8 digits instead.\n")
    x_train, y_train, x_test, y_test = data.load("digits", normalize=True)

batches = data.DataLoader(data.TensorDataset(x_train, y_train), batch_size=128, shuffle=True)
held_out = data.DataLoader(data.TensorDataset(x_test, y_test), batch_size=1000)

model = nn.Sequential(
    nn.Linear(x_train.shape[1], 300),
    nn.ReLU(),
    nn.Linear(300, 100),
    nn.ReLU(),
    nn.Linear(100, 10),
)
optimizer = optim.AdamW(model.parameters(), lr=2e-3)
scheduler = optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=options.epochs)
trainer = train.Trainer(model, nn.CrossEntropyLoss(), optimizer, scheduler)
history = trainer.fit(batches, held_out, epochs=options.epochs)

scores = trainer.predict(x_test)
confusions = train.confusion_matrix(scores, y_test)
print(train.class_report(confusions))
print(f"test accuracy {train.accuracy(scores, y_test):.2%}")

try:
    history.plot().figure.savefig("mnist_curves.png", dpi=120)
    viz.plot_confusion_matrix(confusions).figure.savefig("mnist_confusions.png", dpi=120)
except ImportError as missing:
    print(missing)
loss = nn.CrossEntropyLoss()(model(x_train[:4]), y_train[:4])
viz.draw(loss, params=dict(model.named_parameters())).save("mnist_graph.svg")
