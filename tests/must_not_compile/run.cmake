# cmake -DCOMPILER=... -DINCLUDE=... [-DMEMBER=observe] -P run.cmake: compiles environment.cpp, without
# MEMBER if one is given; then that must fail, in words that name the concept and the member.
string(TOUPPER "${MEMBER}" lacks)
set(ENV{LC_ALL} C)
execute_process(
  COMMAND ${COMPILER} -std=c++20 -fsyntax-only -I${INCLUDE} -DLACKS_${lacks}
          ${CMAKE_CURRENT_LIST_DIR}/environment.cpp
  RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(NOT MEMBER)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "the well-formed environment does not compile:\n${output}")
  endif()
elseif(status EQUAL 0)
  message(FATAL_ERROR "an environment without `${MEMBER}` compiles")
elseif(NOT output MATCHES "Environment<.*E::(template )?${MEMBER}[(< ].* invalid")
  message(FATAL_ERROR "the errors name no missing `${MEMBER}` of the concept Environment:\n${output}")
endif()
