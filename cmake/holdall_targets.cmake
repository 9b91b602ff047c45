# holdall_module(): one line in each module's CMakeLists.txt. It takes every source file of the
# folder, so that a new file needs no list: *_test.cpp go to the unit tests, *_fuzz.cpp to the fuzz
# targets and their replay, the rest to the library.

add_library(holdall_options INTERFACE)
target_compile_options(holdall_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
                       -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast -Wimplicit-fallthrough)
if(HOLDALL_WARNINGS_AS_ERRORS)
  target_compile_options(holdall_options INTERFACE -Werror)
endif()
if(HOLDALL_SANITIZE)
  target_compile_options(holdall_options INTERFACE -fsanitize=${HOLDALL_SANITIZE} -fno-omit-frame-pointer
                         -fno-sanitize-recover=all)
  target_link_options(holdall_options INTERFACE -fsanitize=${HOLDALL_SANITIZE})
endif()
if(HOLDALL_COVERAGE)
  target_compile_options(holdall_options INTERFACE --coverage)
  target_link_options(holdall_options INTERFACE --coverage)
endif()

function(holdall_collect property)
  foreach(file ${ARGN})
    set_property(GLOBAL APPEND PROPERTY ${property} ${file})
  endforeach()
endfunction()

# The sources of the current folder join `library`.
function(holdall_module library)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  set(tests ${sources})
  set(fuzzers ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER fuzzers INCLUDE REGEX "_fuzz\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_(test|fuzz|bench)\\.cpp$")
  target_sources(${library} PRIVATE ${sources})
  holdall_collect(HOLDALL_TEST_SOURCES ${tests})
  holdall_collect(HOLDALL_FUZZ_SOURCES ${fuzzers})
endfunction()
