# Builds environments for every instruction set: one translation unit for each, with its flags, and
# a table that the engine chooses from at startup.
#
# A header declares environments in any namespaces, as structs with a
# `static constexpr Description about`. A source defines table environments, each on a line
# `extern const FiniteEnvironment name;`.

# Cached, because a project that includes this one has other variables in its own folders.
function(lockstep_set NAME)
  set(${NAME} "${ARGN}" CACHE INTERNAL "")
endfunction()

lockstep_set(LOCKSTEP_CMAKE_DIR ${CMAKE_CURRENT_LIST_DIR})
if(EXISTS ${LOCKSTEP_CMAKE_DIR}/unit.cpp.in)  # installed
  lockstep_set(LOCKSTEP_TEMPLATES ${LOCKSTEP_CMAKE_DIR})
else()
  lockstep_set(LOCKSTEP_TEMPLATES ${LOCKSTEP_CMAKE_DIR}/../kernels/isa)
endif()

# Reads the list of instruction sets. LOCKSTEP_ISAS is all of it, LOCKSTEP_BUILT_ISAS those of the
# target processor, LOCKSTEP_FEATURES_<isa> the processor features that each needs.
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

# Adds to TARGET one unit for each instruction set, TABLE_<isa>.cpp: each defines TABLE_<isa>, a table of
# type TYPE, which MAKER makes, a function template on the instruction set in HEADER; or on it and an
# environment, where this and its file follow. `units` receives the files.
function(lockstep_units TARGET TABLE TYPE MAKER HEADER)
  set(LOCKSTEP_TYPE ${TYPE})
  set(LOCKSTEP_MAKER ${MAKER})
  set(LOCKSTEP_UNIT <${HEADER}>)
  set(LOCKSTEP_OF "")
  set(LOCKSTEP_INCLUDE "")
  if(ARGC GREATER 5)
    set(LOCKSTEP_OF ", ${ARGV5}")
    set(LOCKSTEP_INCLUDE "#include \"${ARGV6}\"\n")
  endif()
  set(files "")
  foreach(LOCKSTEP_ISA ${LOCKSTEP_BUILT_ISAS})
    string(SUBSTRING ${LOCKSTEP_ISA} 0 1 capital)
    string(SUBSTRING ${LOCKSTEP_ISA} 1 -1 rest)
    string(TOUPPER ${capital} capital)
    set(LOCKSTEP_ISA_TYPE ${capital}${rest})
    set(LOCKSTEP_TABLE ${TABLE}_${LOCKSTEP_ISA})
    set(unit ${CMAKE_CURRENT_BINARY_DIR}/units/${TABLE}_${LOCKSTEP_ISA}.cpp)
    configure_file(${LOCKSTEP_TEMPLATES}/unit.cpp.in ${unit} @ONLY)
    list(TRANSFORM LOCKSTEP_FEATURES_${LOCKSTEP_ISA} PREPEND -m OUTPUT_VARIABLE flags)
    # gcc may put two live temporaries at the same place on the stack, if a loop over one of them
    # takes its address early (gcc's bug 90348; seen in threefry_blocks, compiled for Arm). It also
    # mistakes the undefined operands of its own AVX-512 intrinsics for uninitialized variables.
    set(of_gcc "-fstack-reuse=none;-Wno-uninitialized;-Wno-maybe-uninitialized")
    # A precompiled header fits only one set of flags.
    set_source_files_properties(${unit} PROPERTIES SKIP_PRECOMPILE_HEADERS ON COMPILE_OPTIONS
      "-ffp-contract=off;${flags};$<$<CXX_COMPILER_ID:GNU>:${of_gcc}>")
    target_sources(${TARGET} PRIVATE ${unit})
    list(APPEND files ${unit})
  endforeach()
  set(units ${files} PARENT_SCOPE)
endfunction()

# LOCKSTEP_NAMES receives the existing tables TABLE_<isa>, LOCKSTEP_ROW the address of each by Isa.
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

# Generates the check that the CPU supports an instruction set.
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

# Scans the declarations in FILE, with their namespaces: `environments` receives the structs that
# have a description (nested structs are indented deeper), `games` the FiniteEnvironments, each as
# ::NAMESPACE::NAME.
function(lockstep_read_declared FILE)
  set(space "^ *namespace ([A-Za-z0-9_:]+) *{")
  set(end "^ *} *// *namespace [A-Za-z0-9_]")
  set(struct "^( *)struct ([A-Za-z0-9_]+)")
  set(about "static constexpr (lockstep::)?Description about")
  set(game "^ *extern const (lockstep::)?FiniteEnvironment ([A-Za-z0-9_]+)")
  file(STRINGS ${FILE} lines REGEX "${space}|${end}|${struct}|${about}|${game}")
  set(spaces "")
  set(name "")
  set(environments "")
  set(games "")
  foreach(line ${lines})
    if(line MATCHES "${space}")
      list(APPEND spaces ::${CMAKE_MATCH_1})
      set(name "")
    elseif(line MATCHES "${end}")
      list(POP_BACK spaces)
      set(name "")
    elseif(line MATCHES "${about}")
      list(JOIN spaces "" within)
      list(APPEND environments ${within}::${name})
    elseif(line MATCHES "${game}")
      list(JOIN spaces "" within)
      list(APPEND games ${within}::${CMAKE_MATCH_2})
    elseif(line MATCHES "${struct}")
      string(LENGTH "${CMAKE_MATCH_1}" indent)
      if(name STREQUAL "" OR NOT indent GREATER outer)
        set(name ${CMAKE_MATCH_2})
        set(outer ${indent})
      endif()
    endif()
  endforeach()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${FILE})
  set(environments ${environments} PARENT_SCOPE)
  set(games ${games} PARENT_SCOPE)
endfunction()

# The same for a FILE that must declare something.
function(lockstep_read_environments FILE)
  lockstep_read_declared(${FILE})
  if(NOT environments AND NOT games)
    message(FATAL_ERROR "${FILE}: expected a struct with `static constexpr lockstep::Description about`, "
      "or `extern const lockstep::FiniteEnvironment name;` in a line of its own")
  endif()
  set(environments ${environments} PARENT_SCOPE)
  set(games ${games} PARENT_SCOPE)
endfunction()

# Adds the declaration of GAME, a ::NAMESPACE::NAME, to LOCKSTEP_DECLARATIONS.
function(lockstep_declare_game GAME)
  string(REGEX MATCH "^::((.*)::)?([^:]+)$" qualified ${GAME})
  set(declaration "extern const ::lockstep::FiniteEnvironment ${CMAKE_MATCH_3};")
  if(CMAKE_MATCH_2)
    set(declaration "namespace ${CMAKE_MATCH_2} {\n${declaration}\n}")
  endif()
  set(LOCKSTEP_DECLARATIONS "${LOCKSTEP_DECLARATIONS}${declaration}\n" PARENT_SCOPE)
endfunction()

# Adds the units of ENVIRONMENT, a struct in FILE, to TARGET; sets lockstep_row's variables.
function(lockstep_environment_units TARGET FILE ENVIRONMENT)
  string(REGEX REPLACE "^::(lockstep::)?" "" name ${ENVIRONMENT})
  string(REPLACE :: _ name ${name})
  lockstep_units(${TARGET} kernels_${name} EnvironmentKernels environment_kernels
    lockstep/detail/isa/unit.hpp ${ENVIRONMENT} ${FILE})
  set_source_files_properties(${units} PROPERTIES OBJECT_DEPENDS ${FILE})
  lockstep_row(kernels_${name})
  set(LOCKSTEP_NAMES ${LOCKSTEP_NAMES} PARENT_SCOPE)
  set(LOCKSTEP_ROW ${LOCKSTEP_ROW} PARENT_SCOPE)
endfunction()

# Lists the library's built-in environments in one generated source.
function(lockstep_builtin_environments TARGET)
  set(LOCKSTEP_DECLARATIONS "")
  set(LOCKSTEP_ROWS "")
  foreach(file ${ARGN})
    lockstep_read_environments(${file})
    foreach(environment ${environments})
      lockstep_environment_units(${TARGET} ${file} ${environment})
      string(APPEND LOCKSTEP_DECLARATIONS "extern const EnvironmentKernels ${LOCKSTEP_NAMES};\n")
      string(APPEND LOCKSTEP_ROWS "    {{{${LOCKSTEP_ROW}}}},\n")
    endforeach()
  endforeach()
  lockstep_generate(${TARGET} builtin_environments.cpp.in builtin_environments)
endfunction()

# lockstep_add_environment(TARGET FILE): a user's own environments. TARGET links lockstep::lockstep.
# They are registered before main begins and work wherever built-in ones do; those of a static
# library, in every program and shared library that links it.
function(lockstep_add_environment TARGET FILE)
  get_filename_component(FILE ${FILE} ABSOLUTE)
  get_filename_component(stem ${FILE} NAME_WE)
  lockstep_read_environments(${FILE})
  set(LOCKSTEP_DECLARATIONS "")
  set(LOCKSTEP_REGISTRATIONS "")
  foreach(environment ${environments})
    lockstep_environment_units(${TARGET} ${FILE} ${environment})
    string(APPEND LOCKSTEP_DECLARATIONS
      "namespace lockstep {\nextern const EnvironmentKernels ${LOCKSTEP_NAMES};\n}\n")
    string(APPEND LOCKSTEP_REGISTRATIONS "        register_environment(EnvironmentTables{{{${LOCKSTEP_ROW}}}});\n")
  endforeach()
  foreach(game ${games})
    target_sources(${TARGET} PRIVATE ${FILE})
    lockstep_declare_game(${game})
    string(APPEND LOCKSTEP_REGISTRATIONS "        register_environment(${game});\n")
  endforeach()
  set(source ${CMAKE_CURRENT_BINARY_DIR}/units/register_${stem}.cpp)
  configure_file(${LOCKSTEP_CMAKE_DIR}/register_environment.cpp.in ${source} @ONLY)
  get_target_property(type ${TARGET} TYPE)
  if(type STREQUAL STATIC_LIBRARY)
    # A linker takes only referenced files from an archive, and nothing refers to a registration.
    target_sources(${TARGET} INTERFACE
      $<$<NOT:$<STREQUAL:$<TARGET_PROPERTY:TYPE>,STATIC_LIBRARY>>:${source}>)
  else()
    target_sources(${TARGET} PRIVATE ${source})
  endif()
endfunction()

# Lists the library's built-in table environments, in the order of their source files.
function(lockstep_finite_environments TARGET)
  set(LOCKSTEP_DECLARATIONS "")
  set(LOCKSTEP_ROWS "")
  foreach(file ${ARGN})
    lockstep_read_declared(${file})
    foreach(game ${games})
      lockstep_declare_game(${game})
      string(APPEND LOCKSTEP_ROWS "        &${game},\n")
    endforeach()
  endforeach()
  lockstep_generate(${TARGET} finite_environments.cpp.in finite_environments)
endfunction()
