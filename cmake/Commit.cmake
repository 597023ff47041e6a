# cmake -DROOT=source folder -DOUT=commit.cpp -P Commit.cmake
# The commit that is checked out in ROOT, for `mailtls version`: 12 digits, and "-dirty" where files
# differ from it. Empty from a tarball, and where ROOT lies inside somebody else's repository. The
# file is written only where it would change, so that nothing is built again for the same commit.
find_program(git git)
set(commit "")
function(ask_git out)
  execute_process(COMMAND "${git}" --no-optional-locks -C "${ROOT}" ${ARGN}
    OUTPUT_VARIABLE said ERROR_QUIET RESULT_VARIABLE code OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT code EQUAL 0)
    set(said "")
  endif()
  set(${out} "${said}" PARENT_SCOPE)
endfunction()
if(git)
  # How far ROOT lies below the top of its repository: "./" is not at all.
  ask_git(top rev-parse --show-cdup --short=12 HEAD)
  if(top MATCHES "^\n?([0-9a-f]+)$")
    set(commit "${CMAKE_MATCH_1}")
    ask_git(changes status --porcelain --untracked-files=no)
    if(changes)
      string(APPEND commit "-dirty")
    endif()
  endif()
endif()
set(text "#include \"harness/main/commit.hpp\"\n
namespace program {\n
const std::string_view commit = \"${commit}\";\n
}  // namespace program\n")
set(old "")
if(EXISTS "${OUT}")
  file(READ "${OUT}" old)
endif()
if(NOT text STREQUAL old)
  file(WRITE "${OUT}" "${text}")
endif()
