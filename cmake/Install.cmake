# What `cmake --install` and `cpack` install, for find_package and pkg-config, too.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package ${CMAKE_INSTALL_LIBDIR}/cmake/lockstep)
set(parts lockstep_library lockstep_sweep)
if(LOCKSTEP_TOOLS)
  list(APPEND parts lockstep_bench lockstep_store lockstep_report lockstep_systems lockstep_command lockstep_c)
endif()
install(TARGETS ${parts} EXPORT lockstep
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT libraries NAMELINK_COMPONENT development)

# Public headers, and what these and users' units are compiled from: lockstep/detail, without promise.
function(lockstep_included HEADER)
  get_property(known GLOBAL PROPERTY lockstep_included)
  if(HEADER IN_LIST known)
    return()
  endif()
  set_property(GLOBAL APPEND PROPERTY lockstep_included ${HEADER})
  file(STRINGS ${PROJECT_BINARY_DIR}/include/lockstep/${HEADER} lines REGEX "^ *#include <lockstep/")
  foreach(line ${lines})
    string(REGEX REPLACE "^ *#include <lockstep/(.*)>.*$" "\\1" next ${line})
    lockstep_included(${next})
  endforeach()
endfunction()
foreach(header ${public_headers})
  string(REGEX REPLACE "^.*/include/lockstep/" "" name ${header})
  lockstep_included(${name})
endforeach()
lockstep_included(detail/isa/unit.hpp)
foreach(isa ${LOCKSTEP_BUILT_ISAS})
  lockstep_included(detail/lane/${isa}.hpp)
endforeach()
get_property(included GLOBAL PROPERTY lockstep_included)
foreach(name ${included})
  get_filename_component(folder ${name} DIRECTORY)
  file(REAL_PATH ${PROJECT_BINARY_DIR}/include/lockstep/${name} header)
  install(FILES ${header} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/lockstep/${folder} COMPONENT development)
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
