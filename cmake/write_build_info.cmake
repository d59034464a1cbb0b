# Writes OUT from TEMPLATE, and OUT.d, on what it depends: run by lockstep_build_info.

set(COMMIT unknown)
set(files ${TEMPLATE})  # ninja takes an empty list for one that is missing
# Without .git of its own, the source may still lie inside a repository of somebody else's.
if(GIT AND EXISTS ${SOURCE}/.git)
  execute_process(COMMAND ${GIT} rev-parse HEAD --git-path logs/HEAD --git-path HEAD
    WORKING_DIRECTORY ${SOURCE} OUTPUT_VARIABLE answer RESULT_VARIABLE status ERROR_QUIET)
  if(status EQUAL 0)
    string(REGEX MATCHALL "[^\n]+" lines "${answer}")
    list(POP_FRONT lines COMMIT)
    # Git writes a line in the first whenever the commit changes, where it keeps logs.
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
