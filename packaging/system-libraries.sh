#!/bin/sh
# Shared libraries that the Python packages open but do not carry (OpenCV: libGL, GLib; MediaPipe: EGL, GLES;
# sounddevice: PortAudio; the window: EGL, fonts, D-Bus, keyboards and, on X11, XCB's helpers).
# Installs the missing ones where it may (root on Debian or Ubuntu); otherwise prints the one line to run.
set -eu

[ "$(uname -s)" = Linux ] || exit 0

loaded() {
    # ldconfig is not in every user's PATH.
    PATH="$PATH:/sbin:/usr/sbin" ldconfig -p | grep -q "$1"
}

missing=""
for pair in libGL.so.1=libgl1 libEGL.so.1=libegl1 libGLESv2.so.2=libgles2 libgthread-2.0.so.0=libglib2.0-0 \
    libportaudio.so.2=libportaudio2 \
    libxkbcommon.so.0=libxkbcommon0 libdbus-1.so.3=libdbus-1-3 libfontconfig.so.1=libfontconfig1 \
    libxkbcommon-x11.so.0=libxkbcommon-x11-0 libxcb-cursor.so.0=libxcb-cursor0 libxcb-icccm.so.4=libxcb-icccm4 \
    libxcb-keysyms.so.1=libxcb-keysyms1 libxcb-shape.so.0=libxcb-shape0 libxcb-xkb.so.1=libxcb-xkb1; do
    loaded "${pair%%=*}" || missing="$missing ${pair#*=}"
done
[ -n "$missing" ] || exit 0

install="apt-get update && apt-get install --yes --no-install-recommends$missing"
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    echo "Installing system libraries:$missing" >&2
    sh -c "$install" >&2
elif command -v apt-get >/dev/null; then
    echo "Some system libraries are missing. Run this line, then try again:" >&2
    echo "  sudo sh -c '$install'" >&2
    exit 2
else
    echo "Some system libraries are missing; install what gives OpenGL, EGL, GLib, PortAudio, fontconfig, D-Bus and XCB's helpers (Debian's names:$missing)." >&2
    exit 2
fi
