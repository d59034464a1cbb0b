# What `cmake --install` and `cpack` install, for find_package and pkg-config, too.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package ${CMAKE_INSTALL_LIBDIR}/cmake/lockstep)
install(TARGETS lockstep_library lockstep_sweep EXPORT lockstep
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT libraries NAMELINK_COMPONENT development)
set(foreign ${LOCKSTEP_ISAS})  # the lanes of other processors
list(REMOVE_ITEM foreign ${LOCKSTEP_BUILT_ISAS})
list(JOIN foreign "|" foreign)
foreach(room kernels engine agents)
  install(DIRECTORY ${room} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/lockstep COMPONENT development
          FILES_MATCHING PATTERN "*.hpp" REGEX "/sweep/(toml_values|space_file).hpp$" EXCLUDE
          REGEX "/lane/(${foreign}).hpp$" EXCLUDE)
endforeach()
install(EXPORT lockstep NAMESPACE lockstep:: DESTINATION ${package} FILE lockstepTargets.cmake
        COMPONENT development)
configure_package_config_file(cmake/lockstepConfig.cmake.in ${PROJECT_BINARY_DIR}/lockstepConfig.cmake
                              INSTALL_DESTINATION ${package})
# In version 0, a new minor number may break compatibility.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/lockstepConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/lockstepConfig.cmake ${PROJECT_BINARY_DIR}/lockstepConfigVersion.cmake
              cmake/LockstepEnvironment.cmake cmake/register_environment.cpp.in kernels/isa/unit.cpp.in
              kernels/isa/list.hpp
        DESTINATION ${package} COMPONENT development)
file(RELATIVE_PATH LOCKSTEP_PREFIX_FROM_PC "/prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/prefix")
foreach(library lockstep lockstep-sweep)
  configure_file(cmake/${library}.pc.in ${PROJECT_BINARY_DIR}/${library}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/${library}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig
          COMPONENT development)
endforeach()
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright COMPONENT command)
if(LOCKSTEP_TOOLS)
  install(TARGETS lockstep RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT command)
  include(cmake/CommandFiles.cmake)
  lockstep_install_command_files()
endif()

if(PROJECT_IS_TOP_LEVEL)
  set(CPACK_PACKAGE_CONTACT "Lockstep's authors")
  set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
  set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
  set(CPACK_DEBIAN_PACKAGE_SECTION science)
  set(CPACK_DEBIAN_PACKAGE_SUGGESTS libtbb-dev)
  set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
  set(CPACK_STRIP_FILES ON)
  include(CPack)
endif()
