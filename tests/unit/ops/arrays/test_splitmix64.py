import numpy as np

from trovato.ops import splitmix64


def test_the_numbers_are_the_published_ones() -> None:
    """The first outputs of the generator from seed 1234567, by its reference program."""
    step = 0x9E3779B97F4A7C15
    states = np.array([(1234567 + number * step) % 2**64 for number in range(3)], np.uint64)
    assert splitmix64(states).tolist() == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
    ]
