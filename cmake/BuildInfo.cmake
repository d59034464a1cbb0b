# What `lockstep --version` prints: a source file, regenerated when the commit changes.

set(LOCKSTEP_BUILD_INFO_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/write_build_info.cmake)

# lockstep_build_info(TARGET TEMPLATE): adds the source to TARGET.
function(lockstep_build_info TARGET TEMPLATE)
  find_package(Git QUIET)
  set(template ${CMAKE_CURRENT_SOURCE_DIR}/${TEMPLATE})
  set(out ${CMAKE_CURRENT_BINARY_DIR}/build_info.cpp)
  add_custom_command(OUTPUT ${out} DEPFILE ${out}.d
    COMMAND ${CMAKE_COMMAND} -DSOURCE=${PROJECT_SOURCE_DIR} -DTEMPLATE=${template} -DOUT=${out}
      -DVERSION=${PROJECT_VERSION} "-DCOMPILER=${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}"
      -DGIT=${GIT_EXECUTABLE} -P ${LOCKSTEP_BUILD_INFO_SCRIPT}
    DEPENDS ${template} ${LOCKSTEP_BUILD_INFO_SCRIPT} VERBATIM)
  target_sources(${TARGET} PRIVATE ${out})
  # Only a few constants, which need none of the shared headers.
  set_source_files_properties(${out} PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
endfunction()
