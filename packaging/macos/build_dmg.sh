#!/bin/sh
# Signs, notarises and packs "Dimitra Studio.app", which PyInstaller made: sh packaging/macos/build_dmg.sh [DIST]
# UNTESTED: written for macOS 13 and later, never run.
#
# DEVELOPER_ID    "Developer ID Application: NAME (TEAM)"; without it the app is signed for this machine alone
# NOTARY_PROFILE  a keychain profile of `xcrun notarytool store-credentials`; without it nothing is notarised
set -eu

cd "$(dirname "$0")/../.."
dist=${1:-dist}
app="$dist/Dimitra Studio.app"
version=$(sed -n 's/^__version__ = "\(.*\)"/\1/p' dimitra_studio/__init__.py)
image="$dist/dimitra-studio-$version.dmg"
[ -d "$app" ] || { echo "There is no $app: run make package first." >&2; exit 2; }

identity=${DEVELOPER_ID:--}
options="--force --timestamp --options runtime"
[ "$identity" != - ] || options="--force"
# From the inside out: a signature covers what is signed already.
find "$app/Contents" -type f \( -name '*.dylib' -o -name '*.so' \) -print0 |
    xargs -0 -n 50 codesign $options --sign "$identity"
codesign $options --entitlements packaging/macos/entitlements.plist --sign "$identity" "$app"
codesign --verify --deep --strict "$app"

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp -R "$app" "$folder/"
ln -s /Applications "$folder/Applications"
rm -f "$image"
hdiutil create -volname "Dimitra Studio" -srcfolder "$folder" -format UDZO "$image"
if [ -n "${NOTARY_PROFILE:-}" ]; then
    xcrun notarytool submit "$image" --keychain-profile "$NOTARY_PROFILE" --wait
    xcrun stapler staple "$image"
fi
echo "$image"
