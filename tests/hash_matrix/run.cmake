# cmake -DSOURCE=... -DBUILD=... -DCOMPILER=... -DFLAGS=... -P run.cmake: builds the hash program in
# BUILD with COMPILER and FLAGS, and runs it. With PYTHON, also looks for symbols that instruction sets
# share; without optimisation there are some, since inline functions become real ones.
get_filename_component(project ${CMAKE_CURRENT_LIST_DIR} ABSOLUTE)
execute_process(
  COMMAND ${CMAKE_COMMAND} -S ${project} -B ${BUILD} -G Ninja -DLOCKSTEP_SOURCE=${SOURCE}
          -DCMAKE_CXX_COMPILER=${COMPILER} -DCMAKE_CXX_FLAGS=${FLAGS} -DCMAKE_BUILD_TYPE=None
  OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} --build ${BUILD} COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${BUILD}/hash_program COMMAND_ERROR_IS_FATAL ANY)
if(PYTHON)
  file(GLOB_RECURSE objects ${BUILD}/CMakeFiles/*.cpp.o)
  execute_process(COMMAND ${PYTHON} ${project}/../symbol_guard.py check ${objects} COMMAND_ERROR_IS_FATAL ANY)
endif()
