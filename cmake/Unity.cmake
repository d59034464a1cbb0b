# lockstep_unity(TARGET FILE...): with LOCKSTEP_UNITY on, the files of a folder are compiled
# together, six at a time. Half of a file's cost is what it includes and instantiates in common with
# its neighbors; with more than six, single steps would take too long.
#
# Names in unnamed namespaces must then differ within a folder, or the compiler reports an error. Do
# not list files that are alike by design, such as those of environments.
option(LOCKSTEP_UNITY "Compile the files of a folder together, in half the time" ${PROJECT_IS_TOP_LEVEL})

function(lockstep_unity TARGET)
  set_target_properties(${TARGET} PROPERTIES UNITY_BUILD ${LOCKSTEP_UNITY} UNITY_BUILD_MODE GROUP)
  foreach(file ${ARGN})
    get_filename_component(folder ${file} DIRECTORY)
    get_filename_component(folder "${folder}" NAME)
    if(NOT DEFINED count_of_${folder})
      set(count_of_${folder} 0)
    endif()
    math(EXPR batch "${count_of_${folder}} / 6")
    math(EXPR count_of_${folder} "${count_of_${folder}} + 1")
    set_source_files_properties(${file} PROPERTIES UNITY_GROUP ${folder}_${batch})
  endforeach()
endfunction()
