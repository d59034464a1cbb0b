# lockstep_installed(TARGET FILE NAME): the settings of both libraries of the package. FILE is the
# file's name, NAME the target in lockstep::.
#
# A shared library has a soname with its minor version, which may break compatibility in version 0.
# It exports only lockstep's names, so that code from other libraries in it cannot clash with a
# program's own copies.
function(lockstep_installed TARGET FILE NAME)
  set_target_properties(${TARGET} PROPERTIES OUTPUT_NAME ${FILE} EXPORT_NAME ${NAME}
    VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
    LINK_DEPENDS ${PROJECT_SOURCE_DIR}/cmake/exported.map)
  target_compile_features(${TARGET} PUBLIC cxx_std_20)
  if(BUILD_SHARED_LIBS)
    target_link_options(${TARGET} PRIVATE -Wl,--version-script=${PROJECT_SOURCE_DIR}/cmake/exported.map
                                          -Wl,--no-undefined)
  endif()
endfunction()

# lockstep_static_part(NAME): lockstep_NAME, a static library of the package, as lockstep::NAME.
function(lockstep_static_part NAME)
  set_target_properties(lockstep_${NAME} PROPERTIES OUTPUT_NAME lockstep-${NAME} EXPORT_NAME ${NAME})
  target_compile_features(lockstep_${NAME} PUBLIC cxx_std_20)
  add_library(lockstep::${NAME} ALIAS lockstep_${NAME})
endfunction()
