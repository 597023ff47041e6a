# Two Debian packages by `cpack`: the program with all that an author of scenarios needs, and the
# library. `cpack --config build/release/CPackConfig.cmake -B build/packages`
set(MAILTLS_MAINTAINER "mailtls <mailtls@packages.invalid>" CACHE STRING
  "Name and address that the packages carry")

# Debian wants to know whose a package is, and since when.
function(mailtls_debian_papers component package)
  set(folder "${PROJECT_BINARY_DIR}/package/${package}")
  string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)
  configure_file(cmake/package/debian/changelog.in "${folder}/changelog" @ONLY)
  execute_process(COMMAND "${MAILTLS_GZIP}" -9nkf "${folder}/changelog")
  install(FILES "${folder}/changelog.gz" cmake/package/debian/copyright
    DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/${package}" COMPONENT ${component})
endfunction()
install(FILES cmake/package/debian/lintian-overrides
  DESTINATION "${CMAKE_INSTALL_DATADIR}/lintian/overrides" RENAME mailtls COMPONENT program)
if(MAILTLS_GZIP)
  mailtls_debian_papers(program mailtls)
  mailtls_debian_papers(library libmailtls-dev)
endif()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME mailtls)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "laboratory for TLS between mail servers")
set(CPACK_PACKAGE_CONTACT "${MAILTLS_MAINTAINER}")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE
  GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_COMPONENTS_ALL program library)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION mail)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)

set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME mailtls)
set(CPACK_COMPONENT_PROGRAM_DESCRIPTION
  "In one process, on a virtual clock, mail gateways exchange mail over real
TLS, with their DNS, their policy hosts, eavesdroppers and attackers. A
scenario in Lua says what must happen; each run gives verdicts, diagrams
and a trace of everything.")
set(CPACK_DEBIAN_PROGRAM_PACKAGE_RECOMMENDS "fontconfig, fonts-inter, fonts-jetbrains-mono")
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SUGGESTS "wireshark, lua5.4, cmake")

set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME libmailtls-dev)
set(CPACK_COMPONENT_LIBRARY_DESCRIPTION
  "This is the library, for programs of your own that list scenarios, play
them and look at what became of each mail.")
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SHLIBDEPS OFF)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_DEPENDS
  "mailtls (= ${PROJECT_VERSION}), libfmt-dev, liblua5.4-dev, zlib1g-dev, pkg-config")
if(MAILTLS_FAST_ECC)
  string(APPEND CPACK_DEBIAN_LIBRARY_PACKAGE_DEPENDS ", libssl-dev")
endif()
include(CPack)
