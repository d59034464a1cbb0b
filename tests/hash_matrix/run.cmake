# cmake -DSOURCE=... -DBUILD=... -DCOMPILER=... -DFLAGS=... -DOPTIONS=... -P run.cmake: builds the
# library and the hash program in BUILD with COMPILER and FLAGS, and runs it. With PYTHON, also
# checks for symbols that instruction sets share; without optimization there are some, since inline
# functions become real ones.
execute_process(
  COMMAND ${CMAKE_COMMAND} -S ${SOURCE} -B ${BUILD} -G Ninja -DCMAKE_BUILD_TYPE=None -DLOCKSTEP_TESTS=ON
          -DCMAKE_CXX_COMPILER=${COMPILER} -DCMAKE_CXX_FLAGS=${FLAGS} ${OPTIONS}
  OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} --build ${BUILD} --target hash_program COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${BUILD}/hash_program COMMAND_ERROR_IS_FATAL ANY)
if(PYTHON)
  get_filename_component(tests ${CMAKE_CURRENT_LIST_DIR} DIRECTORY)
  execute_process(COMMAND ${PYTHON} ${tests}/symbol_guard.py check ${BUILD}/liblockstep.a
                  COMMAND_ERROR_IS_FATAL ANY)
endif()
