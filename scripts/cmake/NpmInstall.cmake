# Run by the rule of Npm.cmake. The packages are installed beside the sources and shared by all build directories, so
# two builds may run this at the same time: the second one waits and has nothing left to do.

file(LOCK ${DIRECTORY}/.npm.lock GUARD PROCESS TIMEOUT 600)
if(EXISTS ${INSTALLED} AND NOT ${DIRECTORY}/package-lock.json IS_NEWER_THAN ${INSTALLED})
  return()
endif()

execute_process(COMMAND ${NPM_PROGRAM} ci --no-audit --no-fund
  WORKING_DIRECTORY ${DIRECTORY} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "npm ci failed in ${DIRECTORY}. It needs the npm registry. Output:\n${output}")
endif()
file(TOUCH ${INSTALLED})
