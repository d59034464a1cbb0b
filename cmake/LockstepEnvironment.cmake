# Builds environments for every instruction set: one translation unit for each, with its flags, and a
# table that the engine chooses from when it starts.
#
# A file declares one environment, the struct whose `info` it defines: `struct CartPole {` in cartpole.hpp.

# Kept where a project that takes this one in finds them, too: its own folders have other variables.
function(lockstep_set NAME)
  set(${NAME} "${ARGN}" CACHE INTERNAL "")
endfunction()

lockstep_set(LOCKSTEP_CMAKE_DIR ${CMAKE_CURRENT_LIST_DIR})
if(EXISTS ${LOCKSTEP_CMAKE_DIR}/unit.cpp.in)  # installed
  lockstep_set(LOCKSTEP_TEMPLATES ${LOCKSTEP_CMAKE_DIR})
else()
  lockstep_set(LOCKSTEP_TEMPLATES ${LOCKSTEP_CMAKE_DIR}/../kernels/isa)
endif()

lockstep_set(LOCKSTEP_ISAS Scalar Avx2 Avx512)
lockstep_set(LOCKSTEP_FLAGS_Scalar "")
lockstep_set(LOCKSTEP_FLAGS_Avx2 -mavx2 -mfma)
lockstep_set(LOCKSTEP_FLAGS_Avx512 ${LOCKSTEP_FLAGS_Avx2} -mavx512f -mavx512bw -mavx512cd -mavx512dq -mavx512vl)

# Adds to TARGET one unit for each instruction set, NAME_<isa>.cpp, from TEMPLATE: each defines a table
# TABLE_<isa>. OUT receives the tables, and `units` the files.
function(lockstep_units TARGET TEMPLATE TABLE NAME OUT)
  set(tables "")
  set(files "")
  foreach(isa ${LOCKSTEP_ISAS})
    string(TOLOWER ${isa} LOCKSTEP_ISA)
    set(LOCKSTEP_ISA_TYPE ${isa})
    set(LOCKSTEP_TABLE ${TABLE}_${LOCKSTEP_ISA})
    set(unit ${CMAKE_CURRENT_BINARY_DIR}/units/${NAME}_${LOCKSTEP_ISA}.cpp)
    configure_file(${LOCKSTEP_TEMPLATES}/${TEMPLATE} ${unit} @ONLY)
    # gcc 12 takes the undefined operands of its own AVX-512 intrinsics for uninitialised variables.
    # Precompiled headers fit one set of flags.
    set_source_files_properties(${unit} PROPERTIES SKIP_PRECOMPILE_HEADERS ON COMPILE_OPTIONS
      "-ffp-contract=off;${LOCKSTEP_FLAGS_${isa}};$<$<CXX_COMPILER_ID:GNU>:-Wno-uninitialized;-Wno-maybe-uninitialized>")
    target_sources(${TARGET} PRIVATE ${unit})
    list(APPEND tables ${LOCKSTEP_TABLE})
    list(APPEND files ${unit})
  endforeach()
  set(${OUT} ${tables} PARENT_SCOPE)
  set(units ${files} PARENT_SCOPE)
endfunction()

# Adds the units of the environment in FILE to TARGET; OUT receives the addresses of its tables.
function(lockstep_environment_units TARGET FILE OUT)
  file(STRINGS ${FILE} structs REGEX "^struct [A-Za-z0-9_]+ {")
  list(LENGTH structs count)
  if(NOT count EQUAL 1)
    message(FATAL_ERROR "${FILE}: expected one line `struct Name {` at the margin, found ${count}")
  endif()
  string(REGEX REPLACE "^struct ([A-Za-z0-9_]+) {.*" "\\1" LOCKSTEP_ENVIRONMENT "${structs}")
  set(LOCKSTEP_ENVIRONMENT_FILE ${FILE})
  lockstep_units(${TARGET} unit.cpp.in kernels_${LOCKSTEP_ENVIRONMENT} ${LOCKSTEP_ENVIRONMENT} tables)
  set_source_files_properties(${units} PROPERTIES OBJECT_DEPENDS ${FILE})
  set(${OUT} ${tables} PARENT_SCOPE)
endfunction()

# The environments that the library itself brings: lists them in one generated source.
function(lockstep_builtin_environments TARGET)
  set(declarations "")
  set(rows "")
  foreach(file ${ARGN})
    lockstep_environment_units(${TARGET} ${file} tables)
    list(JOIN tables ", &" row)
    list(JOIN tables ", " names)
    string(APPEND declarations "extern const EnvironmentKernels ${names};\n")
    string(APPEND rows "    {{&${row}}},\n")
  endforeach()
  set(LOCKSTEP_DECLARATIONS "${declarations}")
  set(LOCKSTEP_ROWS "${rows}")
  configure_file(${LOCKSTEP_CMAKE_DIR}/builtin_environments.cpp.in
                 ${CMAKE_CURRENT_BINARY_DIR}/units/builtin_environments.cpp @ONLY)
  target_sources(${TARGET} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/units/builtin_environments.cpp)
endfunction()

# lockstep_add_environment(TARGET FILE): a user's own environment. TARGET links lockstep::lockstep; the
# environment is registered before main begins and works wherever a built-in one does.
function(lockstep_add_environment TARGET FILE)
  get_filename_component(FILE ${FILE} ABSOLUTE)
  lockstep_environment_units(${TARGET} ${FILE} tables)
  list(JOIN tables ", &" LOCKSTEP_ROW)
  list(JOIN tables ", " LOCKSTEP_NAMES)
  get_filename_component(stem ${FILE} NAME_WE)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/units/register_${stem}.cpp)
  configure_file(${LOCKSTEP_CMAKE_DIR}/register_environment.cpp.in ${source} @ONLY)
  target_sources(${TARGET} PRIVATE ${source})
endfunction()

# The environments that compile to tables: lists those that the sources define, each declared in a line
# at the margin, `extern const FiniteEnvironment name;`, in the order of their files.
function(lockstep_finite_environments TARGET)
  set(declarations "")
  set(rows "")
  foreach(file ${ARGN})
    file(STRINGS ${file} lines REGEX "^extern const FiniteEnvironment [a-z0-9_]+")
    foreach(line ${lines})
      string(REGEX REPLACE "^extern const FiniteEnvironment ([a-z0-9_]+).*" "\\1" name "${line}")
      string(APPEND declarations "extern const FiniteEnvironment ${name};\n")
      string(APPEND rows "        &${name},\n")
    endforeach()
  endforeach()
  set(LOCKSTEP_DECLARATIONS "${declarations}")
  set(LOCKSTEP_ROWS "${rows}")
  configure_file(${LOCKSTEP_CMAKE_DIR}/finite_environments.cpp.in
                 ${CMAKE_CURRENT_BINARY_DIR}/units/finite_environments.cpp @ONLY)
  target_sources(${TARGET} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/units/finite_environments.cpp)
endfunction()
