"""The layer that names wearables shown alone is the network's own last one, class by class."""

import pytest

pytest.importorskip("detectron2")

import numpy as np
import onnxruntime
from timm.data import ImageNetInfo

from model.training.classifiers.lone_product import CLASSES, layer


def test_each_category_stands_by_its_best_class_against_the_best_of_all_others() -> None:
    random = np.random.default_rng(3)
    weights, biases = random.normal(size=(9, 32)), random.normal(size=9)
    classes = {"shoes": (0, 4), "bag": (7,)}
    session = onnxruntime.InferenceSession(layer(weights, biases, classes).SerializeToString())
    vectors = random.normal(size=(50, 32)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    (found,) = session.run(None, {"vectors": vectors})
    logits = 8 * vectors @ weights.T + biases
    others = [1, 2, 3, 5, 6, 8]
    best = np.stack([logits[:, [0, 4]].max(1), logits[:, 7], logits[:, others].max(1)], axis=1)
    expected = np.exp(best) / np.exp(best).sum(1, keepdims=True)
    # Eight bits a weight.
    np.testing.assert_allclose(found, expected, atol=0.05)
    assert (found.argmax(1) == expected.argmax(1)).mean() > 0.95


def test_no_class_is_of_two_categories() -> None:
    taken = [number for numbers in CLASSES.values() for number in numbers]
    assert len(taken) == len(set(taken))
    assert all(0 <= number < 1000 for number in taken)


@pytest.mark.parametrize("name", CLASSES)
def test_the_classes_are_those_of_the_category(name: str) -> None:
    """By the list of names that comes with a package of the training extra."""
    names = ImageNetInfo("imagenet-1k")
    said = {names.index_to_description(number).lower() for number in CLASSES[name]}
    words = {
        "shoes": ("clog", "boot", "loafer", "shoe", "sandal"),
        "bag": ("backpack", "mailbag", "purse", "wallet"),
        "eyewear": ("sunglass",),
    }[name]
    assert all(any(word in description for word in words) for description in said), said
