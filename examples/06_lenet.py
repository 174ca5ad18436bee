"""LeNet-5 (LeCun et al. 1998) with ReLU and max pooling, and a look at what its filters became.

    python examples/06_lenet.py --data-dir FOLDER     MNIST's four IDX files, gzipped or raw
    python examples/06_lenet.py --download            fetch them first (11 MB)
    python examples/06_lenet.py                       whatever is in the cache already

Where MNIST is not at hand it says so and trains on the embedded digits, enlarged to 28 × 28.
"""

import argparse

import numpy as np

import tinygrad_edu as tg
from tinygrad_edu import data, nn, optim, train

parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
parser.add_argument("--data-dir", help="folder with the data")
parser.add_argument("--download", action="store_true", help="fetch the data if it is not there")
parser.add_argument("--epochs", type=int, default=10)
options = parser.parse_args()

tg.manual_seed(0)
settings = {"flatten": False, "normalize": True}
try:
    x_train, y_train, x_test, y_test = data.load(
        "mnist", options.data_dir, download=options.download, **settings
    )
except FileNotFoundError as missing:
    print(f"{missing}\n\nNo MNIST here: training on the embedded 8 × 8 digits, enlarged.\n")
    x_train, y_train, x_test, y_test = data.load("digits", **settings)
    x_train, x_test = (
        np.pad(tg.interpolate_nearest(x, (24, 24)), ((0, 0), (0, 0), (2, 2), (2, 2)))
        for x in (x_train, x_test)
    )

batches = data.DataLoader(data.TensorDataset(x_train, y_train), batch_size=64, shuffle=True)
held_out = data.DataLoader(data.TensorDataset(x_test, y_test), batch_size=500)

model = nn.Sequential(
    nn.Conv2d(1, 6, 5, padding=2),  # (N, 1, 28, 28) to (N, 6, 28, 28)
    nn.ReLU(),
    nn.MaxPool2d(2),  # (N, 6, 14, 14)
    nn.Conv2d(6, 16, 5),  # (N, 16, 10, 10)
    nn.ReLU(),
    nn.MaxPool2d(2),  # (N, 16, 5, 5)
    nn.Flatten(),
    nn.Linear(400, 120),
    nn.ReLU(),
    nn.Linear(120, 84),
    nn.ReLU(),
    nn.Linear(84, 10),
)
optimizer = optim.AdamW(model.parameters(), lr=2e-3)
scheduler = optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=options.epochs)
trainer = train.Trainer(model, nn.CrossEntropyLoss(), optimizer, scheduler)
trainer.fit(batches, held_out, epochs=options.epochs)

print(f"test accuracy {train.accuracy(trainer.predict(x_test), y_test):.2%}")

print("the six filters of the first layer:")
shades = " .:-=+*#%@"
filters = model[0].weight.value[:, 0]
levels = (filters - filters.min()) / (filters.max() - filters.min()) * (len(shades) - 1)
for line in np.rint(levels).astype(int).transpose(1, 0, 2):
    print("   ".join("".join(shades[level] * 2 for level in row) for row in line))
