#!/usr/bin/env bash
# Makes sure that the tests find Chromium and Firefox, a screen for them, and a hand for the mouse.
#
# Installs by apt where that is allowed (root, or sudo that asks for no password); otherwise
# says what is missing. What is there is left as it is.
set -euo pipefail

# Google Chrome itself loads no unpacked extension that it is started with; Chromium does.
is_chromium() {
    local version
    version=$(timeout 30 "$1" --version 2>/dev/null </dev/null) || return 1
    [[ $version == *Chromium* || $version == *"Chrome for Testing"* ]]
}

missing=()
if [ -n "${WTB_CHROMIUM:-}" ]; then
    if ! is_chromium "$WTB_CHROMIUM"; then
        echo "WTB_CHROMIUM names no Chromium that starts: $WTB_CHROMIUM" >&2
        echo "Name another, or unset it: then one is looked for, and installed where that may be." >&2
        exit 1
    fi
else
    found=
    for name in chromium chromium-browser google-chrome-for-testing; do
        # Some systems have a file of that name that only tells how to get it.
        if command -v "$name" >/dev/null && is_chromium "$name"; then found=$name; break; fi
    done
    [ -n "$found" ] || missing+=(chromium)
fi
firefox=
for name in "${WTB_FIREFOX:-firefox-esr}" firefox; do
    if command -v "$name" >/dev/null; then firefox=$name; break; fi
done
[ -n "$firefox" ] || missing+=(firefox-esr)
command -v Xvfb >/dev/null || missing+=(xvfb)
command -v xdotool >/dev/null || missing+=(xdotool)
[ -n "$(fc-list :lang=ko 2>/dev/null)" ] || missing+=(fonts-noto-cjk)
[ ${#missing[@]} -gt 0 ] || exit 0

if ! command -v apt-get >/dev/null; then
    echo "The browser tests need: ${missing[*]}. Install them with your package manager." >&2
    exit 1
fi
if [ "$(id -u)" = 0 ]; then
    as_root=()
elif sudo -n true 2>/dev/null; then
    as_root=(sudo -n)
else
    echo "The browser tests need: ${missing[*]}" >&2
    echo "Install them with: sudo apt-get install ${missing[*]}" >&2
    exit 1
fi
echo "Installing for the browser tests: ${missing[*]}"
"${as_root[@]}" apt-get update -q >/dev/null
DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -q --no-install-recommends "${missing[@]}" >/dev/null
