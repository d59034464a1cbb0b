# cmake -DCOMPILER=... -DINCLUDE=... [-DFAULT=LACKS_STEP -DSAYS=...] -P run.cmake: compiles
# environment.cpp. With a fault this must fail, with a message that matches SAYS.
set(ENV{LC_ALL} C)
execute_process(
  COMMAND ${COMPILER} -std=c++20 -fsyntax-only -I${INCLUDE} -D${FAULT}=1
          ${CMAKE_CURRENT_LIST_DIR}/environment.cpp
  RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(FAULT STREQUAL NONE)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "the well-formed environment does not compile:\n${output}")
  endif()
elseif(status EQUAL 0)
  message(FATAL_ERROR "an environment with ${FAULT} compiles")
elseif(NOT output MATCHES "${SAYS}")
  message(FATAL_ERROR "the errors do not say `${SAYS}`:\n${output}")
endif()
