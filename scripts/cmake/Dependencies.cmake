# All third-party libraries: packages of Debian 12 and newer; see docs/adr/0002-libraries.md.

set(Boost_NO_WARN_NEW_VERSIONS ON)
find_package(Boost 1.81 REQUIRED COMPONENTS json url)
find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED COMPONENTS Crypto SSL)
find_package(SQLite3 REQUIRED)
find_package(PostgreSQL REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(hiredis REQUIRED IMPORTED_TARGET hiredis)
pkg_check_modules(utf8proc REQUIRED IMPORTED_TARGET libutf8proc)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(prometheus-cpp REQUIRED COMPONENTS core)
find_path(MUSTACHE_INCLUDE_DIR kainjow/mustache.hpp REQUIRED)

# Asio and Beast without their deprecated parts. What is no template is compiled once, in libs/base and libs/redis, and not
# with each source that includes it.
add_library(pollux_asio INTERFACE)
target_link_libraries(pollux_asio INTERFACE Boost::headers Threads::Threads)
target_compile_definitions(pollux_asio INTERFACE BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_SEPARATE_COMPILATION)

# Mustache: a header without a CMake package.
add_library(pollux_mustache INTERFACE)
target_include_directories(pollux_mustache SYSTEM INTERFACE ${MUSTACHE_INCLUDE_DIR})

if(POLLUX_TESTS)
  find_package(GTest REQUIRED)
  find_package(rapidcheck REQUIRED)
endif()
