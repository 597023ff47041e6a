#[[
  mailtls_discover_scenarios(PREFIX PATHS path...
    [LABELS label...] [EXTRA_ARGS arg...] [TIMEOUT seconds] [WORKING_DIRECTORY folder] [PER_FILE])

Each scenario in the paths (files, or folders with *.lua) becomes a test of ctest's, called
PREFIX.file.lua::title, with its tags and LABELS as labels. Each time ctest starts it asks
`mailtls list`: a scenario that is added needs no build and no new run of cmake. What does not load
is a test that fails.

From CMake 4.4 on, its own discover_tests() does that (tried with 4.4.4). An older one has a script
that ctest reads; so has PER_FILE, and so have arguments that discover_tests() would take for more
than texts: with a backslash before a digit, or with a generator expression.

EXTRA_ARGS go to `mailtls run`, as --seed 7. TIMEOUT is in seconds of the real clock, default 60.
Paths are relative to WORKING_DIRECTORY, default: the folder of the CMakeLists.txt that calls.
PER_FILE makes one test of each file instead: fewer processes for a large suite.
]]
# Lines of the list are file, tags and title, with tabs between them. The title is last: marks in it
# are not read again.
function(_mailtls_discover_natively)
  set(tab "\t")
  discover_tests(COMMAND $<TARGET_FILE:mailtls::mailtls>
    DISCOVERY_ARGS list --format lines ${A_PATHS}
    DISCOVERY_MATCH "^([^${tab}]*)${tab}([^${tab}]*)${tab}(.*)$"
    DISCOVERY_PROPERTIES WORKING_DIRECTORY "${A_WORKING_DIRECTORY}" TIMEOUT ${A_TIMEOUT}
    TEST_NAME "${prefix}.\\1::\\3"
    TEST_ARGS run "\\1" ${A_EXTRA_ARGS} --only "\\1::\\3"
    TEST_PROPERTIES WORKING_DIRECTORY "${A_WORKING_DIRECTORY}" TIMEOUT ${A_TIMEOUT}
      LABELS "\\2;${A_LABELS}")
endfunction()

function(mailtls_discover_scenarios prefix)
  cmake_parse_arguments(A "PER_FILE" "TIMEOUT;WORKING_DIRECTORY" "PATHS;LABELS;EXTRA_ARGS" ${ARGN})
  if(A_UNPARSED_ARGUMENTS OR A_KEYWORDS_MISSING_VALUES)
    message(FATAL_ERROR "mailtls_discover_scenarios(${prefix}): not understood: "
      "${A_UNPARSED_ARGUMENTS} ${A_KEYWORDS_MISSING_VALUES}")
  endif()
  if(NOT A_PATHS)
    message(FATAL_ERROR "mailtls_discover_scenarios(${prefix}): expected PATHS, got none")
  endif()
  if(NOT A_WORKING_DIRECTORY)
    set(A_WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}")
  endif()
  if(NOT A_TIMEOUT)
    set(A_TIMEOUT 60)
  endif()
  if(NOT CMAKE_VERSION VERSION_LESS 4.4 AND NOT A_PER_FILE AND
      NOT "${ARGV};${A_WORKING_DIRECTORY}" MATCHES "\\\\[0-9]|[$]<")
    _mailtls_discover_natively()
    return()
  endif()
  set(base "${CMAKE_CURRENT_BINARY_DIR}/mailtls-${prefix}")
  file(GENERATE OUTPUT "${base}-$<CONFIG>.cmake" CONTENT
"set(_mailtls_program [==[$<TARGET_FILE:mailtls::mailtls>]==])
set(_mailtls_prefix [==[${prefix}]==])
set(_mailtls_paths [==[${A_PATHS}]==])
set(_mailtls_labels [==[${A_LABELS}]==])
set(_mailtls_arguments [==[${A_EXTRA_ARGS}]==])
set(_mailtls_timeout [==[${A_TIMEOUT}]==])
set(_mailtls_folder [==[${A_WORKING_DIRECTORY}]==])
set(_mailtls_per_file [==[${A_PER_FILE}]==])
set(_mailtls_tests [==[${base}-tests.cmake]==])
include([==[${CMAKE_CURRENT_FUNCTION_LIST_DIR}/MailtlsScenarioTests.cmake]==])
")
  # Where one build has several configurations, ctest says by -C which it is.
  file(WRITE "${base}.cmake"
"set(_mailtls_config \"\${CTEST_CONFIGURATION_TYPE}\")
if(NOT EXISTS \"${base}-\${_mailtls_config}.cmake\")
  set(_mailtls_config [==[${CMAKE_BUILD_TYPE}]==])
endif()
include(\"${base}-\${_mailtls_config}.cmake\")
")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES "${base}.cmake")
endfunction()
