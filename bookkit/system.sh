#!/bin/sh
# Installs what the tests need from the operating system, where that is permitted, or says what is missing.
set -eu

found() { command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1; }

found && exit 0
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    echo "Installing Chromium for the tests of the site."
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null
fi
found || {
    echo "The tests of the site need Chromium, and it could not be installed without asking you." >&2
    echo "Debian, Ubuntu: sudo apt-get install chromium    Fedora: sudo dnf install chromium    macOS: brew install --cask google-chrome" >&2
    exit 1
}
