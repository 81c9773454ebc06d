# npm packages of a folder with a package.json and a lockfile.

find_program(NODE_PROGRAM NAMES node nodejs)
find_program(NPM_PROGRAM npm)
if(NOT NODE_PROGRAM OR NOT NPM_PROGRAM)
  message(FATAL_ERROR
    "The pages are built with Node.js 18 or newer and npm, of which at least one is missing. "
    "Install both (on Debian and Ubuntu: apt-get install nodejs npm) and configure again.")
endif()

# pollux_npm_packages(VARIABLE): a rule that installs the packages of this folder, again only if the lockfile
# changed. Sets VARIABLE to the file to depend on.
function(pollux_npm_packages variable)
  set(installed ${CMAKE_CURRENT_SOURCE_DIR}/node_modules/.installed)
  add_custom_command(
    OUTPUT ${installed}
    COMMAND ${CMAKE_COMMAND}
      -D NPM_PROGRAM=${NPM_PROGRAM} -D DIRECTORY=${CMAKE_CURRENT_SOURCE_DIR} -D INSTALLED=${installed}
      -P ${PROJECT_SOURCE_DIR}/scripts/cmake/NpmInstall.cmake
    DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/package-lock.json
    COMMENT "Installing the npm packages of ${CMAKE_CURRENT_SOURCE_DIR}"
    VERBATIM)
  set(${variable} ${installed} PARENT_SCOPE)
endfunction()
