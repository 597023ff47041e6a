# cmake -DPROGRAM=mailtls -DOUT=folder -P Made.cmake
# What the program prints about itself, as files.
function(made name)
  get_filename_component(folder "${OUT}/${name}" DIRECTORY)
  file(MAKE_DIRECTORY "${folder}")
  execute_process(COMMAND "${PROGRAM}" ${ARGN} OUTPUT_FILE "${OUT}/${name}" RESULT_VARIABLE code)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "${PROGRAM} ${ARGN}: exit code ${code}")
  endif()
endfunction()
made(editor/mailtls.lua api --meta)
made(completion/mailtls completion bash)
made(completion/_mailtls completion zsh)
made(completion/mailtls.fish completion fish)
