# Writes OUT from TEMPLATE, and the dependencies of OUT to OUT.d; run by lockstep_build_info.

set(COMMIT unknown)
set(files ${TEMPLATE})  # ninja reads an empty list as missing
# Without its own .git, the source may still lie inside another repository.
if(GIT AND EXISTS ${SOURCE}/.git)
  execute_process(COMMAND ${GIT} rev-parse HEAD --git-path logs/HEAD --git-path HEAD
    WORKING_DIRECTORY ${SOURCE} OUTPUT_VARIABLE answer RESULT_VARIABLE status ERROR_QUIET)
  if(status EQUAL 0)
    string(REGEX MATCHALL "[^\n]+" lines "${answer}")
    list(POP_FRONT lines COMMIT)
    # Where Git keeps logs, it adds a line to the first file whenever the commit changes.
    foreach(file ${lines})
      get_filename_component(file ${file} ABSOLUTE BASE_DIR ${SOURCE})
      if(EXISTS ${file})
        list(APPEND files ${file})
      endif()
    endforeach()
  endif()
endif()

configure_file(${TEMPLATE} ${OUT} @ONLY)
string(REPLACE " " "\\ " target ${OUT})
string(REPLACE " " "\\ " files "${files}")
list(JOIN files " " files)
file(WRITE ${OUT}.d "${target}: ${files}\n")
