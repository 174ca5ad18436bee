"""A small convolutional net for CIFAR-10: three blocks, batch normalization, dropout.

    python examples/07_cifar_cnn.py --data-dir FOLDER     with cifar-10-batches-bin, or its archive
    python examples/07_cifar_cnn.py --download            fetch it first (170 MB)
    python examples/07_cifar_cnn.py                       whatever is in the cache already

Where CIFAR-10 is not at hand it says so and trains for a moment on coloured embedded digits.
"""

import argparse

import numpy as np

import tinygrad_edu as tg
from tinygrad_edu import data, nn, optim, train

parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
parser.add_argument("--data-dir", help="folder with the data")
parser.add_argument("--download", action="store_true", help="fetch the data if it is not there")
parser.add_argument("--epochs", type=int, default=15)
options = parser.parse_args()


def coloured_digits():
    """Digits of 16 × 16 pixels, each in a light colour of its own on a dark ground."""
    generator = np.random.default_rng(0)
    x_train, y_train, x_test, y_test = data.load("digits", flatten=False)
    coloured = []
    for x in (x_train, x_test):
        ink, ground = generator.uniform(-1, 1, (2, len(x), 3, 1, 1)).astype(np.float32)
        x = tg.interpolate_nearest(x, (16, 16))
        coloured.append(x * (ink + 1) + (1 - x) * (ground - 1))
    return coloured[0][:640], y_train[:640], coloured[1], y_test


def block(taken, made):
    """Convolution, pooling, batch normalization, ReLU.

    Pooling comes first, so that the other two work on a quarter of the pixels.
    """
    convolution = nn.Conv2d(taken, made, 3, padding=1, bias=False)
    return nn.Sequential(convolution, nn.MaxPool2d(2), nn.BatchNorm2d(made), nn.ReLU())


tg.manual_seed(0)
augment = None
try:
    settings = {"flatten": False, "normalize": True, "download": options.download}
    x_train, y_train, x_test, y_test = data.load("cifar10", options.data_dir, **settings)
    augment = data.RandomHorizontalFlip()
except FileNotFoundError as missing:
    print(f"{missing}\n\nNo CIFAR-10 here: training on coloured digits instead.\n")
    x_train, y_train, x_test, y_test = coloured_digits()
    options.epochs = min(options.epochs, 4)

examples = data.TensorDataset(x_train, y_train)
batches = data.DataLoader(examples, batch_size=64, shuffle=True, transform=augment)
held_out = data.DataLoader(data.TensorDataset(x_test, y_test), batch_size=500)

side = x_train.shape[-1] // 8
model = nn.Sequential(
    block(3, 32),
    block(32, 64),
    block(64, 128),
    nn.Flatten(),
    nn.Dropout(0.3),
    nn.Linear(128 * side * side, 10),
)
optimizer = optim.AdamW(model.parameters(), lr=2e-3, weight_decay=0.05)
scheduler = optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=options.epochs)
trainer = train.Trainer(model, nn.CrossEntropyLoss(), optimizer, scheduler)
trainer.fit(batches, held_out, epochs=options.epochs)
print(f"test accuracy {train.accuracy(trainer.predict(x_test), y_test):.2%}")
