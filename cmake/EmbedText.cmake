# cmake -DOUT=file.cpp -DFILES="a.lua;b.lua" -P EmbedText.cmake
# Texts as string views named after their files; those of the report's pages begin with "page_".
set(body "#include \"harness/script/sources.hpp\"\n\nnamespace script::sources {\n\n")
foreach(file IN LISTS FILES)
  get_filename_component(name "${file}" NAME_WE)
  get_filename_component(folder "${file}" DIRECTORY)
  get_filename_component(folder "${folder}" NAME)
  if(folder STREQUAL "page")
    string(PREPEND name "page_")
  endif()
  file(READ "${file}" text)
  # One literal holds at most 64 KiB; ours are smaller, and a delimiter that none of them
  # has ends it.
  string(APPEND body "const std::string_view ${name} = R\"=mailtls=(${text})=mailtls=\";\n\n")
endforeach()
file(WRITE "${OUT}" "${body}}  // namespace script::sources\n")
