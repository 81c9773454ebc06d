# shellcheck shell=bash
# The picture of the architecture, drawn from a file that is edited at excalidraw.com or in an editor's extension.

diagram=architecture.excalidraw

# npm_packages FOLDER: those that its lockfile names; does nothing when they are there.
npm_packages() {
  quietly "npm-${1//\//-}" cmake -D NPM_PROGRAM=npm -D DIRECTORY="$root/$1" -D INSTALLED="$root/$1/node_modules/.installed" \
    -P cmake/NpmInstall.cmake
}

diagram_command() {
  install_for diagram
  require_chromium
  npm_packages tests/system
  npm_packages scripts/diagram
  node scripts/diagram/draw.mjs "$diagram" "$diagram.png"
  say "Drew $diagram.png."
}

# What lint asks: whether the picture is that of the file.
diagram_is_drawn() { node scripts/diagram/check.mjs "$diagram" "$diagram.png"; }
