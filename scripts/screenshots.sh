# shellcheck shell=bash
# Takes the screenshots of README.md and docs/polls.md from a running pollux.

screenshots_command() {
  install_for screenshots
  require_chromium
  configure release ON
  compile release pollux browser_tests_packages system_tests_packages
  # The pages use the reader's font; the screenshots always use the same one.
  export POLLUX_PROGRAM="$release_dir/bin/pollux" FONTCONFIG_FILE="$root/tests/browser/fonts.conf"
  node tests/browser/screenshots.mjs docs/images
  node tests/browser/admin_screenshots.mjs docs/images
}
