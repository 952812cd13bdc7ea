#!/bin/sh
# What the tests of the true window need beside the program: a screen (Xvfb), a window manager, a hand (xdotool).
# Installs what is missing where it may (root on Debian or Ubuntu); otherwise says what to run, and those tests skip.
set -eu

[ "$(uname -s)" = Linux ] || exit 0

missing=""
for pair in Xvfb=xvfb openbox=openbox xdotool=xdotool; do
    command -v "${pair%%=*}" >/dev/null || missing="$missing ${pair#*=}"
done
[ -n "$missing" ] || exit 0

install="apt-get update && apt-get install --yes --no-install-recommends$missing"
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    echo "Installing what the tests of the window need:$missing" >&2
    sh -c "$install" >&2
else
    echo "The tests of the true window are skipped. To have them: sudo sh -c '$install' (Debian's names)" >&2
fi
