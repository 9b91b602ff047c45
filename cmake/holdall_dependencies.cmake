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
