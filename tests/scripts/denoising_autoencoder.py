"""A convolutional autoencoder removes noise; encoder and decoder are modules of their own."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

rng = np.random.RandomState(13)


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 3, stride=2, padding=1)
        self.conv2 = nn.Conv2d(6, 3, 3, padding=1)
        self.pool = nn.MaxPool2d(2, 2)

    def forward(self, x):
        return self.pool(F.relu(self.conv2(F.elu(self.conv1(x)))))


class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.t_conv1 = nn.ConvTranspose2d(3, 6, 2, stride=2)
        self.t_conv2 = nn.ConvTranspose2d(
            6, 1, kernel_size=3, stride=2, padding=1, output_padding=1
        )

    def forward(self, x):
        return torch.sigmoid(self.t_conv2(F.relu(self.t_conv1(x))))


class ConvDenoiser(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = Encoder(), Decoder()

    def forward(self, x):
        return self.decoder(self.encoder(x))


model = ConvDenoiser().double()
for p in model.parameters():
    p.data = torch.from_numpy(rng.uniform(-0.3, 0.3, tuple(p.shape)))
images = torch.zeros(40, 1, 12, 12).double()
for i in range(40):
    r, c = rng.randint(0, 7, 2)
    images[i, 0, r : r + 5, c : c + 5] = 1

criterion = nn.MSELoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01, weight_decay=1e-5)
scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(
    optimizer, mode="min", factor=0.5, patience=2
)
noise_factor = 0.4
for epoch in range(1, 13):
    train_loss = 0.0
    for batch in torch.chunk(images, 2):
        noisy_imgs = batch + noise_factor * torch.from_numpy(rng.randn(*batch.shape))
        noisy_imgs = torch.clamp(noisy_imgs, 0.0, 1.0)
        optimizer.zero_grad()
        outputs = model(noisy_imgs)
        loss = criterion(outputs, batch)
        loss.backward()
        optimizer.step()
        train_loss += loss.item() * batch.size(0)
    train_loss = train_loss / len(images)
    scheduler.step(train_loss)
    if epoch % 3 == 0:
        print(
            "Epoch: {} \tTraining Loss: {:.6f} lr {:g}".format(
                epoch, train_loss, optimizer.param_groups[0]["lr"]
            )
        )
code = model.encoder(images)
print(code.shape[1:], code.detach().numpy().max() > 0)
up = F.interpolate(code, scale_factor=2, mode="nearest")
print(up.size(), f"{(up.sum() / code.sum()).item():.4f}")
restored = (model(images).detach() > 0.5).to(torch.float32)
psnr = 10 * torch.log10(1 / criterion(restored.double(), images))
print(f"{psnr.item():.3f} dB")
