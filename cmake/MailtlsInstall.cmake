# What `cmake --install` puts where: the program, what it prints for editors and shells, its manual,
# the CMake package, and the library for those who embed the harness.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(cmake_dir "${CMAKE_INSTALL_DATADIR}/cmake/mailtls")
set(annotations "${CMAKE_INSTALL_DATADIR}/mailtls/lua/mailtls.lua")

install(TARGETS mailtls EXPORT mailtlsProgram DESTINATION "${CMAKE_INSTALL_BINDIR}"
  COMPONENT program)
install(EXPORT mailtlsProgram NAMESPACE mailtls:: DESTINATION "${cmake_dir}" COMPONENT program)
install(FILES "${PROJECT_BINARY_DIR}/editor/mailtls.lua"
  DESTINATION "${CMAKE_INSTALL_DATADIR}/mailtls/lua" COMPONENT program)
install(FILES "${PROJECT_BINARY_DIR}/completion/mailtls"
  DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions" COMPONENT program)
install(FILES "${PROJECT_BINARY_DIR}/completion/_mailtls"
  DESTINATION "${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions" COMPONENT program)
install(FILES "${PROJECT_BINARY_DIR}/completion/mailtls.fish"
  DESTINATION "${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d" COMPONENT program)

find_program(MAILTLS_SCDOC scdoc DOC "Makes the manual page")
find_program(MAILTLS_GZIP gzip)
if(MAILTLS_SCDOC AND MAILTLS_GZIP)
  set(manual "${PROJECT_BINARY_DIR}/mailtls.1.gz")
  add_custom_command(OUTPUT "${manual}"
    COMMAND "${CMAKE_COMMAND}" -E env SOURCE_DATE_EPOCH=0 "${MAILTLS_SCDOC}"
      < "${PROJECT_SOURCE_DIR}/docs/mailtls.1.scd" > mailtls.1
    COMMAND "${MAILTLS_GZIP}" -9nf mailtls.1
    DEPENDS "${PROJECT_SOURCE_DIR}/docs/mailtls.1.scd"
    WORKING_DIRECTORY "${PROJECT_BINARY_DIR}" VERBATIM)
  add_custom_target(mailtls_manual ALL DEPENDS "${manual}")
  install(FILES "${manual}" DESTINATION "${CMAKE_INSTALL_MANDIR}/man1" COMPONENT program)
else()
  message(STATUS "No scdoc: the manual page is left out")
endif()

# One archive of all that a run needs, for mailtls::harness. Pictures stay outside: nothing in its
# header draws.
set(archive "${CMAKE_INSTALL_LIBDIR}/libmailtls_harness.a")
set(parts mailtls_embed mailtls_harness mailtls_files mailtls_shown mailtls_play mailtls_script
  mailtls_judge mailtls_capture mailtls_ladder
  mailtls_conversation mailtls_sim mailtls_attack mailtls_mta mailtls_policy mailtls_https
  mailtls_smtp mailtls_tls mailtls_dns mailtls_net mailtls_trace mailtls_core mbedtls mbedx509
  mbedcrypto everest p256m)
set(script "create libmailtls_harness.a\n")
foreach(part IN LISTS parts)
  string(APPEND script "addlib $<TARGET_FILE:${part}>\n")
endforeach()
file(GENERATE OUTPUT "${PROJECT_BINARY_DIR}/embed/archive.mri" CONTENT "${script}save\nend\n")
add_custom_command(OUTPUT "${PROJECT_BINARY_DIR}/embed/libmailtls_harness.a"
  COMMAND "${CMAKE_AR}" -M < archive.mri
  DEPENDS ${parts} "${PROJECT_BINARY_DIR}/embed/archive.mri"
  WORKING_DIRECTORY "${PROJECT_BINARY_DIR}/embed" VERBATIM)
add_custom_target(mailtls_embed_archive ALL
  DEPENDS "${PROJECT_BINARY_DIR}/embed/libmailtls_harness.a")
install(FILES "${PROJECT_BINARY_DIR}/embed/libmailtls_harness.a"
  DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT library)
install(FILES harness/embed/mailtls/harness.hpp
  DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/mailtls" COMPONENT library)

get_target_property(wraps mailtls_tls INTERFACE_LINK_OPTIONS)
configure_package_config_file(cmake/package/mailtlsConfig.cmake.in mailtlsConfig.cmake
  INSTALL_DESTINATION "${cmake_dir}" PATH_VARS annotations)
configure_package_config_file(cmake/package/mailtlsHarness.cmake.in mailtlsHarness.cmake
  INSTALL_DESTINATION "${cmake_dir}" PATH_VARS archive CMAKE_INSTALL_INCLUDEDIR
  NO_CHECK_REQUIRED_COMPONENTS_MACRO)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/mailtlsConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES "${PROJECT_BINARY_DIR}/mailtlsConfig.cmake"
  "${PROJECT_BINARY_DIR}/mailtlsConfigVersion.cmake"
  cmake/package/MailtlsDiscoverScenarios.cmake cmake/package/MailtlsScenarioTests.cmake
  DESTINATION "${cmake_dir}" COMPONENT program)
install(FILES "${PROJECT_BINARY_DIR}/mailtlsHarness.cmake" DESTINATION "${cmake_dir}"
  COMPONENT library)

# The same names for those who take the source in by add_subdirectory().
add_executable(mailtls::mailtls ALIAS mailtls)
add_library(mailtls::harness ALIAS mailtls_embed)
include("${CMAKE_CURRENT_LIST_DIR}/package/MailtlsDiscoverScenarios.cmake")
