# shellcheck shell=bash
# The README's pictures, taken from a running pollux.

screenshots_command() {
  install_for screenshots
  require_chromium
  configure release ON
  compile release pollux browser_tests_packages system_tests_packages
  # The pages take the reader's own typeface; the pictures have the same one wherever they are taken.
  POLLUX_PROGRAM="$release_dir/bin/pollux" FONTCONFIG_FILE="$root/tests/browser/fonts.conf" \
    node tests/browser/screenshots.mjs docs/images
}
