# One way to make every library of ours: an arrow is a link. A warning is an error in the presets
# alone: a compiler that we have not met has warnings of its own, and a user only wants to build.
option(MAILTLS_WERROR "A warning of the compiler is an error" OFF)
add_library(mailtls_warnings INTERFACE)
target_compile_options(mailtls_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict> $<$<BOOL:${MAILTLS_WERROR}>:-Werror>)

# Paths in assertions are relative to the project, so that builds in two folders print the same.
function(mailtls_library name)
  cmake_parse_arguments(A "" "" "KNOWS" ${ARGN})
  add_library(${name} STATIC ${A_UNPARSED_ARGUMENTS})
  target_include_directories(${name} PUBLIC "${PROJECT_SOURCE_DIR}")
  target_link_libraries(${name} PUBLIC ${A_KNOWS} PRIVATE mailtls_warnings)
  target_compile_options(${name} PUBLIC "-ffile-prefix-map=${PROJECT_SOURCE_DIR}/=")
endfunction()

# With CMAKE_UNITY_BUILD several files are one compilation. These have names of their own that a
# neighbour has, too, and stay apart.
function(mailtls_apart)
  set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

# What each segment of each run goes through: with -O2 an exchange in clear text took 6 % longer.
function(mailtls_hot)
  foreach(target IN LISTS ARGN)
    target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O3>)
  endforeach()
endfunction()

# What is called once a run is not worth an optimizer's time.
function(mailtls_not_optimized target)
  target_compile_options(${target} PRIVATE -O0)
endfunction()
