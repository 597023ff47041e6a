# One way to make every library of ours: an arrow is a link. A warning is an error in the presets
# alone: a compiler that we have not met has warnings of its own, and a user only wants to build.
option(MAILTLS_WERROR "A warning of the compiler is an error" OFF)
add_library(mailtls_warnings INTERFACE)
# Where one file includes others, g++ takes what is private to one of them for shared.
target_compile_options(mailtls_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<BOOL:${CMAKE_UNITY_BUILD}>>:-Wno-subobject-linkage>
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict> $<$<BOOL:${MAILTLS_WERROR}>:-Werror>)
# g++ looks for garbage each time its heap has doubled: a tenth of the time that many files in one
# compilation take. From 512 MiB on it takes a fifth more memory, 1.2 GB at most.
# Nor does it check format strings again, a tenth of that time, too: the presets do.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_UNITY_BUILD)
  target_compile_options(mailtls_warnings INTERFACE "SHELL:--param ggc-min-heapsize=524288")
  target_compile_definitions(mailtls_warnings INTERFACE FMT_CONSTEVAL=)
endif()

# ---- libraries

#   mailtls_library(NAME SOURCE... [HOT | COOL | COLD] [KNOWS LIBRARY...])
# HOT: what each segment of each run goes through; with -O2 an exchange in clear text took 6 %
# longer. COOL: what is called once a run, or for what was played; its optimizing costs more than it
# brings. COLD: what tells and draws it afterwards; a third less to compile than COOL.
function(mailtls_library name)
  cmake_parse_arguments(A "HOT;COOL;COLD" "" "KNOWS" ${ARGN})
  add_library(${name} STATIC ${A_UNPARSED_ARGUMENTS})
  target_include_directories(${name} PUBLIC "${PROJECT_SOURCE_DIR}")
  target_link_libraries(${name} PUBLIC ${A_KNOWS} PRIVATE mailtls_warnings)
  # Paths in assertions are relative to the project, so that builds in two folders print the same.
  target_compile_options(${name} PUBLIC "-ffile-prefix-map=${PROJECT_SOURCE_DIR}/=")
  if(A_HOT)
    target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O3>)
  endif()
  if(A_COOL)
    mailtls_cool(${name})
  endif()
  if(A_COLD)
    mailtls_cold(${name})
  endif()
endfunction()

# With CMAKE_UNITY_BUILD several files are one compilation, but for these.
function(mailtls_apart)
  set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

function(mailtls_cool target)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
endfunction()

# What is called once a run, and hands on to what works: a fifth less to compile than -O1.
function(mailtls_cold target)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-Og>)
endfunction()

# What is called once a run is not worth an optimizer's time.
function(mailtls_not_optimized target)
  target_compile_options(${target} PRIVATE -O0)
endfunction()
