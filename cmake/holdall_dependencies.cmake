# Third-party libraries, each included by one source file (docs/architecture.md, "Dependencies").
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(ZLIB REQUIRED)

function(holdall_find_library target header library)
  find_path(${target}_INCLUDE_DIR ${header} REQUIRED)
  find_library(${target}_LIBRARY ${library} REQUIRED)
  add_library(${target} INTERFACE)
  target_include_directories(${target} SYSTEM INTERFACE ${${target}_INCLUDE_DIR})
  target_link_libraries(${target} INTERFACE ${${target}_LIBRARY})
endfunction()

holdall_find_library(holdall_isal isa-l.h isal)
holdall_find_library(holdall_snappy snappy.h snappy)
holdall_find_library(holdall_re2 re2/re2.h re2)

# Digests of files (holdall/digest.h). A build without says so when it is asked for one.
find_package(OpenSSL COMPONENTS Crypto)
option(HOLDALL_WITH_OPENSSL "Build SHA-256 in, by OpenSSL" ${OPENSSL_FOUND})
if(HOLDALL_WITH_OPENSSL)
  set(holdall_digest_libraries OpenSSL::Crypto)
endif()
