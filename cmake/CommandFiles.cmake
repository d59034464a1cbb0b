# Installs the files that the command prints: shell completions and the man page.

include(GNUInstallDirs)

# lockstep_install_printed(WORDS FOLDER NAME): installs what the command prints, which runs then.
function(lockstep_install_printed WORDS FOLDER NAME)
  set(file ${PROJECT_BINARY_DIR}/printed/${FOLDER}/${NAME})
  set(command ${CMAKE_CROSSCOMPILING_EMULATOR} $<TARGET_FILE:lockstep> ${WORDS})
  list(JOIN command "\" \"" command)
  install(CODE "
    file(MAKE_DIRECTORY \"${PROJECT_BINARY_DIR}/printed/${FOLDER}\")
    execute_process(COMMAND \"${command}\" OUTPUT_FILE \"${file}\" COMMAND_ERROR_IS_FATAL ANY)")
  install(FILES ${file} DESTINATION ${FOLDER})
endfunction()

function(lockstep_install_command_files)
  if(CMAKE_CROSSCOMPILING AND NOT CMAKE_CROSSCOMPILING_EMULATOR)
    message(STATUS "nothing runs the command here: it is installed without completions and man page")
    return()
  endif()
  set(data ${CMAKE_INSTALL_DATADIR})
  lockstep_install_printed("completions;bash" ${data}/bash-completion/completions lockstep)
  lockstep_install_printed("completions;zsh" ${data}/zsh/site-functions _lockstep)
  lockstep_install_printed("completions;fish" ${data}/fish/vendor_completions.d lockstep.fish)
  lockstep_install_printed(man ${CMAKE_INSTALL_MANDIR}/man1 lockstep.1)
endfunction()
