# Builds environments for every instruction set: one translation unit for each, with its flags, and a
# table that the engine chooses from when it starts.
#
# A file declares one environment, the struct whose `about` it defines: `struct CartPole {` in cartpole.hpp.

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

# Reads the list of instruction sets: LOCKSTEP_ISAS is all of it, LOCKSTEP_BUILT_ISAS those of the
# processor that is compiled for, and of each LOCKSTEP_FEATURES_<isa> what it takes.
function(lockstep_read_isas)
  string(TOLOWER "${CMAKE_SYSTEM_PROCESSOR}" processor)
  if(NOT CMAKE_SIZEOF_VOID_P EQUAL 8)  # a 64-bit system may compile for 32 bits
    set(processor other)
  elseif(processor STREQUAL amd64)
    set(processor x86_64)
  elseif(processor STREQUAL arm64)
    set(processor aarch64)
  endif()
  set(list ${LOCKSTEP_TEMPLATES}/list.hpp)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${list})
  file(READ ${list} text)
  string(REGEX MATCHALL "SET\\([^)]+\\)" sets "${text}")
  set(all "")
  set(built "")
  foreach(set ${sets})
    string(REGEX MATCHALL "[a-z0-9_]+" features "${set}")
    list(POP_FRONT features isa of)
    lockstep_set(LOCKSTEP_FEATURES_${isa} ${features})
    list(APPEND all ${isa})
    if(of STREQUAL any OR of STREQUAL processor)
      list(APPEND built ${isa})
    endif()
  endforeach()
  lockstep_set(LOCKSTEP_ISAS ${all})
  lockstep_set(LOCKSTEP_BUILT_ISAS ${built})
endfunction()
lockstep_read_isas()

# Adds to TARGET one unit for each instruction set, NAME_<isa>.cpp, from TEMPLATE: each defines a table
# TABLE_<isa>. `units` receives the files.
function(lockstep_units TARGET TEMPLATE TABLE NAME)
  cmake_path(ABSOLUTE_PATH TEMPLATE BASE_DIRECTORY ${LOCKSTEP_TEMPLATES})
  set(files "")
  foreach(LOCKSTEP_ISA ${LOCKSTEP_BUILT_ISAS})
    string(SUBSTRING ${LOCKSTEP_ISA} 0 1 capital)
    string(SUBSTRING ${LOCKSTEP_ISA} 1 -1 rest)
    string(TOUPPER ${capital} capital)
    set(LOCKSTEP_ISA_TYPE ${capital}${rest})
    set(LOCKSTEP_TABLE ${TABLE}_${LOCKSTEP_ISA})
    set(unit ${CMAKE_CURRENT_BINARY_DIR}/units/${NAME}_${LOCKSTEP_ISA}.cpp)
    configure_file(${TEMPLATE} ${unit} @ONLY)
    list(TRANSFORM LOCKSTEP_FEATURES_${LOCKSTEP_ISA} PREPEND -m OUTPUT_VARIABLE flags)
    # gcc may give two temporaries one place on the stack while both are needed, where a loop over one
    # of them takes its address early (gcc's bug 90348; seen in threefry_blocks, compiled for Arm). It
    # takes the undefined operands of its own AVX-512 intrinsics for uninitialised variables.
    set(of_gcc "-fstack-reuse=none;-Wno-uninitialized;-Wno-maybe-uninitialized")
    # Precompiled headers fit one set of flags.
    set_source_files_properties(${unit} PROPERTIES SKIP_PRECOMPILE_HEADERS ON COMPILE_OPTIONS
      "-ffp-contract=off;${flags};$<$<CXX_COMPILER_ID:GNU>:${of_gcc}>")
    target_sources(${TARGET} PRIVATE ${unit})
    list(APPEND files ${unit})
  endforeach()
  set(units ${files} PARENT_SCOPE)
endfunction()

# LOCKSTEP_NAMES receives the tables TABLE_<isa> that there are, LOCKSTEP_ROW the address of each by Isa.
function(lockstep_row TABLE)
  set(names "")
  set(row "")
  foreach(isa ${LOCKSTEP_ISAS})
    if(isa IN_LIST LOCKSTEP_BUILT_ISAS)
      list(APPEND names ${TABLE}_${isa})
      list(APPEND row &${TABLE}_${isa})
    else()
      list(APPEND row nullptr)
    endif()
  endforeach()
  list(JOIN names ", " names)
  list(JOIN row ", " row)
  set(LOCKSTEP_NAMES ${names} PARENT_SCOPE)
  set(LOCKSTEP_ROW ${row} PARENT_SCOPE)
endfunction()

# Generates the source NAME of TARGET from TEMPLATE.
function(lockstep_generate TARGET TEMPLATE NAME)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/units/${NAME}.cpp)
  configure_file(${LOCKSTEP_CMAKE_DIR}/${TEMPLATE} ${source} @ONLY)
  target_sources(${TARGET} PRIVATE ${source})
endfunction()

# Defines TABLE_by_isa, which HEADER declares: the addresses of the tables of type TYPE.
function(lockstep_tables TARGET TABLE TYPE HEADER)
  lockstep_row(${TABLE})
  set(LOCKSTEP_TABLE ${TABLE})
  set(LOCKSTEP_TYPE ${TYPE})
  set(LOCKSTEP_HEADER ${HEADER})
  lockstep_generate(${TARGET} tables.cpp.in ${TABLE}_by_isa)
endfunction()

# What the CPU is asked before it runs an instruction set.
function(lockstep_isa_support TARGET)
  set(LOCKSTEP_CASES "")
  list(TRANSFORM LOCKSTEP_BUILT_ISAS PREPEND Isa:: OUTPUT_VARIABLE LOCKSTEP_BUILT)
  list(JOIN LOCKSTEP_BUILT ", " LOCKSTEP_BUILT)
  foreach(isa ${LOCKSTEP_BUILT_ISAS})
    set(asked true)
    foreach(feature ${LOCKSTEP_FEATURES_${isa}})
      string(APPEND asked " && __builtin_cpu_supports(\"${feature}\")")
    endforeach()
    string(APPEND LOCKSTEP_CASES "        case Isa::${isa}: return ${asked};\n")
  endforeach()
  lockstep_generate(${TARGET} isa_support.cpp.in isa_support)
endfunction()

# Adds the units of the environment in FILE to TARGET, and sets what lockstep_row does.
function(lockstep_environment_units TARGET FILE)
  file(STRINGS ${FILE} structs REGEX "^struct [A-Za-z0-9_]+ {")
  list(LENGTH structs count)
  if(NOT count EQUAL 1)
    message(FATAL_ERROR "${FILE}: expected one line `struct Name {` at the margin, found ${count}")
  endif()
  string(REGEX REPLACE "^struct ([A-Za-z0-9_]+) {.*" "\\1" LOCKSTEP_ENVIRONMENT "${structs}")
  set(LOCKSTEP_ENVIRONMENT_FILE ${FILE})
  lockstep_units(${TARGET} unit.cpp.in kernels_${LOCKSTEP_ENVIRONMENT} ${LOCKSTEP_ENVIRONMENT})
  set_source_files_properties(${units} PROPERTIES OBJECT_DEPENDS ${FILE})
  lockstep_row(kernels_${LOCKSTEP_ENVIRONMENT})
  set(LOCKSTEP_NAMES ${LOCKSTEP_NAMES} PARENT_SCOPE)
  set(LOCKSTEP_ROW ${LOCKSTEP_ROW} PARENT_SCOPE)
endfunction()

# The environments that the library itself brings: lists them in one generated source.
function(lockstep_builtin_environments TARGET)
  set(LOCKSTEP_DECLARATIONS "")
  set(LOCKSTEP_ROWS "")
  foreach(file ${ARGN})
    lockstep_environment_units(${TARGET} ${file})
    string(APPEND LOCKSTEP_DECLARATIONS "extern const EnvironmentKernels ${LOCKSTEP_NAMES};\n")
    string(APPEND LOCKSTEP_ROWS "    {{${LOCKSTEP_ROW}}},\n")
  endforeach()
  lockstep_generate(${TARGET} builtin_environments.cpp.in builtin_environments)
endfunction()

# lockstep_add_environment(TARGET FILE): a user's own environment. TARGET links lockstep::lockstep; the
# environment is registered before main begins and works wherever a built-in one does.
function(lockstep_add_environment TARGET FILE)
  get_filename_component(FILE ${FILE} ABSOLUTE)
  lockstep_environment_units(${TARGET} ${FILE})
  get_filename_component(stem ${FILE} NAME_WE)
  lockstep_generate(${TARGET} register_environment.cpp.in register_${stem})
endfunction()

# The environments that compile to tables: lists those that the sources define, each declared in a line
# at the margin, `extern const FiniteEnvironment name;`, in the order of their files.
function(lockstep_finite_environments TARGET)
  set(LOCKSTEP_DECLARATIONS "")
  set(LOCKSTEP_ROWS "")
  foreach(file ${ARGN})
    file(STRINGS ${file} lines REGEX "^extern const FiniteEnvironment [a-z0-9_]+")
    foreach(line ${lines})
      string(REGEX REPLACE "^extern const FiniteEnvironment ([a-z0-9_]+).*" "\\1" name "${line}")
      string(APPEND LOCKSTEP_DECLARATIONS "extern const FiniteEnvironment ${name};\n")
      string(APPEND LOCKSTEP_ROWS "        &${name},\n")
    endforeach()
  endforeach()
  lockstep_generate(${TARGET} finite_environments.cpp.in finite_environments)
endfunction()
