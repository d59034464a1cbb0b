include(GNUInstallDirs)
install(TARGETS lockstep_library lockstep_sweep EXPORT lockstep ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
foreach(room kernels engine agents)
  install(DIRECTORY ${room} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/lockstep FILES_MATCHING PATTERN "*.hpp")
endforeach()
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/lockstep)
install(EXPORT lockstep NAMESPACE lockstep:: DESTINATION ${package} FILE lockstepTargets.cmake)
install(FILES cmake/lockstepConfig.cmake cmake/LockstepEnvironment.cmake cmake/register_environment.cpp.in
              kernels/isa/unit.cpp.in
        DESTINATION ${package})
