# shellcheck shell=bash
# The picture of the architecture, drawn from a file that is edited at excalidraw.com or in an editor.

diagram_file=architecture.excalidraw

# npm_packages FOLDER: installs what its lockfile names, unless it is installed already.
npm_packages() {
  quietly "npm-${1//\//-}" cmake -D NPM_PROGRAM=npm -D DIRECTORY="$root/$1" -D INSTALLED="$root/$1/node_modules/.installed" \
    -P scripts/cmake/NpmInstall.cmake
}

diagram_command() {
  install_for diagram
  require_chromium
  npm_packages tests/system
  npm_packages scripts/diagram
  node scripts/diagram/draw.mjs "$diagram_file" "$diagram_file.png"
  say "Drew $diagram_file.png."
}

# A check of ./dev lint: the picture is up to date.
check_diagram() { node scripts/diagram/check.mjs "$diagram_file" "$diagram_file.png"; }
