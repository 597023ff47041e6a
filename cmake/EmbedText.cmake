# cmake -DOUT=file.cpp -DFILES="a.lua;b.lua" -P EmbedText.cmake
# Texts as string views named after their files; those that only a page of the report, a new
# project or a shell's completion has begin with "page_", "starter_", "completion_".
set(body "#include \"harness/script/sources.hpp\"\n\nnamespace script::sources {\n\n")
foreach(file IN LISTS FILES)
  get_filename_component(name "${file}" NAME_WE)
  get_filename_component(folder "${file}" DIRECTORY)
  get_filename_component(folder "${folder}" NAME)
  if(folder MATCHES "^(page|starter|completion)$")
    string(PREPEND name "${folder}_")
  endif()
  file(READ "${file}" text)
  # One literal holds at most 64 KiB; ours are smaller, and a delimiter that none of them
  # has ends it.
  string(APPEND body "const std::string_view ${name} = R\"=mailtls=(${text})=mailtls=\";\n\n")
endforeach()
file(WRITE "${OUT}" "${body}}  // namespace script::sources\n")
