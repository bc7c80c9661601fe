#!/usr/bin/env bash
# Installs torch and Detectron2 into the virtual environment given as $1.
#
# Detectron2 publishes no wheel. Where its repository can be reached, it is built from a
# fixed commit (about five minutes of one core, needs a C++ compiler). Elsewhere one upload
# on the package index serves: a wheel of the same code whose compiled part is for Python
# 3.10 and is not needed for Mask R-CNN with upright boxes, so pip is told to take it as it is.
set -euo pipefail

venv=${1:?usage: install-train.sh VENV}
here=$(cd "$(dirname "$0")" && pwd)
commit=02b5c4e295e990042a714712c21dc79b731e8833
repository=https://github.com/facebookresearch/detectron2

"$venv/bin/pip" install -q torch==2.14.1 torchvision==0.29.1
"$venv/bin/pip" install -q -r "$here/train.txt"

if "$venv/bin/python" -c 'import detectron2' 2>/dev/null; then
    echo "Detectron2 is already installed."
elif timeout 20 git ls-remote "$repository" HEAD >/dev/null 2>&1; then
    echo "Building Detectron2 from its repository; this takes a few minutes."
    "$venv/bin/pip" install -q --no-build-isolation --no-deps "git+$repository@$commit"
else
    echo "Detectron2's repository cannot be reached; taking the wheel on the package index."
    site=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    "$venv/bin/pip" install -q --no-deps --target "$site" --python-version 3.10 \
        --implementation cp --abi none --platform any --only-binary=:all: sal-detectron2==0.7.2
fi
"$venv/bin/python" -c 'import detectron2, torch; print("torch", torch.__version__, "detectron2", detectron2.__version__)'
